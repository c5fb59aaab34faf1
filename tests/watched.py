"""A whole bridge whose metrics are read, and a day on which everything happens to it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bridge.app import Bridge, Reality, running
from bridge.config import load
from bridge.sandbox import DiscordError, LostAnswer, RateLimited, Sandbox, SlackError
from tests.conftest import TOKEN
from tests.messages import make_body

SECRETS = ("shared-secret-of-today", "shared-secret-of-yesterday")
CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = {secrets}
[admin]
listen = "127.0.0.1:0"
[store]
url = "sqlite:///{store}"
[slack]
token = "{token}"
api_url = "{slack}"
[operations]
expect_event_within = "8h"
[destinations.support]
platform = "slack"
channel = "C1"
[destinations.alerts]
platform = "slack"
channel = "C2"
[destinations.ops]
platform = "discord"
webhook_url = "{ops}"
[destinations.more]
platform = "discord"
webhook_url = "{more}"
[[routes]]
match = {{ chat = "known" }}
to = ["support", "alerts", "ops", "more"]
"""
PREFIX = "nexusgpt_bridge_"
#: sample name and its labels -> figure
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@dataclass(slots=True)
class Clock:
    """The time of a bridge, which a test can set forward; nobody sleeps for long."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead

    async def sleep(self, seconds: float) -> None:
        """Come back soon: who has to wait longer looks at the clock, and sleeps again."""
        await asyncio.sleep(min(seconds, 0.02))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A bridge, and what it says of itself."""

    bridge: Bridge
    clock: Clock
    session: aiohttp.ClientSession

    async def post(self, *, secret: str = SECRETS[0], **changes: object) -> int:
        """Send a webhook; return the status of the answer."""
        headers = {"nexus-signature": secret}
        body = make_body(**{"chatId": "known", **changes})
        async with self.session.post(self.bridge.url, data=body, headers=headers) as answer:
            return answer.status

    async def text(self) -> str:
        """Return what Prometheus reads."""
        async with self.session.get(f"{self.bridge.admin_url}/metrics") as answer:
            return await answer.text()

    async def figures(self) -> Figures:
        """Return all figures of ours."""
        return _figures(text_string_to_metric_families(await self.text()))

    async def until(self, sample: str, least: float = 1, **labels: str) -> None:
        """Wait until a figure is as high as that."""
        async with asyncio.timeout(10):
            key = (PREFIX + sample, tuple(labels.items()))
            while (await self.figures()).get(key, 0) < least:
                await asyncio.sleep(0.02)


def _figures(families: Iterable[Metric]) -> Figures:
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name.startswith(PREFIX)
    }


@asynccontextmanager
async def watched(path: Path, sandbox: Sandbox) -> AsyncIterator[Watched]:
    """Run a bridge with four destinations of the sandbox; its files are in `path`."""
    text = CONFIG.format(
        secrets=list(SECRETS),
        store=path / "bridge.db",
        token=TOKEN,
        slack=sandbox.slack_api_url,
        ops=sandbox.discord.webhook_url("ops"),
        more=sandbox.discord.webhook_url("more"),
    )
    config = path / "config.toml"
    config.write_text(text)
    config.chmod(0o600)
    clock = Clock()
    reality = Reality(now=clock.now, sleep=clock.sleep)
    async with running(load(config, {}), reality) as bridge, aiohttp.ClientSession() as session:
        yield Watched(bridge=bridge, clock=clock, session=session)


async def much_happens(watched: Watched, sandbox: Sandbox) -> None:
    """Let everything happen that is measured, good and bad."""
    sandbox.slack.faults.add("C1", SlackError("invalid_blocks"))
    sandbox.slack.faults.add("C2", LostAnswer())
    sandbox.discord.faults.always("111", RateLimited(retry_after=900))
    sandbox.discord.faults.always("333", DiscordError(404, 10015))
    await watched.post(id="m1")
    await watched.post(id="m1")
    await watched.post(id="m2", secret=SECRETS[1])
    await watched.post(id="m3", secret="wrong")
    await watched.until("deliveries_total", 2, destination="support", state="delivered")
    await watched.until("deliveries_total", 2, destination="alerts", state="delivered")
    await watched.until("retries_total", destination="ops", reason="asked_to_wait")
    await watched.until("parked", destination="more")
    watched.clock.ahead = timedelta(hours=9)
    await watched.until("silent")
