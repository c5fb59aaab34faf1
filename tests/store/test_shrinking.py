"""The file of a store shrinks when messages are forgotten."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.store import pruning_statements as sql
from bridge.store.files import OpenFile
from bridge.store.pruning import MAX_BYTES, SPARE
from bridge.store.sqlite import SqliteStore
from tests.store.endings import DAY, counts, left, many, pruned
from tests.store.samples import NOW


def _bytes(path: Path) -> int:
    return path.stat().st_size


async def test_the_file_shrinks(store: SqliteStore, other: sqlite3.Connection, path: Path) -> None:
    """But for a part that is left for what comes next."""
    await many(store, 60, body=b"x" * 100_000)
    [(_, before, _)] = other.execute(sql.PAGES).fetchall()
    await pruned(store)
    [(empty, after, _)] = other.execute(sql.PAGES).fetchall()
    other.close()
    await store.close()

    assert before > 1_400
    assert after < 50
    assert empty <= after // SPARE
    assert _bytes(path) == after * 4_096


async def test_what_can_not_shrink_now_shrinks_later(
    store: SqliteStore, file: OpenFile, other: sqlite3.Connection, path: Path
) -> None:
    """Here because of a lock; nobody is told of it, since nothing else has failed."""
    await many(store, 1, body=b"x" * 2 * MAX_BYTES)
    neighbour = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def lock(statement: str) -> None:
        if statement.startswith("PRAGMA incremental_vacuum"):
            neighbour.execute("BEGIN IMMEDIATE")

    file.writer.execute("PRAGMA busy_timeout = 1").fetchall()
    file.writer.set_trace_callback(lock)
    first = await store.prune(NOW + DAY)
    step = await store.prune(NOW + DAY, after=first.after)
    file.writer.set_trace_callback(None)
    neighbour.execute("ROLLBACK")
    neighbour.close()

    assert step == (0, 1, False)
    assert other.execute(sql.PAGES).fetchall()[0][0] > 60
    await pruned(store)
    assert other.execute(sql.PAGES).fetchall()[0][0] < 10


def _old_file(path: Path, store: Path) -> None:
    """Write a store as versions before pruning made it: it can't shrink."""
    with closing(sqlite3.connect(store)) as connection:
        script = "".join(f"{line};" for line in connection.iterdump() if "sqlite_" not in line)
        [(version,)] = connection.execute("PRAGMA user_version").fetchall()
        [(application,)] = connection.execute("PRAGMA application_id").fetchall()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"PRAGMA user_version = {version}; PRAGMA application_id = {application}; {script}"
        )


async def _reopened(path: Path) -> int:
    """Open a store and close it; return 2 if it can shrink now, else 0."""
    await (await SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        [(can_shrink,)] = connection.execute("PRAGMA auto_vacuum").fetchall()
    return int(can_shrink)


async def test_an_older_store_learns_to_shrink_when_it_is_opened(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    """It is rewritten once, with all that is in it."""
    await many(store, 3)
    await store.close()
    _old_file(tmp_path / "old.db", path)

    assert await _reopened(tmp_path / "old.db") == 2
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        assert counts(connection)["history"] == 3
        assert left(connection) == ["m0", "m1", "m2", "newest"]


async def test_a_large_older_store_stays_as_it_is(
    store: SqliteStore, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To rewrite it would keep the start waiting; it is pruned, and its pages are used again."""
    await many(store, 3, body=b"x" * MAX_BYTES)
    await store.close()
    old = tmp_path / "old.db"
    _old_file(old, path)
    monkeypatch.setattr("bridge.store.files._MAX_REWRITTEN_PAGES", 10)
    assert await _reopened(old) == 0
    before = _bytes(old)
    again = await SqliteStore.open(old)
    assert await pruned(again) == 3
    await again.close()

    assert _bytes(old) == before


async def test_an_older_store_that_can_not_be_rewritten_is_opened_all_the_same(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    """Such as on a full disk, or while somebody reads it."""
    await many(store, 3)
    await store.close()
    old = tmp_path / "old.db"
    _old_file(old, path)
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.executescript("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
        opened = await SqliteStore.open(old, busy_timeout=timedelta(milliseconds=50))
        other.execute("ROLLBACK")

    assert await pruned(opened) == 3
    await opened.close()
