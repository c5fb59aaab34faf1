"""Operators and systemd are told how the bridge really is."""

import asyncio
import io
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.app import Reality, running, serve
from bridge.config import load
from bridge.errors import StoreUnavailable
from bridge.sandbox import Sandbox, SlackChannel
from bridge.store.sqlite import SqliteStore
from tests.app.conftest import SlowSlack, Write, change, post, until, until_status

ADMIN = '[admin]\nlisten = "127.0.0.1:0"\n[[routes]]'


async def _ask(url: str | None) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(str(url)) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def test_a_bridge_answers_operators_where_the_config_says(write: Write) -> None:
    """Health, readiness and metrics; health also where webhooks come in."""
    path = write()
    change(path, ("[[routes]]", ADMIN))
    async with running(load(path, {})) as bridge:
        assert await _ask(f"{bridge.admin_url}/readyz") == (200, {"status": "ready"})
        status, metrics = await _ask(f"{bridge.admin_url}/metrics")
        public = bridge.url.removesuffix("/webhooks/nexusgpt")
        assert await _ask(f"{public}/healthz") == (200, {"status": "ok"})

    assert status == 200
    assert 'nexusgpt_bridge_deliveries_total{destination="support",state="dead"} 0.0' in metrics


async def test_without_the_table_nothing_listens_for_operators(write: Write) -> None:
    """A second bridge on the same machine needs no port of its own."""
    async with running(load(write(), {})) as bridge:
        assert bridge.admin_url is None


async def test_a_lane_that_makes_no_progress_is_named(write: Write, slow_slack: SlowSlack) -> None:
    """After longer than any attempt may take; the bridge is not ready then, and not alive."""
    path = write(api_url=slow_slack.url)
    change(path, ("[[routes]]", ADMIN))
    late = timedelta(0)
    real = Reality()
    async with running(load(path, {}), Reality(now=lambda: real.now() + late)) as bridge:
        await post(bridge.url)
        await slow_slack.asked.wait()
        late = timedelta(minutes=11)
        answer = await _ask(f"{bridge.admin_url}/readyz")
        pulse = await bridge.health.pulse()
        slow_slack.answer.set()

    reason = "no progress in support"
    assert answer == (503, {"status": "not ready", "reasons": {"lanes": reason}})
    assert not pulse.is_alive
    assert pulse.status.endswith(f"; {reason}")


async def test_the_status_tells_what_waits_and_what_is_parked(
    write: Write, sandbox: Sandbox
) -> None:
    """In one line, with the platform's name."""
    sandbox.slack.put(SlackChannel(id="C1", name="support", archived=True))
    async with running(load(write(), {})) as bridge:
        await post(bridge.url)
        await until_status(bridge, "parked")

        assert await bridge.health.status() == "1 pending, oldest 0 s, slack support parked"


async def test_a_store_in_trouble_is_the_status(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, with the reason."""

    async def fail(self: SqliteStore) -> None:
        raise StoreUnavailable("the store is full")

    async with running(load(write(), {})) as bridge:
        for name in ("waiting", "prove"):
            monkeypatch.setattr(SqliteStore, name, fail)
        pulse = await bridge.health.pulse()

    assert (pulse.is_alive, pulse.status) == (False, "the store is full")


@asynccontextmanager
async def _served(path: Path, notified: socket.socket) -> AsyncIterator[None]:
    """Run `serve` under something that listens as systemd does."""
    os.environ["NOTIFY_SOCKET"] = notified.getsockname()
    try:
        task = asyncio.create_task(serve(load(path, {}), lambda: load(path, {})))
        yield
        os.kill(os.getpid(), signal.SIGTERM)
        await task
    finally:
        del os.environ["NOTIFY_SOCKET"]


async def test_systemd_hears_of_start_reload_and_stop(
    write: Write, lines: io.StringIO, tmp_path: Path
) -> None:
    """A refused config is in the status line, until a good one is taken."""
    path = write()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(tmp_path / "notify"))
        notified.setblocking(False)
        async with _served(path, notified):
            await until(lines, "event=started")
            change(path, ("channel", "chanel"))
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lines, "event=not_reloaded")
            change(path, ("chanel", "channel"))
            await asyncio.sleep(0.05)
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lines, "event=reloaded")
            await asyncio.sleep(0.05)
        told = _told(notified)

    words = [each.split("\n")[0].split("=")[0] for each in told]
    states = [word for word in words if word != "WATCHDOG"]
    assert states == ["READY", "RELOADING", "READY", "RELOADING", "READY", "STOPPING"]
    statuses = [each for each in told if each.startswith("READY")]
    assert statuses[0] == statuses[2] == "READY=1\nSTATUS=nothing pending"
    assert "STATUS=nothing pending; config not reloaded: " in statuses[1]


def _told(notified: socket.socket) -> list[str]:
    told = []
    while True:
        try:
            told.append(notified.recv(4096).decode())
        except BlockingIOError:
            return told
