"""Finds messages by NexusGPT's ids: `Marks`, an index that costs the same however much is kept.

The ids are random: for each accepted message, an index of all of them would have another page read
and written. So the newest messages are found in memory. When there are many, they go into the index
in its own order, some at a time, and neighbours share a page. How far they have come is written
with them, so that a start goes on from there.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from zlib import crc32

from bridge.store import marks_statements as sql
from bridge.store.telling import tell

MAX_YOUNG = 32_768  # about 6 MB of memory; up to twice as many are read at a start, in some 100 ms
CHUNK = 64  # go into the index at once: a fraction of a millisecond of the writer's time
#: how many go into the index for each new message: the old ones have gone before there are too many
#: young ones again, and the work is spread evenly
_PACE = 1.125

_Numbers = dict[int, tuple[int, ...]]  # mark -> the numbers of its messages


def mark_of(message_id: str) -> int:
    """Return a number of 32 bits; another id may have the same one."""
    return crc32(message_id.encode())


class Marks:
    """The index, for the owner's writer and its thread, within its transactions.

    After each transaction, call `committed`, or `undo` if it has failed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: what is not in the index: the newest, and what is on its way
        self._young: _Numbers = {}
        self._old: _Numbers = {}
        #: the marks of the old ones; the end goes first
        self._queue: list[int] = []
        #: how many of them should go by now
        self._due = 0.0
        #: what this transaction has put in, brought into the index and forgotten
        self._put: Sequence[tuple[int, int]] = ()
        self._moved = 0
        self._forgotten: list[tuple[int, int]] = []
        #: the newest message of all, and of the old ones. Only what is on disk counts: a start
        #: gives the number of one that failed to another
        self._newest = self._frozen = 0
        self._load()

    def numbers(self, ids: Iterable[str]) -> set[int]:
        """Return the numbers of all messages with these ids, and perhaps of some others."""
        marks = {mark_of(each) for each in ids}
        found = tell(self._connection, sql.MARKED, [(mark,) for mark in marks])
        numbers = {number for (number,) in found}
        for mark in marks:
            numbers.update(self._young.get(mark, ()), self._old.get(mark, ()))
        return numbers

    def put(self, messages: Sequence[tuple[str, int]]) -> None:
        """Take in the ids and numbers of new messages, in order; once in a transaction."""
        self._put = [(mark_of(message_id), number) for message_id, number in messages]
        for mark, number in self._put:
            _add(self._young, mark, number)
        due = self._due + _PACE * len(messages)
        if self._queue and due >= CHUNK:
            self._move(int(due // CHUNK) * CHUNK)

    def forget(self, messages: Sequence[tuple[str, int]]) -> None:
        """Let go of messages that are no more; after `put`."""
        gone = [(mark_of(message_id), number) for message_id, number in messages]
        tell(self._connection, sql.FORGET_MARKS, gone)
        self._forgotten += gone

    def committed(self) -> None:
        """What was done since the last time is on disk."""
        if self._moved:
            for mark in self._queue[-self._moved :]:
                self._old.pop(mark, None)
            del self._queue[-self._moved :]
        for mark, number in self._forgotten:
            _discard(self._young, mark, number)
            _discard(self._old, mark, number)
        if self._put:
            self._newest = self._put[-1][1]
        self._due = self._due - self._moved + _PACE * len(self._put) if self._queue else 0.0
        self._begin()
        self._freeze()

    def undo(self) -> None:
        """What was done since the last time is not on disk."""
        for mark, number in self._put:
            _discard(self._young, mark, number)
        self._begin()

    def _load(self) -> None:
        [(marked, frozen, mark_moved)] = self._connection.execute(sql.MARKED_SO_FAR).fetchall()
        self._newest = self._frozen = max(marked, frozen)
        for number, message_id in self._connection.execute(sql.UNMARKED, (marked,)):
            mark = mark_of(message_id)
            if number > frozen:
                _add(self._young, mark, number)
            elif mark >= mark_moved:
                _add(self._old, mark, number)
            self._newest = max(self._newest, number)
        self._queue = sorted(self._old, reverse=True)
        self._freeze()
        self._due = float(CHUNK)  # however often there is a start, they get on

    def _begin(self) -> None:
        self._put, self._moved, self._forgotten = (), 0, []

    def _move(self, count: int) -> None:
        """Bring so many of the old ones into the index, and write how far they have come."""
        marks = self._queue[-count:]
        rows = [(mark, number) for mark in marks for number in self._old.get(mark, ())]
        tell(self._connection, sql.MARK, rows)
        if count < len(self._queue):
            self._connection.execute(sql.SOME_MARKED, (self._frozen, self._queue[-count - 1]))
        else:
            self._connection.execute(sql.ALL_MARKED, (self._frozen,))
        self._moved = count

    def _freeze(self) -> None:
        """Send the young ones on their way, if there are many and all others have gone."""
        if not self._queue and self._newest - self._frozen >= MAX_YOUNG:
            self._old, self._young = self._young, {}
            self._queue = sorted(self._old, reverse=True)
            self._frozen = self._newest


def _add(numbers: _Numbers, mark: int, number: int) -> None:
    numbers[mark] = (*numbers.get(mark, ()), number)


def _discard(numbers: _Numbers, mark: int, number: int) -> None:
    left = tuple(each for each in numbers.get(mark, ()) if each != number)
    if left:
        numbers[mark] = left
    else:
        numbers.pop(mark, None)
