"""What was delivered long ago is forgotten in rounds, at a time of the test's own."""

import asyncio
import io
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bridge.app import Reality, running
from bridge.config import load
from bridge.deliveries import State
from bridge.logs import log
from bridge.retention import EVERY_SECONDS, PAUSE_SECONDS, retain
from bridge.store.pruning import MAX_MESSAGES
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

KEEP = timedelta(days=30)


class Enough(Exception):
    """The rounds that a test wants are over."""


class Clock:
    """Stands at a time after `KEEP`; sleeping takes none, and ends the test after some rounds."""

    def __init__(self, rounds: int) -> None:
        self.slept: list[float] = []
        self._rounds = rounds

    async def sleep(self, seconds: float) -> None:
        """Write down what was asked for."""
        self.slept.append(seconds)
        if self.slept.count(EVERY_SECONDS) == self._rounds:
            raise Enough


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "bridge.db"


@pytest.fixture(name="store")
async def _store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path, busy_timeout=timedelta(milliseconds=50))
    yield store
    await store.close()


@pytest.fixture(name="other")
def _other(path: Path, store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else to the same file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def _delivered(store: SqliteStore, count: int) -> None:
    for number in range(count):
        await store.accept(arrival(f"m{number}", to=["support"]))
        delivery = await store.claim("support")
        await store.settle(delivery, State.DELIVERED, reason="", at=NOW, accepted=None)
    await store.accept(arrival("newest", to=["support"]))


async def _retained(store: SqliteStore, clock: Clock) -> None:
    """Retain until the clock has had enough; a little more than `KEEP` has passed."""
    later = NOW + KEEP + timedelta(seconds=1)
    task = asyncio.create_task(retain(store, lambda: KEEP, now=lambda: later, sleep=clock.sleep))
    await asyncio.wait([task])
    assert isinstance(task.exception(), Enough)
    log.output.flush()


async def test_a_round_goes_on_until_nothing_is_left_to_prune(
    store: SqliteStore, other: sqlite3.Connection, lines: io.StringIO
) -> None:
    """With a pause after each step; one line says how many messages went."""
    await _delivered(store, MAX_MESSAGES + 1)
    clock = Clock(1)
    await _retained(store, clock)

    assert other.execute("SELECT id FROM message").fetchall() == [("newest",)]
    assert clock.slept[:2] == [PAUSE_SECONDS] * 2
    assert clock.slept[-1] == EVERY_SECONDS
    assert lines.getvalue().count("event=pruned ") == 1
    assert f"event=pruned messages={MAX_MESSAGES + 1}\n" in lines.getvalue()


async def test_a_round_that_prunes_nothing_says_nothing(
    store: SqliteStore, lines: io.StringIO
) -> None:
    """It comes every few minutes, and most of them find nothing."""
    clock = Clock(3)
    await _retained(store, clock)

    assert clock.slept == [PAUSE_SECONDS, EVERY_SECONDS] * 3
    assert lines.getvalue() == ""


async def test_a_store_that_can_not_prune_now_is_asked_again(
    store: SqliteStore, other: sqlite3.Connection, lines: io.StringIO
) -> None:
    """A locked store costs one round, which says why."""
    await _delivered(store, 2)
    other.execute("BEGIN IMMEDIATE")
    await _retained(store, Clock(1))
    other.execute("ROLLBACK")
    locked = lines.getvalue()
    await _retained(store, Clock(1))

    assert "event=not_pruned" in locked
    assert "is locked by another process" in locked
    assert "event=pruned " not in locked
    assert "event=pruned messages=2\n" in lines.getvalue()


CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
allow_unverified = true
[store]
url = "sqlite:///{store}"
[delivery]
keep = "1h"
[destinations.support]
platform = "slack"
webhook_url = "http://127.0.0.1:9/never"
[[routes]]
to = "support"
"""


def _reality(time: datetime) -> Reality:
    """The clock stands, and sleeping takes a hundredth of its time."""
    return Reality(now=lambda: time, sleep=lambda seconds: asyncio.sleep(seconds / 100))


async def test_a_bridge_prunes_what_is_older_than_its_config_says(
    store: SqliteStore, path: Path, lines: io.StringIO
) -> None:
    """At its start, and by its own clock."""
    await _delivered(store, 2)
    newest = await store.claim("support")
    await store.settle(newest, State.DELIVERED, reason="", at=NOW, accepted=None)
    await store.close()
    config = path.with_name("config.toml")
    config.write_text(CONFIG.format(store=path))
    for age in (timedelta(minutes=59), timedelta(minutes=61)):
        async with running(load(config, {}), _reality(NOW + age)):
            await asyncio.sleep(0.2)
    log.output.flush()

    assert lines.getvalue().count("event=pruned ") == 1
    assert "event=pruned messages=2\n" in lines.getvalue()
