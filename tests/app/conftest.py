"""Whole bridges: their config, a webhook to send to them, and what they leave on disk."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.app import Bridge, running
from bridge.config import Config
from bridge.sandbox import Sandbox
from bridge.store.sqlite import SqliteStore
from tests.conftest import TOKEN
from tests.messages import make_body

CONFIG = """\
[server]
listen = "{listen}"
[nexusgpt]
header = "nexus-signature"
secrets = ["shared-secret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "{token}"
api_url = "{api_url}"
[destinations.{name}]
platform = "slack"
channel = "C1"
[[routes]]
to = ["{name}"]
"""
VERIFIED = {"nexus-signature": "shared-secret"}

Write = Callable[..., Path]


@pytest.fixture(name="write")
def _write(tmp_path: Path, sandbox: Sandbox) -> Write:
    """Write a config file that only its owner can read."""

    def write(
        listen: str = "127.0.0.1:0", *, api_url: str = sandbox.slack_api_url, name: str = "support"
    ) -> Path:
        path, store = tmp_path / "config.toml", tmp_path / "bridge.db"
        path.write_text(
            CONFIG.format(listen=listen, store=store, token=TOKEN, api_url=api_url, name=name)
        )
        path.chmod(0o600)
        return path

    return write


def change(path: Path, *changes: tuple[str, str]) -> None:
    """Put other words in a config file: old, new."""
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


async def until(lines: io.StringIO, words: str) -> None:
    """Wait until some words have been logged."""
    async with asyncio.timeout(5):
        while words not in lines.getvalue():
            await asyncio.sleep(0.005)


async def until_called(sandbox: Sandbox) -> None:
    """Wait until a platform has been called."""
    async with asyncio.timeout(5):
        while not sandbox.calls:
            await asyncio.sleep(0.005)


async def until_status(bridge: Bridge, words: str) -> None:
    """Wait until the status line says something."""
    async with asyncio.timeout(5):
        while words not in await bridge.health.status():
            await asyncio.sleep(0.005)


async def post(url: str, **changes: object) -> int:
    """Send the webhook of a message; return the status of the answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=make_body(**changes), headers=VERIFIED) as answer,
    ):
        return answer.status


async def start(config: Config) -> None:
    """Start a bridge, and stop it if that went well."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(config))


async def pending(config: Config) -> dict[str, int]:
    """Return what a stopped bridge has left, by destination."""
    store = await SqliteStore.open(config.store_path)
    pending = dict(await store.pending())
    await store.close()
    return pending


@dataclass(slots=True)
class SlowSlack:
    """A Slack that thinks about its first post until it is told to answer."""

    url: str = ""
    calls: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, request: web.Request) -> web.Response:
        """Answer a call of chat.postMessage."""
        self.calls += 1
        self.asked.set()
        await self.answer.wait()
        return web.json_response({"ok": True, "ts": f"{self.calls}.2", "channel": "C1"})


@pytest.fixture(name="slow_slack")
async def _slow_slack() -> AsyncIterator[SlowSlack]:
    """A Slack that is slow."""
    slack, app = SlowSlack(), web.Application()
    app.router.add_post("/api/chat.postMessage", slack.post)
    async with TestServer(app) as server:
        slack.url = str(server.make_url("/api/"))
        yield slack
