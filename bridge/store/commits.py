"""Puts changes on disk, many in one transaction: `Commits` is the only one who writes."""

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import Any, NamedTuple

from bridge.deliveries import Accepted, Delivery, Form, State
from bridge.store import Arrival, Pruned, Receipt, Revived
from bridge.store import statements as sql
from bridge.store.changes import (
    Beginning,
    Change,
    Confirmation,
    Postponement,
    Pruning,
    Revival,
    Settlement,
)
from bridge.store.checkpoints import Checkpoints
from bridge.store.faults import at_work
from bridge.store.files import OpenFile
from bridge.store.moments import stored
from bridge.store.pruning import prune, shrink
from bridge.store.revivals import Revivals

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
    """Commits batches of changes. For one thread."""

    def __init__(self, file: OpenFile, checkpoints: Checkpoints) -> None:
        self._path = file.path
        self._connection = file.writer
        self._checkpoints = checkpoints
        self._numbers = itertools.count(file.next_number)
        self._revivals = Revivals(file.writer)

    def commit(self, changes: Sequence[Change]) -> list[Committed]:
        """Put all changes on disk, or none and raise. Raises StoreUnavailable if none could pass."""
        before = self._connection.total_changes
        with at_work(self._path):
            if not any(map(self._is_work, changes)):
                return [Committed() for _ in changes]
            with self._transaction():
                committed = self._write(changes)
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

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute(sql.BEGIN)
            yield
            self._connection.execute(sql.COMMIT)
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite has rolled back by itself after some errors
                self._connection.execute(sql.ROLLBACK)
            raise

    def _write(self, changes: Sequence[Change]) -> list[Committed]:
        arrivals = [change for change in changes if isinstance(change, Arrival)]
        enqueued = iter(self._enqueue(arrivals))
        if len(arrivals) < len(changes):
            self._deliver(changes)
        return [
            next(enqueued) if isinstance(change, Arrival) else self._committed(change)
            for change in changes
        ]

    def _committed(self, change: Change) -> Committed:
        if isinstance(change, Pruning):
            return Committed(pruned=prune(self._connection, change))
        if isinstance(change, Revival):
            return Committed(revived=self._revivals.carry_out(change))
        return Committed()

    def _deliver(self, changes: Sequence[Change]) -> None:
        """Write what the lanes have to say."""
        self._begin([change for change in changes if isinstance(change, Beginning)])
        self._confirm(
            [
                (change.delivery, change.accepted)
                for change in changes
                if isinstance(change, Confirmation | Settlement) and change.accepted is not None
            ]
        )
        self._postpone([change for change in changes if isinstance(change, Postponement)])
        self._settle([change for change in changes if isinstance(change, Settlement)])

    def _enqueue(self, arrivals: Sequence[Arrival]) -> list[Committed]:
        told: dict[str, dict[bytes, int]] = {arrival.message_id: {} for arrival in arrivals}
        for message_id, fingerprint, revision in self._tell(sql.TOLD, [(key,) for key in told]):
            told[message_id][fingerprint] = revision
        committed, messages, deliveries = [], [], []
        for arrival in arrivals:
            known = told[arrival.message_id]
            if (revision := known.get(arrival.fingerprint)) is not None:
                receipt = Receipt(is_duplicate=True, revision=revision)
                committed.append(Committed(receipt=receipt))
                continue
            revision = known[arrival.fingerprint] = max(known.values(), default=-1) + 1
            number = next(self._numbers)
            messages.append(_message(arrival, number, revision))
            deliveries += [(number, name, route) for name, route in arrival.routed.items()]
            receipt = Receipt(is_duplicate=False, revision=revision)
            committed.append(Committed(receipt=receipt, number=number))
        self._tell(sql.ADD_MESSAGES, messages)
        self._tell(sql.ADD_DELIVERIES, deliveries)
        return committed

    def _begin(self, beginnings: Sequence[Beginning]) -> None:
        planned = [each for each in beginnings if each.plan is not None]
        forms = [(_form(each.form), *_key(each.delivery)) for each in planned]
        self._connection.executemany(sql.UNPLAN, [_key(each.delivery) for each in planned])
        self._connection.executemany(sql.KEEP_FORM, forms)
        self._tell(sql.PLAN, [row for each in planned for row in _plan(each)])
        begun = [(*_key(each.delivery), _next(each.delivery)) for each in beginnings]
        self._connection.executemany(sql.DOUBT, begun)

    def _confirm(self, confirmed: Sequence[tuple[Delivery, Accepted]]) -> None:
        parts, threads = [], []
        for delivery, accepted in confirmed:
            part, key = accepted.confirmed, _key(delivery)
            parts.append((*key, part.part, _storable(part.post_id), _storable(part.channel)))
            if accepted.thread is not None and accepted.thread != delivery.thread:
                threads.append((*key, _storable(accepted.thread)))
        self._tell(sql.CONFIRM, parts)
        self._tell(sql.KEEP_THREADS, threads)

    def _postpone(self, postponements: Sequence[Postponement]) -> None:
        rows = [
            (stored(each.until), _storable(each.reason), *_key(each.delivery))
            for each in postponements
        ]
        self._connection.executemany(sql.POSTPONE, rows)
        self._fail(postponements)
        sure = [_key(each.delivery) for each in postponements if not each.in_doubt]
        self._connection.executemany(sql.TRUST, sure)

    def _fail(self, failures: Sequence[Postponement | Settlement]) -> None:
        rows = [
            (
                *_key(each.delivery),
                each.delivery.attempts + 1,
                _next(each.delivery),
                stored(each.at),
                _storable(each.reason),
            )
            for each in failures
        ]
        self._tell(sql.FAIL, rows)

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        rows = [
            (
                *_key(each.delivery),
                each.state,
                _storable(each.reason),
                stored(each.delivery.accepted_at),
                stored(each.at),
            )
            for each in settlements
        ]
        self._tell(sql.REMEMBER, rows)
        self._tell(sql.REMOVE, [row[:2] for row in rows])
        dead = [each for each in settlements if each.state is State.DEAD]
        self._fail(dead)
        # One that is half sent keeps its plan: sent again, it goes on as it was split.
        unsent = [_key(each.delivery) for each in dead if not each.delivery.confirmed]
        self._connection.executemany(sql.ABANDON, unsent)
        self._connection.executemany(sql.EMPTY, unsent)

    def _tell(self, many: sql.Many, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        answers = []
        for statement, values in many.calls(rows):
            answers += self._connection.execute(statement, values).fetchall()
        return answers


def _message(arrival: Arrival, number: int, revision: int) -> tuple[Any, ...]:
    return (
        number,
        arrival.message_id,
        revision,
        arrival.chat_id,
        arrival.fingerprint,
        stored(arrival.accepted_at),
        arrival.body,
    )


def _plan(beginning: Beginning) -> Iterator[tuple[Any, ...]]:
    key, first = _key(beginning.delivery), _next(beginning.delivery)
    for part, step in enumerate(beginning.plan or (), start=first):
        yield (*key, part, "", "", "planned", _storable(step))


def _form(form: Form) -> str:
    return json.dumps([field.name for field in fields(form) if getattr(form, field.name)])


def _next(delivery: Delivery) -> int:
    return len(delivery.confirmed) + 1


def _key(delivery: Delivery) -> tuple[int, str]:
    return delivery.number, delivery.destination


def _body_bytes(changes: Sequence[Change]) -> int:
    return sum(len(change.body) for change in changes if isinstance(change, Arrival))


def _storable(words: str) -> str:
    # What a platform says may hold halves of characters, which no UTF-8 has; it must not be lost
    # for that, since a lane goes on only when an outcome is on record.
    return words.encode("utf-8", "replace").decode()
