"""Puts changes on disk, many in one transaction: `Commits` is the only one who writes."""

import itertools
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from bridge.errors import StoreUnavailable
from bridge.store import Arrival, Pruned, Receipt, Revived
from bridge.store import statements as sql
from bridge.store.changes import Change, Parking, Proof, Pruning, Revival, Sight, Unparking
from bridge.store.checkpoints import Checkpoints
from bridge.store.faults import at_work
from bridge.store.files import OpenFile
from bridge.store.moments import stored
from bridge.store.progress import Progress
from bridge.store.pruning import prune, shrink
from bridge.store.revivals import Revivals
from bridge.store.telling import storable, tell

_PAGE_BYTES = 4_096
_NOTHING_TOLD = Receipt(is_duplicate=False)
_NOT_PRUNING = Pruned(messages=-1, after=0, is_done=True)


class Committed(NamedTuple):
    """A change is on disk. A tuple, since one is made for each webhook."""

    #: the number of the message, if one was stored
    number: int | None = None
    #: says something of arrivals only
    receipt: Receipt = _NOTHING_TOLD
    #: says something of revivals only
    revived: tuple[Revived, ...] = ()
    #: says something of prunings only
    pruned: Pruned = _NOT_PRUNING


class Commits:
    """Commits batches of changes. For one thread; `measure` hears of each how many changes it had."""

    def __init__(
        self, file: OpenFile, checkpoints: Checkpoints, measure: Callable[[int], object]
    ) -> None:
        self._measure = measure
        self._path = file.path
        self._connection = file.writer
        self._checkpoints = checkpoints
        self._numbers = itertools.count(file.next_number)
        self._presence = file.presence
        self._marks = file.marks
        self._progress = Progress(file.writer)
        self._revivals = Revivals(file.writer)

    def commit(self, changes: Sequence[Change]) -> list[Committed]:
        """Put all changes on disk, or none and raise. Raises StoreUnavailable if none could pass."""
        before = self._connection.total_changes
        with at_work(self._path):
            if not any(map(self._is_work, changes)):
                return [Committed() for _ in changes]
            with self._transaction():
                committed = self._write(changes)
                self._check_presence()
        self._measure(len(changes))
        # A row dirties about one page, and a body as many as it fills.
        pages = self._connection.total_changes - before + _body_bytes(changes) // _PAGE_BYTES
        # A step of pruning that found none has time for this.
        if any(each.pruned.messages == 0 for each in committed):
            pages += shrink(self._connection)
        self._checkpoints.wrote(pages)
        return committed

    def _is_work(self, change: Change) -> bool:
        """Tell whether there is anything to write: mostly, nobody has asked for a revival."""
        return not isinstance(change, Revival) or self._revivals.is_asked(change.destinations)

    def _check_presence(self) -> None:
        try:
            self._presence.check()
        except StoreUnavailable:
            self._checkpoints.hurry()  # if it is the log that is gone, all else is still saved
            raise

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute(sql.BEGIN)
            yield
            self._connection.execute(sql.COMMIT)
            self._marks.committed()
        except BaseException:
            self._marks.undo()
            with suppress(sqlite3.Error):  # SQLite has rolled back by itself after some errors
                self._connection.execute(sql.ROLLBACK)
            raise

    def _write(self, changes: Sequence[Change]) -> list[Committed]:
        arrivals = [change for change in changes if isinstance(change, Arrival)]
        enqueued = iter(self._enqueue(arrivals))
        if len(arrivals) < len(changes):
            self._progress.write(changes)
        return [
            next(enqueued) if isinstance(change, Arrival) else self._committed(change)
            for change in changes
        ]

    def _committed(self, change: Change) -> Committed:
        if isinstance(change, Pruning):
            return Committed(pruned=prune(self._connection, self._marks, change))
        if isinstance(change, Revival):
            return Committed(revived=self._revivals.carry_out(change))
        if isinstance(change, Parking):
            row = (change.destination, storable(change.reason), stored(change.at))
            self._connection.execute(sql.PARK, row)
        if isinstance(change, Unparking):
            self._connection.execute(sql.UNPARK, (change.destination,))
        if isinstance(change, Sight):
            self._connection.execute(sql.SEE, (stored(change.at),))
        if isinstance(change, Proof):
            self._connection.execute(sql.PROVE)
        return Committed()

    def _enqueue(self, arrivals: Sequence[Arrival]) -> list[Committed]:
        told = self._told({arrival.message_id for arrival in arrivals})
        committed, messages, deliveries = [], [], []
        for arrival in arrivals:
            known = told[arrival.message_id]
            if (revision := known.revisions.get(arrival.fingerprint)) is not None:
                receipt = Receipt(is_duplicate=True, revision=revision)
                committed.append(Committed(receipt=receipt))
                continue
            number = next(self._numbers)
            revision, previous = known.tell(arrival.fingerprint, number)
            messages.append(_message(arrival, number, revision, previous))
            deliveries += [(number, name, route) for name, route in arrival.routed.items()]
            receipt = Receipt(is_duplicate=False, revision=revision)
            committed.append(Committed(receipt=receipt, number=number))
        tell(self._connection, sql.ADD_MESSAGES, messages)
        tell(self._connection, sql.ADD_DELIVERIES, deliveries)
        self._marks.put([(row[1], row[0]) for row in messages])
        return committed

    def _told(self, ids: Collection[str]) -> dict[str, "_Told"]:
        """Return what is known of the messages with these ids."""
        told = {message_id: _Told() for message_id in ids}
        asked = [(number,) for number in sorted(self._marks.numbers(ids))]
        for message_id, fingerprint, revision, number in tell(self._connection, sql.TOLD, asked):
            if message_id in told:
                told[message_id].hear(fingerprint, revision, number)
        return told


class _Told:
    """What is known of the messages with one id."""

    __slots__ = ("newest", "revisions")

    def __init__(self) -> None:
        #: fingerprint -> revision
        self.revisions: dict[bytes, int] = {}
        #: the number of the last one
        self.newest: int | None = None

    def hear(self, fingerprint: bytes, revision: int, number: int) -> None:
        """Take note of a message; they come in order."""
        self.revisions[fingerprint] = revision
        self.newest = number

    def tell(self, fingerprint: bytes, number: int) -> tuple[int, int | None]:
        """Take note of a new message; return its revision, and the number of the one before it."""
        revision, previous = max(self.revisions.values(), default=-1) + 1, self.newest
        self.hear(fingerprint, revision, number)
        return revision, previous


def _message(arrival: Arrival, number: int, revision: int, previous: int | None) -> tuple[Any, ...]:
    return (
        number,
        arrival.message_id,
        revision,
        arrival.chat_id,
        arrival.fingerprint,
        stored(arrival.accepted_at),
        arrival.body,
        previous,
    )


def _body_bytes(changes: Sequence[Change]) -> int:
    return sum(len(change.body) for change in changes if isinstance(change, Arrival))
