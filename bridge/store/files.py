"""The store's file: who may open it, what must stand in it, and the connections to it."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bridge.errors import StoreInUse, StoreUnusable
from bridge.store import Parked, schema
from bridge.store import statements as sql
from bridge.store.checkpoints import MAX_LOG_PAGES
from bridge.store.faults import at_opening
from bridge.store.lanes import Lanes
from bridge.store.marks import Marks, mark_of
from bridge.store.moments import restored
from bridge.store.presence import Presence
from bridge.store.pruning_statements import MAY_SHRINK, PAGES, REWRITE

_OWNER_ONLY = 0o600  # what agents wrote is nobody else's business
_LOCK_SUFFIX = ".lock"
_PAGE_BYTES = 4_096
_CACHE_KIB = 8_192
_MAX_REWRITTEN_PAGES = 16_000  # about 64 MB: a second, when an older store is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """An owned store file. Each connection is for one thread at a time."""

    path: Path
    writer: sqlite3.Connection
    reader: sqlite3.Connection
    checkpointer: sqlite3.Connection
    #: greater than that of any message ever stored
    next_number: int
    #: what was pending when the file was opened
    lanes: Lanes
    #: which destinations are parked
    parked: Mapping[str, Parked]
    #: up to when the clock was believed when the file was opened, aware
    seen: datetime | None
    #: whether the file is where it was
    presence: Presence
    #: for the writer
    marks: Marks
    #: closes the connections, then gives up the ownership
    resources: ExitStack


def open_file(path: Path, *, busy_timeout: timedelta) -> OpenFile:
    """Own the store at `path`, made with mode 0600 if there is none. Blocks.

    Raises StoreInUse while another process owns it, StoreUnusable if it is damaged, no store, of
    a newer version or out of reach, StoreUnavailable if it is locked or its disk is full.
    """
    with ExitStack() as resources, at_opening(path):
        if not path.parent.is_dir():
            raise StoreUnusable(
                f'the store "{path}" can\'t be opened: create the directory "{path.parent}" first'
            )
        resources.enter_context(_owned(path))
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
        writer = resources.enter_context(_connected(path, busy_timeout))
        writer.create_function("mark_of", 1, mark_of, deterministic=True)
        _prepare(writer, path)
        # Only now: a connection from before the log was there would find nothing to checkpoint.
        reader = resources.enter_context(_connected(path, busy_timeout))
        checkpointer = resources.enter_context(_connected(path, busy_timeout))
        [(next_number,)] = writer.execute(sql.NEXT_NUMBER).fetchall()
        return OpenFile(
            path=path,
            writer=writer,
            reader=reader,
            checkpointer=checkpointer,
            next_number=next_number,
            lanes=Lanes(reader.execute(sql.PENDING)),
            parked={
                destination: Parked(reason=reason, since=restored(since))
                for destination, reason, since in reader.execute(sql.PARKED)
            },
            seen=_seen(reader),
            presence=Presence(path),
            marks=Marks(writer),
            resources=resources.pop_all(),
        )


@contextmanager
def _owned(path: Path) -> Iterator[None]:
    # The lock has its own file, since SQLite's locks on the store are for single transactions.
    # It is never deleted: two processes could then each hold a lock on a file of that name.
    lock_path = path.with_name(path.name + _LOCK_SUFFIX)
    with os.fdopen(os.open(lock_path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock.read().strip() or "unknown"
            raise StoreInUse(f'the store "{path}" is in use by process {holder}') from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _connected(path: Path, busy_timeout: timedelta) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout.total_seconds(),
        isolation_level=None,  # transactions begin and end where the code says so
        check_same_thread=False,  # made in one thread, used in another, never in two at once
    )
    with closing(connection):
        # Less than FULL would lose accepted events in a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # see bridge.store.checkpoints
        connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG_PAGES * _PAGE_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        yield connection


def _seen(reader: sqlite3.Connection) -> datetime | None:
    [(seen,)] = reader.execute(sql.SEEN).fetchall()
    return None if seen is None else restored(seen)


def _prepare(writer: sqlite3.Connection, path: Path) -> None:
    [(tables,)] = writer.execute(sql.TABLES).fetchall()
    [(application, version)] = writer.execute(sql.WRITTEN_BY).fetchall()
    is_new = (tables, application, version) == (0, 0, 0)
    if not is_new and application != schema.APPLICATION_ID:
        raise StoreUnusable(
            f'the store "{path}" belongs to another program: name another file or move it away'
        )
    if version > schema.SCHEMA_VERSION:
        raise StoreUnusable(
            f'the store "{path}" was written by a newer version of the bridge (schema {version}, '
            f"this one knows {schema.SCHEMA_VERSION}): update the bridge"
        )
    if is_new:
        writer.execute(MAY_SHRINK)
    writer.execute("PRAGMA journal_mode = WAL")
    if is_new:
        writer.executescript(f"{sql.BEGIN};{schema.CREATE}{sql.COMMIT};")
        return
    for each in range(version, schema.SCHEMA_VERSION):
        writer.executescript(f"{sql.BEGIN};{schema.MIGRATIONS[each]}{sql.COMMIT};")
    _let_shrink(writer)


def _let_shrink(writer: sqlite3.Connection) -> None:
    """Make a file of before pruning one that can shrink, if that is quickly done."""
    [(_, pages, can_shrink)] = writer.execute(PAGES).fetchall()
    if can_shrink or pages > _MAX_REWRITTEN_PAGES:
        return
    with suppress(sqlite3.Error):  # such as a full disk: it goes on as it is
        writer.execute(MAY_SHRINK)
        writer.execute(REWRITE)
