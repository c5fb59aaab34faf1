"""What SQLite's errors mean to an operator: one sentence for each kind, without stored text. No I/O."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.errors import StoreUnavailable, StoreUnusable

# https://www.sqlite.org/rescode.html: kinds that concern the file as a whole, not one statement.
_PASSING = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_PROTOCOL: "is locked by another process",
    sqlite3.SQLITE_FULL: "has no room left on its disk",
    sqlite3.SQLITE_IOERR: "can't be read or written: the disk reports an error",
    sqlite3.SQLITE_CANTOPEN: "can't be opened",
    sqlite3.SQLITE_PERM: "may not be written by this user",
    sqlite3.SQLITE_READONLY: "may not be written by this user",
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LASTING = {
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a backup or move it away",
    sqlite3.SQLITE_NOTADB: "is not a SQLite file: name another one or move it away",
}


@contextmanager
def at_work(path: Path) -> Iterator[None]:
    """Turn what concerns the whole store into StoreUnavailable; let all other errors through."""
    try:
        yield
    except sqlite3.Error as error:
        kind = _kind(error)
        if (said := _PASSING.get(kind) or _LASTING.get(kind)) is None:
            raise
        raise StoreUnavailable(f'the store "{path}" {said}') from error


@contextmanager
def at_opening(path: Path) -> Iterator[None]:
    """Turn every error of the file into StoreUnavailable, or StoreUnusable if waiting won't help."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            full = _PASSING[sqlite3.SQLITE_FULL]
            raise StoreUnavailable(f'the store "{path}" {full}') from error
        raise StoreUnusable(f'the store "{path}" can\'t be opened: {error.strerror}') from error
    except sqlite3.Error as error:
        kind = _kind(error)
        if (said := _PASSING.get(kind)) is not None:
            raise StoreUnavailable(f'the store "{path}" {said}') from error
        said = _LASTING.get(kind, f"can't be opened: {type(error).__name__}")
        raise StoreUnusable(f'the store "{path}" {said}') from error


def _kind(error: sqlite3.Error) -> int:
    # The low byte is the kind, the rest its detail; errors of the Python module itself have none.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
