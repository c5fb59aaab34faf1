"""A sandbox whose clock stands still and that never says "slow down", and a client for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bridge.sandbox import (
    NO_LIMITS,
    DiscordChannel,
    Guild,
    Limits,
    Sandbox,
    SlackChannel,
    SlackToken,
    Workspace,
)
from tests.sandbox.wire import Wire

WORKSPACE = Workspace(
    channels=(
        SlackChannel(id="C1", name="support"),
        SlackChannel(id="C2", name="public", member=False),
        SlackChannel(id="C3", name="old", archived=True),
        SlackChannel(id="G1", name="secret", private=True, member=False),
        SlackChannel(id="G2", name="leads", private=True),
        SlackChannel(id="C4", name="unhooked", webhook=False),
    ),
    tokens=(
        SlackToken(),
        SlackToken(value="xoxb-plain", scopes=frozenset({"chat:write"})),
        SlackToken(value="xoxb-mute", scopes=frozenset()),
        SlackToken(value="xoxb-public", scopes=frozenset({"chat:write", "chat:write.public"})),
        SlackToken(value="xoxb-gone", error="token_revoked"),
    ),
)
GUILD = Guild(
    channels=(
        DiscordChannel(id="1", name="ops"),
        DiscordChannel(id="2", name="chats", forum=True),
        DiscordChannel(id="3", name="gone", webhook=False),
    )
)


@dataclass
class Clock:
    """A clock that a test winds on."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="limits")
def _limits() -> Limits:
    """The rate limits of the test; a module that is about them says so."""
    return NO_LIMITS


@pytest.fixture(name="sandbox")
async def _sandbox(clock: Clock, limits: Limits) -> AsyncIterator[Sandbox]:
    async with Sandbox(workspace=WORKSPACE, guild=GUILD, limits=limits, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture(name="wire")
async def _wire(sandbox: Sandbox) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as http:
        yield Wire(sandbox=sandbox, http=http)
