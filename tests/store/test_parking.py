"""Which destinations are parked outlasts the bridge that parked them."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from bridge.store import Parked
from bridge.store.records import reading
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

HOUR = timedelta(hours=1)


async def test_a_destination_is_parked_until_it_is_back(store: SqliteStore) -> None:
    """Others are not; what was not parked may be unparked."""
    assert await store.parked() == {}
    await store.park("support", reason="token_revoked", at=NOW)
    await store.park("ops", reason="the webhook was removed", at=NOW)
    assert await store.parked() == {
        "support": Parked("token_revoked", NOW),
        "ops": Parked("the webhook was removed", NOW),
    }
    for _ in range(2):
        await store.unpark("support")
    assert await store.parked() == {"ops": Parked("the webhook was removed", NOW)}


async def test_parked_again_it_is_parked_since_the_first_time(store: SqliteStore) -> None:
    """But for the newest reason."""
    await store.park("support", reason="token_revoked", at=NOW)
    await store.park("support", reason="channel_not_found", at=NOW + HOUR)
    assert await store.parked() == {"support": Parked("channel_not_found", NOW)}

    await store.unpark("support")
    await store.park("support", reason="is_archived", at=NOW + HOUR)
    assert await store.parked() == {"support": Parked("is_archived", NOW + HOUR)}


async def test_a_restart_knows_what_is_parked(path: Path) -> None:
    """And says it in the same words, whatever a platform put into them."""
    store = await SqliteStore.open(path)
    await store.park("support", reason="token_revoked \ud83d", at=NOW + timedelta(microseconds=999))
    await store.park("ops", reason="gone", at=NOW)
    await store.unpark("ops")
    before = await store.parked()
    await store.close()
    again = await SqliteStore.open(path)
    after = await again.parked()
    await again.close()

    assert before == after == {"support": Parked("token_revoked ?", NOW)}


async def test_parking_is_seen_beside_the_bridge(store: SqliteStore, path: Path) -> None:
    """By the commands that tell people; a delivery's story says so, too."""
    await store.accept(arrival())
    await store.park("support", reason="token_revoked", at=NOW)
    with reading(path) as records:
        stories = [records.story(record) for record in records.named("m1")]
        assert records.parked() == {"support": Parked("token_revoked", NOW)}

    assert [each.parked for each in stories] == [None, Parked("token_revoked", NOW)]


async def test_what_is_given_out_is_a_copy(store: SqliteStore, other: sqlite3.Connection) -> None:
    """A look at what is parked stays as it was."""
    await store.park("support", reason="token_revoked", at=NOW)
    before = await store.parked()
    await store.unpark("support")

    assert list(before) == ["support"]
    assert other.execute("SELECT * FROM parking").fetchall() == []
