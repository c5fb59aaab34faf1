"""Put a post in its channel and say what the platform answered: one `Sender` per destination.

`open_sender` and `check_online` are the places that know which destination gets which sender.
"""

from datetime import datetime
from typing import Any, Protocol, assert_never

import aiohttp
from pydantic import SecretStr

from bridge.deliveries import Confirmed, Outcome, Search
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.senders.checks import Finding, check_discord, check_slack, check_slack_webhook
from bridge.senders.connections import open_session
from bridge.senders.discord import DiscordSender
from bridge.senders.fetching import Fetcher
from bridge.senders.slack import SlackSender
from bridge.senders.slack_webhook import SlackWebhookSender

__all__ = ["Finding", "Sender", "check_online", "open_sender", "open_session"]

_NO_TOKEN = SecretStr("")
#: it keeps nothing, so all senders can share it
_FETCHER = Fetcher()


class Sender(Protocol):
    """Puts posts in one channel, one at a time; never raises for what a platform does."""

    async def send(
        self, post: Any, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Send one post, of the kind that is rendered for its destination; say what became of it.

        With a `title`, the chat is to have a thread of its own: the known `thread`, or else a new
        one of that title. Without, the post stands in the channel itself.
        """
        ...

    async def find(
        self, post: Any, *, thread: str | None = None, title: str | None = None, since: datetime
    ) -> Search:
        """Look for a post whose answer was lost: it was sent as `send` is told, not before `since`.

        `since` is aware. Found, it is Accepted as it would have been then.
        """
        ...

    async def edit(self, post: Any, earlier: Confirmed, *, thread: str | None = None) -> Outcome:
        """Put a post in the place of an earlier one of the same message, in the thread it stands in.

        Where the platform can't or won't, the outcome is Rejected with Remedy.POSTED_AGAIN.
        """
        ...

    async def remove(self, part: int, earlier: Confirmed, *, thread: str | None = None) -> Outcome:
        """Take away an earlier post that the message no longer needs; it is fine if it is gone.

        It is Accepted with a Confirmed of that part whose `post_id` is "".
        """
        ...


def open_sender(
    destination: Destination,
    session: aiohttp.ClientSession,
    *,
    slack_token: SecretStr | None,
    slack_api_url: str,
    fetcher: Fetcher = _FETCHER,
) -> Sender:
    """Return the sender of a destination. `slack_token` is for a destination without its own."""
    match destination:
        case SlackDestination(webhook_url=None):
            token = destination.token or slack_token or _NO_TOKEN
            return SlackSender(destination, token, session, slack_api_url, fetcher)
        case SlackDestination():
            return SlackWebhookSender(destination, session)
        case DiscordDestination():
            return DiscordSender(destination, session, fetcher)
        case _:
            assert_never(destination)


async def check_online(
    destination: Destination,
    session: aiohttp.ClientSession,
    *,
    slack_token: SecretStr | None,
    slack_api_url: str,
) -> list[Finding]:
    """Ask the platform whether posts can be made, without making one."""
    match destination:
        case SlackDestination(webhook_url=None):
            token = destination.token or slack_token or _NO_TOKEN
            return await check_slack(destination, token, session, slack_api_url)
        case SlackDestination():
            return check_slack_webhook(destination)
        case DiscordDestination():
            return await check_discord(destination, session)
        case _:
            assert_never(destination)
