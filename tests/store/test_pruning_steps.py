"""Pruning goes in small steps, each of them whole, and none of them reads all that is kept."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store import Receipt
from bridge.store import pruning_statements as sql
from bridge.store.pruning import MAX_BYTES, MAX_MESSAGES
from bridge.store.sqlite import SqliteStore
from bridge.store.statements import Many
from tests.store.endings import DAY, TABLES, counts, left, many, over, pruned
from tests.store.samples import NOW, arrival

MANY = {name: value for name, value in vars(sql).items() if isinstance(value, Many)}


async def test_a_step_takes_a_few_messages(
    store: SqliteStore, other: sqlite3.Connection, path: Path
) -> None:
    """Each step is on disk by itself: after an end between two of them the rest goes later."""
    await many(store, MAX_MESSAGES + 10)
    first = await store.prune(NOW + DAY)
    rows = counts(other)
    await store.close()
    again = await SqliteStore.open(path)
    rest = await pruned(again)
    await again.close()

    assert first == (MAX_MESSAGES, MAX_MESSAGES, False)
    assert rows == dict.fromkeys(TABLES, 10) | {
        "message": 11,
        "delivery": 2,
        "revival": 0,
        "thread": 1,
    }
    assert rest == 10


async def test_a_step_takes_few_long_messages(store: SqliteStore) -> None:
    """Each fills many pages; one that is too long for any step is a step of its own."""
    for message_id in ("m1", "m2", "m3", "m4"):
        await over(store, message_id, body=b"x" * (MAX_BYTES // 2))
    await over(store, "long", body=b"x" * (MAX_BYTES * 2))
    await store.accept(arrival("newest"))
    steps = [await store.prune(NOW + DAY)]
    while not steps[-1].is_done:
        steps.append(await store.prune(NOW + DAY, after=steps[-1].after))

    assert [step.messages for step in steps if step.messages] == [2, 2, 1]


async def test_a_young_message_does_not_hide_old_ones(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Such as one that was accepted while the clock was wrong."""
    await over(store, "m1", accepted_at=NOW + 100 * DAY)
    await over(store, "m2")
    await store.accept(arrival("newest"))

    assert await pruned(store) == 1
    assert left(other) == ["m1", "newest"]


async def test_a_locked_store_prunes_later(store: SqliteStore, other: sqlite3.Connection) -> None:
    """All or nothing, as with all that is written."""
    await many(store, 3)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked by another process"):
        await store.prune(NOW + DAY)
    other.execute("ROLLBACK")

    assert counts(other)["message"] == 4
    assert await pruned(store) == 3


async def test_pruning_shares_the_transactions_of_others(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """What arrives in the same batch is looked at first: a change keeps its message."""
    await many(store, 1)
    other.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(store.accept(arrival("first")))
    await asyncio.sleep(0.05)
    changed = arrival("m0", fingerprint=b"changed", accepted_at=NOW + DAY)
    rest = asyncio.gather(store.prune(NOW + DAY), store.accept(changed))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    await first

    step, receipt = await rest
    assert step == (0, 3, False)
    assert receipt == Receipt(is_duplicate=False, revision=1)


# Prunes in steps without a pause, and says when each is on disk.
CHILD = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW

async def main():
    store = await SqliteStore.open(Path(sys.argv[1]))
    after, is_done = 0, False
    while not is_done:
        _, after, is_done = await store.prune(NOW + timedelta(days=1), after=after)
        os.write(1, b".")
    await store.close()

asyncio.run(main())
"""


async def _killed(path: Path, *, after_steps: int) -> None:
    """Prune in a process of its own, and kill it after some steps."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await child.stdout.readexactly(after_steps)
    child.kill()
    await child.wait()


async def test_a_kill_leaves_no_message_half_forgotten(store: SqliteStore, path: Path) -> None:
    """Each is there with all its rows or with none; the next start goes on."""
    await many(store, 8 * MAX_MESSAGES)
    await store.close()
    told = []
    for after_steps in (1, 2, 2):
        await _killed(path, after_steps=after_steps)
        with closing(sqlite3.connect(path)) as other:
            told.append(counts(other))
    again = await SqliteStore.open(path)
    rest = await pruned(again)
    await again.close()

    for rows in told:
        assert rows["message"] - 1 == rows["history"] == rows["part"] == rows["attempt"]
    assert rest == told[-1]["history"] < told[0]["history"] < 8 * MAX_MESSAGES


def _plan(connection: sqlite3.Connection, statement: str, values: list[int]) -> list[str]:
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    return [step for *_, step in rows]


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("count", [1, 2, MAX_MESSAGES])
async def test_no_step_reads_a_table_to_its_end(
    store: SqliteStore, other: sqlite3.Connection, name: str, count: int
) -> None:
    """Rows are found by key, however many are kept."""
    many = MANY[name]
    [(statement, values)] = many.calls([tuple(range(many.columns))] * count)
    scanned = [
        step.split()[1] for step in _plan(other, statement, values) if step.startswith("SCAN")
    ]

    assert set(scanned) & set(TABLES) == set()


async def test_messages_are_looked_at_in_their_order(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """From the cursor on, without an index on their age and without sorting."""
    plan = _plan(other, sql.LOOK, [0, 1])

    assert plan[0] == "SEARCH message USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    assert [step for step in plan if step.startswith(("SCAN", "USE TEMP"))] == []
