"""The sandbox's Slack: which blocks it takes, and the word it refuses all others with."""

from typing import Any

import pytest

from bridge.sandbox.slack.expansion import items
from tests.sandbox.blocks import piped, rich, rich_section, section, table
from tests.sandbox.wire import Wire

FAULTY_BLOCKS: dict[str, tuple[object, str, str]] = {
    "51 blocks": ([section()] * 51, "invalid_blocks", "/blocks"),
    "51 headings": (
        [{"type": "markdown", "text": "# x\n" * 51}],
        "invalid_blocks",
        "/blocks",
    ),
    "26 headings and what is between": (
        [{"type": "markdown", "text": "# x\ny\n\n" * 26}],
        "invalid_blocks",
        "/blocks",
    ),
    "unknown type": ([{"type": "poem"}], "invalid_blocks", "/blocks/0/type"),
    "no type": ([{}], "invalid_blocks", "/blocks/0/type"),
    "long block id": ([section(block_id="x" * 256)], "invalid_blocks", "/blocks/0/block_id"),
    "long section": ([section("x" * 3_001)], "invalid_blocks", "/blocks/0/text/text"),
    "empty section": ([section("")], "invalid_blocks", "/blocks/0/text/text"),
    "section of nothing": ([{"type": "section"}], "invalid_blocks", "/blocks/0/text"),
    "number as text": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": 1}}],
        "invalid_blocks",
        "/blocks/0/text/text",
    ),
    "no fields": ([{"type": "section", "fields": []}], "invalid_blocks", "/blocks/0/fields"),
    "long field": (
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2_001}]}],
        "invalid_blocks",
        "/blocks/0/fields/0/text",
    ),
    "long header": (
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        "invalid_blocks",
        "/blocks/0/text/text",
    ),
    "header in mrkdwn": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "invalid_blocks",
        "/blocks/0/text",
    ),
    "11 context elements": (
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
        "invalid_blocks",
        "/blocks/0/elements",
    ),
    "context of strings": (
        [{"type": "context", "elements": ["x"]}],
        "invalid_blocks",
        "/blocks/0/elements",
    ),
    "image without words": (
        [{"type": "context", "elements": [{"type": "image", "image_url": "https://x.org/x"}]}],
        "invalid_blocks",
        "/blocks/0/elements/0/alt_text",
    ),
    "empty markdown": (
        [{"type": "markdown", "text": ""}],
        "invalid_blocks",
        "/blocks/0/text",
    ),
    "markdown table of 101 rows": ([piped(100, 1)], "invalid_blocks", "/blocks/0/text"),
    "markdown table of 21 columns": ([piped(1, 21)], "invalid_blocks", "/blocks/0/text"),
    "table of 101 rows": ([table(rows=101)], "invalid_blocks", "/blocks/0/rows"),
    "table of no rows": ([table(rows=0)], "invalid_blocks", "/blocks/0/rows"),
    "table of 21 columns": ([table(columns=21)], "invalid_blocks", "/blocks/0/rows"),
    "table of 10,001 characters": (
        [table(rows=73, columns=1, chars=137)],
        "invalid_blocks",
        "/blocks/0/rows",
    ),
    "table that is no list": ([{"type": "table"}], "invalid_blocks", "/blocks/0/rows"),
    "table of strings": (
        [{"type": "table", "rows": [["x"]]}],
        "invalid_blocks",
        "/blocks/0/rows/0/0",
    ),
    "rich text of nothing": ([rich()], "invalid_blocks", "/blocks/0/elements"),
    "rich text of text": (
        [rich({"type": "text", "text": "x"})],
        "invalid_blocks",
        "/blocks/0/elements/0/type",
    ),
    "empty rich text": (
        [rich_section({"type": "text", "text": ""})],
        "invalid_blocks",
        "/blocks/0/elements/0/elements/0/text",
    ),
    "unknown style": (
        [rich_section({"type": "text", "text": "x", "style": {"blink": True}})],
        "invalid_blocks",
        "/blocks/0/elements/0/elements/0/style",
    ),
    "list without a style": (
        [
            rich(
                {
                    "type": "rich_text_list",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "color", "value": "x"}]}
                    ],
                }
            )
        ],
        "invalid_blocks",
        "/blocks/0/elements/0/style",
    ),
    "12,001 of markdown": (
        [{"type": "markdown", "text": "x" * 6_001}, {"type": "markdown", "text": "x" * 6_000}],
        "msg_too_long",
        "",
    ),
    "13,201 in all": (
        [{"type": "markdown", "text": "x" * 12_000}, section("x" * 1_201)],
        "msg_blocks_too_long",
        "",
    ),
    "no list": ("x", "invalid_blocks_format", ""),
    "list of strings": (["x"], "invalid_blocks_format", ""),
}


@pytest.mark.parametrize(
    ("blocks", "word", "pointer"), FAULTY_BLOCKS.values(), ids=FAULTY_BLOCKS.keys()
)
async def test_faulty_blocks_are_refused(
    wire: Wire, blocks: object, word: str, pointer: str
) -> None:
    """The answer has the error's word and points at the place."""
    answer = (await wire.slack({"channel": "C1", "text": "x", "blocks": blocks})).json()

    assert answer["error"] == word
    assert answer.get("errors", [""])[0].endswith(f"[json-pointer:{pointer}]" if pointer else "")
    assert not wire.sandbox.posts


GOOD_BLOCKS: dict[str, list[dict[str, Any]]] = {
    "50 headings": [{"type": "markdown", "text": "# x\n" * 50}],
    "25 headings and what is between": [{"type": "markdown", "text": "# x\ny\n\n" * 25}],
    "12,000 of markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "13,200 in all": [{"type": "markdown", "text": "x" * 12_000}, section("x" * 1_200)],
    "markdown table of 100 rows": [piped(99, 20)],
    "table of 10,000 characters": [table(rows=100, columns=20, chars=5)],
    "table of rich text": [
        {"type": "table", "rows": [[rich_section({"type": "text", "text": "x"})]]}
    ],
    "text and fields": [section(fields=[{"type": "plain_text", "text": "x"}])],
    "only fields": [{"type": "section", "fields": [{"type": "plain_text", "text": "x"}]}],
    "header, divider, input": [
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
        {"type": "divider"},
        {"type": "input"},
    ],
    "context of text and image": [
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "x"},
                {"type": "image", "image_url": "https://x.org/x", "alt_text": "x"},
            ],
        }
    ],
    "list of styled text": [
        rich(
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "x", "style": {"bold": True}}],
                    }
                ],
            }
        )
    ],
}


@pytest.mark.parametrize("blocks", GOOD_BLOCKS.values(), ids=GOOD_BLOCKS.keys())
async def test_blocks_within_the_limits_pass(wire: Wire, blocks: list[dict[str, Any]]) -> None:
    """What just fits is taken."""
    assert (await wire.slack({"channel": "C1", "text": "x", "blocks": blocks})).json()["ok"]


EXPANSIONS = {
    "": 1,
    "just text\n\nand more": 1,
    "# a\n# b": 2,
    "# a\n\ntext\n\n- list\n\n---\n": 3,
    "text\n\n|a|\n|-|\n|b|\n\ntext": 3,
    "> # quoted": 1,
}


@pytest.mark.parametrize(("text", "count"), EXPANSIONS.items(), ids=range(len(EXPANSIONS)))
def test_a_markdown_block_counts_as_what_it_expands_to(text: str, count: int) -> None:
    """Headings, rules and tables are items, and so is each run between two of them."""
    assert items(text) == count
