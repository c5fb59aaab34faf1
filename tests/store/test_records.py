"""People read the store from another process, and nothing is touched by that."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.deliveries import Form, State
from bridge.errors import StoreUnavailable, StoreUnusable
from bridge.store import queries, schema
from bridge.store.records import Records, key_of, reading
from bridge.store.sqlite import SqliteStore
from bridge.store.stories import Attempt, Filter, Part
from tests.store.samples import NOW, accepted, arrival

OLD = "Slack failed; given up at the age of 1 day, 0:00:0{}, after {} attempts"
HOUR = timedelta(hours=1)


async def die(store: SqliteStore, destination: str, reason: str) -> None:
    """Let the delivery at the head of a lane be given up."""
    delivery = await store.claim(destination)
    await store.settle(delivery, State.DEAD, reason=reason, at=NOW + HOUR, accepted=None)


@pytest.fixture(name="records")
async def _records(store: SqliteStore, path: Path) -> AsyncIterator[Records]:
    """Two dead of one cause, one dead of another, one pending, one delivered, seen from outside."""
    for number in (1, 2, 3, 4):
        at = NOW + number * HOUR
        to = ("support",) if number > 1 else ("support", "ops")
        await store.accept(arrival(f"m{number}", to=to, chat_id=f"c{number}", accepted_at=at))
    await die(store, "support", OLD.format(1, 99))
    await die(store, "support", OLD.format(2, 100))
    await die(store, "ops", "the webhook was removed")
    third = await store.claim("support")
    await store.begin(third, form=Form(), plan=["one"])
    await store.settle(third, State.DELIVERED, reason="", at=NOW, accepted=accepted(thread="t1"))
    last = await store.claim("support")
    await store.postpone(last, until=NOW, reason="busy", at=NOW)
    with reading(path) as records:
        yield records


def _ids(records: Records, wanted: Filter, **more: object) -> list[str]:
    return [record.id for record in records.page(wanted, **{"limit": 9, **more})]  # type: ignore[arg-type] # options one by one


async def test_what_is_not_delivered_is_grouped_by_cause(records: Records) -> None:
    """The age at which each was given up makes no cause of its own."""
    groups = records.groups(Filter())

    assert [(each.destination, each.state, each.cause, each.count) for each in groups] == [
        ("ops", State.DEAD, "the webhook was removed", 1),
        ("support", State.DEAD, "Slack failed", 2),
        ("support", State.PENDING, "busy", 1),
    ]
    assert (groups[1].oldest, groups[1].newest) == (NOW + HOUR, NOW + 2 * HOUR)


async def test_a_page_begins_with_the_newest(records: Records) -> None:
    """Across all states, and the next page goes on behind the last ID."""
    every = Filter(states=tuple(queries.PLACES))
    first = _ids(records, every, limit=3)

    assert first == ["4-support", "3-support", "2-support"]
    assert _ids(records, every, after="2-support") == ["1-support", "1-ops"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), ["4-support", "2-support", "1-support", "1-ops"]),
        (Filter(states=(State.DELIVERED,)), ["3-support"]),
        (Filter(destination="ops"), ["1-ops"]),
        (Filter(chat_id="c1"), ["1-support", "1-ops"]),
        (Filter(cause="WEBHOOK"), ["1-ops"]),
        (Filter(since=NOW + 2 * HOUR), ["4-support", "2-support"]),
        (Filter(until=NOW + HOUR), ["1-support", "1-ops"]),
        (Filter(cause="'; DROP TABLE message"), []),
    ],
)
async def test_each_filter_leaves_what_it_names(
    records: Records, wanted: Filter, ids: list[str]
) -> None:
    """State, destination, chat, a part of the reason in any case, and age."""
    assert _ids(records, wanted) == ids


async def test_the_dead_come_oldest_first(records: Records) -> None:
    """In the order in which they would have been posted."""
    dead = records.dead(Filter(states=(State.DEAD,)))

    assert [record.id for record in dead] == ["1-ops", "1-support", "2-support"]


async def test_a_message_id_names_all_its_deliveries(records: Records) -> None:
    """An ID names one; what is neither names none."""
    assert [record.id for record in records.named("1-ops")] == ["1-ops"]
    assert [record.id for record in records.named("m1")] == ["1-ops", "1-support"]
    assert records.named("9-ops") == []
    assert records.named("m9") == []


async def test_a_story_holds_parts_attempts_and_the_thread(records: Records) -> None:
    """What the platform has, what failed and why, and the body as it came."""
    [pending] = records.named("4-support")
    [delivered] = records.named("3-support")

    assert records.story(pending).attempts == (Attempt(part=1, at=NOW, reason="busy"),)
    story = records.story(delivered)
    part = Part(number=1, state="confirmed", post_id="post-1", channel="C1")
    assert (story.parts, story.thread) == ((part,), "t1")
    assert story.body == arrival().body
    assert story.replays == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("12-support", (12, "support")),
        ("12-eu-ops", (12, "eu-ops")),
        ("12", None),
        ("12-", None),
        ("-support", None),
        ("٣-support", None),
        ("9" * 30 + "-support", None),
    ],
)
def test_an_id_is_a_number_and_a_destination(name: str, key: tuple[int, str] | None) -> None:
    """Whatever else is given is no ID, and no error."""
    assert key_of(name) == key


async def test_reading_makes_no_file(store: SqliteStore, path: Path) -> None:
    """Neither beside a store that is at rest nor where there is none."""
    await store.accept(arrival())
    await store.close()
    before = sorted(path.parent.iterdir())
    with reading(path) as records:
        assert _ids(records, Filter()) == ["1-support", "1-ops"]
    with pytest.raises(StoreUnusable, match=r'there is no store ".*none.db"'):
        reading(path.with_name("none.db")).__enter__()

    assert sorted(path.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ("PRAGMA application_id = 7", "belongs to another program"),
        ("PRAGMA user_version = 1", r"schema 1, this one knows \d+.*restart the service"),
    ],
)
async def test_a_store_of_others_is_told(
    store: SqliteStore, path: Path, mark: str, sentence: str
) -> None:
    """Another program's, or another version's: one sentence on what to do."""
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(mark)

    with pytest.raises(StoreUnusable, match=sentence):
        reading(path).__enter__()


def test_a_store_that_is_damaged_is_told(path: Path) -> None:
    """Not a traceback."""
    path.write_bytes(b"no database at all, and long enough to be seen as such" * 100)

    with pytest.raises(StoreUnusable, match="is not a SQLite file"):
        reading(path).__enter__()


async def test_trouble_while_reading_is_told(records: Records, path: Path) -> None:
    """A file that turns bad under the command is a sentence too."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        with pytest.raises(sqlite3.DatabaseError):
            Records(connection, path).named("m1")
    with closing(sqlite3.connect(path.with_name("other.db"), timeout=0)) as mine:
        mine.executescript(schema.CREATE)
        with closing(sqlite3.connect(path.with_name("other.db"))) as theirs:
            theirs.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreUnavailable, match="is locked by another process"):
                Records(mine, path).named("m1")


@pytest.mark.parametrize("state", [State.PENDING, State.DEAD, State.DELIVERED])
def test_a_page_is_read_by_key(state: State) -> None:
    """Nothing is sorted, and the dead are found by their own index."""
    with closing(sqlite3.connect(":memory:")) as tables:
        tables.executescript(schema.CREATE)
        tables.create_function("folded", 1, str.casefold, deterministic=True)
        names = ("destination", "chat", "cause", "since", "until", "number", "place", "limit")
        page = f"EXPLAIN QUERY PLAN {queries.page(state)}"
        plan = [step for *_, step in tables.execute(page, dict.fromkeys(names, 1))]

    assert plan[0].startswith("SEARCH ")
    assert ("history_dead" in plan[0]) is (state is State.DEAD)
    assert len(plan) == 2
