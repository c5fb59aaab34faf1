"""Lanes with a real store and real senders, a sandbox to post to, and a clock of the test's own."""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.events import Agent
from bridge.notices import Notices
from bridge.outbound import Outbound
from bridge.retries import RetryPolicy
from bridge.sandbox import Sandbox
from bridge.senders import open_sender, open_session
from bridge.senders.fetching import Fetcher
from bridge.store import Arrival, Store
from bridge.store.sqlite import SqliteStore
from bridge.worker import Gates, Lane, Surroundings, Target, Worker, slack_rate
from bridge.worker.pace import FREE
from tests.conftest import TOKEN
from tests.messages import make_body

START = datetime(2026, 8, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Time that passes only in sleep; `stopped`, it waits for `advance`."""

    time: datetime = START
    stopped: bool = False
    slept: list[float] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let the time pass, or wait until it has."""
        self.slept.append(seconds)
        due = self.time + timedelta(seconds=seconds)
        if not self.stopped:
            self.time = max(due, self.time)
            await asyncio.sleep(0)
        while self.time < due:
            await self._news.wait()

    def advance(self, seconds: float) -> None:
        """Let some time pass, and wake those who slept for it."""
        self.time += timedelta(seconds=seconds)
        self._news.set()
        self._news = asyncio.Event()


@dataclass(slots=True, kw_only=True)
class House:
    """All that lanes need."""

    path: Path
    sandbox: Sandbox
    session: aiohttp.ClientSession
    clock: Clock
    lines: io.StringIO
    #: what the lanes are given; a test may put something in between
    store: Any
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    #: what fetches the files of messages
    fetcher: Fetcher = field(default_factory=Fetcher)
    destinations: dict[str, Destination] = field(default_factory=dict)
    #: what the lanes allow themselves in a Slack channel; None: as much as there is
    posts_per_second: float | None = None
    #: the destination that hears about trouble
    notify: str | None = None

    async def accept(
        self, message_id: str, *to: str, body: bytes | None = None, **changes: Any
    ) -> None:
        """Accept what an agent wrote, for some destinations."""
        arrival = Arrival(
            message_id=message_id,
            chat_id=changes.get("chatId", "c1"),
            fingerprint=repr(changes).encode(),
            body=make_body(id=message_id, **{"chatId": "c1", **changes}) if body is None else body,
            routed=dict.fromkeys(to, "route 1"),
            accepted_at=self.clock.now(),
        )
        await self.store.accept(arrival)

    def lane(self, name: str, around: Surroundings) -> Lane:
        """Return the lane of a destination; without a target if there is none of that name."""
        target = self.target(name) if name in self.destinations else None
        return Lane(name, target, self.policy, around)

    def target(self, name: str) -> Target:
        """Return a destination with a sender of its own."""
        destination = self.destinations[name]
        sender = open_sender(
            destination,
            self.session,
            slack_token=SecretStr(TOKEN),
            slack_api_url=self.sandbox.slack_api_url,
            fetcher=self.fetcher,
        )
        return Target(destination=destination, sender=sender, token=SecretStr(TOKEN))

    def around(self) -> Surroundings:
        """Return what lanes share."""
        return Surroundings(
            store=self.store,
            agents={"a1": Agent(id="a1", name="Known Agent")},
            now=self.clock.now,
            sleep=self.clock.sleep,
            chance=lambda: 1.0,
            gates=Gates(slack_rate(self.posts_per_second) if self.posts_per_second else FREE),
            tell=Notices(self.store, self.clock.now, self.notify).tell,
        )

    @asynccontextmanager
    async def working(self, *names: str) -> AsyncIterator[Worker]:
        """Let the lanes of some destinations work, all of one worker."""
        around = self.around()
        worker = Worker([self.lane(name, around) for name in names])
        worker.start()
        yield worker
        await worker.stop(timedelta(seconds=0.2))

    async def work_off(self, *names: str) -> None:
        """Let lanes work until nothing is left."""
        async with self.working(*names):
            await self.until_settled()

    async def until_settled(self, left: int = 0) -> None:
        """Wait until no more than so many deliveries are pending."""
        async with asyncio.timeout(5):
            while sum((await self.store.pending()).values()) > left:
                await asyncio.sleep(0.001)

    async def until_logged(self, word: str, times: int = 1) -> None:
        """Wait until a word has been logged."""
        async with asyncio.timeout(5):
            while self.lines.getvalue().count(f"event={word} ") < times:
                await asyncio.sleep(0.001)

    async def until_begun(self, part: int, form: str = "[]") -> None:
        """Wait until it is on record that a part is being sent, in some form."""
        found = "SELECT 1 FROM part JOIN delivery USING (message, destination) "
        with closing(sqlite3.connect(self.path)) as connection:
            async with asyncio.timeout(5):
                while not connection.execute(
                    f"{found} WHERE state = 'in doubt' AND part = ? AND form = ?", (part, form)
                ).fetchall():
                    await asyncio.sleep(0.001)

    def history(self) -> list[tuple[str, str, str]]:
        """Return message, state and reason of all that is settled."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(
                "SELECT id, state, reason FROM history JOIN message ON number = message "
                "ORDER BY number, destination"
            ).fetchall()

    async def reopen(self) -> None:
        """Close the store and open it again, as a restart does."""
        await self.store.close()
        self.store = await SqliteStore.open(self.path)

    def parts(self) -> list[tuple[str, int]]:
        """Return which part of which message has arrived in Slack."""
        told = [(post.metadata or {})["event_payload"] for post in self.sandbox.slack.posts]
        return [(each["message"], each["part"]) for each in told]

    def sent(self) -> list[Any]:
        """Return the bodies of all posts."""
        return [json.loads(post.body) for post in self.sandbox.posts]


@pytest.fixture(name="house")
async def _house(tmp_path: Path, sandbox: Sandbox, lines: io.StringIO) -> AsyncIterator[House]:
    """A house with a Slack channel, an incoming webhook and a Discord channel."""
    path = tmp_path / "bridge.db"
    store: Store = await SqliteStore.open(path)
    async with open_session(Outbound(answer_timeout=timedelta(seconds=1))) as session:
        house = House(
            path=path,
            sandbox=sandbox,
            session=session,
            clock=Clock(),
            lines=lines,
            store=store,
        )
        house.destinations = {
            "support": SlackDestination(platform="slack", channel="C1"),
            "alerts": SlackDestination(platform="slack", channel="C2"),
            "ops": _discord(sandbox, "ops"),
            "more": _discord(sandbox, "more"),
        }
        yield house
        await house.store.close()


def _discord(sandbox: Sandbox, channel: str) -> DiscordDestination:
    url = SecretStr(sandbox.discord.webhook_url(channel))
    return DiscordDestination(platform="discord", webhook_url=url)
