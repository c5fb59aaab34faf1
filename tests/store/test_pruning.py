"""What was delivered long ago is forgotten; what a person or a lane needs stays."""

import sqlite3
from pathlib import Path

from bridge.deliveries import State
from bridge.store import Receipt
from bridge.store.sqlite import SqliteStore
from tests.store.endings import DAY, TABLES, counts, left, over, pruned
from tests.store.samples import NOW, accepted, arrival


async def test_a_message_goes_with_all_that_is_on_record_of_it(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Its parts, attempts and history; the thread stays, since the chat goes on."""
    await over(store, "m1")
    before = counts(other)
    await store.accept(arrival("newest", to=["support"]))

    assert await pruned(store) == 1
    assert before == dict.fromkeys(TABLES, 1) | {"delivery": 0, "revival": 0}
    assert counts(other) == dict.fromkeys(TABLES, 0) | {"message": 1, "delivery": 1, "thread": 1}
    assert left(other) == ["newest"]


async def test_what_a_person_asked_to_be_sent_again_goes_too(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Once it was delivered, nothing is left of the asking."""
    await over(store, "m1")
    await store.accept(arrival("newest"))
    other.execute(
        "INSERT INTO revival (message, source, destination, asked_at, done_at)"
        " VALUES (1, 'support', 'support', 0, 0)"
    )

    assert await pruned(store) == 1
    assert counts(other)["revival"] == 0


async def test_what_is_young_stays(store: SqliteStore, other: sqlite3.Connection) -> None:
    """Young is what was accepted or settled since: a late delivery counts from its end."""
    await over(store, "old", settled_at=NOW - DAY, accepted_at=NOW - DAY)
    await over(store, "late", settled_at=NOW, accepted_at=NOW - DAY)
    await over(store, "young", settled_at=NOW, accepted_at=NOW)
    await store.accept(arrival("newest"))

    assert await pruned(store, NOW) == 1
    assert left(other) == ["late", "young", "newest"]


async def test_what_is_dead_stays_until_a_person_decides(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """However old it is, with the words to send it again."""
    await over(store, "m1", state=State.DEAD)
    await store.accept(arrival("newest"))

    assert await pruned(store, NOW + 1000 * DAY) == 0
    assert left(other) == ["m1", "newest"]
    assert counts(other)["history"] == 1


async def test_what_is_pending_stays(store: SqliteStore, other: sqlite3.Connection) -> None:
    """Also when another destination has it already."""
    await store.accept(arrival("m1"))
    await store.settle(
        await store.claim("ops"), State.DELIVERED, reason="", at=NOW, accepted=accepted()
    )
    await store.accept(arrival("newest"))

    assert await pruned(store) == 0
    assert (await store.claim("support")).message_id == "m1"
    assert counts(other)["part"] == 1


async def test_a_duplicate_is_known_as_long_as_its_message(store: SqliteStore) -> None:
    """Afterwards it is posted as new."""
    await over(store, "m1")
    await store.accept(arrival("newest", to=["ops"]))
    known = await store.accept(arrival("m1"))
    await pruned(store)

    assert known == Receipt(is_duplicate=True)
    assert await store.accept(arrival("m1", to=["support"])) == Receipt(is_duplicate=False)
    assert (await store.claim("support")).revision == 0


async def test_the_revisions_of_a_message_go_together(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """As long as the last one is young, the next one can edit the posts of all."""
    await over(store, "m1")
    await over(store, "m1", fingerprint=b"changed", accepted_at=NOW + DAY, settled_at=NOW + DAY)
    await store.accept(arrival("newest"))

    assert await pruned(store, NOW + DAY) == 0
    assert left(other) == ["m1", "m1", "newest"]
    assert await pruned(store, NOW + 2 * DAY) == 2


async def test_a_number_is_never_given_twice(store: SqliteStore, path: Path) -> None:
    """The newest message stays, so that the next start knows where to go on."""
    await over(store, "m1")
    await over(store, "m2")
    assert await pruned(store) == 1
    await store.close()
    again = await SqliteStore.open(path)
    await again.accept(arrival("m3", to=["support"]))
    delivery = await again.claim("support")
    await again.close()

    assert delivery.number == 3


async def test_an_empty_store_has_nothing_to_prune(store: SqliteStore) -> None:
    """And says so at once."""
    assert await store.prune(NOW, after=7) == (0, 7, True)
