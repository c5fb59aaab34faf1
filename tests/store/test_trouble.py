"""What happens when the disk or a neighbour does not play along: nothing is lost, and it passes."""

import asyncio
import resource
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from bridge.deliveries import Accepted, Confirmed
from bridge.errors import StoreUnavailable
from bridge.store import Arrival, Receipt
from bridge.store.files import OpenFile
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

LONG = b"x" * 1_000_000


async def _together(
    store: SqliteStore, other: sqlite3.Connection, *arrivals: Arrival
) -> list[Receipt | BaseException]:
    """Accept all in one transaction: they gather while another one waits for the lock."""
    other.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(store.accept(arrival("first")))
    await asyncio.sleep(0.1)
    rest = asyncio.gather(*(store.accept(each) for each in arrivals), return_exceptions=True)
    await asyncio.sleep(0)
    other.execute("COMMIT")
    await first
    return await rest


async def test_a_batch_is_one_transaction_of_few_statements(
    store: SqliteStore, file: OpenFile, other: sqlite3.Connection
) -> None:
    """A hundred arrivals that wait together cost one sync of the disk."""
    said: list[str] = []
    file.writer.set_trace_callback(lambda statement: said.append(statement.split()[0]))
    await _together(store, other, *(arrival(f"m{each}") for each in range(100)))
    file.writer.set_trace_callback(None)

    one = ["BEGIN", "SELECT", "INSERT", "INSERT", "COMMIT"]
    assert said == one * 2


async def test_a_full_disk_makes_the_store_unavailable_until_there_is_room(
    store: SqliteStore, file: OpenFile
) -> None:
    """Nothing of what failed is there afterwards; what comes later is stored."""
    await store.accept(arrival("m1"))
    [(limit,)] = file.writer.execute("PRAGMA max_page_count").fetchall()
    file.writer.execute("PRAGMA max_page_count = 1").fetchall()  # that is: as large as it is now
    with pytest.raises(StoreUnavailable, match=r'^the store ".*" has no room left on its disk$'):
        await store.accept(arrival("m2", body=LONG))
    assert await store.pending() == {"support": 1, "ops": 1}
    file.writer.execute(f"PRAGMA max_page_count = {limit}").fetchall()

    assert await store.accept(arrival("m2", body=LONG)) == Receipt(is_duplicate=False)
    assert await store.pending() == {"support": 2, "ops": 2}


async def test_a_failing_disk_makes_the_store_unavailable_until_it_works(
    store: SqliteStore,
) -> None:
    """The system refuses to write, here because of a limit on the size of files."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(StoreUnavailable, match=r"the disk reports an error$"):
            await store.accept(arrival(body=LONG))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert not (await store.accept(arrival(body=LONG))).is_duplicate
    assert (await store.claim("support")).body == LONG


async def test_a_locked_file_makes_the_store_unavailable_after_the_busy_timeout(
    store: SqliteStore, other: sqlite3.Connection, path: Path
) -> None:
    """All who waited are told the same; once the lock is gone the store works again."""
    other.execute("BEGIN IMMEDIATE")
    calls = (store.accept(arrival(f"m{each}")) for each in range(10))
    said = await asyncio.gather(*calls, return_exceptions=True)
    other.execute("ROLLBACK")

    locked = f'the store "{path}" is locked by another process'
    assert [str(each) for each in said] == [locked] * 10
    assert await store.pending() == {}
    assert not (await store.accept(arrival("m1"))).is_duplicate


async def test_who_hung_up_before_a_failure_is_not_told(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """And the store works on."""
    other.execute("BEGIN IMMEDIATE")
    asked = [asyncio.create_task(store.accept(arrival())) for _ in range(2)]
    await asyncio.sleep(0)
    asked[0].cancel()
    _, said = await asyncio.gather(*asked, return_exceptions=True)
    other.execute("ROLLBACK")

    assert isinstance(said, StoreUnavailable)
    assert not (await store.accept(arrival())).is_duplicate


async def test_others_may_read_while_it_works(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """A reader that keeps its snapshot hinders nobody."""
    await store.accept(arrival("m1"))
    other.execute("BEGIN")
    other.execute("SELECT * FROM message").fetchall()
    await store.accept(arrival("m2"))

    assert (await store.claim("support")).message_id == "m1"
    assert other.execute("SELECT count(*) FROM message").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        pytest.param(arrival("\ud800 secret"), "UnicodeEncodeError", id="not-text"),
        pytest.param(
            arrival("bad", accepted_at=datetime(2026, 8, 1)),  # noqa: DTZ001 - naive is what is wrong
            "TypeError",
            id="naive-moment",
        ),
        pytest.param(arrival("bad", chat_id=None), "IntegrityError", id="no-chat"),
    ],
)
async def test_what_can_not_be_stored_fails_alone(
    store: SqliteStore, other: sqlite3.Connection, bad: Arrival, error: str
) -> None:
    """Its neighbours in the transaction are stored, in order, and the error shows no text of it."""
    good = [arrival(f"m{each}") for each in range(6)]
    *before, said, last = await _together(store, other, *good[:5], bad, good[5])

    assert [*before, last] == [Receipt(is_duplicate=False)] * 6
    assert isinstance(said, StoreUnavailable)
    assert str(said) == f"the store can't handle this: {error}"
    assert await store.pending() == {"support": 7, "ops": 7}
    stored = other.execute("SELECT id FROM message ORDER BY number").fetchall()
    assert stored == [("first",), *((each.message_id,) for each in good)]


async def test_what_a_platform_says_can_always_be_put_on_record(store: SqliteStore) -> None:
    """Half a character in a reason or an id must not keep a lane from going on."""
    await store.accept(arrival())
    delivery = await store.claim("support")
    await store.postpone(delivery, until=NOW, reason="\ud83d", at=NOW)
    odd = Confirmed(part=1, post_id="\ud83d", channel="\ud83d")
    await store.confirm(delivery, Accepted(confirmed=odd, thread="\ud83d"))
    delivery = await store.claim("support")

    assert delivery.confirmed == (Confirmed(part=1, post_id="?", channel="?"),)
    assert delivery.thread == "?"


async def test_a_head_that_can_not_be_read_fails_alone(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """The other lanes go on, and so does this one once the row is well."""
    await store.accept(arrival())
    other.execute("UPDATE delivery SET route = CAST(x'ff' AS TEXT) WHERE destination = 'ops'")
    claims = (store.claim("support"), store.claim("ops"))
    well, said = await asyncio.gather(*claims, return_exceptions=True)
    other.execute("UPDATE delivery SET route = 'refunds'")

    assert not isinstance(well, BaseException)
    assert str(said) == "the store can't handle this: OperationalError"
    assert (await store.claim("ops")).message_id == "m1"
