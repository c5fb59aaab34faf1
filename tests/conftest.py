"""What many rooms need: the platforms on loopback, and the log lines of a test."""

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from bridge import logs
from bridge.sandbox import (
    BRIDGE_SCOPES,
    NO_LIMITS,
    DiscordChannel,
    Guild,
    Sandbox,
    SlackChannel,
    SlackToken,
    Workspace,
)

#: made-up secrets: none of them may show up anywhere
TOKEN = "xoxb-very-secret-token"
WEBHOOK_TOKEN = "very-secret-webhook-token"

WORKSPACE = Workspace(
    channels=(
        SlackChannel(id="C1", name="support"),
        SlackChannel(id="C2", name="alerts"),
        SlackChannel(id="C3", name="open", member=False),
    ),
    tokens=(
        SlackToken(value=TOKEN),
        SlackToken(value="xoxb-nameless", scopes=BRIDGE_SCOPES - {"chat:write.customize"}),
    ),
)
GUILD = Guild(
    channels=(
        DiscordChannel(id="111", name="ops", token=WEBHOOK_TOKEN),
        DiscordChannel(id="222", name="chats", token=WEBHOOK_TOKEN, forum=True),
        DiscordChannel(id="333", name="more", token=WEBHOOK_TOKEN),
    )
)


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    """Platforms that never say by themselves "slow down"."""
    async with Sandbox(workspace=WORKSPACE, guild=GUILD, limits=NO_LIMITS) as sandbox:
        yield sandbox


@pytest.fixture(name="lines")
def _lines() -> Iterator[io.StringIO]:
    """All that is logged unless somebody asks for more: no secret is known here that could be blackened."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    output = logs.log.output
    root.handlers.clear()  # or `configure` would close those of pytest
    stream = io.StringIO()
    logs.configure((), stream=stream, level=logging.INFO)
    yield stream
    logs.log.output = output
    root.handlers[:], root.level = before
