"""What waits is known with its age, and a store can be asked to prove that it can write."""

import asyncio
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.deliveries import State
from bridge.errors import StoreUnavailable
from bridge.store import Waiting
from bridge.store.files import OpenFile
from bridge.store.revivals import Wanted, requesting
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

SECOND = timedelta(seconds=1)


async def _settle(store: SqliteStore, state: State = State.DELIVERED) -> None:
    delivery = await store.claim("support")
    await store.settle(delivery, state, reason="", at=NOW, accepted=None)


async def test_what_waits_is_counted_with_the_age_of_its_head(store: SqliteStore) -> None:
    """For each destination; one where nothing waits is left out."""
    await store.accept(arrival("m1", accepted_at=NOW))
    await store.accept(arrival("m2", to=["support"], accepted_at=NOW + SECOND))
    assert await store.waiting() == {"support": Waiting(2, NOW), "ops": Waiting(1, NOW)}

    await _settle(store)
    assert await store.waiting() == {"support": Waiting(1, NOW + SECOND), "ops": Waiting(1, NOW)}
    await _settle(store)
    assert await store.waiting() == {"ops": Waiting(1, NOW)}


async def test_an_empty_store_has_nothing_waiting(store: SqliteStore) -> None:
    """And nobody is asked for it."""
    assert await store.waiting() == {}


async def test_what_was_sent_again_is_as_old_as_the_replay(store: SqliteStore, path: Path) -> None:
    """As its delivery says."""
    await store.accept(arrival("m1", to=["support"]))
    await _settle(store, State.DEAD)
    with requesting(path) as requests:
        requests.ask([Wanted(1, "support", "support")], at=NOW)
    await store.revive(at=NOW + SECOND, destinations=["support"])

    assert await store.waiting() == {"support": Waiting(1, NOW + SECOND)}


async def test_a_head_that_is_settled_meanwhile_gives_way_to_the_next(store: SqliteStore) -> None:
    """The lanes work on while their ages are read."""
    for number in range(50):
        await store.accept(arrival(f"m{number}", to=["support"]))

    async def look() -> list[Mapping[str, Waiting]]:
        return [await store.waiting() for _ in range(50)]

    looking = asyncio.create_task(look())
    for _ in range(50):
        await _settle(store)
    seen = await looking

    assert await store.waiting() == {}
    assert all(told == {"support": Waiting(told["support"].count, NOW)} for told in seen if told)


async def test_a_head_that_nobody_can_read_is_left_out(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """A row that was taken out by hand keeps nobody waiting."""
    await store.accept(arrival("m1"))
    other.execute("DELETE FROM delivery WHERE destination = 'support'")

    assert await store.waiting() == {"ops": Waiting(1, NOW)}


async def test_a_proof_is_one_synced_commit(store: SqliteStore, file: OpenFile) -> None:
    """It writes, shares the transaction of what else waits, and changes nothing that is seen."""
    said: list[str] = []
    file.writer.set_trace_callback(lambda statement: said.append(statement.split()[0]))
    await asyncio.gather(store.prove(), store.accept(arrival()))
    file.writer.set_trace_callback(None)
    log = file.path.with_name("bridge.db-wal")
    log_bytes = log.stat().st_size
    await store.prove()

    assert said == ["BEGIN", "SELECT", "INSERT", "INSERT", "INSERT", "COMMIT"]
    assert log.stat().st_size > log_bytes
    assert file.writer.execute("PRAGMA synchronous").fetchall() == [(2,)]
    assert await store.pending() == {"support": 1, "ops": 1}


async def test_a_proof_fails_where_nothing_can_be_written(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """With the sentence that an event would be refused for; then it succeeds again."""
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked by another process"):
        await store.prove()
    other.execute("ROLLBACK")
    await store.prove()


async def test_a_closed_store_proves_nothing(store: SqliteStore) -> None:
    """Nor does it know what waits."""
    await store.accept(arrival())
    await store.close()
    for ask in (store.prove, store.waiting, store.parked):
        with pytest.raises(StoreUnavailable, match="the store is closed"):
            await ask()
