"""A backup that was made amid writes is whole, and a bridge goes on from it."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bridge.deliveries import State
from bridge.errors import StoreUnavailable, StoreUnusable
from bridge.store import Receipt
from bridge.store.backups import Copied, back_up
from bridge.store.sqlite import SqliteStore
from tests.store.disks import small_disk
from tests.store.samples import NOW, accepted, arrival


@pytest.fixture(name="copy")
def _copy(path: Path) -> Path:
    """Where the backup goes."""
    return path.with_name("copy.db")


def _by_vacuum(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _by_backup(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(copy)) as other:
        connection.backup(other)


async def _busy(store: SqliteStore, stop: asyncio.Event) -> list[str]:
    """Accept and deliver until told to stop; return the messages that were accepted, in order."""
    ids: list[str] = []
    while not stop.is_set():
        ids.append(f"m{len(ids)}")
        await store.accept(arrival(ids[-1], body=b"x" * 3_000))
        delivery = await store.claim("support")
        await store.settle(delivery, State.DELIVERED, reason="", at=NOW, accepted=accepted())
    return ids


async def _amid_writes(store: SqliteStore, copying: Callable[[], object]) -> list[str]:
    stop = asyncio.Event()
    busy = asyncio.create_task(_busy(store, stop))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(copying)
    await asyncio.sleep(0.05)
    stop.set()
    return await busy


@pytest.mark.parametrize("make", [back_up, _by_vacuum, _by_backup], ids=lambda each: each.__name__)
async def test_a_backup_amid_writes_is_of_one_moment(
    store: SqliteStore, path: Path, copy: Path, make: Callable[[Path, Path], object]
) -> None:
    """By our command or by SQLite's own: messages and deliveries agree, and a bridge starts from it."""
    ids = await _amid_writes(store, lambda: make(path, copy))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        told = connection.execute("SELECT id FROM message ORDER BY number").fetchall()
        [(waiting,)] = connection.execute(
            "SELECT count(*) FROM delivery WHERE destination = 'ops'"
        ).fetchall()
        [(of_support,)] = connection.execute(
            "SELECT (SELECT count(*) FROM delivery WHERE destination = 'support')"
            " + (SELECT count(*) FROM history WHERE destination = 'support')"
        ).fetchall()
    copied = [name for (name,) in told]

    assert copied == ids[: len(copied)]
    assert 0 < len(copied) == waiting == of_support
    again = await SqliteStore.open(copy)
    assert (await again.claim("ops")).message_id == "m0"
    assert await again.accept(arrival("m0", body=b"x" * 3_000)) == Receipt(is_duplicate=True)
    assert await again.accept(arrival("new")) == Receipt(is_duplicate=False)
    await again.close()


async def test_what_was_delivered_since_is_pending_in_a_backup(
    store: SqliteStore, path: Path, copy: Path
) -> None:
    """So it is posted again by who goes back to it; what was delivered before is not."""
    for name in ("before", "since"):
        await store.accept(arrival(name, to=["support"]))
    first = await store.claim("support")
    await store.settle(first, State.DELIVERED, reason="", at=NOW, accepted=accepted())
    copied = back_up(path, copy)
    second = await store.claim("support")
    await store.settle(second, State.DELIVERED, reason="", at=NOW, accepted=accepted())
    await store.close()
    again = await SqliteStore.open(copy)
    head = await again.claim("support")
    pending = await again.pending()
    await again.close()

    assert copied == Copied(messages=2, pending=1, dead=0)
    assert (head.message_id, pending) == ("since", {"support": 1})


async def _accepted(path: Path, count: int) -> None:
    store = await SqliteStore.open(path)
    for number in range(count):
        await store.accept(arrival(f"m{number}", body=b"x" * 3_000))
    await store.close()


def test_a_backup_is_nobody_elses_business(path: Path, copy: Path) -> None:
    """One file with mode 0600, also of a store that no bridge has open."""
    asyncio.run(_accepted(path, 1))
    back_up(path, copy)

    assert copy.stat().st_mode & 0o777 == 0o600
    names = ["bridge.db", "bridge.db.lock", "copy.db"]
    assert sorted(each.name for each in copy.parent.iterdir()) == names


def test_a_file_that_is_there_is_left_alone(path: Path, copy: Path) -> None:
    """No backup is written over, nor the store itself."""
    asyncio.run(_accepted(path, 1))
    copy.write_text("another backup")
    for file in (copy, path):
        with pytest.raises(StoreUnusable, match=r"already: name another one$"):
            back_up(path, file)
    assert copy.read_text() == "another backup"


async def test_without_room_there_is_no_half_a_backup(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    """The sentence says so, and the store is not touched."""
    for number in range(60):
        await store.accept(arrival(f"m{number}", body=b"x" * 100_000))
    with small_disk(tmp_path / "disk") as disk:
        with pytest.raises(StoreUnavailable, match="has no room left on its disk"):
            back_up(path, disk / "copy.db")
        assert list(disk.iterdir()) == []
    await store.prove()


def _spoil(path: Path) -> None:
    """Put noise on some pages."""
    with path.open("r+b") as file:
        file.seek(30 * 4_096)
        file.write(b"\xff" * 3 * 4_096)


def _contradict(path: Path) -> None:
    """Put a row in that its table does not allow."""
    with closing(sqlite3.connect(path)) as connection:
        schema = "UPDATE sqlite_schema SET sql = replace(sql, 'chat_id TEXT {}', 'chat_id TEXT {}')"
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(schema.format("NOT NULL", "    NULL"))
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute("UPDATE message SET chat_id = NULL")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(schema.format("    NULL", "NOT NULL"))
        connection.commit()


@pytest.mark.parametrize("damage", [_spoil, _contradict])
def test_a_damaged_store_is_not_backed_up(
    path: Path, copy: Path, damage: Callable[[Path], None]
) -> None:
    """The good backup of yesterday is not replaced by a bad one of today."""
    asyncio.run(_accepted(path, 40))
    damage(path)
    with pytest.raises((StoreUnavailable, StoreUnusable), match="is damaged"):
        back_up(path, copy)

    assert not copy.exists()
