"""Every metric that the README tells of exists and moves, and there is no other."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bridge.app import Bridge, Reality, running
from bridge.config import load
from bridge.metrics import Metrics
from bridge.metrics.incoming import ANSWERS, MISMATCHES
from bridge.metrics.outgoing import OUTCOMES, REASONS
from bridge.sandbox import DiscordError, LostAnswer, RateLimited, Sandbox, SlackError
from tests.conftest import TOKEN, WEBHOOK_TOKEN
from tests.messages import make_body

README = Path(__file__).parents[1].joinpath("README.md").read_text()
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

    async def until(self, sample: str, **labels: str) -> None:
        """Wait until a figure is not zero."""
        async with asyncio.timeout(10):
            key = (PREFIX + sample, tuple(labels.items()))
            while not (await self.figures()).get(key):
                await asyncio.sleep(0.02)


def _figures(families: Iterable[Metric]) -> Figures:
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name.startswith(PREFIX)
    }


@asynccontextmanager
async def _watched(path: Path, sandbox: Sandbox) -> AsyncIterator[Watched]:
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


async def _much_happens(watched: Watched, sandbox: Sandbox) -> None:
    """Let everything happen that is measured, good and bad."""
    sandbox.slack.faults.add("C1", SlackError("invalid_blocks"))
    sandbox.slack.faults.add("C2", LostAnswer())
    sandbox.discord.faults.always("111", RateLimited(retry_after=900))
    sandbox.discord.faults.always("333", DiscordError(404, 10015))
    await watched.post(id="m1")
    await watched.post(id="m1")
    await watched.post(id="m2", secret=SECRETS[1])
    await watched.post(id="m3", secret="wrong")
    await watched.until("deliveries_total", destination="support", state="delivered")
    await watched.until("deliveries_total", destination="alerts", state="delivered")
    await watched.until("retries_total", destination="ops", reason="asked_to_wait")
    await watched.until("parked", destination="more")
    watched.clock.ahead = timedelta(hours=9)
    await watched.until("silent")


def _documented() -> dict[str, tuple[str, set[str], str]]:
    """Return type, labels and explanation of each metric of the README."""
    table = README.partition("<!-- metrics -->\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    return {
        name.strip("`"): (kind, set(re.findall("`([a-z]+)`", labels)), text)
        for name, kind, labels, text in rows
    }


def _exported() -> dict[str, tuple[str, set[str]]]:
    """Return type and labels of each metric of ours, as a scraper finds them."""
    metrics = Metrics()
    metrics.expect(["support"])
    metrics.queue.tell({}, ())
    exported = {}
    for family in text_string_to_metric_families(metrics.exposition("")[0].decode()):
        if family.name.startswith(PREFIX):
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            suffix = "_total" if family.type == "counter" else ""
            exported[family.name + suffix] = (family.type, labels)
    return exported


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    """By name and type; the labels are those that figures have."""
    documented, exported = _documented(), _exported()

    assert documented.keys() == exported.keys()
    for name, (kind, labels) in exported.items():
        assert documented[name][0] == kind, name
        assert labels <= documented[name][1], name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("webhooks_total", {result for result, _ in ANSWERS}),
        ("header_mismatches_total", set(MISMATCHES)),
        ("attempts_total", set(OUTCOMES)),
        ("retries_total", set(REASONS)),
    ],
)
def test_every_value_of_a_label_is_documented(name: str, values: set[str]) -> None:
    """A rule can be written without a look into the code."""
    told = set(re.findall("`([a-z_]+)`", _documented()[PREFIX + name][2]))

    assert values == told


async def test_every_metric_moves(sandbox: Sandbox, tmp_path: Path) -> None:
    """After a day with all that can happen, each of them has another figure than at the start."""
    async with _watched(tmp_path, sandbox) as watched:
        before = await watched.figures()
        await _much_happens(watched, sandbox)
        after = await watched.figures()
        sandbox.discord.faults.clear()
    moved = {name for (name, labels), value in after.items() if before.get((name, labels)) != value}
    still = {
        name
        for name, (kind, _, _) in _documented().items()
        if (f"{name}_count" if kind == "histogram" else name) not in moved
    }

    assert still == {f"{PREFIX}build_info"}


async def test_figures_are_those_of_what_happened(sandbox: Sandbox, tmp_path: Path) -> None:
    """By destination, and by nothing that came with a webhook."""
    async with _watched(tmp_path, sandbox) as watched:
        await _much_happens(watched, sandbox)
        figures = await watched.figures()
        sandbox.discord.faults.clear()
    told = {
        f"{name.removeprefix(PREFIX)} {' '.join(value for _, value in labels)}".strip(): value
        for (name, labels), value in figures.items()
        if value and not re.search("_(bucket|sum|created)$", name)
    }
    expected = {
        "webhooks_total accepted 202": 2,
        "webhooks_total duplicate 200": 1,
        "webhooks_total refused 401": 1,
        "accept_seconds_count": 2,
        "header_mismatches_total wrong": 1,
        "secret_hits_total 1": 2,
        "secret_hits_total 2": 1,
        "queue_deliveries ops": 2,
        "parked more": 1,
        "silent": 1,
        "deliveries_total support delivered": 2,
        "deliveries_total alerts delivered": 2,
        "attempts_total alerts unknown": 1,
        "attempts_total support rejected": 1,
        "form_changes_total support rich_text": 1,
        "retries_total alerts answer_lost": 1,
        "retries_total more destination_gone": told["attempts_total more rejected"],
        "retries_total ops asked_to_wait": told["attempts_total ops unavailable"],
        "parts_in_doubt_total alerts": 1,
    }

    assert told.items() >= expected.items()
    assert told["queue_oldest_age_seconds ops"] >= 9 * 3600
    assert told["commit_changes_count"] > 2


async def test_no_stranger_adds_a_figure(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever is sent, with the secret or without it, the figures are the same ones."""
    async with _watched(tmp_path, sandbox) as watched:
        await watched.post(id="m0")
        before = (await watched.figures()).keys()
        for number in range(20):
            name = f"stranger-{number}"
            await watched.post(id=name, chatId=name, virtualSenderId=name, type=name)
            await watched.post(id=name, secret=name, senderType=name)
            url = watched.bridge.url.replace("/webhooks", f"/{name}")
            await watched.session.get(url, headers={"Host": name, "X-Forwarded-For": name})
        after = (await watched.figures()).keys()

    assert before == after


async def test_no_secret_is_measured(sandbox: Sandbox, tmp_path: Path, lines: io.StringIO) -> None:
    """Neither ours nor one that somebody tries, and nothing of what a message says."""
    async with _watched(tmp_path, sandbox) as watched:
        await _much_happens(watched, sandbox)
        await watched.post(id="m9", secret="tried-by-a-stranger", content="between us")
        text = await watched.text()
        sandbox.discord.faults.clear()

    for secret in (*SECRETS, TOKEN, WEBHOOK_TOKEN, "tried-by-a-stranger", "between us", "m9"):
        assert secret not in text


def _alerts() -> str:
    found = re.search(r"<!-- alerts -->\n```yaml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_alerts_ask_for_metrics_that_exist() -> None:
    """A rule with a wrong name never fires."""
    asked = set(re.findall(rf"{PREFIX}\w+", _alerts()))

    assert asked
    assert asked <= _exported().keys()
