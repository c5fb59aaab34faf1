"""The log stays short, whatever is written."""

import asyncio
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.store.checkpoints import Checkpoints
from bridge.store.files import OpenFile
from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival

PAGES = 10_000_000


@pytest.fixture(name="writer")
def _writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE note (text)")
        yield writer


@pytest.fixture(name="copier")
def _copier(path: Path, writer: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, check_same_thread=False)) as copier:
        yield copier


def _write(writer: sqlite3.Connection) -> None:
    writer.execute("INSERT INTO note VALUES (zeroblob(500000))")


async def test_what_is_written_gets_into_the_file_in_the_background(
    store: SqliteStore, file: OpenFile
) -> None:
    """Not only when the store is closed."""
    ids = (f"m{each}" for each in itertools.count())
    async with asyncio.timeout(10):
        while file.path.stat().st_size < 5_000_000:
            await store.accept(arrival(next(ids), body=bytes(500_000)))


def test_a_log_that_grew_too_long_starts_over(
    path: Path, writer: sqlite3.Connection, copier: sqlite3.Connection
) -> None:
    """Then the writer waits until it is copied to its end."""
    checkpoints = Checkpoints(copier, every=1, at_most=0)
    log = path.with_name("bridge.db-wal")
    sizes = []
    for _ in range(60):
        _write(writer)
        checkpoints.wrote(PAGES)
        sizes.append(log.stat().st_size)
    checkpoints.close()

    assert max(sizes) < 10_000_000
    assert log.stat().st_size == 0


def test_few_pages_are_not_worth_a_checkpoint(
    path: Path, writer: sqlite3.Connection, copier: sqlite3.Connection
) -> None:
    """The file is written when many are there, and at the end."""
    before = path.stat().st_size
    checkpoints = Checkpoints(copier, every=PAGES)
    _write(writer)
    checkpoints.wrote(PAGES - 1)
    meanwhile = path.stat().st_size
    checkpoints.close()

    assert meanwhile == before
    assert path.stat().st_size > 500_000


def test_a_checkpoint_that_fails_harms_nobody(
    path: Path, writer: sqlite3.Connection, copier: sqlite3.Connection
) -> None:
    """What was committed stays in the log."""
    copier.close()
    checkpoints = Checkpoints(copier, every=1, at_most=-1)
    _write(writer)
    checkpoints.wrote(PAGES)
    checkpoints.close()

    assert writer.execute("SELECT count(*) FROM note").fetchall() == [(1,)]
