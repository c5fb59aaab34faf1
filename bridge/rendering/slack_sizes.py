"""How full a Slack post with some blocks is: in Markdown, rich text or plain text, whichever takes most room. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, count
from math import inf
from typing import NamedTuple

from bridge.rendering.links import target
from bridge.rendering.measuring import Sizes
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain
from bridge.rendering.slack_posts import (
    MAX_RICH_TEXT_UNITS,
    MAX_TEXT_UNITS,
    rich_text_units,
    units,
)
from bridge.rendering.slack_rich_text import rich_text
from bridge.rendering.splitting import Fill
from bridge.rendering.tables import adapted
from bridge.rendering.tree import (
    Block,
    Code,
    Emphasis,
    Fence,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    is_heavier,
    visible,
)

# https://docs.slack.dev/reference/block-kit/blocks/table-block
MAX_TABLE_COLUMNS = 20
MAX_TABLE_ROWS = 100
# Slack is known to count a little differently than it says: everything stays somewhat below.
_MARKDOWN_BUDGET_UNITS = 11_500  # of 12,000
_TEXT_BUDGET_UNITS = 39_000  # of 40,000
_MAX_CELL_CHARS = 9_000  # of 10,000
_MAX_ITEMS = 45  # of 50, which are counted after Slack has made its own blocks of the Markdown
MAX_TABLES = 10  # ours: each needs a post of its own
MAX_TABLE_HEADER_CHARS = 1_000  # ours: it is repeated in each part
_OWN = Heading | Rule | Table  # each becomes a block of its own, and so does what is between two
_BOX_UNITS = 8  # a box, an ellipsis and a number in front of an entry
_APART_UNITS = 3  # line ends around a block


def fitted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with every table that Slack would not take as a list instead."""
    tables = count(1)

    def keeps(table: Table) -> bool:
        header = sum(len(visible(cell)) for cell in table.header)
        is_fit = len(table.header) <= MAX_TABLE_COLUMNS and header <= MAX_TABLE_HEADER_CHARS
        return is_fit and next(tables) <= MAX_TABLES

    return adapted(blocks, keeps)


class _Size(NamedTuple):
    markdown_units: int
    rich_text_units: int
    text_units: int
    dividing: int
    tables: int
    tables_too_large: int


_NO_SIZE = _Size(0, 0, 0, 0, 0, tables_too_large=0)
_TOO_LARGE = _Size(MAX_TEXT_UNITS, MAX_TEXT_UNITS, MAX_TEXT_UNITS, 0, 0, tables_too_large=0)


def fill(kept_units: int) -> Fill:
    """Return how full a post is; `kept_units` stay free for the lines above and below a plain one."""
    room = _TEXT_BUDGET_UNITS - kept_units
    sizes = Sizes(partial(_measured, SlackMarkdown(), SlackPlain()))

    def filled(blocks: Sequence[Block]) -> float:
        total = _Size(*map(sum, zip(_NO_SIZE, *sizes.of(blocks), strict=True)))
        items = _runs(blocks) + 2 * total.dividing
        if items > _MAX_ITEMS or total.tables > 1 or total.tables_too_large:
            return inf
        gaps = 2 * (len(blocks) - 1)
        return max(
            (total.markdown_units + gaps) / _MARKDOWN_BUDGET_UNITS,
            total.rich_text_units / MAX_RICH_TEXT_UNITS,
            (total.text_units + gaps) / room,
        )

    return filled


def _runs(blocks: Sequence[Block]) -> int:
    """Return how many blocks Slack makes of the Markdown of these, by what stands at their top."""
    runs, is_running = 0, False
    for block in blocks:
        is_own = isinstance(block, _OWN)
        runs += is_own or not is_running
        is_running = not is_own
    return runs


def _measured(markdown: SlackMarkdown, plain: SlackPlain, block: Block) -> _Size:
    if is_heavier((block,), _MARKDOWN_BUDGET_UNITS):
        return _TOO_LARGE
    inner = list(_within(block))
    tables = [node for node in inner if isinstance(node, Table)]
    if any(len(table.rows) >= MAX_TABLE_ROWS for table in tables):
        return _TOO_LARGE
    return _Size(
        markdown_units=units(markdown.blocks((block,))),
        rich_text_units=_rich_text(block),
        text_units=units(plain.blocks((block,))),
        # Nobody knows whether those inside of others are counted too: they are, to be safe.
        dividing=sum(isinstance(node, _OWN) for node in inner[1:]),
        tables=len(tables),
        tables_too_large=sum(_is_too_large(table, markdown) for table in tables),
    )


def _is_too_large(table: Table, markdown: SlackMarkdown) -> bool:
    cells = chain(table.header, *table.rows)
    return sum(len(markdown.inlines(cell)) for cell in cells) > _MAX_CELL_CHARS


def _within(node: Block | Item) -> Iterator[Block | Item]:
    yield node
    match node:
        case List(items=inner) | Item(blocks=inner) | Quote(blocks=inner):
            for child in inner:
                yield from _within(child)


def _rich_text(block: Block) -> int:
    """Return how many units the block takes in rich text at most; faster than writing it."""
    match block:
        case Heading() | Paragraph():
            return _line(block.inlines) + _APART_UNITS
        case List():
            return sum(_BOX_UNITS + sum(map(_rich_text, item.blocks)) for item in block.items)
        case Fence():
            return units("\n".join(block.lines)) + _APART_UNITS
        case _:
            return rich_text_units(rich_text((block,))) + _APART_UNITS


def _line(inlines: Iterable[Inline]) -> int:
    return sum(map(_inline, inlines))


def _inline(inline: Inline) -> int:
    match inline:
        case Text() | Code():
            return units(inline.text)
        case Strong() | Emphasis() | Strike():
            return _line(inline.inlines)
        case Link(url=url, inlines=(Text(text=text),)):
            return units(address := target(url)) + (units(text) if text != address else 0)
        case Link(url=url, inlines=label):
            return _line(label) + len(target(url)) * _pieces(label)
        case Image(url=url, alt=alt):
            return units(target(url)) + units(alt)
        case _:
            return 1  # a line end; a ping counts nothing


def _pieces(inlines: Iterable[Inline]) -> int:
    """Return how many links a label becomes at most: one for each piece of one style."""
    return sum(
        _pieces(inline.inlines) if isinstance(inline, Strong | Emphasis | Strike) else 1
        for inline in inlines
    )
