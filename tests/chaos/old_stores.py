"""A store that an earlier version of the bridge left, with a plan's first events pending in it."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.chaos.plans import Event, Plan

_KEPT = Path(__file__).parents[1] / "store" / "kept"


def make_old_store(path: Path, plan: Plan) -> None:
    """Make the store that the plan begins with."""
    script = (_KEPT / f"schema_{plan.old_schema}.sql").read_text()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)
        _clear(connection)
        for number, event in enumerate(plan.events[: plan.old_events], start=1):
            names = [place.name for place in plan.places]
            _insert(connection, number, event, names)


def _clear(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names


def _insert(
    connection: sqlite3.Connection, number: int, event: Event, names: Sequence[str]
) -> None:
    connection.execute(
        "INSERT INTO message (number, id, revision, chat_id, fingerprint, accepted_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            event.id,
            event.revision,
            event.chat,
            f"old {number}".encode(),
            int(time.time() * 1000),
            event.body,
        ),
    )
    connection.executemany(
        "INSERT INTO delivery (message, destination, route) VALUES (?, ?, 'old')",
        [(number, name) for name in names],
    )
