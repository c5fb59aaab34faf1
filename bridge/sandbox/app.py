"""Runs the sandbox: one server on loopback that is a Slack, a Discord and a page to look at both."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from bridge.sandbox.arrivals import Arrivals, Arrived, Call
from bridge.sandbox.discord import Discord
from bridge.sandbox.discord.guild import Guild
from bridge.sandbox.pace import Limits
from bridge.sandbox.page import Page
from bridge.sandbox.slack import Slack
from bridge.sandbox.slack.workspace import Workspace

# Discord takes files of 10 MiB, several at once.
MAX_BODY_BYTES = 32 * 1024 * 1024
SHUTDOWN_SECONDS = 0.5


class Sandbox:
    """A Slack and a Discord on loopback: `async with Sandbox() as sandbox: ...`.

    *clock* gives Unix seconds, for rate limits, ids and times; *limits* are the platforms' own unless told;
    *arrivals* keeps what comes.
    """

    def __init__(
        self,
        *,
        workspace: Workspace | None = None,
        guild: Guild | None = None,
        limits: Limits | None = None,
        arrivals: Arrivals | None = None,
        clock: Callable[[], float] = time.time,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        limits = limits or Limits()
        self._arrivals = arrivals or Arrivals()
        self._closing = asyncio.Event()
        self.slack = Slack(
            workspace or Workspace(),
            arrivals=self._arrivals,
            limits=limits,
            clock=clock,
            closing=self._closing,
        )
        self.discord = Discord(
            guild or Guild(),
            arrivals=self._arrivals,
            limits=limits,
            clock=clock,
            closing=self._closing,
        )
        self._address = (host, port)
        self._runner: web.AppRunner | None = None
        #: where the page is; known once the sandbox has started
        self.url = ""

    @property
    def slack_api_url(self) -> str:
        """The base URL of Slack's Web API, as slack-sdk wants it."""
        return self.slack.api_url

    @property
    def posts(self) -> list[Arrived]:
        """What has arrived on both platforms, in order, as a reader finds it now."""
        return self._arrivals.posts

    @property
    def removed(self) -> list[Arrived]:
        """What was taken away again, in the order of its removal."""
        return self._arrivals.removed

    @property
    def calls(self) -> list[Call]:
        """Every request to a platform, in the order of its answers, also those that were refused."""
        return self._arrivals.calls

    async def wait_for(
        self, count: int, *, channel: str | None = None, seconds: float = 5.0
    ) -> list[Arrived]:
        """Return the posts (of *channel*, by its id) once there are *count*; else `TimeoutError`."""
        return await self._arrivals.wait_for(count, channel=channel, seconds=seconds)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        page = Page(self._arrivals, self.slack, self.discord)
        app.add_routes([*self.slack.routes(), *self.discord.routes(), *page.routes()])
        app.on_shutdown.append(self._release)
        # A handler whose client is gone must not hang on until the sandbox closes.
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.slack.base_url = self.discord.base_url = self.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _release(self, app: web.Application) -> None:
        """Let go of every request that hangs."""
        self._closing.set()
