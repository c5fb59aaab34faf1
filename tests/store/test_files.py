"""Who may open a store, and what the one who may not is told."""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.errors import StoreInUse, StoreUnavailable, StoreUnusable
from bridge.store.schema import APPLICATION_ID
from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival


async def _open(path: Path) -> None:
    store = await SqliteStore.open(path, busy_timeout=timedelta(milliseconds=50))
    await store.close()


def _written(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


async def test_only_its_user_may_read_it(path: Path) -> None:
    """The store, its log and its lock are made with mode 0600, whatever the umask allows."""
    umask = os.umask(0)
    try:
        store = await SqliteStore.open(path)
        await store.accept(arrival())
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(umask)

    names = ("bridge.db", "bridge.db-shm", "bridge.db-wal", "bridge.db.lock")
    assert modes == dict.fromkeys(names, 0o600)


async def test_a_closed_store_is_one_file_and_its_lock(path: Path) -> None:
    """The log has been copied into the file, so that it can be moved or backed up."""
    await _open(path)

    assert sorted(each.name for each in path.parent.iterdir()) == ["bridge.db", "bridge.db.lock"]


async def test_a_store_has_one_owner(path: Path) -> None:
    """The second is told who has it, and may have it when the first has closed it."""
    store = await SqliteStore.open(path)
    with pytest.raises(StoreInUse) as refused:
        await _open(path)
    await store.close()
    await _open(path)

    assert str(refused.value) == f'the store "{path}" is in use by process {os.getpid()}'


async def test_a_missing_directory_is_to_be_created(path: Path) -> None:
    """The sentence names it."""
    inner = path / "inner.db"
    with pytest.raises(StoreUnusable) as refused:
        await _open(inner)

    asked = f'the store "{inner}" can\'t be opened: create the directory "{path}" first'
    assert str(refused.value) == asked


async def test_a_place_without_permission_is_told_by_name() -> None:
    """Nobody may make files in /sys, not even root."""
    with pytest.raises(StoreUnusable, match=r'^the store "/sys/bridge.db" can\'t be opened: '):
        await _open(Path("/sys/bridge.db"))


def test_a_directory_is_no_store(path: Path) -> None:
    """The system's own words say why."""
    path.mkdir()
    with pytest.raises(StoreUnusable, match=r"can't be opened: Is a directory$"):
        asyncio.run(_open(path))


async def test_a_newer_store_wants_a_newer_bridge(path: Path) -> None:
    """And is left as it is."""
    await _open(path)
    _written(path, "PRAGMA user_version = 7")
    with pytest.raises(
        StoreUnusable, match=r"newer version of the bridge \(schema 7, .* knows 4\)"
    ):
        await _open(path)


async def test_a_file_of_another_program_is_left_alone(path: Path) -> None:
    """Even if it is a SQLite file."""
    _written(path, "CREATE TABLE bookmark (url)")
    with pytest.raises(StoreUnusable, match="belongs to another program"):
        await _open(path)


def test_a_file_of_anything_else_is_left_alone(path: Path) -> None:
    """It is not written over."""
    path.write_text("my diary, " * 1000)
    with pytest.raises(StoreUnusable, match="is not a SQLite file"):
        asyncio.run(_open(path))

    assert path.read_text() == "my diary, " * 1000


def test_a_damaged_store_is_not_opened(path: Path) -> None:
    """Pages full of noise are met before anything is promised."""
    asyncio.run(_open(path))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(StoreUnusable, match="is damaged"):
        asyncio.run(_open(path))


async def test_a_store_without_its_tables_is_not_opened(path: Path) -> None:
    """The header says that it is one, the content doesn't."""
    _written(path, f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1")
    with pytest.raises(StoreUnusable, match=r"can't be opened: OperationalError$"):
        await _open(path)


async def test_a_locked_store_can_be_opened_later(path: Path) -> None:
    """A lock passes, so this is no damage."""
    await _open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.executescript("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match=r"is locked by another process$"):
            await _open(path)
    await _open(path)


async def test_the_event_loop_runs_while_a_store_is_opened(path: Path) -> None:
    """Opening waits in a thread, here for a lock."""
    await _open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.executescript("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        opening = asyncio.create_task(_open(path))
        await asyncio.sleep(0.01)
        assert not opening.done()
    await opening
