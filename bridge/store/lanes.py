"""The order in memory: for each destination the numbers of its pending messages. No I/O."""

import asyncio
from array import array
from collections.abc import Iterable, Mapping

from bridge.errors import StoreUnavailable

_MAX_DROPPED = 1_024  # kept in an array's beginning, or half of it: to close the gap moves the rest


class Lanes:
    """One queue of message numbers per destination. Belongs to one event loop."""

    def __init__(self, pending: Iterable[tuple[str, int]] = ()) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._is_open = True
        for destination, number in pending:
            self.append(destination, number)

    def counts(self) -> Mapping[str, int]:
        """Return how many numbers each lane holds; none with 0."""
        return {name: len(lane) for name, lane in self._lanes.items() if lane}

    def heads(self) -> list[tuple[str, int]]:
        """Return each lane's name and first number; not those of empty ones."""
        return [(name, lane.head) for name, lane in self._lanes.items() if lane]

    def append(self, destination: str, number: int) -> None:
        """Put a number at a lane's end, and wake those who wait for its head."""
        lane = self._lane(destination)
        lane.append(number)
        lane.changed.set()

    def drop(self, destination: str, number: int) -> None:
        """Take the number away if it is the head of the lane."""
        lane = self._lane(destination)
        if lane and lane.head == number:
            lane.drop()

    async def head(self, destination: str) -> int:
        """Return a lane's first number; wait until there is one.

        Raises StoreUnavailable when the lanes are closed.
        """
        lane = self._lane(destination)
        while self._is_open and not lane:
            lane.changed.clear()
            await lane.changed.wait()
        if not self._is_open:
            raise StoreUnavailable("the store is closed")
        return lane.head

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
    """The numbers of one destination, oldest first: in an array, since there may be a million."""

    __slots__ = ("_first", "_numbers", "changed")

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._numbers = array("q")
        #: those before it were dropped
        self._first = 0

    def __len__(self) -> int:
        return len(self._numbers) - self._first

    @property
    def head(self) -> int:
        """The first number; there has to be one."""
        return self._numbers[self._first]

    def append(self, number: int) -> None:
        """Put a number at the end."""
        self._numbers.append(number)

    def drop(self) -> None:
        """Take the first number away."""
        self._first += 1
        if self._first >= _MAX_DROPPED and self._first * 2 >= len(self._numbers):
            del self._numbers[: self._first]
            self._first = 0
