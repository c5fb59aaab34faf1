"""Slack's rich text: the same words as built blocks, with nothing left for Slack to read."""

from typing import Any

import pytest
from hypothesis import given, settings

from bridge.deliveries import Form
from bridge.rendering import markdown
from bridge.rendering.plain import Plain
from bridge.rendering.slack_rich_text import rich_text
from bridge.rendering.tree import Block, Fence, Item, List, Paragraph, Quote, Text
from tests.rendering.samples import (
    SLACK_WEBHOOK,
    leaves_of,
    message,
    on_slack,
    slack_posts,
)
from tests.rendering.test_properties import DOCUMENT, SOUP, letters

Json = dict[str, Any]


def elements(source: str) -> list[Json]:
    """Return the parts of the source's rich text."""
    return list(rich_text(markdown.parse(source))["elements"])


def section(*leaves: Json) -> Json:
    """Return a section of rich text."""
    return {"type": "rich_text_section", "elements": list(leaves)}


def words(text: str, **style: bool) -> Json:
    """Return a text of rich text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def entries(*texts: str, style: str = "bullet", **more: int) -> Json:
    """Return a list of rich text."""
    sections = [section(words(text)) for text in texts]
    return {"type": "rich_text_list", "style": style, "elements": sections, **more}


def code(text: str, **more: int) -> Json:
    """Return code of rich text."""
    return {"type": "rich_text_preformatted", "elements": [words(text)], **more}


def quote(*leaves: Json) -> Json:
    """Return a quote of rich text."""
    return {"type": "rich_text_quote", "elements": list(leaves)}


def test_words_have_their_looks() -> None:
    """Bold, italic, struck out and code, also in each other; a line end stays one."""
    assert elements("a **b *c*** ~~d~~ `e`\\\nf\n*g*") == [
        section(
            words("a "),
            words("b ", bold=True),
            words("c", bold=True, italic=True),
            words(" "),
            words("d", strike=True),
            words(" "),
            words("e", code=True),
            words("\nf\n"),
            words("g", italic=True),
        )
    ]


def test_links_lead_where_they_did() -> None:
    """With their label, a picture too; an address alone needs none, and a label may have looks."""
    assert elements(
        "[a *b*](https://x.example/(1)) ![p](https://x.example/p) https://y.example"
    ) == [
        section(
            {"type": "link", "url": "https://x.example/%281%29", "text": "a "},
            {
                "type": "link",
                "url": "https://x.example/%281%29",
                "text": "b",
                "style": {"italic": True},
            },
            words(" "),
            {"type": "link", "url": "https://x.example/p", "text": "p"},
            words(" "),
            {"type": "link", "url": "https://y.example"},
        )
    ]


def test_a_heading_is_bold_and_close_to_its_text() -> None:
    """Paragraphs have a blank line between them, a rule is a line across."""
    assert elements("# One *two*\n\nthree\n\nfour\n\n---") == [
        section(
            words("One ", bold=True),
            words("two", bold=True, italic=True),
            words("\nthree\n\nfour\n\n⎯⎯⎯"),
        )
    ]


def test_lists_are_lists() -> None:
    """With their numbers and their depth, and a blank line before the text that follows."""
    assert elements("3. a\n   - b\n     - c\n4. d\n5. e\n\ntext") == [
        entries("a", style="ordered", offset=2),
        entries("b", indent=1),
        entries("c", indent=2),
        entries("d", "e", style="ordered", offset=3),
        section(words("\ntext")),
    ]


def test_what_no_entry_can_hold_follows_it() -> None:
    """Code, tables and quotes stand behind their entry, and the next one has its right number."""
    source = "1. a\n\n   b\n\n   ```\n   c\n   ```\n2. d\n   > e\n\n   f\n3. ```\n   g\n   ```"
    assert elements(source) == [
        entries("a\n\nb", style="ordered"),
        code("c"),
        entries("d", style="ordered", offset=1),
        quote(words("e")),
        section(words("f")),
        entries("\u200b", style="ordered", offset=2),
        code("g"),
    ]


def test_two_lists_stay_two_where_their_numbers_tell() -> None:
    """Entries run on only when they count on."""
    assert elements("1. a\n2. b\n\n1) c") == [
        entries("a", "b", style="ordered"),
        entries("c", style="ordered"),
    ]


def test_a_number_below_one_is_written_out() -> None:
    """Slack's lists begin with 1 or more."""
    assert elements("0. a\n1. b") == [entries("0. a"), entries("b", style="ordered")]


def test_boxes_are_shown() -> None:
    """As characters, since Slack has none."""
    assert elements("- [ ] a\n- [x] b\n- c") == [entries("☐ a", "☑ b", "c")]


def test_lists_deeper_than_slack_knows_stay_lists() -> None:
    """At the deepest place there is."""
    source = "\n".join("  " * depth + f"- {depth}" for depth in range(9))
    assert [element.get("indent", 0) for element in elements(source)] == [*range(9)]
    block: Block = Paragraph(inlines=(Text(text="x"),))
    for _ in range(12):
        block = List(items=(Item(blocks=(block,)),))
    assert rich_text((block,))["elements"][-1]["indent"] == 8


def test_quotes_keep_their_bar() -> None:
    """Also around lists and code; the bars of deeper ones are written out."""
    assert elements("> a\n>\n> > b *c*\n> > d\n>\n> - e\n>\n> ```\n> f\n> ```") == [
        quote(words("a\n\n> b "), words("c", italic=True), words("\n> d")),
        entries("e", border=1),
        code("f", border=1),
    ]


def test_code_is_kept_to_the_letter() -> None:
    """Line by line, with its indentation; without a language, which the published types don't have."""
    assert elements("```py\nif x:\n    <!here>\n```") == [code("if x:\n    <!here>")]


@pytest.mark.parametrize("source", ["```\n```", "```\n\n```", ">", "-", "- [ ] "])
def test_nothing_is_empty(source: str) -> None:
    """Slack refuses a block with an element that has nothing in it."""
    leaves = list(leaves_of(rich_text(markdown.parse(source))))
    assert leaves
    assert all(leaf["text"] for leaf in leaves)


def test_a_part_of_no_words_is_not_empty_either() -> None:
    """Whatever the blocks are."""
    for block in (Paragraph(inlines=()), Quote(blocks=()), Fence(lines=())):
        (leaf,) = leaves_of(rich_text((block,)))
        assert leaf["text"] == "\u200b"


def test_a_table_is_lined_up() -> None:
    """As code, with wide characters counted, and links spelled out."""
    assert elements("| a | b |\n|---|--:|\n| 苹果 | [1](https://x.example) |") == [
        code(f"a{25 * ' '}b\n────  {21 * '─'}\n苹果  1 (https://x.example)")
    ]


def test_a_table_too_wide_for_code_is_a_list() -> None:
    """With the column's name in front of each value."""
    first, inner = elements(f"| a | b |\n|---|---|\n| c | {'word ' * 20} |")
    assert first == {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(words("a:", bold=True), words(" c"))],
    }
    assert inner["elements"] == [
        section(words("b:", bold=True), words(" " + "word " * 19 + "word"))
    ]


def test_a_wide_table_of_many_rows_is_a_line_for_each() -> None:
    """The names of its columns would be longer than the table."""
    names = " | ".join(["a rather long name"] * 4)
    source = f"| {names} |\n|{'---|' * 4}\n" + "| 1 | 2 | 3 | 4 |\n" * 50
    assert elements(source) == [section(words("\n".join([names, *["1 | 2 | 3 | 4"] * 50])))]


@settings(max_examples=100, deadline=None)
@given(SOUP | DOCUMENT)
def test_no_word_is_lost_and_none_is_out_of_order(source: str) -> None:
    """Rich text says what plain text says."""
    blocks = markdown.parse(source)
    shown = "".join(leaf.get("text", leaf.get("url", "")) for leaf in leaves_of(rich_text(blocks)))
    told = Plain().blocks(blocks)
    assert set(letters(shown)) <= set(letters(told))
    if "|" not in source and "](" not in source:
        assert letters(shown) == letters(told)


@settings(max_examples=50, deadline=None)
@given(SOUP)
def test_only_words_and_links_are_built(source: str) -> None:
    """So nothing in them can ping."""
    leaves = leaves_of(rich_text(markdown.parse(source) or (Paragraph(inlines=()),)))
    assert {leaf["type"] for leaf in leaves} <= {"text", "link"}


def test_an_incoming_webhook_gets_rich_text() -> None:
    """It refuses markdown blocks; in plain form it gets plain text."""
    (post,) = slack_posts(message("# Hi"), SLACK_WEBHOOK)
    assert post.blocks[1] == {"type": "rich_text", "elements": [section(words("Hi", bold=True))]}
    assert (post.size, post.limit) == (2, 9_000)
    (plain,) = slack_posts(message("# Hi"), SLACK_WEBHOOK, form=Form(plain=True))
    assert plain.blocks == ()


def test_a_channel_gets_rich_text_when_it_is_asked_for() -> None:
    """With the same header, name and facts."""
    (post,) = on_slack(message("Hi"), form=Form(rich_text=True))
    (usual,) = on_slack(message("Hi"))
    assert [block["type"] for block in post.blocks] == ["context", "rich_text"]
    assert post.blocks[0] == usual.blocks[0]
    assert (post.username, post.metadata) == (usual.username, usual.metadata)
