"""Messages whose deliveries have ended, and pruning them: `over`, `many`, `pruned`."""

import sqlite3
from datetime import datetime, timedelta

from bridge.deliveries import Form, State
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, accepted, arrival

DAY = timedelta(days=1)
TABLES = ("message", "delivery", "part", "attempt", "history", "revival", "thread")


async def over(
    store: SqliteStore,
    message_id: str,
    *,
    state: State = State.DELIVERED,
    settled_at: datetime = NOW,
    **changes: object,
) -> None:
    """Accept a message for one destination and end its delivery, after a failed attempt."""
    await store.accept(arrival(message_id, to=["support"], **changes))
    delivery = await store.claim("support")
    await store.begin(delivery, form=Form(), plan=["one"])
    await store.postpone(delivery, until=NOW, reason="busy", at=NOW)
    ending = {"reason": "", "at": settled_at, "accepted": accepted(thread="t1")}
    await store.settle(await store.claim("support"), state, **ending)  # type: ignore[arg-type] # as named


async def pruned(store: SqliteStore, before: datetime = NOW + DAY) -> int:
    """Prune step by step to the end; return how many messages went."""
    messages = after = 0
    is_done = False
    while not is_done:
        step, after, is_done = await store.prune(before, after=after)
        messages += step
    return messages


def left(other: sqlite3.Connection) -> list[str]:
    """Return the ids of all messages, in order."""
    return [each for (each,) in other.execute("SELECT id FROM message ORDER BY number")]


def counts(other: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table: other.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 -- our own names
        for table in TABLES
    }


async def many(store: SqliteStore, count: int, **changes: object) -> None:
    """Have so many messages delivered, and one accepted after them."""
    for number in range(count):
        await over(store, f"m{number}", **changes)  # type: ignore[arg-type] # they are of an arrival
    await store.accept(arrival("newest"))
