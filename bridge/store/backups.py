"""A copy of a store, made while its bridge runs: `back_up`, which is done once the copy is checked.

The copy is of one moment and one file. SQLite's own backup calls would begin anew with each commit
of the bridge; `VACUUM INTO` reads one snapshot: https://www.sqlite.org/lang_vacuum.html#vacuuminto
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bridge.errors import StoreUnusable
from bridge.store.faults import at_opening, at_work
from bridge.store.visits import connected

_OWNER_ONLY = 0o600

_COUNT = """
SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM delivery),
       (SELECT count(*) FROM history WHERE state = 'dead' AND discarded_at IS NULL)
"""


class Copied(NamedTuple):
    """What is in a copy."""

    messages: int
    pending: int
    dead: int


def back_up(path: Path, copy: Path) -> Copied:
    """Copy the store at `path` to a new file with mode 0600, and check the copy. Blocks.

    Raises as `bridge.store.visits.connected`, StoreUnusable if there is a file already or the
    store is damaged, and StoreUnavailable if it can't be copied now. Then there is no new file.
    """
    with connected(path) as connection:
        with at_opening(copy):
            if copy.exists():
                raise StoreUnusable(f'there is a file "{copy}" already: name another one')
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
        try:
            return _filled(connection, path, copy)
        except BaseException:
            copy.unlink()
            raise


def _filled(connection: sqlite3.Connection, path: Path, copy: Path) -> Copied:
    with at_work(path):
        connection.execute("VACUUM INTO ?", (str(copy),))
    with at_work(copy), closing(sqlite3.connect(copy)) as copied:
        faults = copied.execute("PRAGMA quick_check(1)").fetchall()
        if faults != [("ok",)]:
            raise StoreUnusable(f'the copy "{copy}" is damaged, and so may be the store "{path}"')
        [counts] = copied.execute(_COUNT).fetchall()
    with at_opening(copy):
        _sync(copy)
        _sync(copy.parent)
    return Copied(*counts)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
