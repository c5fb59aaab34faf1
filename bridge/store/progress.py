"""Writes what lanes have to say of their deliveries, many at once: `Progress`."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from bridge.deliveries import Accepted, Delivery, Form, State
from bridge.store import statements as sql
from bridge.store.changes import Beginning, Change, Confirmation, Postponement, Settlement
from bridge.store.moments import stored
from bridge.store.telling import storable, tell


class Progress:
    """For the owner's writer and its thread, within a transaction of its."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, changes: Sequence[Change]) -> None:
        """Write what lanes say; whatever else changes is not looked at."""
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

    def _begin(self, beginnings: Sequence[Beginning]) -> None:
        planned = [each for each in beginnings if each.plan is not None]
        forms = [(_form(each.form), *_key(each.delivery)) for each in planned]
        self._connection.executemany(sql.UNPLAN, [_key(each.delivery) for each in planned])
        self._connection.executemany(sql.KEEP_FORM, forms)
        tell(self._connection, sql.PLAN, [row for each in planned for row in _plan(each)])
        begun = [(*_key(each.delivery), _next(each.delivery)) for each in beginnings]
        self._connection.executemany(sql.DOUBT, begun)

    def _confirm(self, confirmed: Sequence[tuple[Delivery, Accepted]]) -> None:
        parts, threads = [], []
        for delivery, accepted in confirmed:
            part, key = accepted.confirmed, _key(delivery)
            parts.append((*key, part.part, storable(part.post_id), storable(part.channel)))
            if accepted.thread is not None and accepted.thread != delivery.thread:
                threads.append((*key, storable(accepted.thread)))
        tell(self._connection, sql.CONFIRM, parts)
        tell(self._connection, sql.KEEP_THREADS, threads)

    def _postpone(self, postponements: Sequence[Postponement]) -> None:
        rows = [
            (stored(each.until), storable(each.reason), *_key(each.delivery))
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
                storable(each.reason),
            )
            for each in failures
        ]
        tell(self._connection, sql.FAIL, rows)

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        rows = [
            (
                *_key(each.delivery),
                each.state,
                storable(each.reason),
                stored(each.delivery.accepted_at),
                stored(each.at),
            )
            for each in settlements
        ]
        tell(self._connection, sql.REMEMBER, rows)
        tell(self._connection, sql.REMOVE, [row[:2] for row in rows])
        dead = [each for each in settlements if each.state is State.DEAD]
        self._fail(dead)
        # One that is half sent keeps its plan: sent again, it goes on as it was split.
        unsent = [_key(each.delivery) for each in dead if not each.delivery.confirmed]
        self._connection.executemany(sql.ABANDON, unsent)
        self._connection.executemany(sql.EMPTY, unsent)


def _plan(beginning: Beginning) -> Iterator[tuple[Any, ...]]:
    key, first = _key(beginning.delivery), _next(beginning.delivery)
    for part, step in enumerate(beginning.plan or (), start=first):
        yield (*key, part, "", "", "planned", storable(step))


def _form(form: Form) -> str:
    return json.dumps([field.name for field in fields(form) if getattr(form, field.name)])


def _next(delivery: Delivery) -> int:
    return len(delivery.confirmed) + 1


def _key(delivery: Delivery) -> tuple[int, str]:
    return delivery.number, delivery.destination
