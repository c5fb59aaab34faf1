"""Tree -> parts: `split` fills each part and ends it at the best border; no word is ever lost or cut off. No I/O.

The borders, best first: before a block, an entry of a list, a row of a table, a line of code; then
after a sentence, a word, a character. A part that is half empty takes the front of what comes next.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bridge.rendering.cutting import cut_inlines, cut_text, longest
from bridge.rendering.plain import Plain
from bridge.rendering.tables import adapted
from bridge.rendering.tree import (
    Block,
    Fence,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Table,
    Text,
)

#: How much of a post the blocks take, all that is sent counted in: above 1 they don't fit.
Fill = Callable[[Sequence[Block]], float]
# Blocks, entries of a list, rows of a table, lines of code or inlines: always one kind of them.
_Pieces = tuple[Any, ...]
_Halves = tuple[_Pieces, _Pieces]
_ENOUGH = 0.5  # a part at least this full may end although what comes next could be cut
_INSIDE = {
    Heading: "inlines",
    Paragraph: "inlines",
    Quote: "blocks",
    Item: "blocks",
    List: "items",
    Fence: "lines",
    Table: "rows",
}


def split(blocks: Sequence[Block], fill: Fill) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks in parts that each fit into one post, in order."""
    parts: list[tuple[Block, ...]] = []
    rest = tuple(blocks)
    while rest:
        part, back = _taken(rest, fill)
        if not part and (looser := _loosened(rest[0])) != rest[:1]:
            rest = (*looser, *rest[1:])
            continue
        # Where not even a letter fits, too long is better than lost.
        parts.append(part or rest[:1])
        rest = back if part else rest[1:]
    return tuple(parts)


def _taken(pieces: _Pieces, fill: Callable[[_Pieces], float], *, is_alone: bool = True) -> _Halves:
    """Return the pieces that go into this part, and those that don't; `is_alone` if nothing else is in it."""
    count = longest(len(pieces), lambda count: fill(pieces[:count]))
    if count == len(pieces):
        return pieces, ()
    end = count
    while end and isinstance(pieces[end - 1], Heading):
        end -= 1  # a heading stays with what follows it
    if not end or fill(pieces[:end]) < _ENOUGH:
        is_first = is_alone and count == 0
        front, back = _cut(
            pieces[count], lambda piece: fill((*pieces[:count], piece)), is_alone=is_first
        )
        if front:
            return (*pieces[:count], *front), (*back, *pieces[count + 1 :])
    end = end or count
    return pieces[:end], pieces[end:]


def _cut(piece: Any, fill: Callable[[Any], float], *, is_alone: bool) -> _Halves:
    """Return what of the piece goes into this part, and what doesn't."""
    if isinstance(piece, str):
        text, more = cut_text(piece, fill, in_words=is_alone)
        return ((text,), (more,)) if text else ((), (piece,))
    if (inside := _INSIDE.get(type(piece))) is None:
        return (), (piece,)
    some = partial(_with, piece, inside)
    if inside == "inlines":
        front, back = cut_inlines(
            piece.inlines, lambda pieces: fill(some(pieces)), in_words=is_alone
        )
    else:
        front, back = _taken(
            getattr(piece, inside), lambda pieces: fill(some(pieces)), is_alone=is_alone
        )
    if not front:
        return (), (piece,)
    return (some(front),), (_continued(some(back), len(front)),) if back else ()


def _with(piece: Any, inside: str, pieces: Sequence[Any]) -> Any:
    return replace(piece, **{inside: tuple(pieces)})


def _continued(rest: Any, taken: int) -> Any:
    """Return the rest of a piece so that it is seen to be one, when so many pieces of it are gone."""
    match rest:
        case Item():
            return replace(rest, continued=True)
        case List(start=int(start)):
            return replace(rest, start=start + taken - rest.items[0].continued)
        case _:
            return rest


def _loosened(block: Block) -> tuple[Block, ...]:
    """Return a block of which not the smallest piece fits, with less structure around it."""
    if (unrolled := adapted((block,), lambda _: False)) != (block,):
        return unrolled
    return (Paragraph(inlines=(Text(text=Plain().blocks((block,))),)),)
