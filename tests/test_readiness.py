"""The bridge is ready when all of its parts say so; the store is asked by using it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bridge.errors import StoreUnavailable
from bridge.readiness import Check, Proof, Readiness
from bridge.store import Store
from bridge.store.sqlite import SqliteStore

NO_TIME = timedelta(0)


def _says(reason: str | None) -> Check:
    async def check() -> str | None:
        return reason

    return check


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({}, {}),
        ({"store": None, "lanes": None}, {}),
        ({"store": "full", "lanes": None}, {"store": "full"}),
        ({"store": "full", "lanes": "ended"}, {"store": "full", "lanes": "ended"}),
    ],
)
async def test_every_part_is_asked(said: dict[str, str | None], reasons: dict[str, str]) -> None:
    """All that is not well is told at once, in the words of each part."""
    readiness = Readiness({name: _says(reason) for name, reason in said.items()})

    assert await readiness.reasons() == reasons


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    store = await SqliteStore.open(tmp_path / "bridge.db", busy_timeout=timedelta(milliseconds=50))
    yield store
    await store.close()


async def test_a_store_that_can_be_written_is_fine(store: SqliteStore) -> None:
    """It was written just now."""
    assert await Proof(store)() is None


async def test_a_store_that_can_t_be_written_says_why(store: SqliteStore, tmp_path: Path) -> None:
    """While somebody locks it; afterwards all is well again."""
    proof = Proof(store, kept=NO_TIME)
    with closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = await asyncio.create_task(proof())
        other.execute("ROLLBACK")

    assert locked is not None
    assert "locked" in locked
    assert await proof() is None


class _Slow:
    """A store that takes as long for a commit as it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()
        self.error: StoreUnavailable | None = None

    async def prove(self) -> None:
        """Take one's time, and then perhaps fail."""
        self.asked += 1
        await self.free.wait()
        if self.error is not None:
            raise self.error


async def test_a_store_that_does_not_answer_is_not_ready() -> None:
    """Nobody waits for a disk that hangs."""
    proof = Proof(cast(Store, _Slow()), timeout=timedelta(seconds=0.01))

    assert await proof() == "nothing could be put on disk within 0.01 seconds"


async def test_those_who_ask_at_once_share_one_proof() -> None:
    """However many ask, the disk is not kept busy with it."""
    slow = _Slow()
    proof = Proof(cast(Store, slow))
    asking = [asyncio.create_task(proof()) for _ in range(20)]
    await asyncio.sleep(0)
    slow.free.set()

    assert await asyncio.gather(*asking) == [None] * 20
    assert slow.asked == 1


async def test_an_answer_is_kept_for_a_short_while() -> None:
    """A good one and a bad one alike; then the store is asked again."""
    slow, clock = _Slow(), [0.0]
    slow.free.set()
    proof = Proof(cast(Store, slow), kept=timedelta(seconds=2), clock=lambda: clock[0])

    async def asked(seconds: float) -> str | None:
        clock[0] = seconds
        return await proof()

    assert await asked(0.0) is None
    slow.error = StoreUnavailable("the disk is full")
    assert [await asked(at) for at in (1.9, 2.0, 3.9)] == [None, *["the disk is full"] * 2]
    slow.error = None
    assert [await asked(at) for at in (3.99, 4.0)] == ["the disk is full", None]
    assert slow.asked == 3


async def test_who_gives_up_asking_spoils_it_for_nobody() -> None:
    """The next one who asks gets an answer of the store."""
    slow = _Slow()
    proof = Proof(cast(Store, slow))
    impatient = asyncio.create_task(proof())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    slow.free.set()

    assert await proof() is None
