"""Slack's rules for the built-up blocks, `rich_text` and `table`. No I/O."""

from collections.abc import Iterator
from typing import Any

from bridge.sandbox.slack.checks import Fault, list_faults, text_faults

# https://docs.slack.dev/reference/block-kit/blocks/table-block
MAX_TABLE_ROWS = 100
MAX_TABLE_COLUMNS = 20
MAX_TABLE_CHARS = 10_000
# Not documented; no more than a whole message may hold.
MAX_ELEMENTS = 10_000

#: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block - what each part may hold
_PARTS = {
    "rich_text": {
        "rich_text_section",
        "rich_text_list",
        "rich_text_preformatted",
        "rich_text_quote",
    },
    "rich_text_list": {"rich_text_section"},
}
_LEAVES = {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "color", "date"}
#: the one key that a leaf can't do without
_NEEDED = {"text": "text", "link": "url", "emoji": "name", "user": "user_id", "broadcast": "range"}
_STYLES = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight"}
_STYLES |= {"unlink"}


def rich_text_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    """Check a `rich_text` block or a part of one."""
    elements = block.get("elements")
    if faults := list(list_faults(elements, f"{at}/elements", MAX_ELEMENTS)):
        yield from faults
        return
    if block["type"] == "rich_text_list" and block.get("style") not in ("bullet", "ordered"):
        yield "must be bullet or ordered", f"{at}/style"
    allowed = _PARTS.get(block["type"], _LEAVES)
    for number, element in enumerate(elements or ()):
        place = f"{at}/elements/{number}"
        if element.get("type") not in allowed:
            yield f"unsupported type: {element.get('type')}", f"{place}/type"
        elif allowed is _LEAVES:
            yield from _leaf_faults(element, place)
        else:
            yield from rich_text_faults(element, place)


def _leaf_faults(leaf: dict[str, Any], at: str) -> Iterator[Fault]:
    if (key := _NEEDED.get(leaf["type"])) is not None:
        yield from text_faults(leaf.get(key), f"{at}/{key}", MAX_TABLE_CHARS * 2, least=1)
    style = leaf.get("style", {})
    if not isinstance(style, dict) or not set(style) <= _STYLES:
        yield "unknown style", f"{at}/style"


def table_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    """Check a `table` block."""
    rows = block.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        yield "must be a list of lists", f"{at}/rows"
        return
    yield from size_faults([[_chars(cell) for cell in row] for row in rows], f"{at}/rows")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            yield from _cell_faults(cell, f"{at}/rows/{y}/{x}")


def _cell_faults(cell: object, at: str) -> Iterator[Fault]:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if isinstance(cell, dict) and kind == "rich_text":
        yield from rich_text_faults(cell, at)
    elif isinstance(cell, dict) and kind == "raw_text":
        yield from text_faults(cell.get("text"), f"{at}/text", MAX_TABLE_CHARS)
    else:
        yield f"unsupported type: {kind}", at


def size_faults(cells: list[list[int]], at: str) -> Iterator[Fault]:
    """Check the size of a table, given the length of each of its *cells*."""
    if not 1 <= len(cells) <= MAX_TABLE_ROWS:
        yield f"must have 1 to {MAX_TABLE_ROWS} rows", at
    if any(len(row) > MAX_TABLE_COLUMNS for row in cells):
        yield f"must have no more than {MAX_TABLE_COLUMNS} columns", at
    if sum(map(sum, cells)) > MAX_TABLE_CHARS:
        yield f"must have no more than {MAX_TABLE_CHARS} characters", at


def _chars(cell: object) -> int:
    if isinstance(cell, list):
        return sum(map(_chars, cell))
    if not isinstance(cell, dict):
        return 0
    text = cell.get("text")
    return (len(text) if isinstance(text, str) else 0) + _chars(cell.get("elements"))
