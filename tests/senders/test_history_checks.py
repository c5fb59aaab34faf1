"""What `check --online` says of on_unknown = "check": whether posts in doubt can be looked up."""

from dataclasses import replace

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.sandbox import BRIDGE_SCOPES, HISTORY_SCOPES, Sandbox, SlackChannel, SlackToken
from bridge.senders import Finding, check_online
from tests.conftest import TOKEN

SUPPORT = SlackChannel(id="C1", name="support")
POSTS_ANYWHERE = BRIDGE_SCOPES | {"chat:write.public"}


def _told(where: str) -> Finding:
    text = f'posts in doubt can\'t be looked up{where}: on_unknown = "check" is as "retry"'
    return Finding(None, text)


# channel, scopes of the token -> what is found last
WORLDS: dict[str, tuple[SlackChannel, frozenset[str], Finding]] = {
    "fine": (
        SUPPORT,
        BRIDGE_SCOPES | {"channels:history"},
        Finding(True, "posts in doubt can be looked up"),
    ),
    "fine, private": (
        replace(SUPPORT, private=True),
        BRIDGE_SCOPES | {"groups:history"},
        Finding(True, "posts in doubt can be looked up"),
    ),
    "no scope": (
        SUPPORT,
        BRIDGE_SCOPES | {"groups:history"},
        _told(" without the scope channels:history"),
    ),
    "no scope, private": (
        replace(SUPPORT, private=True),
        BRIDGE_SCOPES | {"channels:history"},
        _told(" without the scope groups:history"),
    ),
    "no member": (
        replace(SUPPORT, member=False),
        POSTS_ANYWHERE | HISTORY_SCOPES,
        _told(" in a channel that the bot is no member of"),
    ),
    "channel unseen": (
        SUPPORT,
        HISTORY_SCOPES | {"chat:write"},
        Finding(True, "posts in doubt can be looked up"),
    ),
}


async def _check(
    session: aiohttp.ClientSession, sandbox: Sandbox, destination: Destination
) -> list[Finding]:
    return await check_online(
        destination, session, slack_token=SecretStr(TOKEN), slack_api_url=sandbox.slack_api_url
    )


@pytest.mark.parametrize(("channel", "scopes", "last"), WORLDS.values(), ids=WORLDS)
async def test_the_scope_for_looking_posts_up_is_named(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    channel: SlackChannel,
    scopes: frozenset[str],
    last: Finding,
) -> None:
    """That of the channel's kind; posts can be made without it, so it is no fault."""
    sandbox.slack.put(channel)
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=scopes))
    asked = SlackDestination(platform="slack", channel="C1", on_unknown="check")
    unasked = asked.model_copy(update={"on_unknown": "retry"})
    findings = await _check(session, sandbox, asked)

    assert findings[-1] == last
    assert await _check(session, sandbox, unasked) == findings[:-1]


async def test_webhooks_can_look_nothing_up(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """Of either platform."""
    incoming, webhook = sandbox.slack.webhook_url("C1"), sandbox.discord.webhook_url("ops")
    destinations: tuple[Destination, ...] = (
        SlackDestination(platform="slack", webhook_url=SecretStr(incoming), on_unknown="check"),
        DiscordDestination(platform="discord", webhook_url=SecretStr(webhook), on_unknown="check"),
    )

    for destination in destinations:
        *_, last = await _check(session, sandbox, destination)
        assert last == _told(" through a webhook")
