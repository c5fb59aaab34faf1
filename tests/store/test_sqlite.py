"""What `bridge.store.Store` promises, kept by a real file."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bridge.deliveries import Confirmed, Delivery, State
from bridge.errors import StoreUnavailable
from bridge.store import Receipt, Store
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, accepted, arrival


async def _settle(store: Store, delivery: Delivery) -> None:
    await store.settle(delivery, State.DELIVERED, reason="", at=NOW, accepted=accepted())


async def test_a_delivery_is_given_out_as_it_was_accepted(store: SqliteStore) -> None:
    """All that a lane needs comes back, the body byte for byte, the moment in UTC."""
    body = b"\xef\xbb\xbf{}\x00\xff"
    berlin = NOW.astimezone(timezone(timedelta(hours=2)))
    receipt = await store.accept(arrival(body=body, accepted_at=berlin))
    delivery = await store.claim("support")

    assert receipt == Receipt(is_duplicate=False, revision=0)
    assert delivery == Delivery(
        number=1,
        destination="support",
        message_id="m1",
        route="refunds",
        body=body,
        revision=0,
        accepted_at=NOW,
    )
    assert delivery.accepted_at.tzinfo is UTC


async def test_a_claimed_delivery_stays_until_it_is_settled(store: SqliteStore) -> None:
    """Confirmed parts, the thread and failed attempts show in the next claim."""
    await store.accept(arrival())
    first = await store.claim("support")
    await store.confirm(first, accepted(1, thread="t1"))
    await store.confirm(first, accepted(2, thread="t1"))
    until = NOW + timedelta(seconds=3)
    await store.postpone(first, until=until, reason="too many requests", at=NOW)
    again = await store.claim("support")

    assert again.number == first.number
    assert again.attempts == 1
    assert again.not_before == until
    assert again.confirmed == (
        Confirmed(part=1, post_id="post-1", channel="C1"),
        Confirmed(part=2, post_id="post-2", channel="C1"),
    )
    assert again.thread == "t1"
    assert await store.pending() == {"support": 1, "ops": 1}


async def test_a_settled_delivery_leaves_its_lane_and_stays_in_the_history(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """How it ended, its parts and its thread are on disk; the other lane still has its own."""
    await store.accept(arrival())
    delivery = await store.claim("support")
    await store.postpone(delivery, until=NOW, reason="busy", at=NOW)
    last = accepted(1, thread="t1")
    at = NOW + timedelta(seconds=1)
    await store.settle(delivery, State.DELIVERED, reason="", at=at, accepted=last)

    assert await store.pending() == {"ops": 1}
    milliseconds = int(NOW.timestamp() * 1000)
    [row] = other.execute("SELECT * FROM history").fetchall()
    settled = ("delivered", 1, "", milliseconds, milliseconds + 1000, "[]", None)
    assert row == (1, "support", "refunds", *settled)
    [part] = other.execute("SELECT * FROM part").fetchall()
    assert part == (1, "support", 1, "post-1", "C1", "confirmed", "")
    assert other.execute("SELECT * FROM thread").fetchall() == [("support", "c1", "t1")]


async def test_a_delivery_can_end_dead_without_a_part(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Its reason is kept, even with half a character in it."""
    await store.accept(arrival())
    delivery = await store.claim("support")
    await store.settle(delivery, State.DEAD, reason="no channel \ud83d", at=NOW, accepted=None)

    ended = other.execute("SELECT state, reason FROM history").fetchall()
    assert ended == [("dead", "no channel ?")]
    assert other.execute("SELECT count(*) FROM part").fetchall() == [(0,)]


async def test_settling_again_changes_nothing(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """A settlement that was reported as failed may be repeated, the next in the lane is safe."""
    for message_id in ("m1", "m2"):
        await store.accept(arrival(message_id))
    delivery = await store.claim("support")
    await _settle(store, delivery)
    await _settle(store, delivery)

    assert (await store.claim("support")).message_id == "m2"
    assert other.execute("SELECT count(*) FROM history").fetchall() == [(1,)]


async def test_what_was_told_before_is_not_stored_again(store: SqliteStore) -> None:
    """The receipt names the revision that said the same, whatever came after it."""
    await store.accept(arrival(fingerprint=b"a"))
    await store.accept(arrival(fingerprint=b"b"))

    assert await store.accept(arrival(fingerprint=b"a")) == Receipt(is_duplicate=True, revision=0)
    assert await store.accept(arrival(fingerprint=b"b")) == Receipt(is_duplicate=True, revision=1)
    assert await store.pending() == {"support": 2, "ops": 2}


async def test_a_changed_message_is_the_next_revision(store: SqliteStore) -> None:
    """It is enqueued behind the first telling."""
    await store.accept(arrival(fingerprint=b"a", body=b"1"))
    receipt = await store.accept(arrival(fingerprint=b"b", body=b"2"))
    await _settle(store, await store.claim("support"))
    delivery = await store.claim("support")

    assert receipt == Receipt(is_duplicate=False, revision=1)
    assert (delivery.revision, delivery.body) == (1, b"2")


async def test_a_settled_message_is_still_a_duplicate(store: SqliteStore, path: Path) -> None:
    """The duplicate mark outlives the delivery and the process."""
    await store.accept(arrival(to=["support"]))
    await _settle(store, await store.claim("support"))
    await store.close()
    again = await SqliteStore.open(path)
    receipt = await again.accept(arrival(to=["support"]))
    await again.close()

    assert receipt.is_duplicate


async def test_a_hundred_tellings_at_once_are_one(store: SqliteStore) -> None:
    """Also when many of them share a transaction."""
    receipts = await asyncio.gather(*(store.accept(arrival()) for _ in range(100)))

    assert sum(not receipt.is_duplicate for receipt in receipts) == 1
    assert await store.pending() == {"support": 1, "ops": 1}


async def test_revisions_that_come_at_once_are_counted_in_order(store: SqliteStore) -> None:
    """Two arrivals of one id in one transaction know of each other."""
    told = [arrival(fingerprint=bytes([each % 10])) for each in range(50)]
    receipts = await asyncio.gather(*(store.accept(each) for each in told))

    assert [receipt.revision for receipt in receipts] == [each % 10 for each in range(50)]
    assert [receipt.is_duplicate for receipt in receipts] == [each >= 10 for each in range(50)]


async def test_lanes_keep_the_order_of_acceptance(store: SqliteStore) -> None:
    """What arrived at once is given out in the order it was asked; no lane waits for another."""
    ids = [f"m{each}" for each in range(60)]
    await asyncio.gather(*(store.accept(arrival(each)) for each in ids))
    claimed = []
    for _ in ids:
        delivery = await store.claim("support")
        claimed.append(delivery.message_id)
        await _settle(store, delivery)

    assert claimed == ids
    assert await store.pending() == {"ops": 60}


async def test_all_survives_a_restart(store: SqliteStore, path: Path) -> None:
    """Order, attempts, moments, parts and threads are those from before."""
    for message_id in ("m1", "m2", "m3"):
        await store.accept(arrival(message_id))
    await _settle(store, await store.claim("support"))
    delivery = await store.claim("support")
    await store.confirm(delivery, accepted(1, thread="t1"))
    await store.postpone(delivery, until=NOW + timedelta(minutes=1), reason="busy", at=NOW)
    before = await store.claim("support")
    await store.close()
    again = await SqliteStore.open(path)

    assert await again.pending() == {"support": 2, "ops": 3}
    assert await again.claim("support") == before
    await _settle(again, before)
    third = await again.claim("support")
    assert (third.message_id, third.thread) == ("m3", "t1")
    assert (await again.accept(arrival("m4"))).revision == 0
    await again.close()


async def test_a_number_is_never_given_twice(store: SqliteStore, path: Path) -> None:
    """Else a new message would inherit the confirmed parts of one that was pruned."""
    await store.accept(arrival("m1", to=["support"]))
    await _settle(store, await store.claim("support"))
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM message")
    connection.close()
    again = await SqliteStore.open(path)
    await again.accept(arrival("m2", to=["support"]))
    delivery = await again.claim("support")
    await again.close()

    assert (delivery.number, delivery.confirmed) == (2, ())


async def test_a_thread_is_known_to_its_chat_and_destination_only(store: SqliteStore) -> None:
    """And a new one takes the place of the old."""
    await store.accept(arrival("m1"))
    await store.accept(arrival("m2", chat_id="c2"))
    await store.accept(arrival("m3"))
    first = await store.claim("support")
    await store.confirm(first, accepted(1, thread="gone"))
    last = accepted(2, thread="new")
    await store.settle(first, State.DELIVERED, reason="", at=NOW, accepted=last)
    second = await store.claim("support")
    await _settle(store, second)

    assert second.thread is None
    assert (await store.claim("support")).thread == "new"
    assert (await store.claim("ops")).thread is None


async def test_a_message_can_go_to_more_destinations_than_a_statement_has_variables(
    store: SqliteStore,
) -> None:
    """Then it is several statements of one transaction."""
    await store.accept(arrival(to=[f"d{each}" for each in range(11_000)]))

    assert len(await store.pending()) == 11_000
    assert (await store.claim("d10999")).message_id == "m1"


async def test_claim_waits_until_its_lane_has_a_delivery(store: SqliteStore) -> None:
    """Other lanes' deliveries don't wake it."""
    claim = asyncio.create_task(store.claim("support"))
    await store.accept(arrival("m1", to=["ops"]))
    await asyncio.sleep(0)
    assert not claim.done()
    await store.accept(arrival("m2"))

    assert (await claim).message_id == "m2"


async def test_a_cancelled_claim_leaves_the_delivery_in_its_lane(store: SqliteStore) -> None:
    """Whether it waits for a head or is already reading it."""
    waiting = asyncio.create_task(store.claim("support"))
    await asyncio.sleep(0)
    waiting.cancel()
    await store.accept(arrival())
    reading = asyncio.create_task(store.claim("support"))
    await asyncio.sleep(0)
    reading.cancel()

    assert (await store.claim("support")).message_id == "m1"


async def test_a_cancelled_accept_breaks_nothing(store: SqliteStore) -> None:
    """Who hangs up is not told, but the message is stored once, in order with the others."""
    asked = [asyncio.create_task(store.accept(arrival(f"m{each}"))) for each in range(3)]
    await asyncio.sleep(0)
    asked[1].cancel()
    await asyncio.gather(*asked, return_exceptions=True)

    assert asked[1].cancelled()
    assert (await store.accept(arrival("m1"))).is_duplicate
    assert await store.pending() == {"support": 3, "ops": 3}


async def test_a_delivery_that_was_taken_out_by_hand_is_passed_over(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """The lane goes on with the next."""
    for message_id in ("m1", "m2"):
        await store.accept(arrival(message_id))
    other.execute("DELETE FROM delivery WHERE message = 1")

    assert (await store.claim("support")).message_id == "m2"


async def test_close_finishes_what_was_asked_and_sends_away_who_waits(store: SqliteStore) -> None:
    """An accept that was begun is on disk; a claim on an empty lane is told that it's over."""
    claim = asyncio.create_task(store.claim("nothing"))
    accept = asyncio.create_task(store.accept(arrival()))
    await asyncio.sleep(0)
    await asyncio.gather(store.close(), store.close())

    assert not (await accept).is_duplicate
    with pytest.raises(StoreUnavailable, match=r"^the store is closed$"):
        await claim


async def test_a_closed_store_says_so(store: SqliteStore) -> None:
    """Closing again is fine."""
    await store.close()
    await store.close()

    for call in (store.pending(), store.accept(arrival()), store.claim("support")):
        with pytest.raises(StoreUnavailable, match=r"^the store is closed$"):
            await call


async def test_moments_are_kept_in_milliseconds(store: SqliteStore) -> None:
    """Rounded down, never off by a float."""
    for millisecond in range(0, 1000, 37):
        moment = datetime(2038, 1, 19, 3, 14, 7, millisecond * 1000 + 999, tzinfo=UTC)
        await store.accept(arrival(f"m{millisecond}", accepted_at=moment))
        delivery = await store.claim("support")
        await _settle(store, delivery)

        assert delivery.accepted_at == moment.replace(microsecond=millisecond * 1000)
