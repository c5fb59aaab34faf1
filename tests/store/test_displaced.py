"""A file that is removed, replaced or damaged under a running bridge: nothing is promised any more."""

import asyncio
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable, StoreUnusable
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

FILES = ("bridge.db", "bridge.db-wal", "bridge.db-shm")


async def _refused(store: SqliteStore, sentence: str) -> None:
    calls = (store.accept(arrival("refused")), store.prove())
    for told in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(told, StoreUnavailable)
        assert sentence in str(told)


def _spoil(file: Path, *, after: int) -> None:
    """Put noise on the disk from a place on."""
    with file.open("r+b") as spoiled:
        spoiled.seek(after)
        spoiled.write(b"\xff" * (file.stat().st_size - after))


async def _ids(path: Path) -> list[str]:
    """Return what the next bridge finds at a path."""
    store = await SqliteStore.open(path)
    ids = [(await store.claim("support")).message_id] if await store.pending() else []
    await store.close()
    return ids


@pytest.mark.parametrize("name", FILES)
async def test_a_file_that_was_moved_away_and_back_is_used_again(
    store: SqliteStore, path: Path, name: str
) -> None:
    """As long as it is away, nothing is acknowledged, since it would be lost with the process."""
    file, away = path.with_name(name), path.with_name("away")
    await store.accept(arrival("m1"))
    file.rename(away)
    await _refused(store, f'"{name}" was removed or replaced while the bridge runs')
    away.rename(file)
    receipt = await store.accept(arrival("m2"))

    assert not receipt.is_duplicate
    assert await store.pending() == {"support": 2, "ops": 2}


async def test_a_file_that_was_replaced_is_not_written(store: SqliteStore, path: Path) -> None:
    """A backup that was put in its place is not the store that the bridge knows."""
    await store.accept(arrival("m1"))
    shutil.copy(path, path.with_name("other"))
    path.with_name("other").rename(path)

    await _refused(store, '"bridge.db" was removed or replaced')


async def test_what_stood_in_a_lost_log_is_saved(store: SqliteStore, path: Path) -> None:
    """Somebody tidied up, then the process was killed: what was acknowledged is in the file."""
    await store.accept(arrival("m1"))
    path.with_name("bridge.db-wal").unlink()
    await _refused(store, '"bridge.db-wal" was removed')
    saved: list[str] = []
    async with asyncio.timeout(5):
        while not saved:  # the file as it stands, without the log that no name leads to
            await asyncio.sleep(0.01)
            shutil.copy(path, path.with_name("saved.db"))
            with suppress(StoreUnusable):  # copied while it was being written
                saved = await _ids(path.with_name("saved.db"))

    assert saved == ["m1"]


async def test_a_restart_mends_a_lost_log(store: SqliteStore, path: Path) -> None:
    """Nothing that was acknowledged is missing, and nothing stands in the way."""
    await store.accept(arrival("m1"))
    path.with_name("bridge.db-wal").unlink()
    await _refused(store, "restart the bridge")
    await store.close()
    again = await SqliteStore.open(path)
    await again.accept(arrival("m2"))
    pending = await again.pending()
    await again.close()

    assert pending == {"support": 2, "ops": 2}


async def test_damage_is_told_while_it_runs(store: SqliteStore, path: Path) -> None:
    """Noise on the disk: whoever meets it is told, and the next start says what to do."""
    for number in range(40):  # more than the first page of a table
        await store.accept(arrival(f"m{number}", body=b"x" * 3_000))
    await store.close()
    again = await SqliteStore.open(path)
    _spoil(path, after=4_096)

    with pytest.raises(StoreUnavailable, match=r"is damaged: restore it from a backup"):
        await again.claim("support")
    with pytest.raises(StoreUnavailable, match=r"is damaged: restore it from a backup"):
        await again.accept(arrival("new"))
    await again.close()
    with pytest.raises(StoreUnusable, match="is damaged"):
        await SqliteStore.open(path)


async def test_a_damaged_log_is_read_up_to_its_first_fault(path: Path) -> None:
    """A power cut may tear the end of the log: what was synced before it is there."""
    store = await SqliteStore.open(path)
    await store.accept(arrival("m1"))
    size = path.with_name("bridge.db-wal").stat().st_size
    await store.accept(arrival("m2"))
    torn = path.with_name("torn.db")
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{torn}{suffix}")
    await store.close()
    _spoil(Path(f"{torn}-wal"), after=size + 100)
    store = await SqliteStore.open(torn)
    pending = await store.pending()
    receipt = await store.accept(arrival("m2"))
    await store.close()

    assert pending == {"support": 1, "ops": 1}
    assert not receipt.is_duplicate


async def test_a_lock_for_longer_than_the_busy_timeout_passes(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """A tool that holds the file: a proof fails meanwhile, and succeeds without a restart."""
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked by another process"):
        await store.park("support", reason="gone", at=NOW)
    other.execute("ROLLBACK")
    assert await store.parked() == {}
    await store.park("support", reason="gone", at=NOW)

    assert list(await store.parked()) == ["support"]
