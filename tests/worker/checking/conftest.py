"""A Slack that may be read, on the bridge's own clock."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.sandbox import BRIDGE_SCOPES, HISTORY_SCOPES, NO_LIMITS, Sandbox, SlackToken
from tests.conftest import GUILD, TOKEN, WORKSPACE
from tests.worker.checking.asked import CHECK
from tests.worker.conftest import Clock, House

MAY_READ = SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES | HISTORY_SCOPES)


@pytest.fixture(name="clock")
def _clock() -> Clock:
    """The time at both ends."""
    return Clock()


@pytest.fixture(name="lag")
def _lag() -> float:
    """After how many seconds a message shows in the history of its channel."""
    return 0.0


@pytest.fixture(name="sandbox")
async def _sandbox(clock: Clock, lag: float) -> AsyncIterator[Sandbox]:
    """A Slack whose app may read."""
    workspace = replace(WORKSPACE, tokens=(MAY_READ,), history_lag=lag)

    def now() -> float:
        return clock.now().timestamp()

    async with Sandbox(workspace=workspace, guild=GUILD, limits=NO_LIMITS, clock=now) as sandbox:
        yield sandbox


@pytest.fixture(name="house")
def _house(house: House, clock: Clock) -> House:
    """Slack by token, by token with threads, and twice the same channel; webhooks of both kinds."""
    house.clock = clock
    house.policy = CHECK
    hook = SecretStr(house.sandbox.slack.webhook_url("C2"))
    webhook = SecretStr(house.sandbox.discord.webhook_url("ops"))
    house.destinations = {
        "support": SlackDestination(platform="slack", channel="C1"),
        "copies": SlackDestination(platform="slack", channel="C1"),
        "chats": SlackDestination(platform="slack", channel="C1", thread="chat"),
        "below": SlackDestination(platform="slack", channel="C1", long="thread"),
        "hook": SlackDestination(platform="slack", webhook_url=hook),
        "ops": DiscordDestination(platform="discord", webhook_url=webhook),
    }
    return house
