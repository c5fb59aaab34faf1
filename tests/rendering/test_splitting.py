"""Parts: each fits, ends at the best border, and together they hold every word."""

from collections.abc import Sequence

import pytest

from bridge.rendering import markdown, splitting
from bridge.rendering.cutting import cut_inlines, cut_text, longest
from bridge.rendering.graphemes import shortened, whole, width
from bridge.rendering.measuring import MOST_REMEMBERED, Sizes
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackMarkdown
from bridge.rendering.tree import Block, Break, Link, Paragraph, Text, is_heavier, visible
from tests.rendering.samples import words_of


def parts(source: str, limit: int) -> list[str]:
    """Return the text split into parts of so many characters."""

    def fill(blocks: Sequence[Block]) -> float:
        if is_heavier(blocks, limit + 10):
            return 2.0
        return len(SlackMarkdown().blocks(blocks)) / limit

    return [SlackMarkdown().blocks(part) for part in splitting.split(markdown.parse(source), fill)]


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("one two\n\nthree four", 14, ["one two", "three four"]),
        ("One. Two three. Four five", 20, ["One. Two three.", "Four five"]),
        ("one two three four", 10, ["one two", "three four"]),
        ("one\ntwo three", 8, ["one\ntwo", "three"]),
        ("一二三。四五六七", 6, ["一二三。", "四五六七"]),
        ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 12, ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]),
        ("**one two three four**", 14, ["**one two**", "**three four**"]),
        ("a *b* `one two three`", 14, ["a *b* `one `", "`two three`"]),
        ("- one\n- two\n- three", 12, ["- one\n- two", "- three"]),
        ("3. one\n4. two\n5. three", 14, ["3. one\n4. two", "5. three"]),
        ("1. one two three four\n2. x", 14, ["1. one two", "1. … three", "1. … four\n2. x"]),
        ("- a\n  - bbbb\n  - cccc", 14, ["- a\n  - bbbb", "- …\n  - cccc"]),
        ("> one two three four", 12, ["> one two", "> three four"]),
        ("```py\none\ntwo\nthree\n```", 18, ["```py\none\ntwo\n```", "```py\nthree\n```"]),
        ("```\none two three\n```", 16, ["```\none two \n```", "```\nthree\n```"]),
        ("one two\n\n# H\n\nthree four", 16, ["one two", "# H\n\nthree four"]),
        ("# H one two three", 12, ["# H one two", "# three"]),
        ("# H\n\n# I\n\n# J", 9, ["# H\n\n# I", "# J"]),
        ("one\n\n---\n\ntwo", 8, ["one\n\n---", "two"]),
        (
            "|a|b|\n|-|-|\n|1|2|\n|3|4|",
            34,
            ["| a | b |\n| --- | --- |\n| 1 | 2 |", "| a | b |\n| --- | --- |\n| 3 | 4 |"],
        ),
        ("|a|b|\n|-|-|\n|1|2|", 24, ["- **a:** 1\n  - **b:** 2"]),
        ("[label](https://a.example) [l](https://b.example)", 30, [
            "[label](https://a.example)",
            "[l](https://b.example)",
        ]),
    ],
)  # fmt: skip
def test_a_part_ends_at_the_best_border(source: str, limit: int, expected: list[str]) -> None:
    """Block, entry, row, line, sentence, word, character: in this order."""
    assert parts(source, limit) == expected


@pytest.mark.parametrize(
    "source",
    [
        "> > > > > abc",
        "| a | header |\n|---|---|\n| one two | three |",
        "> | a |\n> |-|\n> | b |",
    ],
)
def test_where_nothing_fits_structure_goes_and_words_stay(source: str) -> None:
    """A table becomes a list, a quote becomes text, before a word is lost."""
    assert set(words_of(source)) <= set(words_of("".join(parts(source, 9))))


def test_where_not_even_a_letter_fits_the_part_is_too_long() -> None:
    """Too long is better than lost, and better than trying for ever."""
    assert splitting.split([Paragraph(inlines=(Text(text="ab"),))], lambda _: 2.0) == (
        (Paragraph(inlines=(Text(text="ab"),)),),
    )


def test_a_pile_of_marks_is_no_character() -> None:
    """A letter with a thousand accents may be cut; a family may not."""
    assert cut_text("a" + "\u0301" * 200, lambda text: len(text) / 50) == (
        "a" + "\u0301" * 49,
        "\u0301" * 151,
    )
    assert whole("👨‍👩‍👧 x", 2) == 0
    assert whole("abc", 3) == 3


def test_a_word_is_not_cut_where_something_stands_before_it() -> None:
    """It goes to the next part whole; a word that fills a part alone must be cut."""
    assert cut_text("abcdef", lambda text: len(text) / 3, in_words=False) == ("", "abcdef")
    assert parts("# H\n\nabcdefgh", 10) == ["# H", "abcdefgh"]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1_000])
def test_the_longest_that_fits_is_found_with_few_questions(count: int) -> None:
    """Also where the fill is anything but even."""
    for limit in (0, 1, 5, 8, 500, 999, 1_000, 2_000):
        asked: list[int] = []

        def fill(number: int, limit: int = limit, asked: list[int] = asked) -> float:
            asked.append(number)
            return (number / limit) ** 3 if limit else 2.0

        assert longest(count, fill) == min(limit, count)
        assert len(asked) <= 30


def test_text_is_shortened_at_a_character() -> None:
    """With an ellipsis that is counted in."""
    assert shortened("abc", 3) == "abc"
    assert shortened("ab👨‍👩‍👧", 6) == "ab…"


def test_wide_characters_take_two_columns() -> None:
    """Marks take none, emoji two."""
    assert [width(text) for text in ("abc", "苹果", "é", "👍🏽", "☂️", "a\u200bb")] == [
        3,
        4,
        1,
        2,
        2,
        2,
    ]


def test_plain_parts_have_the_words_of_the_source() -> None:
    """A split text says what the whole one says."""
    source = "One two. " * 40 + "\n\n- a\n- b `c d` [e](https://a.example)"
    tree = markdown.parse(source)
    split = splitting.split(tree, lambda blocks: len(Plain().blocks(blocks)) / 60)
    words = [word for part in split for word in words_of(Plain().blocks(part))]
    assert words == words_of(Plain().blocks(tree))


def test_sizes_are_measured_once_until_there_are_too_many() -> None:
    """A block is written once however often it is asked about."""
    asked: list[Block] = []

    def measure(block: Block) -> int:
        asked.append(block)
        return 1

    sizes = Sizes(measure)
    blocks = [Paragraph(inlines=()) for _ in range(MOST_REMEMBERED + 1)]
    assert sum(sizes.of(blocks[:9])) + sum(sizes.of(blocks[:9])) == 18
    assert len(asked) == 9
    assert sum(sizes.of(blocks)) == len(blocks)
    sizes.of(blocks[:1])
    assert len(asked) == len(blocks) + 1


def test_a_link_is_never_cut() -> None:
    """A border inside its label is one before it."""
    link = Link(url="https://a.example", inlines=(Text(text="bb cc. dd"),))
    inlines = (Text(text="a "), link, Text(text=" eeeee"))
    front, back = cut_inlines(inlines, lambda some: len(visible(some)) / 13)
    assert (front, back) == (inlines[:1], inlines[1:])


def test_a_part_does_not_begin_with_the_space_between_words() -> None:
    """A line end at a border is gone: the border says it."""
    inlines = (Text(text="abc"), Break(), Text(text="def"))
    assert cut_inlines(inlines, lambda some: len(visible(some)) / 3) == (inlines[:1], inlines[2:])


def test_half_a_style_stays_that_style() -> None:
    """Whatever is struck out or in italics is so on both sides of a border."""
    for source in ("*one two*", "~~one two~~", "**one two**", "*one **two three***"):
        tree = markdown.parse(source)
        split = splitting.split(tree, lambda blocks: len(Plain().blocks(blocks)) / 4)
        mark = source[:2].rstrip("on")
        assert all(SlackMarkdown().blocks(part).startswith(mark) for part in split)
