"""The sandbox's Slack: which `rich_text` it takes, by the published types, and what it points at."""

from typing import Any

import pytest

from bridge.sandbox.slack.published import model_faults
from tests.sandbox.blocks import rich, rich_section
from tests.sandbox.wire import Wire

WORD = {"type": "text", "text": "x"}
SECTION = {"type": "rich_text_section", "elements": [WORD]}
IN = "/blocks/0/elements/0"
LEAF = f"{IN}/elements/0"


def part(kind: str, **more: Any) -> dict[str, Any]:
    """Return a rich_text block of one part."""
    return rich({"type": f"rich_text_{kind}", "elements": [WORD], **more})


def listed(**more: Any) -> dict[str, Any]:
    """Return a rich_text block of one list."""
    return part("list", **{"elements": [SECTION], "style": "bullet", **more})


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key of the block": ({**rich(SECTION), "indent": 1}, "/blocks/0/indent"),
    "unknown key of a section": (part("section", border=1), f"{IN}/border"),
    "language of code": (part("preformatted", language="py"), f"{IN}/language"),
    "style of a quote": (part("quote", style="bullet"), f"{IN}/style"),
    "border of 2": (part("quote", border=2), f"{IN}/border"),
    "empty quote": (part("quote", elements=[]), f"{IN}/elements"),
    "list of text": (listed(elements=[WORD]), f"{LEAF}/type"),
    "list of lists": (listed(elements=listed()["elements"]), f"{LEAF}/type"),
    "list of quotes": (listed(elements=part("quote")["elements"]), f"{LEAF}/type"),
    "odd list": (listed(style="roman"), f"{IN}/style"),
    "indent of 9": (listed(indent=9), f"{IN}/indent"),
    "indent of -1": (listed(indent=-1), f"{IN}/indent"),
    "indent in words": (listed(indent="1"), f"{IN}/indent"),
    "offset of -1": (listed(offset=-1), f"{IN}/offset"),
    "offset as truth": (listed(offset=True), f"{IN}/offset"),
    "code with an emoji": (
        part("preformatted", elements=[{"type": "emoji", "name": "x"}]),
        f"{LEAF}/type",
    ),
    "section in a section": (part("section", elements=[SECTION]), f"{LEAF}/type"),
    "unknown leaf": (rich_section({"type": "poem"}), f"{LEAF}/type"),
    "unknown key of a leaf": (rich_section({**WORD, "url": "x"}), f"{LEAF}/url"),
    "link to nowhere": (rich_section({"type": "link", "text": "x"}), f"{LEAF}/url"),
    "link of no words": (
        rich_section({"type": "link", "url": "https://x.org", "text": ""}),
        f"{LEAF}/text",
    ),
    "mark that is no truth": (
        rich_section({**WORD, "style": {"bold": "yes"}}),
        f"{LEAF}/style",
    ),
    "styles as a list": (rich_section({**WORD, "style": ["bold"]}), f"{LEAF}/style"),
    "code as the mark of a mention": (
        rich_section({"type": "user", "user_id": "U1", "style": {"code": True}}),
        f"{LEAF}/style",
    ),
    "broadcast to the world": (
        rich_section({"type": "broadcast", "range": "world"}),
        f"{LEAF}/range",
    ),
    "user of no id": (rich_section({"type": "user"}), f"{LEAF}/user_id"),
    "usergroup of no id": (rich_section({"type": "usergroup"}), f"{LEAF}/usergroup_id"),
    "channel of no id": (rich_section({"type": "channel"}), f"{LEAF}/channel_id"),
    "date of no time": (rich_section({"type": "date", "format": "{date}"}), "/blocks/0"),
}


@pytest.mark.parametrize(("block", "pointer"), FAULTY.values(), ids=FAULTY)
async def test_faulty_rich_text_is_refused(wire: Wire, block: dict[str, Any], pointer: str) -> None:
    """The answer points at the place."""
    answer = (await wire.slack({"channel": "C1", "text": "x", "blocks": [block]})).json()

    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0].endswith(f"[json-pointer:{pointer}]")


EVERY_MARK = {"bold": True, "italic": True, "strike": True, "code": True, "underline": False}
GOOD: dict[str, dict[str, Any]] = {
    "every leaf": rich_section(
        {**WORD, "style": EVERY_MARK},
        {"type": "link", "url": "https://x.org", "text": "x", "unsafe": True, "style": {}},
        {"type": "link", "url": "https://x.org"},
        {"type": "emoji", "name": "wave", "skin_tone": 2, "unicode": "1f44b-1f3fc"},
        {"type": "user", "user_id": "U1", "style": {"bold": True, "client_highlight": True}},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#ff0000"},
        {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x", "url": "https://x.o"},
    ),
    "every part": rich(
        SECTION,
        *listed(style="ordered", indent=8, offset=3, border=1)["elements"],
        *part("preformatted", border=0)["elements"],
        *part("quote", border=1)["elements"],
    ),
    "with an id": {**rich(SECTION), "block_id": "x"},
}


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD)
async def test_rich_text_by_the_published_types_passes(wire: Wire, block: dict[str, Any]) -> None:
    """Every part, every leaf, every style."""
    reply = await wire.slack({"channel": "C1", "text": "x", "blocks": [block]})

    assert reply.json()["ok"], reply.text


@pytest.mark.parametrize(("length", "word"), [(3_300, ""), (3_301, "msg_blocks_too_long")])
async def test_built_up_text_has_a_limit_of_its_own(wire: Wire, length: int, word: str) -> None:
    """9,900 characters in all blocks together, far below that of a whole message."""
    block = rich_section(*[{"type": "text", "text": "x" * length}] * 3)
    reply = await wire.slack({"channel": "C1", "text": "x", "blocks": [block]})

    assert reply.json().get("error", "") == word


def test_a_model_may_know_better() -> None:
    """slack-sdk's own models are asked as well; what they have no model of, they let pass."""
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}

    assert [at for _, at in model_faults(long, "/blocks/0")] == ["/blocks/0"]
    assert list(model_faults({"type": "divider"}, "/blocks/0")) == []
    assert list(model_faults({"type": "poem"}, "/blocks/0")) == []
