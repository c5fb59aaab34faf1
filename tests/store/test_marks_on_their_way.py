"""Whatever comes between, each mark gets into the index, and memory holds no more than it is meant for."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store import Receipt, marks
from bridge.store.sqlite import SqliteStore
from tests.store.endings import DAY, over, pruned
from tests.store.samples import NOW, arrival

DUPLICATE = Receipt(is_duplicate=True)
NEW = Receipt(is_duplicate=False)
SEEDS = range(4)
#: all young, about to go, half gone, gone, and some more
BEFORE = (3, 8, 12, 14, 20)

_UNMARKED = "SELECT count(*) FROM message WHERE number > (SELECT message FROM marked)"
_ORPHANS = "SELECT count(*) FROM mark WHERE message NOT IN (SELECT number FROM message)"
_LOST = """
SELECT count(*) FROM message WHERE number <= (SELECT message FROM marked)
    AND number NOT IN (SELECT message FROM mark)
"""


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


@contextmanager
def _away(path: Path) -> Iterator[None]:
    """Have the file out of its place: all is written, and nothing committed."""
    other = path.with_name("away.db")
    path.rename(other)
    yield
    other.rename(path)


def _count(path: Path, query: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [(count,)] = connection.execute(query)
    return int(count)


async def _are_known(store: SqliteStore, names: list[str]) -> bool:
    return {await store.accept(arrival(name)) for name in names} == {DUPLICATE}


async def test_a_kill_after_any_commit_loses_no_mark(store: SqliteStore, path: Path) -> None:
    """Whether it comes before a move, between two of them, or after the last one."""
    names: list[str] = []
    killed = path.with_name("killed.db")
    for number in range(30):
        names.append(f"m{number}")
        assert await store.accept(arrival(names[-1])) == NEW
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{killed}{suffix}")
        async with _opened(killed) as again:
            assert await _are_known(again, names)
            assert (await again.accept(arrival("m0", fingerprint=b"2"))).revision == 1
        assert _count(killed, _LOST) == 0


async def test_who_never_comes_again_is_in_nobodys_way(store: SqliteStore, path: Path) -> None:
    """A message that could not be stored leaves nothing behind, and the others get on."""
    with _away(path), pytest.raises(StoreUnavailable, match="not in its place"):
        await store.accept(arrival("never again"))
    names = [f"m{number}" for number in range(40)]
    for name in names:
        assert await store.accept(arrival(name)) == NEW

    assert await _are_known(store, names)
    assert _count(path, "SELECT count(*) FROM mark") >= 24
    assert await store.accept(arrival("never again")) == NEW


@pytest.mark.parametrize("each", [1, 5])
async def test_restarts_do_not_begin_the_way_anew(path: Path, each: int) -> None:
    """However few messages come between them, what a start reads stays as little as it was."""
    names: list[str] = []
    unmarked = []
    for _ in range(60 // each):
        async with _opened(path) as store:
            for _ in range(each):
                names.append(f"m{len(names)}")
                await store.accept(arrival(names[-1]))
            unmarked.append(_count(path, _UNMARKED))
    async with _opened(path) as store:
        assert await _are_known(store, names)

    assert max(unmarked) <= 3 * marks.MAX_YOUNG
    assert _count(path, "SELECT count(*) FROM mark") > 36


async def test_large_batches_get_on_as_fast_as_they_come(store: SqliteStore, path: Path) -> None:
    """More come at once than are moved at once otherwise; no more stay behind than a few batches."""
    unmarked = []
    for batch in range(20):
        told = [arrival(f"m{batch} {number}") for number in range(50)]
        assert set(await asyncio.gather(*map(store.accept, told))) == {NEW}
        unmarked.append(_count(path, _UNMARKED))

    assert max(unmarked) <= 200
    assert await _are_known(store, [f"m{batch} 7" for batch in range(20)])


async def test_the_changes_of_one_message_go_their_way_too(store: SqliteStore, path: Path) -> None:
    """They share a mark, and are as many as other messages; they are counted up all the while."""
    for number in range(40):
        receipt = await store.accept(arrival(fingerprint=bytes([number])))
        assert receipt.revision == number
    again = [await store.accept(arrival(fingerprint=bytes([number]))) for number in range(40)]

    assert again == [Receipt(is_duplicate=True, revision=number) for number in range(40)]
    assert _count(path, _UNMARKED) <= 3 * marks.MAX_YOUNG


@pytest.mark.parametrize("before", BEFORE)
async def test_what_is_pruned_is_forgotten_wherever_it_is(
    store: SqliteStore, path: Path, before: int
) -> None:
    """Young, on its way or in the index: it is no duplicate, and leaves no mark later either."""
    for number in range(before):
        await over(store, f"m{number}")
    await store.accept(arrival("newest", to=["ops"]))
    assert await pruned(store) == before
    again = [await store.accept(arrival(f"m{number}", to=["ops"])) for number in range(before)]
    for number in range(20):
        await store.accept(arrival(f"later {number}", to=["ops"]))

    assert set(again) == {NEW}
    assert _count(path, _ORPHANS) == _count(path, _LOST) == 0
    assert await _are_known(store, ["newest", "m0", f"m{before - 1}"])


@pytest.mark.parametrize("before", BEFORE)
async def test_what_could_not_be_pruned_is_not_forgotten(
    store: SqliteStore, path: Path, before: int
) -> None:
    """A step that fails takes nothing out of memory, nor out of the index."""
    names = [f"m{number}" for number in range(before)]
    for name in names:
        await over(store, name)
    await store.accept(arrival("newest", to=["ops"]))
    with _away(path), pytest.raises(StoreUnavailable):
        await store.prune(NOW + DAY)

    assert await _are_known(store, [*names, "newest"])
    for number in range(20):
        await store.accept(arrival(f"later {number}", to=["ops"]))
    assert await _are_known(store, [*names, "newest"])
    assert _count(path, _LOST) == 0


@pytest.mark.parametrize("before", [7, 9, 11, 16])
async def test_one_that_spoils_a_batch_takes_nobody_along(
    store: SqliteStore, path: Path, before: int
) -> None:
    """The whole batch is undone, also what it had moved; then all others are stored, once."""
    names = [f"m{number}" for number in range(before)]
    for name in names:
        await store.accept(arrival(name))
    told = [arrival(f"more {number}") for number in range(9)]
    *receipts, fault = await asyncio.gather(
        *map(store.accept, told), store.unpark("\ud800"), return_exceptions=True
    )

    assert receipts == [NEW] * 9
    assert isinstance(fault, StoreUnavailable)
    assert await _are_known(store, [*names, *(each.message_id for each in told)])
    assert _count(path, _LOST) == 0


class _Life:
    """A store, and what it ought to know."""

    def __init__(self, path: Path, seed: int) -> None:
        self._path = path
        self._random = random.Random(seed)  # noqa: S311 - no secret
        #: id -> fingerprint -> revision
        self._known: dict[str, dict[bytes, int]] = {}
        self._deeds = (self._accept,) * 12 + (self._fail, self._prune, self._batch)

    async def lead(self) -> None:
        """Live through a few hundred deeds, and some restarts."""
        for _ in range(6):
            async with _opened(self._path) as store:
                for _ in range(self._random.randrange(5, 60)):
                    await self._random.choice(self._deeds)(store)
                for name in self._known:
                    await self._tell(store, name, b"0")
            assert _count(self._path, _LOST) == _count(self._path, _ORPHANS) == 0

    def _name(self) -> str:
        # Two that have the same mark, among others.
        return self._random.choice(["plumless", "buckeroo", f"m{self._random.randrange(60)}"])

    async def _tell(self, store: SqliteStore, name: str, fingerprint: bytes) -> None:
        told = arrival(name, to=["ops"], fingerprint=fingerprint)
        revisions = self._known.setdefault(name, {})
        is_duplicate = fingerprint in revisions
        revision = revisions.setdefault(fingerprint, len(revisions))
        assert await store.accept(told) == Receipt(is_duplicate=is_duplicate, revision=revision)

    async def _accept(self, store: SqliteStore) -> None:
        await self._tell(store, self._name(), self._random.choice([b"0", b"1", b"2"]))

    async def _batch(self, store: SqliteStore) -> None:
        names = sorted({self._name() for _ in range(20)})
        await asyncio.gather(*(self._tell(store, name, b"3") for name in names))

    async def _fail(self, store: SqliteStore) -> None:
        with _away(self._path), pytest.raises(StoreUnavailable):
            await store.accept(arrival(self._name(), fingerprint=b"never"))

    async def _prune(self, store: SqliteStore) -> None:
        name, newest = (f"{word} {self._random.randrange(10**9)}" for word in ("over", "newest"))
        await over(store, name)
        await self._tell(store, newest, b"0")
        assert await pruned(store) == 1
        assert await store.accept(arrival(name, to=["ops"])) == NEW
        self._known[name] = {arrival().fingerprint: 0}


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens_each_message_is_told_once(path: Path, seed: int) -> None:
    """Arrivals, changes, failures, pruning and restarts by chance, beside a list of what is right."""
    await _Life(path, seed).lead()
