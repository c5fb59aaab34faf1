"""Every part has a row of its own: planned, in doubt, confirmed; it is written before and after the call."""

import sqlite3
from datetime import timedelta

from bridge.deliveries import Delivery, Form, Planned, State
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, accepted, arrival

LATER = NOW + timedelta(seconds=3)


async def _begun(store: SqliteStore, *plan: str) -> Delivery:
    await store.accept(arrival(to=["support"]))
    await store.begin(await store.claim("support"), form=Form(plain=True), plan=plan)
    return await store.claim("support")


async def test_a_part_that_is_begun_is_in_doubt(store: SqliteStore) -> None:
    """Those after it are planned; all are in the form they were rendered in."""
    delivery = await _begun(store, "one", "two")

    assert delivery.planned == (
        Planned(part=1, step="one", in_doubt=True),
        Planned(part=2, step="two"),
    )
    assert delivery.form == Form(plain=True)
    assert delivery.confirmed == ()


async def test_a_confirmed_part_is_planned_no_more(store: SqliteStore) -> None:
    """Its text is forgotten; the next one is begun in its turn."""
    await store.confirm(await _begun(store, "one", "two"), accepted(1))
    delivery = await store.claim("support")
    await store.begin(delivery, form=delivery.form)

    assert delivery.planned == (Planned(part=2, step="two"),)
    assert (await store.claim("support")).planned == (Planned(part=2, step="two", in_doubt=True),)


async def test_what_was_certainly_not_taken_is_in_doubt_no_more(store: SqliteStore) -> None:
    """What may have been taken stays so."""
    delivery = await _begun(store, "one")
    await store.postpone(delivery, until=LATER, reason="lost", at=NOW, in_doubt=True)
    lost = await store.claim("support")
    await store.postpone(lost, until=LATER, reason="busy", at=NOW)
    busy = await store.claim("support")

    assert lost.planned == (Planned(part=1, step="one", in_doubt=True),)
    assert busy.planned == (Planned(part=1, step="one"),)


async def test_a_new_plan_leaves_confirmed_parts_alone(store: SqliteStore) -> None:
    """What is left may be put in another form, in more parts or fewer."""
    await store.confirm(await _begun(store, "one", "two", "three"), accepted(1))
    delivery = await store.claim("support")
    await store.begin(delivery, form=Form(linked=True), plan=["other"])
    again = await store.claim("support")

    assert [part.part for part in again.confirmed] == [1]
    assert again.planned == (Planned(part=2, step="other", in_doubt=True),)
    assert again.form == Form(linked=True)


async def test_what_is_dead_is_not_planned(store: SqliteStore, other: sqlite3.Connection) -> None:
    """A part in doubt stays on record, without its text."""
    delivery = await _begun(store, "one", "two")
    await store.settle(delivery, State.DEAD, reason="held", at=NOW, accepted=None)

    rows = other.execute("SELECT part, state, step FROM part").fetchall()
    assert rows == [(1, "in doubt", "")]


async def test_every_failure_is_on_record(store: SqliteStore, other: sqlite3.Connection) -> None:
    """When, at which part, and why."""
    delivery = await _begun(store, "one")
    await store.postpone(delivery, until=LATER, reason="busy", at=NOW)
    delivery = await store.claim("support")
    await store.settle(delivery, State.DEAD, reason="gone", at=LATER, accepted=None)

    rows = other.execute("SELECT number, part, at, reason FROM attempt").fetchall()
    first = int(NOW.timestamp() * 1000)
    assert rows == [(1, 1, first, "busy"), (2, 1, first + 3000, "gone")]


async def test_a_lone_half_of_a_character_can_be_planned(store: SqliteStore) -> None:
    """What a platform or a model wrote can always be put on record."""
    delivery = await _begun(store, "one \ud83d")

    assert delivery.planned[0].step == "one ?"
