"""Silence and wrong headers are told once: in the log, in the status, in metrics and to operators."""

import asyncio
import io
from datetime import datetime, timedelta

import aiohttp
import pytest

from bridge.app import Bridge, Reality, running
from bridge.config import load
from bridge.errors import StoreUnavailable
from bridge.sandbox import Sandbox
from bridge.store.sqlite import SqliteStore
from tests.app.conftest import Write, change, post, until

OPERATIONS = """
[operations]
notify = "support"
expect_event_within = "8h"
[[routes]]
"""


class Clock:
    """The real clock, some hours ahead when a test says so; looks follow each other quickly."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    @property
    def reality(self) -> Reality:
        """What a bridge is given."""
        real = Reality()

        def now() -> datetime:
            return real.now() + self.ahead

        return Reality(now=now, sleep=lambda seconds: asyncio.sleep(min(seconds, 0.01)))


async def _mismatch(bridge: Bridge, times: int) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(times):
            async with session.post(bridge.url, headers={"nexus-signature": "wrong"}) as answer:
                assert answer.status == 401


async def test_silence_is_told_once_and_so_is_its_end(
    write: Write, sandbox: Sandbox, lines: io.StringIO
) -> None:
    """An error line, one message to operators, the status; then a line when events come again."""
    path, clock = write(), Clock()
    change(path, ("[[routes]]", OPERATIONS))
    async with running(load(path, {}), clock.reality) as bridge:
        clock.ahead = timedelta(hours=8)
        await until(lines, "event=silent")
        [notice] = await sandbox.wait_for(1)
        status = await bridge.health.status()
        await asyncio.sleep(0.1)
        await post(bridge.url, id="m1")
        await until(lines, "event=events_resumed")
        await sandbox.wait_for(2)
        after = await bridge.health.status()

    assert "no event from NexusGPT since " in notice.text
    assert "no event from NexusGPT since " in status
    assert "no event" not in after
    assert lines.getvalue().count("event=silent") == 1


async def test_a_burst_of_wrong_headers_is_told(
    write: Write, sandbox: Sandbox, lines: io.StringIO
) -> None:
    """With what to compare; and that it is over."""
    path, clock = write(), Clock()
    change(path, ("[[routes]]", OPERATIONS))
    async with running(load(path, {}), clock.reality) as bridge:
        await _mismatch(bridge, 10)
        await until(lines, "event=header_mismatches")
        [notice] = await sandbox.wait_for(1)
        status = await bridge.health.status()
        clock.ahead = timedelta(minutes=11)
        await until(lines, "event=header_mismatches_over")
        after = await bridge.health.status()

    assert "10 webhooks within ten minutes had a missing or wrong verification" in notice.text
    assert "10 webhooks within ten minutes" in status
    assert "webhooks" not in after


async def test_what_can_t_be_told_now_is_told_later(
    write: Write, sandbox: Sandbox, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store in trouble delays the message; it does not lose it."""

    async def fail(self: SqliteStore, arrival: object) -> None:
        raise StoreUnavailable("the store is full")

    path, clock = write(), Clock()
    change(path, ("[[routes]]", OPERATIONS))
    async with running(load(path, {}), clock.reality):
        with monkeypatch.context() as patch:
            patch.setattr(SqliteStore, "accept", fail)
            clock.ahead = timedelta(hours=8)
            await until(lines, "event=store_failed")
        await sandbox.wait_for(1)

    assert "event=silent" in lines.getvalue()
