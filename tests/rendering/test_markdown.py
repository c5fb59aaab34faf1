"""Reading Markdown: nothing that was written is lost, and nothing makes it fail."""

import pytest

from bridge.rendering import links, markdown, tokens
from bridge.rendering.plain import Plain
from bridge.rendering.tree import Fence, Link, List, Paragraph, Text, weight
from tests.rendering.samples import words_of


def shown(source: str) -> str:
    """Return the words of what was read."""
    return Plain().blocks(markdown.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "| a |\n|---|\n| b | c | d |",
        "> | a |\n> |---|\n> | b | `c` | d |",
        "[note]: https://a.example\n\ntext",
        "[n]: https://a.example\n[n]: https://b.example\n\n[n] text",
        "```one two three\nfour\n```",
        "[label](https://a.example 'title words')",
        "[label](other:thing)",
        "![alt](relative.png)",
        "<div>\n<p>words</p>\n</div>",
        "a\r\nb\rc",
    ],
)
def test_no_word_is_lost(source: str) -> None:
    """Cells without a column, unused link targets, titles and HTML are shown as text."""
    assert sorted(set(words_of(shown(source)))) == sorted(set(words_of(source)))


def test_a_link_without_a_label_shows_its_address() -> None:
    """There would be nothing to click on otherwise."""
    assert shown("[](https://a.example)") == "https://a.example"


@pytest.mark.parametrize("opening", ["> " * 30, "- " * 30, "1. " * 30])
def test_what_is_nested_too_deeply_is_taken_as_plain_text(opening: str) -> None:
    """The parser would leave out what is inside; so no Markdown is read at all."""
    assert markdown.parse(f"{opening}words **here**") == (
        Paragraph(inlines=(Text(text=f"{opening}words **here**"),)),
    )


def test_a_text_too_long_for_markdown_is_taken_as_plain_paragraphs() -> None:
    """Blank lines part paragraphs, lines stay lines, addresses stay links."""
    source = "a *b*\n  c\n\n" + "x" * markdown.MAX_MARKDOWN_CHARS + "\n \nhttps://a.example"
    first, middle, last = markdown.parse(source)
    assert first == Paragraph(inlines=(Text(text="a *b*\nc"),))
    assert weight([middle]) == markdown.MAX_MARKDOWN_CHARS + 2
    address = Text(text="https://a.example")
    assert last == Paragraph(inlines=(Link(url=address.text, inlines=(address,)),))


def test_a_paragraph_of_brackets_is_taken_as_text() -> None:
    """Each bracket would be compared with all the others."""
    source = "**a** " + "[" * (tokens.MAX_BRACKETS + 1)
    assert markdown.parse(source) == (Paragraph(inlines=(Text(text=source),)),)


@pytest.mark.parametrize(
    "source",
    [
        "*a* " * (tokens.MAX_TOKENS // 4 + 1),
        "-\n" * tokens.MAX_TOKENS,
        "# a\n" * tokens.MAX_TOKENS,
        ("[" * 400 + "\n\n") * 40,
        "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "x\n" * 300,
    ],
)
def test_more_markup_than_a_person_writes_is_taken_as_text(source: str) -> None:
    """Working with it would take long; every character of it is shown."""
    tree = markdown.parse(source[: markdown.MAX_MARKDOWN_CHARS])
    assert {type(block) for block in tree} == {Paragraph}
    shown_text = Plain().blocks(tree)
    assert "".join(shown_text.split()) == "".join(source[: markdown.MAX_MARKDOWN_CHARS].split())


def test_a_flood_of_paragraphs_is_one() -> None:
    """Where it is too long for Markdown, only its words count; its addresses are text as well."""
    paragraphs = ["https://a.example"] * (markdown.MAX_PARAGRAPHS + 1)
    assert markdown.parse("\n\n".join(paragraphs)) == (
        Paragraph(inlines=(Text(text="\n\n".join(paragraphs)),)),
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/x/__init__.py",
        "http://a.example/a__b__c",
        "https://a.example/?a=__b__&c=_d_",
        "https://a.example/~user/~x~~y~~z",
    ],
)
def test_no_mark_is_found_in_an_address(address: str) -> None:
    """Underscores and tildes are parts of it."""
    link = Link(url=address, inlines=(Text(text=address),))
    assert markdown.parse(f"see {address} now") == (
        Paragraph(inlines=(Text(text="see "), link, Text(text=" now"))),
    )


def test_a_style_may_end_right_behind_an_address() -> None:
    """As in a sentence in italics; an entity in an address is its character."""
    assert shown("_see https://a.example/x_ *now*") == "see https://a.example/x now"
    assert shown("https://a.example/?a=1&amp;b=2") == "https://a.example/?a=1&b=2"
    assert shown("[x https://a.example/_y_ [z]](https://b.example)").count("_y_") == 1


def test_unused_definitions_stand_together() -> None:
    """One paragraph at the end, however many they are."""
    assert shown("[a]: b\n[c]: d\n\ntext") == "text\n\n[a]: b\n[c]: d"


def test_the_words_for_a_picture_have_no_marks() -> None:
    """What leads somewhere in them stays to be read."""
    assert shown("![a *b*\nc `d`](https://a.example)") == "a b c d (https://a.example)"
    assert "(https://b.example)" in shown("![a [b](https://b.example)](https://a.example)")


def test_pictures_in_pictures_without_end_do_not_make_it_fail() -> None:
    """Where the parser's recursion ends, the text is taken as it is."""
    source = "![" * 900 + "a" + "](b)" * 900
    assert "](b)" in shown(source)


def test_styles_inside_themselves_do_not_make_a_deep_tree() -> None:
    """Ten thousand emphases inside each other are one."""
    source = "*a " * 2_000 + "a* " * 2_000
    assert shown(source).split() == ["a"] * 4_000


def test_a_message_of_spaces_has_no_blocks() -> None:
    """Neither spaces nor characters that can't be seen make a paragraph."""
    assert markdown.parse(" \n&nbsp;\n\n\u200b\n") == ()
    assert markdown.parse("` `") != ()


def test_the_language_of_code_is_one_short_word() -> None:
    """Anything else that stands there is shown above the code."""
    assert markdown.parse("```c++\nx\n```") == (Fence(lines=("x",), language="c++"),)
    note, fence = markdown.parse("```{.py}\nx\n```")
    assert Plain().blocks((note,)) == "{.py}"
    assert fence == Fence(lines=("x",))


def test_a_list_knows_whether_it_is_tight() -> None:
    """A list in a loose list can be tight and the other way round."""
    (outer,) = markdown.parse("- a\n\n  - b\n  - c\n\n- d")
    assert isinstance(outer, List)
    inner = outer.items[0].blocks[1]
    assert isinstance(inner, List)
    assert (outer.tight, inner.tight) == (False, True)


def test_a_very_long_address_is_text() -> None:
    """A link that fills a post could not be split."""
    url = "https://a.example/" + "x" * links.MAX_URL_CHARS
    assert shown(f"[label]({url})") == f"label ({url})"
    assert shown(f"see {url}") == f"see {url}"


def test_a_very_long_label_is_text() -> None:
    """The address follows it."""
    label = "word " * 60
    assert shown(f"[{label}](https://a.example)") == f"{label} (https://a.example)"


def test_an_address_ends_before_the_punctuation_after_it() -> None:
    """Brackets that belong to the address stay in it."""
    found = list(links.bare("(https://a.example/x_(y)). https://"))
    urls = [inline.url for inline in found if isinstance(inline, Link)]
    assert urls == ["https://a.example/x_(y)"]


@pytest.mark.parametrize(
    ("label", "url", "is_link"),
    [
        ("good.example", "https://evil.example", False),
        ("https://good.example/a", "https://evil.example/a", False),
        ("www.good.example", "http://evil.example", False),
        ("see good\u3002example", "https://evil.example", False),
        ("https://[bad", "https://evil.example", False),
        ("good.example", "https://www.good.example/page", True),
        ("the report", "https://good.example", True),
        ("index.html", "https://good.example", True),
        ("go.mod", "https://good.example", True),
        ("README.md", "https://github.com/a/b/blob/main/README.md", True),
        ("see main.rs", "https://github.com/a/b/blob/main/src/main.rs#L1", True),
        ("CHANGELOG.md", "https://git.good.example/a/CHANGELOG.md", True),
        ("my_tool.py", "https://git.good.example/a/my_tool.py", True),
        ("README.md", "https://github.com/a/b", False),
        ("bank.rs", "https://evil.example/bank.rs", False),
        ("docs.md", "https://evil.example/docs.md", False),
        ("you@good.example", "mailto:you@good.example?subject=x", True),
    ],
)
def test_a_label_can_not_pretend_to_another_address(label: str, url: str, is_link: bool) -> None:
    """Where the label shows an address of another place, both are spelled out."""
    first = links.link(url, (Text(text=label),))[0]
    assert isinstance(first, Link) is is_link
