"""`demo`: the whole bridge, without any account."""

import asyncio
import json
import re
import signal
import sys
from asyncio.subprocess import PIPE

import aiohttp

from bridge.demo import play
from bridge.demo.world import ALERTS, SUPPORT
from bridge.sandbox import SlackError

TIMEOUT_SECONDS = 30


async def test_once_ends_well() -> None:
    """`demo --once` sends the samples, shows what arrived, and ends with 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "demo", "--once", stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(TIMEOUT_SECONDS):
        stdout, stderr = await process.communicate()
    out = stdout.decode()

    assert process.returncode == 0, out + stderr.decode()
    assert re.search(r"(\d+) of \1 expected posts arrived, 1 edited later", out)
    assert "0 people or groups were pinged beside the 1 that the config allows" in out
    for way in ("thread, edited", "thread, file", "embed", "pings"):
        assert f"  {way}  " in out
    assert "duplicate" in out
    assert "401" in out
    assert "\x1b" not in out  # no colour in a pipe


async def test_it_stays_up_for_webhooks_of_your_own() -> None:
    """It prints a curl line that works, shows what arrives by it, serves its page, and ends on Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "demo", stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(TIMEOUT_SECONDS):
        told = (await process.stdout.readuntil(b"Ctrl-C ends the demo.")).decode()
        page = re.search(r"http://127\.0\.0\.1:\d+/", told)
        shell = re.search(r"curl .*?}}}'", told, re.DOTALL)
        assert page is not None
        assert shell is not None
        async with aiohttp.ClientSession() as session, session.get(page[0]) as response:
            assert "Max Evans" in await response.text()
        curl = await asyncio.create_subprocess_shell(shell[0], stdout=PIPE)
        answer, _ = await curl.communicate()
        arrived = await process.stdout.readuntil(b"It **works**!")
        process.send_signal(signal.SIGINT)
        await process.communicate()

    assert json.loads(answer)["status"] == "accepted"
    assert b"Ada Moore" in arrived
    assert process.returncode == 0


async def test_ping_that_is_not_allowed_is_no_success() -> None:
    """Posts that notify somebody else are counted, whoever made them."""
    async with play() as running:
        url = running.world.sandbox.slack.webhook_url(ALERTS.id)
        async with aiohttp.ClientSession() as session:
            await session.post(url, json={"text": "<!channel>"})

        assert running.pings == {"<!channel>": 1}
        assert not running.is_complete()


async def test_missing_post_is_no_success() -> None:
    """The demo says so when an expected post has not arrived."""
    async with play() as running:
        running.world.sandbox.slack.faults.always(SUPPORT.id, SlackError("is_archived"))
        await running.send_samples()
        # In a task of its own: a time-out thrown through a test ends its tracing in Python 3.11.
        arrived = await asyncio.create_task(running.arrivals(seconds=2))

        assert 0 < len(arrived) < running.expected
        assert not running.is_complete()
