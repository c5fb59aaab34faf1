"""Asks `check_online` about a destination that has a webhook."""

import aiohttp
from pydantic import SecretStr

from bridge.destinations import Destination, DiscordDestination
from bridge.senders import Finding, check_online


async def at_url(session: aiohttp.ClientSession, destination: Destination) -> list[Finding]:
    """Check a destination that needs no token."""
    return await check_online(destination, session, slack_token=None, slack_api_url="https://x/")


def discord(url: str) -> Destination:
    """Return the destination of a Discord webhook."""
    return DiscordDestination(platform="discord", webhook_url=SecretStr(url))
