"""`demo`: the whole bridge, without any account."""

import asyncio
import json
import re
import signal
import sys
from asyncio.subprocess import PIPE

import aiohttp

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
    assert re.search(r"(\d+) of \1 expected posts arrived, 0 people or groups were pinged", out)
    assert "duplicate" in out
    assert "401" in out
    assert "\x1b" not in out  # no colour in a pipe


async def test_it_stays_up_for_webhooks_of_your_own() -> None:
    """It prints a curl line that works, shows what arrives by it, serves its page, and ends on Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "demo", stdout=PIPE, stderr=PIPE
    )
    if process.stdout is None:
        raise RuntimeError
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
