"""The pings that a destination's `mentions` allow: `opened` finds them in a tree and makes them live. No I/O."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from bridge.rendering.tree import (
    Block,
    Emphasis,
    Heading,
    Inline,
    List,
    Mention,
    Paragraph,
    Quote,
    Row,
    Strike,
    Strong,
    Table,
    Text,
)

#: groups of people, whose names are the same in capitals; ids are not
GROUPS = frozenset({"everyone", "here", "channel"})

_Open = Callable[[str], Iterator[Inline]]


def opened(
    blocks: tuple[Block, ...], allowed: Collection[str], tokens: re.Pattern[str]
) -> tuple[Block, ...]:
    """Return the blocks with each token in their text that is allowed as a Mention.

    `tokens` matches a platform's tokens whole; its group 1 is the id, or the name of a group of
    people, that must be in `allowed`. What stands in code, in a link or in a picture's name is left
    as it is, and so is a token that is partly bold or the like.
    """
    if not allowed:
        return blocks
    names = frozenset(allowed)
    return _blocks(blocks, lambda text: _pieces(text, names, tokens))


def _pieces(text: str, allowed: frozenset[str], tokens: re.Pattern[str]) -> Iterator[Inline]:
    end = 0
    for found in tokens.finditer(text):
        if _name(found[1]) not in allowed:
            continue
        if found.start() > end:
            yield Text(text=text[end : found.start()])
        yield Mention(token=found[0])
        end = found.end()
    if end < len(text):
        yield Text(text=text[end:])


def _name(told: str) -> str:
    return name if (name := told.casefold()) in GROUPS else told


def _blocks(blocks: Iterable[Block], open_: _Open) -> tuple[Block, ...]:
    return tuple(_block(block, open_) for block in blocks)


def _block(block: Block, open_: _Open) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, inlines=_inlines(block.inlines, open_))
        case List():
            items = (replace(item, blocks=_blocks(item.blocks, open_)) for item in block.items)
            return replace(block, items=tuple(items))
        case Quote():
            return replace(block, blocks=_blocks(block.blocks, open_))
        case Table():
            rows = tuple(_row(row, open_) for row in block.rows)
            return replace(block, header=_row(block.header, open_), rows=rows)
        case _:
            return block


def _row(row: Row, open_: _Open) -> Row:
    return tuple(_inlines(cell, open_) for cell in row)


def _inlines(inlines: Iterable[Inline], open_: _Open) -> tuple[Inline, ...]:
    return tuple(chain.from_iterable(_inline(inline, open_) for inline in inlines))


def _inline(inline: Inline, open_: _Open) -> Iterable[Inline]:
    match inline:
        case Text():
            return open_(inline.text)
        case Strong() | Emphasis() | Strike():
            return (type(inline)(inlines=_inlines(inline.inlines, open_)),)
        case _:
            return (inline,)
