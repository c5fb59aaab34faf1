"""What is dead is sent again once a person asks for it, and once only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.deliveries import Form, State
from bridge.errors import StoreUnavailable
from bridge.store import Arrival, Revived
from bridge.store.records import reading
from bridge.store.revivals import MAX_REVIVED, Requests, Wanted, requesting
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, accepted, arrival

LATER = NOW + timedelta(days=2)
NAMES = ("support", "ops")
SUPPORT = Wanted(1, "support", "support")


@pytest.fixture(name="requests")
def _requests(store: SqliteStore, path: Path) -> Iterator[Requests]:
    """A command beside the owner of the store."""
    with requesting(path) as requests:
        yield requests


async def _dead(store: SqliteStore, *, confirmed: int = 0, form: Form | None = None) -> None:
    """Let a message of three parts die after some of them, its next part in doubt."""
    await store.accept(arrival(to=("support",)))
    delivery = await store.claim("support")
    await store.begin(delivery, form=form or Form(), plan=["one", "two", "three"])
    for part in range(1, confirmed + 1):
        await store.confirm(delivery, accepted(part))
        delivery = await store.claim("support")
        await store.begin(delivery, form=form or Form())
    await store.postpone(delivery, until=NOW, reason="busy", at=NOW, in_doubt=True)
    delivery = await store.claim("support")
    await store.settle(delivery, State.DEAD, reason="gone", at=NOW, accepted=None)


async def test_a_dead_delivery_is_pending_again(store: SqliteStore, requests: Requests) -> None:
    """With no failed attempt and a new age; the request is done and leaves nothing to do."""
    await _dead(store)
    asked = requests.ask([SUPPORT], at=LATER)
    assert requests.left(asked) == 1
    revived = await store.revive(at=LATER, destinations=NAMES)
    delivery = await store.claim("support")

    assert revived == (Revived("m1", 1, "support", "support"),)
    assert (delivery.number, delivery.attempts, delivery.accepted_at) == (1, 0, LATER)
    assert requests.left(asked) == 0
    assert await store.revive(at=LATER, destinations=NAMES) == ()
    assert await store.pending() == {"support": 1}


async def test_it_goes_to_the_end_of_its_lane(store: SqliteStore, requests: Requests) -> None:
    """What was waiting before it goes out before it."""
    await _dead(store)
    await store.accept(arrival("m2", to=("support",)))
    requests.ask([SUPPORT], at=LATER)
    await store.revive(at=LATER, destinations=NAMES)
    head = await store.claim("support")
    await store.settle(head, State.DELIVERED, reason="", at=NOW, accepted=accepted())

    assert head.message_id == "m2"
    assert (await store.claim("support")).message_id == "m1"


async def test_nothing_confirmed_means_it_is_rendered_anew(
    store: SqliteStore, requests: Requests
) -> None:
    """In the best form, by the present config: no part of it stands anywhere for sure."""
    await _dead(store, form=Form(plain=True))
    requests.ask([SUPPORT], at=LATER)
    await store.revive(at=LATER, destinations=NAMES)
    delivery = await store.claim("support")

    assert (delivery.confirmed, delivery.form) == ((), Form())
    assert [(part.step, part.in_doubt) for part in delivery.planned] == [("", False)]


async def test_one_half_sent_goes_on_as_it_was_planned(
    store: SqliteStore, requests: Requests
) -> None:
    """After its confirmed part, in its form; the part in doubt is sent again."""
    await _dead(store, confirmed=1, form=Form(in_parts=True))
    requests.ask([SUPPORT], at=LATER)
    await store.revive(at=LATER, destinations=NAMES)
    delivery = await store.claim("support")

    assert [part.part for part in delivery.confirmed] == [1]
    assert [(part.step, part.in_doubt) for part in delivery.planned] == [
        ("two", False),
        ("three", False),
    ]
    assert delivery.form == Form(in_parts=True)


async def test_elsewhere_it_is_a_delivery_of_its_own(
    store: SqliteStore, requests: Requests, path: Path
) -> None:
    """It stays dead where it was, and starts from its first part where it goes."""
    await _dead(store, confirmed=1, form=Form(plain=True))
    requests.ask([Wanted(1, "support", "ops")], at=LATER)
    revived = await store.revive(at=LATER, destinations=NAMES)
    delivery = await store.claim("ops")

    assert revived == (Revived("m1", 1, "ops", "support"),)
    assert (delivery.confirmed, delivery.form, delivery.route) == ((), Form(), "refunds")
    with reading(path) as records:
        states = {each.id: each.state for each in records.named("m1")}
        [dead] = records.named("1-support")
        [replay] = records.story(dead).replays
    assert states == {"1-ops": State.PENDING, "1-support": State.DEAD}
    assert (replay.to, replay.done_at, replay.revived) == ("ops", LATER, True)


async def test_asking_twice_sends_it_once(store: SqliteStore, path: Path) -> None:
    """Two commands at once, and one after the other."""
    await _dead(store)
    with requesting(path) as one, requesting(path) as two:
        assert len(one.ask([SUPPORT], at=LATER)) == 1
        assert len(two.ask([SUPPORT], at=LATER)) == 0
        assert len(await store.revive(at=LATER, destinations=NAMES)) == 1
        assert len(two.ask([SUPPORT], at=LATER)) == 0
    assert await store.pending() == {"support": 1}


@pytest.mark.parametrize("state", [State.PENDING, State.DELIVERED])
async def test_a_message_that_got_there_meanwhile_is_left(
    store: SqliteStore, requests: Requests, other: sqlite3.Connection, state: State
) -> None:
    """What waits or was delivered at the destination needs no second delivery."""
    await _dead(store)
    asked = requests.ask([Wanted(1, "support", "ops")], at=LATER)
    table = "delivery" if state is State.PENDING else "history"
    more = "" if table == "delivery" else ", state, attempts, reason, accepted_at, settled_at"
    values = "" if table == "delivery" else ", 'delivered', 0, '', 0, 0"
    other.execute(
        f"INSERT INTO {table} (message, destination, route{more}) VALUES (1, 'ops', 'r'{values})"  # noqa: S608 -- our own words
    )

    assert await store.revive(at=LATER, destinations=NAMES) == ()
    assert requests.left(asked) == 0
    assert len(requests.ask([Wanted(1, "support", "ops")], at=LATER)) == 0


async def test_a_request_waits_for_its_lane(store: SqliteStore, requests: Requests) -> None:
    """A destination that this bridge does not know yet gets it later."""
    await _dead(store)
    asked = requests.ask([Wanted(1, "support", "new")], at=LATER)

    assert await store.revive(at=LATER, destinations=NAMES) == ()
    assert requests.left(asked) == 1
    assert len(await store.revive(at=LATER, destinations=["new"])) == 1


async def test_attempts_of_both_lives_are_on_record(
    store: SqliteStore, requests: Requests, path: Path
) -> None:
    """However often it is sent again, no failure is forgotten, and their order holds."""
    await _dead(store)
    for life in ("second", "third"):
        requests.ask([SUPPORT], at=LATER)
        await store.revive(at=LATER, destinations=NAMES)
        delivery = await store.claim("support")
        await store.postpone(delivery, until=NOW, reason=f"{life} busy", at=LATER)
        delivery = await store.claim("support")
        await store.settle(delivery, State.DEAD, reason=f"{life} gone", at=LATER, accepted=None)

    with reading(path) as records:
        [record] = records.named("1-support")
        story = records.story(record)
    expected = ["busy", "gone", "second busy", "second gone", "third busy", "third gone"]
    assert [attempt.reason for attempt in story.attempts] == expected
    assert record.attempts == 1
    assert len(story.replays) == 2


async def test_many_come_in_steps(store: SqliteStore, requests: Requests) -> None:
    """One transaction holds so many, and accepting is never kept waiting for all of them."""
    count = MAX_REVIVED + 1
    for number in range(1, count + 1):
        await store.accept(arrival(f"m{number}", to=("support",)))
        delivery = await store.claim("support")
        await store.settle(delivery, State.DEAD, reason="gone", at=NOW, accepted=None)
    wanted = [Wanted(number, "support", "support") for number in range(1, count + 1)]
    requests.ask(wanted, at=LATER)
    sizes = [len(await store.revive(at=LATER, destinations=NAMES)) for _ in range(3)]

    assert sizes == [MAX_REVIVED, 1, 0]
    assert (await store.claim("support")).message_id == "m1"


async def test_a_restart_keeps_what_was_asked_and_done(path: Path) -> None:
    """Asked before the end of one bridge, done by the next one; done, it is pending for a third."""
    for step in ("ask", "revive", "claim"):
        store = await SqliteStore.open(path)
        if step == "ask":
            await _dead(store)
        elif step == "revive":
            assert len(await store.revive(at=LATER, destinations=NAMES)) == 1
        else:
            assert (await store.claim("support")).accepted_at == LATER
        await store.close()
        if step == "ask":
            with requesting(path) as requests:
                requests.ask([SUPPORT], at=LATER)
            assert sorted(each.name for each in path.parent.iterdir()) == [
                "bridge.db",
                "bridge.db.lock",
            ]


async def test_a_locked_store_takes_no_request(
    store: SqliteStore, path: Path, other: sqlite3.Connection
) -> None:
    """All or none, and a sentence instead of a traceback."""
    await _dead(store)
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        requests = Requests(connection, path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="is locked"):
            requests.ask([SUPPORT], at=LATER)
        other.execute("ROLLBACK")
        assert len(requests.ask([SUPPORT], at=LATER)) == 1


async def test_a_bad_request_leaves_no_lock(store: SqliteStore, requests: Requests) -> None:
    """What fails in the middle is rolled back."""
    await _dead(store)
    wrong = Wanted(1, "support", b"\xff".decode("utf-8", "surrogateescape"))
    with pytest.raises(UnicodeEncodeError):
        requests.ask([SUPPORT, wrong], at=LATER)

    assert await store.revive(at=LATER, destinations=NAMES) == ()
    assert isinstance(arrival("m2"), Arrival)
    await store.accept(arrival("m2"))
