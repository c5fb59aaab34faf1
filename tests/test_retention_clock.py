"""A clock that is wrong for a while costs no message that should be kept."""

import asyncio
import io
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bridge.deliveries import State
from bridge.logs import log
from bridge.retention import STRIDE, retain
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival
from tests.test_retention import KEEP, Clock, Enough


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "bridge.db"


async def _rounds(store: SqliteStore, time: datetime, count: int) -> None:
    """Retain for some rounds, by a clock that stands."""
    clock = Clock(count)
    task = asyncio.create_task(retain(store, lambda: KEEP, now=lambda: time, sleep=clock.sleep))
    await asyncio.wait([task])
    assert isinstance(task.exception(), Enough)
    log.output.flush()


async def _of_yesterday(path: Path) -> SqliteStore:
    """Return a store that was used before it was opened, with messages of each of `KEEP`'s days."""
    store = await SqliteStore.open(path)
    for day in range(KEEP.days):
        at = NOW - KEEP + timedelta(days=day, hours=3)
        await store.accept(arrival(f"day {day}", to=["support"], accepted_at=at))
        delivery = await store.claim("support")
        await store.settle(delivery, State.DELIVERED, reason="", at=at, accepted=None)
    await store.accept(arrival("newest", to=["ops"]))
    await store.close()
    return await SqliteStore.open(path)


def _left(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM message").fetchall()
    return int(count)


async def test_a_clock_that_leaps_ahead_does_not_make_all_of_it_old(
    path: Path, lines: io.StringIO
) -> None:
    """A day's messages go in an hour, no more, so that a person can set the clock; one line says so."""
    store = await _of_yesterday(path)
    leapt = NOW + 70 * timedelta(days=365)
    await _rounds(store, leapt, 1)
    after_a_round = _left(path)
    await _rounds(store, leapt, 12)
    await store.close()

    assert after_a_round == KEEP.days + 1
    assert KEEP.days - 1 <= _left(path) <= KEEP.days
    assert lines.getvalue().count("event=clock_ahead days=25549") == 2  # once for each start
    assert "set the clock" in lines.getvalue()


async def test_a_restart_believes_the_clock_no_further(path: Path) -> None:
    """Not even when a message was accepted by the wrong clock before it."""
    store = await _of_yesterday(path)
    leapt = NOW + 70 * timedelta(days=365)
    await _rounds(store, leapt, 2)
    await store.accept(arrival("by the wrong clock", to=["ops"], accepted_at=leapt))
    await store.close()
    store = await SqliteStore.open(path)
    seen = await store.seen()
    await _rounds(store, leapt, 2)
    await store.close()

    assert seen == NOW + 2 * STRIDE
    assert _left(path) == KEEP.days + 1  # the first day, by four hours


async def test_a_bridge_that_was_off_catches_up(path: Path, lines: io.StringIO) -> None:
    """After ten days, within ten hours."""
    store = await _of_yesterday(path)
    await _rounds(store, NOW + timedelta(days=10), 10 * 12)
    await store.close()

    assert _left(path) == KEEP.days - 10 + 1
    assert lines.getvalue().count("event=clock_ahead") == 1


async def test_a_clock_that_was_set_back_and_forth_prunes_at_once(path: Path) -> None:
    """Back, nothing goes; forth again, there is nothing to catch up with."""
    store = await _of_yesterday(path)
    await _rounds(store, NOW - 50 * KEEP, 1)
    set_back = _left(path)
    await _rounds(store, NOW + timedelta(hours=1), 1)
    await store.close()

    assert set_back == _left(path) == KEEP.days + 1
    store = await SqliteStore.open(path)
    await _rounds(store, NOW + timedelta(hours=4), 2)
    await store.close()
    assert _left(path) == KEEP.days


async def test_a_store_without_a_message_believes_any_clock(path: Path) -> None:
    """There is nothing to lose; it is on record from then on."""
    store = await SqliteStore.open(path)
    before = await store.seen()
    await _rounds(store, NOW, 1)
    after = await store.seen()
    await store.close()

    assert (before, after) == (None, NOW)
