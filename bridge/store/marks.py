"""Finds messages by NexusGPT's ids: `Marks`, an index that costs the same however much is kept.

The ids are random: for each accepted message, an index of all of them would have another page read
and written. So the newest messages are found in memory. When there are many, they go into the index
in its own order, some at a time, and neighbours share a page.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from zlib import crc32

from bridge.store import marks_statements as sql
from bridge.store.telling import tell

MAX_YOUNG = 32_768  # about 5 MB of memory; up to twice as many are read at a start, in some 100 ms
CHUNK = 256  # go into the index at once: less than a millisecond of the writer's time
#: how many go into the index for each new message: the old ones have gone long before there are
#: too many young ones again
_PACE = 2

Young = dict[int, tuple[int, ...]]  # mark -> the numbers of its messages


def mark_of(message_id: str) -> int:
    """Return a number of 32 bits; another id may have the same one."""
    return crc32(message_id.encode())


class Marks:
    """The index, for the owner's writer and its thread, within its transactions.

    After each transaction, call `committed`, or `undo` if it has failed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._young: Young = {}
        #: what goes into the index now, what of it has not yet, and the newest of its messages
        self._old: Young = {}
        self._queue: list[int] = []
        self._newest_old = 0
        self._due = 0
        #: what the transaction has done: marks put in, taken out, and brought into the index
        self._put: list[tuple[int, int]] = []
        self._forgotten: list[tuple[int, int]] = []
        self._gone = 0
        for number, message_id in connection.execute(sql.UNMARKED):
            _add(self._young, mark_of(message_id), number)
        self._freeze()

    def numbers(self, ids: Iterable[str]) -> set[int]:
        """Return the numbers of all messages with these ids, and perhaps of some others."""
        marks = {mark_of(each) for each in ids}
        found = tell(self._connection, sql.MARKED, [(mark,) for mark in marks])
        numbers = {number for (number,) in found}
        for mark in marks:
            numbers.update(self._young.get(mark, ()), self._old.get(mark, ()))
        return numbers

    def put(self, messages: Sequence[tuple[str, int]]) -> None:
        """Take in the ids and numbers of new messages."""
        put = [(mark_of(message_id), number) for message_id, number in messages]
        for mark, number in put:
            _add(self._young, mark, number)
        self._put += put
        self._due += _PACE * len(messages)
        if self._queue and self._due >= CHUNK:
            self._move(self._queue[-CHUNK:])

    def forget(self, messages: Sequence[tuple[str, int]]) -> None:
        """Let go of the ids and numbers of some messages."""
        forgotten = [(mark_of(message_id), number) for message_id, number in messages]
        tell(self._connection, sql.FORGET_MARKS, forgotten)
        self._forgotten += forgotten

    def committed(self) -> None:
        """What was put in and let go of since the last time is on disk."""
        for mark, number in self._forgotten:
            _remove(self._young, mark, number)
            _remove(self._old, mark, number)
        if self._gone:
            del self._queue[-self._gone :]
            self._due = 0
        if not self._queue:
            self._old = {}
            self._freeze()
        self._put, self._forgotten, self._gone = [], [], 0

    def undo(self) -> None:
        """What was put in and let go of since the last time is not on disk."""
        for mark, number in self._put:
            _remove(self._young, mark, number)
        self._put, self._forgotten, self._gone = [], [], 0

    def _move(self, marks: Sequence[int]) -> None:
        """Bring some old ones into the index."""
        rows = [(mark, number) for mark in marks for number in self._old.get(mark, ())]
        tell(self._connection, sql.MARK, rows)
        self._gone = len(marks)
        if self._gone == len(self._queue):
            self._connection.execute(sql.ALL_MARKED, (self._newest_old,))

    def _freeze(self) -> None:
        if len(self._young) >= MAX_YOUNG:
            self._old, self._young = self._young, {}
            self._newest_old = max(max(numbers) for numbers in self._old.values())
            self._queue = sorted(self._old, reverse=True)  # its end goes first


def _add(young: Young, mark: int, number: int) -> None:
    young[mark] = (*young.get(mark, ()), number)


def _remove(young: Young, mark: int, number: int) -> None:
    left = tuple(each for each in young.pop(mark, ()) if each != number)
    if left:
        young[mark] = left
