"""What stands on the disk: a `Snapshot` of a store whose bridge is dead, read from a copy."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.journal import Mark

#: a message's id and revision, and a destination's name
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A store between two lives."""

    #: how much the platforms had taken by then
    position: int
    #: id and revision of a message -> its number, the order of acceptance
    messages: Mapping[tuple[str, int], int]
    pending: frozenset[Key]
    #: what has ended -> "delivered" or "dead", and why
    ended: Mapping[Key, tuple[str, str]]
    #: each part on record -> "planned", "in doubt" or "confirmed"
    parts: Mapping[Mark, str]
    #: what people have asked to be sent again
    replays: frozenset[Key]
    #: what people have let go of
    discarded: frozenset[Key]
    #: destinations that are gone
    parked: frozenset[str]
    #: what must never be: damage, or rows of a message that is not there
    damage: tuple[str, ...]

    def marks(self, state: str) -> frozenset[Mark]:
        """Return the parts in a state."""
        return frozenset(mark for mark, found in self.parts.items() if found == state)


_ORPHANS = """
SELECT count(*) FROM {table} WHERE message NOT IN (SELECT number FROM message)
"""
_PARKED = "SELECT destination FROM parking"
_NONE = "SELECT '' WHERE FALSE"
_OF_MESSAGES = ("delivery", "part", "history", "attempt", "revival")


def snapshot(store: Path, position: int) -> Snapshot:
    """Read a store that no process has open, and leave it as it is."""
    copy = store.with_name("copy.db")
    for suffix in ("", "-wal"):
        copy.with_name(f"{copy.name}{suffix}").unlink(missing_ok=True)
        if (source := store.with_name(f"{store.name}{suffix}")).exists():
            shutil.copyfile(source, copy.with_name(f"{copy.name}{suffix}"))
    with closing(sqlite3.connect(copy)) as connection:
        return _read(connection, position)


def _read(connection: sqlite3.Connection, position: int) -> Snapshot:
    tables = _columns(connection)
    numbers = {
        number: (id_, revision)
        for number, id_, revision in _rows(connection, tables, "message", "number, id, revision")
    }
    state = "state" if "state" in tables.get("part", ()) else "'confirmed'"
    discarded_at = "discarded_at" if "discarded_at" in tables.get("history", ()) else "NULL"
    return Snapshot(
        position=position,
        messages={told: number for number, told in numbers.items()},
        pending=frozenset(
            (*numbers[number], name)
            for number, name in _rows(connection, tables, "delivery", "message, destination")
        ),
        ended={
            (*numbers[number], name): (ending, reason)
            for number, name, ending, reason in _rows(
                connection, tables, "history", "message, destination, state, reason"
            )
        },
        parts={
            Mark(id=numbers[number][0], revision=numbers[number][1], place=name, part=part): found
            for number, name, part, found in _rows(
                connection, tables, "part", f"message, destination, part, {state}"
            )
        },
        replays=frozenset(
            (*numbers[number], name)
            for number, name in _rows(connection, tables, "revival", "message, destination")
        ),
        discarded=frozenset(
            (*numbers[number], name)
            for number, name, at in _rows(
                connection, tables, "history", f"message, destination, {discarded_at}"
            )
            if at is not None
        ),
        parked=frozenset(
            name for (name,) in connection.execute(_PARKED if "parking" in tables else _NONE)
        ),
        damage=_damage(connection, tables),
    )


def _columns(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {
        name: tuple(row[1] for row in connection.execute(f"PRAGMA table_info({name})"))
        for (name,) in tables
    }


def _rows(
    connection: sqlite3.Connection, tables: Mapping[str, Any], table: str, columns: str
) -> list[Any]:
    """Return the rows of a table; none if there is no such table yet. Orphans count as damage."""
    if table not in tables:
        return []
    known = "" if table == "message" else "WHERE message IN (SELECT number FROM message)"
    return connection.execute(f"SELECT {columns} FROM {table} {known}").fetchall()  # noqa: S608 -- our own words


def _damage(connection: sqlite3.Connection, tables: Mapping[str, Any]) -> tuple[str, ...]:
    said = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
    for table in (each for each in _OF_MESSAGES if each in tables):
        [(count,)] = connection.execute(_ORPHANS.format(table=table))
        said += [f"{count} rows of {table} are of no message"] if count else []
    return tuple(said)
