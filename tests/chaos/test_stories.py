"""What goes wrong in a story is told, and never waited for without end."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from bridge.store import schema
from tests.chaos.callers import Caller
from tests.chaos.nursery import nursery
from tests.chaos.plans import ALL_PLACES, Event, Place, Plan, Scene
from tests.chaos.snapshots import snapshot
from tests.chaos.stories import asked, story
from tests.chaos.verdicts import faults

EVENT = Event(id="e000", revision=0, chat="a", words=8)
#: it takes nothing, as long as anything goes wrong at all
CLOSED = Place(name="ops", kind="discord", channel="111", limited=1.0)
SCENE = Scene(kill=None, events=1)


async def test_a_life_that_does_not_settle_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended after a while, and the story goes on."""
    monkeypatch.setattr("tests.chaos.stories.SETTLE_SECONDS", 2.0)
    plan = Plan(seed=1, places=(CLOSED,), events=(EVENT,), scenes=(SCENE, SCENE))
    async with nursery(is_watched=False) as there:
        history = await story(plan, there, tmp_path)

    assert "life 1: TimeoutError: it did not settle" in history.wrong
    assert [each.was_killed for each in history.endings] == [False, False]
    assert history.end.ended == {("e000", 0, "ops"): ("delivered", "")}


async def test_a_bridge_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    """Here since the store is one of a bridge to come."""
    with closing(sqlite3.connect(tmp_path / "bridge.db")) as connection:
        connection.execute(f"PRAGMA application_id = {0x4E784272}")
        connection.execute("PRAGMA user_version = 999")
    plan = Plan(seed=1, places=ALL_PLACES, events=(EVENT,), scenes=(SCENE,))
    async with nursery(is_watched=False) as there:
        history = await story(plan, there, tmp_path)

    assert history.wrong == ("life 1: it ended by itself with 1",)
    assert any("never acknowledged" in fault for fault in faults(history))


async def test_an_answer_that_forgets_an_event_is_told() -> None:
    """What was acknowledged is a duplicate from then on; what was refused is told again."""
    answers = [({"error": "the event can't be stored now"}, 503)]

    async def accept(_: web.BaseRequest) -> web.Response:
        said, status = answers.pop() if answers else ({"status": "accepted"}, 202)
        return web.json_response(said, status=status)

    runner = web.ServerRunner(web.Server(accept))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    caller = Caller()
    await caller.tell(f"http://{host}:{port}", [EVENT])
    await caller.again(f"http://{host}:{port}", [EVENT])
    await runner.cleanup()

    assert list(caller.acknowledged) == [EVENT]
    assert caller.wrong == ["e000 r0 was answered as accepted once more"]


def test_a_store_that_can_not_be_asked_says_no(tmp_path: Path) -> None:
    """Its bridge has just died, or not made it yet."""
    assert not asked(tmp_path / "bridge.db", "SELECT 1")


def test_rows_of_a_message_that_is_gone_are_damage(tmp_path: Path) -> None:
    """And so is what SQLite itself finds: here a page that belongs to nothing."""
    path = tmp_path / "bridge.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.CREATE)
        connection.executescript(
            "INSERT INTO part VALUES (7, 'ops', 1, '', '', 'confirmed', '');"
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'revival_asked';"
        )
    damage = snapshot(path, 0).damage

    assert "1 rows of part are of no message" in damage
    assert any("never used" in each for each in damage)
