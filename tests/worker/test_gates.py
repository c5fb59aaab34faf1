"""Lanes of one channel share its pace and queue for it; lanes of another one wait for nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.retries import RetryPolicy
from bridge.sandbox import DiscordError, Limits, Rate, RateLimited, Sandbox
from bridge.worker import Gates, standing
from tests.conftest import GUILD, WORKSPACE
from tests.worker.conftest import House


@pytest.fixture(name="house")
async def _house(house: House) -> AsyncIterator[House]:
    """A house whose platforms keep their limits, by the clock of the test."""
    clock = house.clock
    async with Sandbox(
        workspace=WORKSPACE, guild=GUILD, clock=lambda: clock.now().timestamp()
    ) as sandbox:
        house.sandbox = sandbox
        house.posts_per_second = 1
        url = sandbox.discord.webhook_url
        house.destinations = {
            "support": SlackDestination(platform="slack", channel="C1"),
            "same": SlackDestination(platform="slack", channel="C1"),
            "alerts": SlackDestination(platform="slack", channel="C2"),
            "hook": _hook(sandbox.slack.webhook_url("C1")),
            "same hook": _hook(sandbox.slack.webhook_url("C1")),
            "ops": _ops(url("ops")),
            "same ops": _ops(url("ops").replace("/api/", "/api/v10/") + "?wait=true"),
            "more": _ops(url("more")),
        }
        yield house


def _hook(url: str) -> Destination:
    return SlackDestination(platform="slack", webhook_url=SecretStr(url))


def _ops(url: str) -> Destination:
    return DiscordDestination(platform="discord", webhook_url=SecretStr(url))


@pytest.mark.parametrize(
    "names", [("support", "same"), ("hook", "same hook"), ("ops", "same ops")], ids=str
)
async def test_two_destinations_of_one_channel_are_never_told_to_slow_down(
    house: House, names: tuple[str, str]
) -> None:
    """Ten messages to each: 20 calls, 20 posts, and each destination's in order."""
    for number in range(10):
        await house.accept(f"m{number}", *names)
    await house.work_off(*names)

    assert [call.status for call in house.sandbox.calls] == [200] * 20
    assert "postponed" not in house.lines.getvalue()


async def test_a_lane_at_its_pace_delays_no_other_channel(house: House) -> None:
    """While one channel has had its burst, another one's posts go at once."""
    house.clock.stopped = True
    for number in range(5):
        await house.accept(f"m{number}", "support")
    await house.accept("other", "alerts", "more")
    async with house.working("support", "alerts", "more"):
        await house.until_settled(left=2)
        await asyncio.sleep(0.02)

        assert await house.store.pending() == {"support": 2}
        house.clock.advance(1)
        await house.until_settled(left=1)


async def test_who_asks_first_is_served_first(house: House) -> None:
    """A lane with much to send doesn't keep another one of its channel from its turn."""
    house.clock.stopped = True
    for number in range(9):
        await house.accept(f"m{number}", "support")
    async with house.working("support", "same"):
        await house.until_settled(left=6)
        await house.accept("late", "same")
        await asyncio.sleep(0.05)
        for _ in range(2):
            house.clock.advance(1)
            await asyncio.sleep(0.05)

        assert await house.store.pending() == {"support": 5}


async def test_a_wait_for_one_lane_is_one_for_its_channel(house: House) -> None:
    """Slack has named the channel and the token, not the destination; other channels go on."""
    house.clock.stopped = True
    house.sandbox.slack.faults.add("C1", RateLimited(retry_after=30))
    await house.accept("m1", "support")
    async with house.working("support", "same", "alerts"):
        await house.until_logged("postponed")
        await house.accept("m2", "same", "alerts")
        await house.until_settled(left=2)
        house.clock.advance(29)
        await asyncio.sleep(0.02)
        calls = len(house.sandbox.calls)
        house.clock.advance(2)
        await house.until_settled()

    assert calls == 2
    assert len(house.sandbox.posts) == 3


async def test_a_delivery_that_has_to_wait_holds_no_place_in_the_line(house: House) -> None:
    """A failure of one destination's post is no reason to keep others from the channel."""
    house.clock.stopped = True
    house.policy = RetryPolicy(first=timedelta(minutes=1))
    house.sandbox.slack.faults.add("C1", RateLimited(retry_after=None))
    await house.accept("m1", "support")
    async with house.working("support", "same"):
        await house.until_logged("postponed")
        await house.accept("m2", "same")
        await house.until_settled(left=1)

        assert await house.store.pending() == {"support": 1}


async def test_the_hidden_limit_of_a_discord_channel_is_met_once(house: House) -> None:
    """Forty posts: one 429 that no header had announced, and none after it."""
    limits = replace(Limits(), discord_webhook=Rate(posts=50, seconds=1.0))
    clock = house.clock
    async with Sandbox(
        guild=GUILD, limits=limits, clock=lambda: clock.now().timestamp()
    ) as sandbox:
        house.destinations["ops"] = _ops(sandbox.discord.webhook_url("ops"))
        for number in range(95):
            await house.accept(f"m{number}", "ops")
        await house.work_off("ops")

        assert [call.status for call in sandbox.calls].count(429) == 1
        assert len(sandbox.posts) == 95


async def test_too_many_refusals_stop_all_lanes_of_discord(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error line says so; when the time is over, all go on. Slack's lanes go on meanwhile."""
    monkeypatch.setattr(standing, "MAX_REFUSALS", 3)
    house.clock.stopped = True
    house.sandbox.discord.faults.add("111", *[DiscordError(403, 99999, "No")] * 3)
    for number in range(4):
        await house.accept(f"m{number}", "ops")
    async with house.working("ops", "more", "support"):
        await house.until_logged("platform_stopped")
        await house.accept("other", "more", "support")
        await house.until_settled(left=2)
        await asyncio.sleep(0.02)
        assert await house.store.pending() == {"ops": 1, "more": 1}
        house.clock.advance(600)
        await house.until_settled()

    line = 'event=platform_stopped platform=discord text="it has refused'
    assert house.lines.getvalue().count(line) == 1
    assert " seconds=600\n" in house.lines.getvalue()


async def test_after_a_restart_the_one_that_was_told_to_wait_still_waits(house: House) -> None:
    """The wait is on record with its delivery; the channel's other lanes ask once, and learn of it."""
    house.clock.stopped = True
    house.sandbox.slack.faults.always("C1", RateLimited(retry_after=600))
    await house.accept("m1", "support")
    async with house.working("support"):
        await house.until_logged("postponed")
    await house.accept("m2", "same")
    await house.reopen()
    async with house.working("support", "same"):
        await house.until_logged("postponed", times=2)
        house.clock.advance(590)
        await asyncio.sleep(0.02)

        assert len(house.sandbox.calls) == 2


async def test_two_apps_in_one_channel_have_a_pace_each(house: House) -> None:
    """Slack counts by app, so by token; and a destination that is gone waits for nobody."""
    gates, clock = Gates(), house.clock
    clock.stopped = True
    first, second = (
        gates.gate(house.destinations["support"], SecretStr(token), clock.now, clock.sleep)
        for token in ("xoxb-1", "xoxb-2")
    )
    gone = gates.gate(None, None, clock.now, clock.sleep)
    for gate in (first, second, gone):
        for _ in range(3):
            async with asyncio.timeout(1), gate.passed(None):
                pass

    assert clock.slept == []


async def test_a_faster_pace_can_be_set(house: House) -> None:
    """For a server that takes Slack's posts and isn't Slack."""
    house.posts_per_second = 4
    for number in range(4):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")

    assert house.clock.slept == [0.25]
