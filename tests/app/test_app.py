"""A bridge as a whole: it starts with what it finds, stops with nothing left open, and obeys signals."""

import asyncio
import io
import json
import os
import re
import signal
import socket
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bridge.app import running, serve
from bridge.config import load
from bridge.errors import ListenError, StoreInUse
from bridge.sandbox import Hang, RateLimited, Sandbox
from bridge.store.sqlite import SqliteStore
from tests.app.conftest import VERIFIED, SlowSlack, Write, pending, post, start, until
from tests.messages import make_body
from tests.processes import serving


async def test_a_bridge_says_where_it_listens_and_what_it_found(
    write: Write, sandbox: Sandbox
) -> None:
    """Port 0 becomes a real one; deliveries of the last run are counted and made."""
    config = load(write(), {})
    sandbox.slack.faults.always("C1", RateLimited(retry_after=0))
    async with running(config) as first:
        for number in range(3):
            assert await post(first.url, id=f"m{number}") == 202
    sandbox.slack.faults.clear()
    async with running(config) as second:
        await sandbox.wait_for(3)

    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*/webhooks/nexusgpt", first.url)
    assert (first.recovered, second.recovered) == ({}, {"support": 3})
    assert await pending(config) == {}


async def test_a_bridge_can_listen_on_a_unix_socket(
    write: Write, sandbox: Sandbox, tmp_path: Path
) -> None:
    """For a proxy on the same machine."""
    config = load(write(f"unix:{tmp_path}/bridge.sock"), {})
    async with running(config) as bridge:
        connector = aiohttp.UnixConnector(f"{tmp_path}/bridge.sock")
        async with aiohttp.ClientSession(connector=connector) as session:
            url = "http://bridge/webhooks/nexusgpt"
            async with session.post(url, data=make_body(), headers=VERIFIED) as answer:
                assert answer.status == 202
        await sandbox.wait_for(1)

    assert bridge.url == f"unix:{tmp_path}/bridge.sock"


async def test_nothing_is_left_open(write: Write) -> None:
    """No task, no port, no lock on the store, also when somebody still holds a connection."""
    config = load(write(), {})
    before = asyncio.all_tasks()
    async with aiohttp.ClientSession() as session:
        async with (
            running(config) as bridge,
            session.post(bridge.url, data=make_body(), headers=VERIFIED) as answer,
        ):
            assert answer.status == 202
        with pytest.raises(aiohttp.ClientConnectorError):
            await asyncio.create_task(post(bridge.url))

    assert asyncio.all_tasks() == before
    assert await pending(config) in ({}, {"support": 1})


@pytest.mark.parametrize(
    ("listen", "why"),
    [
        ("127.0.0.1:{taken}", "Address already in use"),
        ("unix:{tmp}/nowhere/bridge.sock", "No such file or directory"),
        ("unix:{tmp}/" + "x" * 200, "AF_UNIX path too long"),
        ("nowhere.invalid:8080", ""),
    ],
)
async def test_an_address_that_can_t_be_had_is_named(
    write: Write, tmp_path: Path, listen: str, why: str
) -> None:
    """With its place in the config and the reason; the store is let go of."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        listen = listen.format(taken=taken.getsockname()[1], tmp=tmp_path)
        config = load(write(listen), {})
        with pytest.raises(ListenError) as caught:
            await asyncio.create_task(start(config))

    assert str(caught.value).startswith(f'can\'t listen on "{listen}" ([server] listen): ')
    assert why in str(caught.value)
    assert await pending(config) == {}


async def test_a_store_has_one_bridge(write: Write) -> None:
    """The second one says so and changes nothing for the first."""
    config = load(write(), {})
    async with running(config) as bridge:
        with pytest.raises(StoreInUse):
            await asyncio.create_task(start(config))
        assert await post(bridge.url) == 202


async def test_a_bridge_runs_until_a_signal_and_says_so(
    write: Write, sandbox: Sandbox, lines: io.StringIO
) -> None:
    """What was recovered, what looks like a mistake, that it started, that it stopped."""
    sandbox.slack.faults.always("C1", RateLimited(retry_after=60))
    for name in ("support", "renamed"):
        async with running(load(write(name=name), {})) as bridge:
            await post(bridge.url, id=name)
    path = write(name="renamed")
    path.chmod(0o644)
    config = load(path, {})
    task = asyncio.create_task(serve(config, lambda: load(path, {})))
    while "event=started" not in lines.getvalue():
        await asyncio.sleep(0.005)
    os.kill(os.getpid(), signal.SIGTERM)
    await task

    words = [line.split("event=")[1].split()[0] for line in lines.getvalue().splitlines()]
    told = " ".join(word for word in words if word not in ("accepted", "postponed"))
    assert told == "config recovered destination_missing recovered started stopping stopped"
    assert "destinations=1 recovered=2" in lines.getvalue()
    assert 'text="the config no longer names it: its deliveries wait up to' in lines.getvalue()


async def test_a_signal_lets_the_post_under_way_finish(write: Write, slow_slack: SlowSlack) -> None:
    """The process ends with 0; the post is on record, and is not made again."""
    path = write(api_url=slow_slack.url)
    async with serving(path) as bridge:
        assert await post(bridge.url) == 202
        await slow_slack.asked.wait()
        bridge.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        slow_slack.answer.set()
        async with asyncio.timeout(10):
            assert await bridge.process.wait() == 0

    assert await pending(load(path, {})) == {}


async def test_a_second_signal_ends_the_process_at_once(write: Write, sandbox: Sandbox) -> None:
    """Nothing that was accepted is lost: the next start delivers it."""
    sandbox.slack.faults.always("C1", Hang())
    path = write()
    async with serving(path) as bridge:
        for number in range(3):
            assert await post(bridge.url, id=f"m{number}") == 202
        await asyncio.sleep(0.1)
        bridge.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        assert bridge.process.returncode is None
        bridge.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await bridge.process.wait() == 128 + signal.SIGTERM
        assert b"at once, by a second signal" in await bridge.log
    sandbox.slack.faults.clear()
    async with serving(path) as bridge:
        posts = await sandbox.wait_for(3)
        assert bridge.recovered == 3

    told = [json.loads(post.body)["metadata"]["event_payload"]["message"] for post in posts]
    assert told == ["m0", "m1", "m2"]


async def test_a_parked_destination_that_nothing_waits_for_is_forgotten(
    write: Write, lines: io.StringIO
) -> None:
    """Also one that nobody names any more: no status and no metric speaks of it for ever."""
    config = load(write(), {})
    store = await SqliteStore.open(config.store_path)
    for name in ("support", "forgotten"):
        await store.park(name, reason="gone", at=datetime.now(UTC))
    await store.close()
    async with running(config) as bridge:
        await until(lines, "nothing waits for it any more")
        assert await bridge.health.status() == "nothing pending"
