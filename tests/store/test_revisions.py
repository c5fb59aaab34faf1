"""A message that is told again, changed: what the store knows of its posts."""

from collections.abc import Iterable

from bridge.deliveries import Accepted, Confirmed, Delivery, State
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival


async def _told(store: SqliteStore, revision: int, parts: Iterable[int]) -> Delivery:
    """Tell a revision of the message, of which so many parts arrive, and end its delivery."""
    await store.accept(arrival(fingerprint=bytes([revision])))
    delivery = await store.claim("support")
    for part in parts:
        confirmed = Confirmed(part=part, post_id=f"r{revision}p{part}", channel="C1")
        await store.confirm(delivery, Accepted(confirmed=confirmed))
    await store.settle(delivery, State.DEAD, reason="no", at=NOW, accepted=None)
    return delivery


async def test_a_revision_knows_the_posts_of_the_earlier_ones(store: SqliteStore) -> None:
    """Of each part the newest: what an edit needs."""
    first = await _told(store, 0, (1, 2, 3))
    second = await _told(store, 1, (1,))
    third = await _told(store, 2, ())

    assert first.earlier == ()
    assert [post.post_id for post in second.earlier] == ["r0p1", "r0p2", "r0p3"]
    assert [post.post_id for post in third.earlier] == ["r1p1", "r0p2", "r0p3"]


async def test_earlier_posts_are_those_of_the_same_message_and_destination(
    store: SqliteStore,
) -> None:
    """What stands elsewhere can't be edited here."""
    await _told(store, 0, (1,))
    await store.accept(arrival("m2", fingerprint=b"other"))
    other = await store.claim("support")
    await store.settle(other, State.DEAD, reason="no", at=NOW, accepted=None)
    for _ in range(2):
        elsewhere = await store.claim("ops")
        await store.settle(elsewhere, State.DEAD, reason="no", at=NOW, accepted=None)
    await store.accept(arrival(fingerprint=b"changed"))

    assert other.earlier == ()
    assert (await store.claim("ops")).earlier == ()
    assert len((await store.claim("support")).earlier) == 1
