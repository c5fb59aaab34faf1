"""What is known about nodes: each is written and measured once, however often it is asked about. No I/O."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from bridge.rendering.tree import Block

_Node = TypeVar("_Node")
_Known = TypeVar("_Known")
_Size = TypeVar("_Size")
MOST_REMEMBERED = 20_000  # ours: more than the nodes of one post


class Memory(Generic[_Node, _Known]):
    """What was found out about node objects, remembered for each of them."""

    def __init__(self, find: Callable[[_Node], _Known]) -> None:
        self._find = find
        # The node is kept with what is known: an id is only good as long as its object lives.
        self._known: dict[int, tuple[_Node, _Known]] = {}

    def of(self, node: _Node) -> _Known:
        """Return what is known about the node; finds it out the first time."""
        if (known := self._known.get(id(node))) is not None:
            return known[1]
        found = self._find(node)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[id(node)] = (node, found)
        return found


class Sizes(Generic[_Size]):
    """The sizes of blocks, remembered for each block object."""

    def __init__(self, measure: Callable[[Block], _Size]) -> None:
        self._known: Memory[Block, _Size] = Memory(measure)

    def of(self, blocks: Sequence[Block]) -> list[_Size]:
        """Return the size of each block."""
        return [self._known.of(block) for block in blocks]
