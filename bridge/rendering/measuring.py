"""How much room blocks take when written: each block is written once, however often it is asked about. No I/O."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from bridge.rendering.tree import Block

_Size = TypeVar("_Size")
MOST_REMEMBERED = 20_000  # ours: more than the blocks of one post


class Sizes(Generic[_Size]):
    """The sizes of blocks, remembered for each block object."""

    def __init__(self, measure: Callable[[Block], _Size]) -> None:
        self._measure = measure
        # The block is kept with its size: an id is only good as long as its object lives.
        self._known: dict[int, tuple[Block, _Size]] = {}

    def of(self, blocks: Sequence[Block]) -> list[_Size]:
        """Return the size of each block."""
        return [self._of(block) for block in blocks]

    def _of(self, block: Block) -> _Size:
        if (known := self._known.get(id(block))) is not None:
            return known[1]
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        size = self._measure(block)
        self._known[id(block)] = (block, size)
        return size
