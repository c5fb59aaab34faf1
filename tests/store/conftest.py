"""A store of its own for each test."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.store.files import OpenFile, open_file
from bridge.store.sqlite import SqliteStore


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "bridge.db"


@pytest.fixture(name="file")
def _file(path: Path) -> OpenFile:
    """The store's file, which waits a tenth of a second for a lock. The store closes it."""
    return open_file(path, busy_timeout=timedelta(seconds=1))


@pytest.fixture(name="store")
async def _store(file: OpenFile) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    store = SqliteStore(file)
    yield store
    await store.close()


@pytest.fixture(name="other")
def _other(path: Path, store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else to the same file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection
