"""What stands in the store, for people: `Records` reads it beside the bridge that owns it.

It waits for nobody and makes no file. Dead deliveries have an index of their own, and those of a
message are found by key; what was delivered is read newest first, no further than what is asked
for; the groups of what is pending read all of it.
"""

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bridge.deliveries import State
from bridge.store import Parked, queries
from bridge.store.faults import at_work
from bridge.store.marks import mark_of
from bridge.store.moments import restored, stored
from bridge.store.statements import PARKED
from bridge.store.stories import Attempt, Filter, Group, Part, Record, Replay, Standing, Story
from bridge.store.visits import connected


class Records:
    """Reads what stands in a store. Every method raises StoreUnavailable if it can't be read now."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def groups(self, wanted: Filter) -> list[Group]:
        """Return what the filter leaves, grouped; the largest group of each destination first."""
        groups = [
            _group(state, row)
            for state in wanted.states
            for row in self._rows(queries.groups(state), wanted)
        ]
        return sorted(groups, key=lambda each: (each.destination, each.state, -each.count))

    def page(self, wanted: Filter, *, after: str = "", limit: int) -> list[Record]:
        """Return up to `limit` deliveries, newest first: the first ones, or those after an ID."""
        number, destination = key_of(after) or (queries.MAX_NUMBER, "")
        place = {"number": number, "place": destination, "limit": limit}
        found = [
            [_record(row) for row in self._rows(queries.page(state), wanted, place)]
            for state in wanted.states
        ]
        newest_first = heapq.merge(*found, key=_place, reverse=True)
        return list(islice(newest_first, limit))

    def dead(self, wanted: Filter) -> list[Record]:
        """Return all dead deliveries that the filter leaves, oldest first."""
        every = {"number": queries.MAX_NUMBER, "place": "", "limit": -1}
        rows = self._rows(queries.page(State.DEAD), wanted, every)
        return [_record(row) for row in rows][::-1]

    def parked(self) -> dict[str, Parked]:
        """Return the destinations that are parked."""
        return {
            destination: Parked(reason=reason, since=restored(since))
            for destination, reason, since in self._ask(PARKED, ())
        }

    def named(self, name: str) -> list[Record]:
        """Return the delivery with this ID, or all of the message with this id, oldest first."""
        key = key_of(name)
        numbers: list[tuple[int, str | None]] = [key] if key is not None else []
        found = self._of(numbers)
        asked = {"id": name, "hash": mark_of(name)}
        return found or self._of([(row[0], None) for row in self._ask(queries.MESSAGES, asked)])

    def story(self, record: Record) -> Story:
        """Return all that is known of a delivery."""
        key = (record.number, record.destination)
        [(body, thread)] = self._ask(queries.EVENT, [record.destination, record.number])
        return Story(
            record=record,
            body=body,
            thread=thread,
            parked=self.parked().get(record.destination),
            parts=tuple(_part(row) for row in self._ask(queries.PARTS, key)),
            attempts=tuple(_attempt(row) for row in self._ask(queries.ATTEMPTS, key)),
            replays=tuple(
                _replay(row) for row in self._ask(queries.REPLAYS, (*key, record.destination))
            ),
        )

    def _of(self, keys: Sequence[tuple[int, str | None]]) -> list[Record]:
        return [
            _record(row)
            for number, destination in keys
            for row in self._ask(queries.OF_MESSAGE, {"number": number, "destination": destination})
        ]

    def _rows(self, query: str, wanted: Filter, more: dict[str, Any] | None = None) -> list[Any]:
        values = {
            "destination": wanted.destination,
            "chat": wanted.chat_id,
            "cause": None if wanted.cause is None else wanted.cause.casefold(),
            "since": None if wanted.since is None else stored(wanted.since),
            "until": None if wanted.until is None else stored(wanted.until),
        }
        return self._ask(query, values | (more or {}))

    def _ask(self, query: str, values: Any) -> list[Any]:
        with at_work(self._path):
            return self._connection.execute(query, values).fetchall()


#: of a number in SQLite, which has 64 bits: https://www.sqlite.org/datatype3.html
MAX_DIGITS = 18


def key_of(name: str) -> tuple[int, str] | None:
    """Return the number and the destination that an ID names; None if it can't be one."""
    number, _, destination = name.partition("-")
    is_one = destination and number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    return (int(number), destination) if is_one else None


@contextmanager
def reading(path: Path) -> Iterator[Records]:
    """Read the store at `path` until the context ends. Raises as `connected`."""
    with connected(path) as connection:
        connection.execute("BEGIN")  # so that all that is read is of one moment
        yield Records(connection, path)


def _place(record: Record) -> tuple[int, str]:
    return record.number, record.destination


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else restored(milliseconds)


def _group(state: Standing, row: tuple[Any, ...]) -> Group:
    destination, cause, count, oldest, newest = row
    return Group(
        destination=destination,
        state=state,
        cause=cause,
        count=count,
        oldest=restored(oldest),
        newest=restored(newest),
    )


def _record(row: tuple[Any, ...]) -> Record:
    number, destination, message_id, chat_id, revision, route, *rest = row
    attempts, reason, accepted_at, state, settled_at, discarded_at = rest
    return Record(
        number=number,
        destination=destination,
        message_id=message_id,
        chat_id=chat_id,
        revision=revision,
        route=route,
        state=State(state),
        attempts=attempts,
        reason=reason,
        accepted_at=restored(accepted_at),
        settled_at=_moment(settled_at),
        discarded_at=_moment(discarded_at),
    )


def _part(row: tuple[Any, ...]) -> Part:
    number, state, post_id, channel = row
    return Part(number=number, state=state, post_id=post_id, channel=channel)


def _attempt(row: tuple[Any, ...]) -> Attempt:
    part, at, reason = row
    return Attempt(part=part, at=restored(at), reason=reason)


def _replay(row: tuple[Any, ...]) -> Replay:
    to, asked_at, done_at, revived = row
    return Replay(
        to=to, asked_at=restored(asked_at), done_at=_moment(done_at), revived=bool(revived)
    )
