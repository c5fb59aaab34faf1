"""Slack's rules for tables: `table` blocks, and the pipe tables of `markdown` blocks. No I/O."""

from collections.abc import Iterator
from typing import Any

from bridge.sandbox.slack.checks import Fault, text_faults
from bridge.sandbox.slack.rich_text import rich_text_faults, text_of

# https://docs.slack.dev/reference/block-kit/blocks/table-block
MAX_TABLE_ROWS = 100
MAX_TABLE_COLUMNS = 20
MAX_TABLE_CHARS = 10_000


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
    return sum(map(len, text_of(cell)))
