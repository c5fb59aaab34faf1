"""No secret is in what a sender says, whatever happens to it."""

import logging

import aiohttp
import pytest

from bridge.sandbox import (
    CloudflareBan,
    DiscordError,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    ServerError,
    Shape,
    SlackError,
)
from bridge.sandbox.faults import Fault
from tests.conftest import TOKEN, WEBHOOK_TOKEN
from tests.senders.ways import WAYS, Stub, Way, at_address, discord, slack

SECRETS = (TOKEN, WEBHOOK_TOKEN, "sandbox-c1", "/services/T", "/api/webhooks/")

FAULTS: tuple[Fault | None, ...] = (
    None,
    RateLimited(),
    ServerError(),
    Reset(),
    LostAnswer(),
    Hang(),
    *(Garbage(shape=shape) for shape in Shape),
    CloudflareBan(),
)


def _leaks(*texts: object) -> list[str]:
    told = " ".join(f"{text!s} {text!r}" for text in texts)
    return [secret for secret in SECRETS if secret in told]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_no_fault_brings_a_secret_to_light(
    way: Way, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    """Neither in the outcome nor in any log line, of no level and no library."""
    caplog.set_level(logging.DEBUG)
    if fault is not None:
        way.meet(fault)
    outcome = await way.send()

    assert _leaks(outcome, way.sender, caplog.text) == []


async def test_no_refusal_brings_a_secret_to_light(
    way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    """A word or a sentence of the platform is passed on, the address it came from is not."""
    caplog.set_level(logging.DEBUG)
    way.sandbox.slack.faults.add("C1", SlackError("invalid_blocks"))
    way.sandbox.discord.faults.add("111", DiscordError(400, 50035, "Invalid Form Body"))
    outcome = await way.send()

    assert _leaks(outcome, way.sender, caplog.text) == []


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://127.0.0.1:1", "stub"])
async def test_no_address_brings_a_secret_to_light(
    session: aiohttp.ClientSession,
    stub: Stub,
    caplog: pytest.LogCaptureFixture,
    name: str,
    url: str,
) -> None:
    """An unknown host, a closed port, a redirect."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="aiohttp.access")  # the stub's own
    stub.answer(302, Location=f"{stub.url}/api/webhooks/1/t")
    sender, post = at_address(name, session, stub.url if url == "stub" else url)
    outcome = await sender.send(post)

    assert _leaks(outcome, sender, caplog.text) == []


async def test_a_sender_shows_no_secret_of_its_own(session: aiohttp.ClientSession) -> None:
    """Its repr is the plain one of Python."""
    url = f"https://discord.invalid/api/webhooks/1/{WEBHOOK_TOKEN}"

    assert _leaks(slack(session, "https://slack.invalid/api/"), discord(session, url)) == []
