"""A message is found by NexusGPT's id wherever its mark stands: in memory, on its way, or in the index."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store import Receipt, marks
from bridge.store.files import open_file
from bridge.store.marks import mark_of
from bridge.store.records import reading
from bridge.store.sqlite import SqliteStore
from tests.store.endings import DAY, many, over, pruned
from tests.store.samples import NOW, arrival

DUPLICATE = Receipt(is_duplicate=True)
NEW = Receipt(is_duplicate=False)


@pytest.fixture(name="few", autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few messages are many."""
    monkeypatch.setattr(marks, "MAX_YOUNG", 8)
    monkeypatch.setattr(marks, "CHUNK", 4)


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path)
    yield store
    await store.close()


def _indexed(other: sqlite3.Connection) -> list[str]:
    query = "SELECT id FROM mark JOIN message ON number = message ORDER BY message"
    return [name for (name,) in other.execute(query)]


@pytest.mark.parametrize("count", [1, 7, 8, 9, 10, 15, 16, 17, 40])
async def test_every_message_is_known_at_every_number_of_them(path: Path, count: int) -> None:
    """As it goes on, and after a restart; a change to each is one."""
    names = [f"m{number}" for number in range(count)]
    async with _opened(path) as store:
        for name in names:
            assert await store.accept(arrival(name)) == NEW
        assert {await store.accept(arrival(name)) for name in names} == {DUPLICATE}
    async with _opened(path) as store:
        told = [await store.accept(arrival(name)) for name in names]
        changed = [await store.accept(arrival(name, fingerprint=b"2")) for name in names]
        again = [await store.accept(arrival(name, fingerprint=b"2")) for name in names]

    assert set(told) == {DUPLICATE}
    assert set(changed) == {Receipt(is_duplicate=False, revision=1)}
    assert set(again) == {Receipt(is_duplicate=True, revision=1)}


async def test_marks_go_into_the_index_in_its_order_some_at_a_time(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """So that neighbours share a page; the last ones say up to where all are in it."""
    names = [f"m{number}" for number in range(16)]
    indexed: list[list[str]] = []
    said: list[tuple[int, int, int]] = []
    for name in names:
        await store.accept(arrival(name))
        indexed.append(sorted(_indexed(other), key=mark_of))
        said += other.execute("SELECT message, moving, next FROM marked")
    in_order = sorted(names[:8], key=mark_of)

    assert indexed == [[]] * 11 + [in_order[:4]] * 4 + [in_order]
    assert said == [(0, 0, 0)] * 11 + [(0, 8, mark_of(in_order[4]))] * 4 + [(8, 0, 0)]


async def test_two_ids_may_have_one_mark(store: SqliteStore) -> None:
    """They are two messages all the same, in memory and in the index."""
    assert mark_of("plumless") == mark_of("buckeroo")
    two = ("plumless", "buckeroo")
    new = [await store.accept(arrival(name)) for name in two]
    young = [await store.accept(arrival(name)) for name in two]
    for number in range(10):
        await store.accept(arrival(f"m{number}"))
    old = [await store.accept(arrival(name)) for name in two]

    assert (new, young, old) == ([NEW] * 2, [DUPLICATE] * 2, [DUPLICATE] * 2)
    assert (await store.accept(arrival("plumless", fingerprint=b"2"))).revision == 1
    assert await store.accept(arrival("buckeroo")) == DUPLICATE


async def test_what_failed_was_never_told(path: Path) -> None:
    """However often it failed, and whatever was on its way into the index then."""
    file = open_file(path, busy_timeout=timedelta(0))
    store = SqliteStore(file)
    names = [f"m{number}" for number in range(12)]
    other = sqlite3.connect(path, isolation_level=None)
    for name in names:
        file.writer.execute("PRAGMA max_page_count = 1").fetchall()
        with pytest.raises(StoreUnavailable):
            await store.accept(arrival(name, body=b"x" * 100_000))
        file.writer.execute("PRAGMA max_page_count = 1000000").fetchall()
        assert await store.accept(arrival(name)) == NEW
    again = [await store.accept(arrival(name)) for name in names]
    indexed = _indexed(other)
    other.close()
    await store.close()

    assert again == [DUPLICATE] * 12
    assert indexed == names[:8]


async def test_a_kill_on_the_way_into_the_index_loses_no_mark(
    store: SqliteStore, path: Path
) -> None:
    """Half of them are in it, and the next start finds the others."""
    names = [f"m{number}" for number in range(13)]
    for name in names:
        await store.accept(arrival(name))
    killed = path.with_name("killed.db")
    for suffix in ("", "-wal"):
        killed.with_name(killed.name + suffix).write_bytes(
            path.with_name(path.name + suffix).read_bytes()
        )
    async with _opened(killed) as again:
        assert {await again.accept(arrival(name)) for name in names} == {DUPLICATE}
        for number in range(20):
            await again.accept(arrival(f"new {number}"))
        with sqlite3.connect(killed) as other:
            assert set(_indexed(other)) >= set(names)
        other.close()


async def test_what_was_pruned_leaves_no_mark(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Neither of those that were in the index, nor of those that had still to get there."""
    await many(store, 3)
    assert await pruned(store) == 3
    for number in range(20):
        await over(store, f"new {number}")
    assert await pruned(store) == 19
    for number in range(20):
        await store.accept(arrival(f"last {number}"))
    [(orphans,)] = other.execute(
        "SELECT count(*) FROM mark WHERE message NOT IN (SELECT number FROM message)"
    )

    assert orphans == 0
    assert await store.accept(arrival("m0")) == NEW
    assert (await store.prune(NOW + DAY)).messages == 0


@pytest.mark.parametrize("name", ["m0", "m8", "m9"])
async def test_people_find_a_message_wherever_its_mark_stands(
    store: SqliteStore, path: Path, name: str
) -> None:
    """In the index, on its way, or only in the memory of the bridge."""
    for number in range(10):
        await store.accept(arrival(f"m{number}", to=["support"]))
    with reading(path) as records:
        assert [each.message_id for each in records.named(name)] == [name]
        assert records.named("m") == []


async def test_many_at_once_and_one_at_a_time_are_the_same(store: SqliteStore) -> None:
    """A batch may hold more than all that memory is meant for."""
    both = [arrival(f"m{number % 50}") for number in range(100)]
    receipts = await asyncio.gather(*map(store.accept, both))

    assert receipts == [NEW] * 50 + [DUPLICATE] * 50
    assert await store.accept(arrival("m7")) == DUPLICATE
