"""A person lets go of what is dead: it is out of the way, and forgotten after a while."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.deliveries import State
from bridge.errors import StoreUnavailable, StoreUnusable
from bridge.store.discards import MAX_DISCARDED, discard
from bridge.store.records import reading
from bridge.store.revivals import Wanted, requesting
from bridge.store.sqlite import SqliteStore
from bridge.store.stories import DISCARDED, Filter, Record
from tests.store.endings import DAY, left, over, pruned
from tests.store.samples import NOW, arrival

KEY = (1, "support")


def _record(path: Path, name: str = "1-support") -> Record:
    with reading(path) as records:
        [record] = records.named(name)
    return record


async def _dead(store: SqliteStore, count: int = 1) -> None:
    for number in range(count):
        await over(store, f"m{number}", state=State.DEAD)


async def test_what_is_discarded_stays_dead_out_of_the_way(store: SqliteStore, path: Path) -> None:
    """It ended as it ended; only people no longer find it among the dead."""
    await _dead(store)
    assert discard(path, [KEY], at=NOW + DAY) == 1
    record = _record(path)

    assert (record.state, record.standing, record.discarded_at) == (
        State.DEAD,
        DISCARDED,
        NOW + DAY,
    )
    with reading(path) as records:
        assert records.dead(Filter(states=(State.DEAD,))) == []
        assert records.groups(Filter()) == []
        assert records.page(Filter(states=(DISCARDED,)), limit=9) == [record]
        [group] = records.groups(Filter(states=(DISCARDED,)))
    assert (group.state, group.count) == (DISCARDED, 1)


async def test_only_what_is_dead_is_discarded_and_only_once(store: SqliteStore, path: Path) -> None:
    """What waits or was delivered is left alone, and the first moment counts."""
    await _dead(store)
    await over(store, "delivered")
    await store.accept(arrival("pending", to=["support"]))
    keys = [(number, "support") for number in (1, 2, 3, 9)]

    assert discard(path, keys, at=NOW) == 1
    assert discard(path, keys, at=NOW + DAY) == 0
    assert _record(path).discarded_at == NOW
    assert _record(path, "2-support").discarded_at is None
    assert (await store.claim("support")).message_id == "pending"


async def test_it_is_forgotten_a_while_after_the_decision(
    store: SqliteStore, other: sqlite3.Connection, path: Path
) -> None:
    """Like what was delivered; not a while after it died, which may be long ago."""
    await _dead(store)
    await store.accept(arrival("newest"))
    discard(path, [KEY], at=NOW + 40 * DAY)

    assert await pruned(store, NOW + 40 * DAY) == 0
    assert await pruned(store, NOW + 40 * DAY + timedelta(milliseconds=1)) == 1
    assert left(other) == ["newest"]


async def test_a_message_stays_while_another_delivery_is_dead(
    store: SqliteStore, other: sqlite3.Connection, path: Path
) -> None:
    """To let go of one is not to let go of all."""
    await store.accept(arrival("m1"))
    for destination in ("support", "ops"):
        delivery = await store.claim(destination)
        await store.settle(delivery, State.DEAD, reason="gone", at=NOW, accepted=None)
    await store.accept(arrival("newest"))
    discard(path, [KEY], at=NOW)
    assert await pruned(store, NOW + DAY) == 0
    discard(path, [(1, "ops")], at=NOW)
    assert await pruned(store, NOW + DAY) == 1


async def test_the_last_word_counts(store: SqliteStore, path: Path) -> None:
    """A discard recalls a replay that was not taken up, and a replay one that was discarded."""
    await _dead(store)
    wanted = [Wanted(1, "support", "support")]
    with requesting(path) as requests:
        asked = requests.ask(wanted, at=NOW)
        discard(path, [KEY], at=NOW)
        assert requests.left(asked) == 0
        assert await store.revive(at=NOW, destinations=["support"]) == ()
        assert len(requests.ask(wanted, at=NOW)) == 1
    [revived] = await store.revive(at=NOW, destinations=["support"])

    assert revived.message_id == "m0"
    assert _record(path).standing is State.PENDING


async def test_one_that_dies_again_is_dead_again(store: SqliteStore, path: Path) -> None:
    """Nothing of the earlier decision is left."""
    await _dead(store)
    discard(path, [KEY], at=NOW)
    with requesting(path) as requests:
        requests.ask([Wanted(1, "support", "support")], at=NOW)
    await store.revive(at=NOW, destinations=["support"])
    delivery = await store.claim("support")
    await store.settle(delivery, State.DEAD, reason="gone", at=NOW, accepted=None)

    assert _record(path).standing is State.DEAD


async def test_many_go_in_steps(store: SqliteStore, path: Path, other: sqlite3.Connection) -> None:
    """One transaction holds so many, and accepting is never kept waiting for all of them."""
    count = MAX_DISCARDED + 1
    other.execute(
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO history (message, destination, route, state, attempts, reason, accepted_at,"
        " settled_at) SELECT i, 'support', 'r', 'dead', 0, '', 0, 0 FROM n",
        (count,),
    )
    keys = [(number, "support") for number in range(1, count + 1)]

    assert discard(path, keys, at=NOW) == count


async def test_a_locked_store_discards_nothing(
    store: SqliteStore, path: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence instead of a traceback, and no lock is left."""
    await _dead(store)
    monkeypatch.setattr("bridge.store.visits._BUSY_SECONDS", 0.0)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked by another process"):
        discard(path, [KEY], at=NOW)
    other.execute("ROLLBACK")

    assert _record(path).standing is State.DEAD
    await store.prove()


def test_without_a_store_nothing_is_made(path: Path) -> None:
    """The sentence says what would make one."""
    with pytest.raises(StoreUnusable, match="there is no store"):
        discard(path, [KEY], at=NOW)
    assert not path.exists()


async def test_the_dead_are_found_among_many_discarded(
    store: SqliteStore, path: Path, other: sqlite3.Connection
) -> None:
    """Each has an index of its own."""
    await _dead(store, 2)
    discard(path, [KEY], at=NOW)
    with closing(other.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")) as names:
        indexes = {name for (name,) in names}
    counted = {
        name: other.execute(f"SELECT count(*) FROM history INDEXED BY {name} WHERE {rule}")  # noqa: S608 -- our own words
        for name, rule in {
            "history_dead": "state = 'dead' AND discarded_at IS NULL",
            "history_discarded": "discarded_at IS NOT NULL",
        }.items()
    }

    assert indexes >= set(counted)
    assert [rows.fetchall() for rows in counted.values()] == [[(1,)], [(1,)]]
