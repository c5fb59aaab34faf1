"""What `check --online` finds out about webhooks, without posting anything."""

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.destinations import SlackDestination
from bridge.sandbox import DiscordError, Sandbox
from bridge.senders import Finding
from tests.conftest import WEBHOOK_TOKEN
from tests.senders.asking import at_url, discord
from tests.senders.ways import Stub


async def test_a_webhook_of_discord_is_looked_at(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """Its query plays no part; nothing is posted."""
    url = sandbox.discord.webhook_url("ops") + "?thread_id=42"
    findings = await at_url(session, discord(url))

    assert findings == [Finding(True, 'the webhook exists and is called "NexusGPT"')]
    assert sandbox.posts == []


REFUSALS = {
    "removed": ("9111", "9999", "code 10015): the webhook was removed: make a new one"),
    "wrong token": (
        WEBHOOK_TOKEN,
        "wrong",
        "code 50027): the webhook's token is wrong: copy its URL again",
    ),
}


@pytest.mark.parametrize(("part", "other", "text"), REFUSALS.values(), ids=REFUSALS)
async def test_a_webhook_that_would_refuse_is_found(
    session: aiohttp.ClientSession, sandbox: Sandbox, part: str, other: str, text: str
) -> None:
    """Discord's own words, and what to do."""
    url = sandbox.discord.webhook_url("ops").replace(part, other)
    [finding] = await at_url(session, discord(url))

    assert not finding.is_good
    assert finding.text.endswith(text)


async def test_a_redirected_webhook_is_found(session: aiohttp.ClientSession, stub: Stub) -> None:
    """It would not be followed when posting either."""
    stub.answer(302, Location=stub.url)
    [finding] = await at_url(session, discord(f"{stub.url}/api/webhooks/1/t"))

    assert finding == Finding(False, "Discord's address has moved (HTTP 302): check webhook_url")


async def test_an_incoming_webhook_can_t_be_checked(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """The only question it understands is a post."""
    url = SecretStr(sandbox.slack.webhook_url("C1"))
    findings = await at_url(session, SlackDestination(platform="slack", webhook_url=url))

    assert findings == [Finding(None, "an incoming webhook can't be checked without posting")]
    assert sandbox.calls == []


async def test_a_refusal_by_discord_is_a_finding(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """Whatever its code."""
    sandbox.discord.faults.add("get", DiscordError(403, 40333, "internal network error"))
    [finding] = await at_url(session, discord(sandbox.discord.webhook_url("ops")))

    assert finding == Finding(False, "Discord says internal network error (HTTP 403, code 40333)")
