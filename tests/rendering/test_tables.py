"""Tables where there is no table: columns that line up, or labelled values."""

from time import perf_counter

import pytest

from bridge.rendering import markdown
from bridge.rendering.discord_markdown import DiscordMarkdown, table_lines
from bridge.rendering.graphemes import width
from bridge.rendering.tables import adapted, aligned
from bridge.rendering.tree import Table
from tests.rendering.samples import message, on_discord


def table_of(source: str) -> Table:
    """Return the table that the Markdown is."""
    (table,) = markdown.parse(source)
    assert isinstance(table, Table)
    return table


def unrolled(source: str) -> str:
    """Return the table as the list it becomes where it is too wide."""
    return DiscordMarkdown().blocks(adapted(markdown.parse(source), lambda _: False))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("苹果", 4),
        ("ｗ", 2),
        ("e\u0301", 1),
        ("\u0301", 0),
        ("👨‍👩‍👧", 2),
        ("👍🏽", 2),
        ("☂\ufe0f", 2),
        ("☂", 1),
        ("⌚", 2),
        ("⌚\ufe0e", 1),
        ("1\ufe0f\u20e3", 2),
        ("🇩🇪🇫🇷", 4),
        ("🇩", 1),
        ("한글", 4),
        ("a\u200bb\u00ad", 2),
        ("é日\u3099", 3),
    ],
)
def test_a_width_is_that_of_what_is_seen(text: str, columns: int) -> None:
    """East Asian characters and emoji take two columns, marks and joiners none."""
    assert width(text) == columns


def test_columns_line_up() -> None:
    """Each column is as wide as its widest cell, and its text stands where the table wants it."""
    lines = aligned(
        ["left", "right", "center", "none"],
        [["苹果", "1", "🇩🇪", "x"], ["e\u0301", "12345", "👨‍👩‍👧!", ""]],
        ["left", "right", "center", ""],
    )
    assert lines == [
        "left  right  center  none",
        "────  ─────  ──────  ────",
        "苹果      1    🇩🇪    x",
        "e\u0301     12345   👨‍👩‍👧!",
    ]
    assert [width(line) for line in lines[:2]] == [25, 25]


def test_cells_keep_their_words() -> None:
    """Pipes, code, links, styles and line ends in cells are words on the one line of their row."""
    table = table_of(
        "| a\\|b | `c\\|d` |\n|-|-|\n| **e** | [f](https://f.example) |\n| &#10;g | ~~h~~ *i*  j |"
    )
    assert [line.split("  ") for line in table_lines(table)] == [
        ["a|b", "c|d"],
        ["───", "─" * 21],
        ["e", "", "f (https://f.example)"],
        ["g", "", "h i j"],
    ]


def test_ragged_rows_have_all_their_cells() -> None:
    """A row may be shorter or longer than the header."""
    table = table_of("| a | b |\n|-|-|\n| 1 |\n| 1 | 2 | 3 | 4 |")
    assert table_lines(table) == [
        "a  b",
        "─  ─────────",
        "1",
        "1  2 | 3 | 4",
    ]


def test_nothing_in_a_cell_ends_the_code() -> None:
    """Three backticks in a cell are only text, and nobody is pinged."""
    (post,) = on_discord(message("| a |\n|-|\n| \\`\\`\\` @everyone |"))
    assert post.content.endswith("```\na\n─────────────\n``\u200b` @\u200beveryone\n```")


def test_a_wide_table_is_a_list_of_labelled_values() -> None:
    """An entry for each row, its other cells below its first one; empty ones are left out."""
    source = "| Name | Qty | |\n|-|-|-|\n| a | 1 | x |\n| | 2 | |\n| | | |"
    assert unrolled(source) == "- **Name:** a\n  - **Qty:** 1\n  - x\n- **Qty:** 2"


def test_a_table_in_a_list_or_a_quote_is_made_fit_too() -> None:
    """Wherever it stands."""
    source = "- a\n\n  | b |\n  |-|\n  | c |\n\n> | d |\n> |-|\n> | e |\n\nf"
    assert unrolled(source) == "- a\n  - **b:** c\n\n> - **d:** e\n\nf"


def test_ten_thousand_cells_take_no_longer_for_each_than_a_hundred() -> None:
    """The time goes with the number of cells, by a generous measure."""

    def seconds(rows: int) -> float:
        told = message("| a | b |\n|---|---|\n" + "| 苹果 | 🇩🇪 d |\n" * rows)
        started = perf_counter()
        on_discord(told)
        return perf_counter() - started

    seconds(50)
    few, many = seconds(500), seconds(4_000)
    assert many < 8 * few * 4 + 0.5
