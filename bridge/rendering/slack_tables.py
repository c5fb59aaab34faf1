"""Tables where Slack has none, in rich text: aligned lines of code, or else a list or a line for each row. No I/O."""

from bridge.rendering.graphemes import width
from bridge.rendering.plain import Plain
from bridge.rendering.tables import MAX_LABEL_CHARS, aligned, unrolled
from bridge.rendering.tree import Block, Fence, Paragraph, Table, Text, visible

MAX_LINE_COLUMNS = 60  # ours: of characters; a wider table is broken on a narrow screen
MAX_LABELS_CHARS = 2_000  # ours: more labels than that would be more than the table


def laid_out(table: Table) -> tuple[Block, ...]:
    """Return the table as blocks that have no table in them."""
    plain = Plain()
    rows = [
        [" ".join(plain.inlines(cell).split()) for cell in row]
        for row in (table.header, *table.rows)
    ]
    if _columns(rows) <= MAX_LINE_COLUMNS:
        return (Fence(lines=tuple(aligned(rows[0], rows[1:], table.alignments))),)
    labels = sum(min(len(visible(cell)), MAX_LABEL_CHARS) for cell in table.header)
    if labels * len(table.rows) <= MAX_LABELS_CHARS:
        return unrolled(table)
    return (Paragraph(inlines=(Text(text="\n".join(map(" | ".join, rows))),)),)


def _columns(rows: list[list[str]]) -> int:
    widest = (max(map(width, column)) for column in zip(*rows, strict=True))
    return sum(widest) + 2 * (len(rows[0]) - 1)
