"""A connection to a store that another process owns: `connected`, which makes no file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from bridge.errors import StoreUnusable
from bridge.store import schema
from bridge.store import statements as sql
from bridge.store.faults import at_opening

_BUSY_SECONDS = 5.0  # ours: the owner's transactions are over by then


@contextmanager
def connected(path: Path, *, writable: bool = False) -> Iterator[sqlite3.Connection]:
    """Connect to a store that is there and of this version, whoever owns it.

    Raises StoreUnusable if there is none or it is another version's, StoreUnavailable if it is
    locked.
    """
    with at_opening(path):
        if not path.is_file():
            raise StoreUnusable(f'there is no store "{path}": "nexusgpt-bridge serve" makes it')
        connection = sqlite3.connect(
            _address(path, writable=writable), uri=True, timeout=_BUSY_SECONDS, isolation_level=None
        )
    with closing(connection):
        with at_opening(path):
            _check(connection, path)
            connection.create_function("folded", 1, str.casefold, deterministic=True)
        yield connection


def _address(path: Path, *, writable: bool) -> str:
    if writable:
        return f"file:{quote(str(path))}?mode=rw"
    # Without a log, all is in the file and nobody has it open: reading it needs no file beside it.
    has_log = path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro{'' if has_log else '&immutable=1'}"


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    [(application, version)] = connection.execute(sql.WRITTEN_BY).fetchall()
    if application != schema.APPLICATION_ID:
        raise StoreUnusable(f'the store "{path}" belongs to another program: name another file')
    if version != schema.SCHEMA_VERSION:
        raise StoreUnusable(
            f'the store "{path}" is of another version of the bridge (schema {version}, this one '
            f"knows {schema.SCHEMA_VERSION}): use one version, and restart the service with it"
        )
