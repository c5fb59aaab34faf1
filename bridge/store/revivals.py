"""What is dead becomes pending again: a command asks for it in a table, the store's owner does it.

The two are different processes, and only the owner moves deliveries: a command that is killed, or
run twice, leaves requests that are carried out once.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bridge.store import Revived
from bridge.store import statements as sql
from bridge.store.changes import Revival
from bridge.store.faults import at_work
from bridge.store.moments import stored
from bridge.store.visits import connected

#: how many deliveries become pending in one transaction: what else is written waits for them
MAX_REVIVED = 100

# Ask for a dead delivery, unless it is asked for, or waits or was delivered where it shall go.
_ASK = """
INSERT OR IGNORE INTO revival (message, source, destination, asked_at)
SELECT message, destination, :to, :at FROM history AS dead
WHERE message = :message AND destination = :source AND state = 'dead'
    AND NOT EXISTS (SELECT 1 FROM delivery
                    WHERE delivery.message = dead.message AND delivery.destination = :to)
    AND NOT EXISTS (SELECT 1 FROM history AS there
                    WHERE there.message = dead.message AND there.destination = :to
                        AND there.state = 'delivered')
"""

# How many requests wait.
_LEFT = "SELECT count(*) FROM revival WHERE done_at IS NULL AND number BETWEEN ? AND ?"

# The next requests for destinations that have a lane, in the order of asking.
_WAITING = """
SELECT revival.number, message, source, destination,
    (SELECT id FROM message WHERE message.number = revival.message)
FROM revival INDEXED BY revival_waiting
WHERE done_at IS NULL AND destination IN (SELECT value FROM json_each(?))
ORDER BY revival.number LIMIT ?
"""

# A delivery that is half sent goes on in its form; any other is rendered as if it were new.
_REVIVE = """
INSERT OR IGNORE INTO delivery (message, destination, route, replayed_at, form)
SELECT dead.message, :to, dead.route, :at,
    coalesce((SELECT there.form FROM history AS there
              WHERE there.message = dead.message AND there.destination = :to
                  AND EXISTS (SELECT 1 FROM part
                              WHERE part.message = dead.message AND part.destination = :to
                                  AND part.state = 'confirmed')), '[]')
FROM history AS dead CROSS JOIN message ON message.number = dead.message
WHERE dead.message = :message AND dead.destination = :source AND dead.state = 'dead'
    AND NOT EXISTS (SELECT 1 FROM history AS there
                    WHERE there.message = dead.message AND there.destination = :to
                        AND there.state = 'delivered')
"""

# What is pending is no history.
_FORGET = "DELETE FROM history WHERE message = :message AND destination = :to"

# A part in doubt was left to a person, who has decided that it is sent again.
_TRUST = """
UPDATE part SET state = 'planned'
WHERE message = :message AND destination = :to AND state = 'in doubt'
"""

# The attempts so far stay on record below 1, since the next ones are counted from 1 again.
_COUNT_AGAIN = """
UPDATE attempt SET number = number - (SELECT max(number) FROM attempt AS latest
    WHERE latest.message = :message AND latest.destination = :to)
WHERE message = :message AND destination = :to
"""

_DONE = "UPDATE revival SET done_at = ?, revived = ? WHERE number = ?"


class Revivals:
    """Carries out requests. For the owner's writer and its thread, within a transaction of its."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_asked(self, destinations: Collection[str]) -> bool:
        """Tell whether a request waits: a look at an index that holds only what waits."""
        return bool(self._waiting(destinations, 1))

    def carry_out(self, revival: Revival) -> tuple[Revived, ...]:
        """Make the next deliveries pending that are still dead; return them."""
        revived, at = [], stored(revival.at)
        waiting = self._waiting(revival.destinations, MAX_REVIVED)
        for number, message, source, to, message_id in waiting:
            key = {"message": message, "source": source, "to": to, "at": at}
            is_revived = self._connection.execute(_REVIVE, key).rowcount > 0
            if is_revived:
                for statement in (_FORGET, _TRUST, _COUNT_AGAIN):
                    self._connection.execute(statement, key)
                revived.append(Revived(message_id, message, to, source))
            self._connection.execute(_DONE, (at, is_revived, number))
        return tuple(revived)

    def _waiting(self, destinations: Collection[str], limit: int) -> list[Any]:
        named = orjson.dumps(list(destinations)).decode()
        return self._connection.execute(_WAITING, (named, limit)).fetchall()


class Wanted(NamedTuple):
    """A dead delivery that a person wants sent."""

    #: the number of its message
    number: int
    #: where it is dead
    source: str
    #: where it shall go
    to: str


@contextmanager
def requesting(path: Path) -> Iterator["Requests"]:
    """Write requests to the store at `path`, which another process may own, until the context ends.

    Raises as `bridge.store.visits.connected`.
    """
    with connected(path, writable=True) as connection:
        yield Requests(connection, path)


class Requests:
    """Writes requests. Every method raises StoreUnavailable if that can't be done now."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def ask(self, wanted: Sequence[Wanted], *, at: datetime) -> range:
        """Ask for these in one short transaction, all or none.

        Returns the numbers of the requests; those that can't be needed any more get none.
        """
        with at_work(self._path), self._connection:
            self._connection.execute(sql.BEGIN)
            first = self._next()
            self._connection.executemany(_ASK, [_row(each, stored(at)) for each in wanted])
            return range(first, self._next())

    def left(self, asked: range) -> int:
        """Return how many of these requests still wait for the bridge."""
        with at_work(self._path):
            [(left,)] = self._connection.execute(_LEFT, (asked.start, asked.stop - 1)).fetchall()
        return int(left)

    def _next(self) -> int:
        [(number,)] = self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM revival")
        return int(number)


def _row(wanted: Wanted, at: int) -> dict[str, Any]:
    return {"message": wanted.number, "source": wanted.source, "to": wanted.to, "at": at}
