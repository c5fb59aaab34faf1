"""The order in memory: for each destination the numbers of its pending messages. No I/O."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping

from bridge.errors import StoreUnavailable


class Lanes:
    """One queue of message numbers per destination. Belongs to one event loop."""

    def __init__(self, pending: Iterable[tuple[str, int]] = ()) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._is_open = True
        for destination, number in pending:
            self.append(destination, number)

    def counts(self) -> Mapping[str, int]:
        """Return how many numbers each lane holds; none with 0."""
        return {name: len(lane.numbers) for name, lane in self._lanes.items() if lane.numbers}

    def heads(self) -> list[tuple[str, int]]:
        """Return each lane's name and first number; not those of empty ones."""
        return [(name, lane.numbers[0]) for name, lane in self._lanes.items() if lane.numbers]

    def append(self, destination: str, number: int) -> None:
        """Put a number at a lane's end, and wake those who wait for its head."""
        lane = self._lane(destination)
        lane.numbers.append(number)
        lane.changed.set()

    def drop(self, destination: str, number: int) -> None:
        """Take the number away if it is the head of the lane."""
        lane = self._lane(destination)
        if lane.numbers and lane.numbers[0] == number:
            lane.numbers.popleft()

    async def head(self, destination: str) -> int:
        """Return a lane's first number; wait until there is one.

        Raises StoreUnavailable when the lanes are closed.
        """
        lane = self._lane(destination)
        while self._is_open and not lane.numbers:
            lane.changed.clear()
            await lane.changed.wait()
        if not self._is_open:
            raise StoreUnavailable("the store is closed")
        return lane.numbers[0]

    def close(self) -> None:
        """Send away all who wait, now and later."""
        self._is_open = False
        for lane in self._lanes.values():
            lane.changed.set()

    def _lane(self, destination: str) -> "_Lane":
        if (lane := self._lanes.get(destination)) is None:
            lane = self._lanes[destination] = _Lane()
        return lane


class _Lane:
    """The numbers of one destination, oldest first."""

    __slots__ = ("changed", "numbers")

    def __init__(self) -> None:
        self.numbers: deque[int] = deque()
        self.changed = asyncio.Event()
