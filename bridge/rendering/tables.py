"""Tables where there is no table: lines of equal width for a code block, or a list of labelled values. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bridge.rendering.graphemes import shortened, width
from bridge.rendering.tree import (
    Block,
    Cell,
    Inline,
    Item,
    List,
    Paragraph,
    Quote,
    Table,
    Text,
    bold,
    visible,
)

MAX_LABEL_CHARS = 40  # ours: a label is told again for each row
MAX_LISTED_CELLS = 1_000  # ours: above that a list would be far longer than the table


def adapted(blocks: Sequence[Block], keeps: Callable[[Table], bool]) -> tuple[Block, ...]:
    """Return the blocks with every table that can't be kept as a list instead."""
    changed: list[Block] = []
    for block in blocks:
        match block:
            case Table() if not keeps(block):
                changed.extend(unrolled(block))
            case Quote():
                changed.append(replace(block, blocks=adapted(block.blocks, keeps)))
            case List():
                items = (replace(i, blocks=adapted(i.blocks, keeps)) for i in block.items)
                changed.append(replace(block, items=tuple(items)))
            case _:
                changed.append(block)
    return tuple(changed)


def unrolled(table: Table) -> tuple[Block, ...]:
    """Return the table as a list: an entry for each row, its other cells under its first one."""
    names = [" ".join(visible(cell).split()) for cell in table.header]
    if len(names) * len(table.rows) > MAX_LISTED_CELLS or not table.rows:
        return _joined_rows([table.header, *table.rows])
    labels = [_label(name) for name in names]
    # A label that had to be shortened must still be readable somewhere.
    header = _joined_rows([table.header]) if max(map(len, names)) > MAX_LABEL_CHARS else ()
    items = [_entry(labels, row) for row in table.rows]
    return (*header, List(items=tuple(item for item in items if item.blocks)))


def aligned(
    header: Sequence[str], rows: Sequence[Sequence[str]], alignments: Sequence[str]
) -> list[str]:
    """Return the header, a line under it and the rows, each column as wide as its widest cell."""
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    cells = [header, ["─" * width for width in widths], *rows]
    return ["  ".join(map(_padded, row, widths, alignments)).rstrip() for row in cells]


def _padded(text: str, columns: int, alignment: str) -> str:
    room = columns - width(text)
    left = {"right": room, "center": room // 2}.get(alignment, 0)
    return " " * left + text + " " * (room - left)


def _joined_rows(rows: Sequence[Sequence[Cell]]) -> tuple[Block, ...]:
    return tuple(Paragraph(inlines=joined) for row in rows if visible(joined := _joined_cells(row)))


def _joined_cells(row: Sequence[Cell]) -> tuple[Inline, ...]:
    inlines: list[Inline] = []
    for cell in filter(None, row):
        inlines.extend((Text(text=" | "), *cell))
    return tuple(inlines[1:])


def _entry(labels: Sequence[Cell], row: Sequence[Cell]) -> Item:
    values = [(*label, *cell) for label, cell in zip(labels, row, strict=True) if cell]
    first, others = values[:1], values[1:]
    paragraphs: list[Block] = [Paragraph(inlines=value) for value in first]
    if others:
        items = (Item(blocks=(Paragraph(inlines=value),)) for value in others)
        paragraphs.append(List(items=tuple(items)))
    return Item(blocks=tuple(paragraphs))


def _label(name: str) -> Cell:
    words = Text(text=f"{shortened(name, MAX_LABEL_CHARS)}:")
    return (bold((words,)), Text(text=" ")) if name else ()
