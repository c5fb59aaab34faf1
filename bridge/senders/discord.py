"""Posts to a Discord channel through its webhook.

The body is built with discord-webhook, which never goes past this file, and sent over the session
that all senders share: its own sending opens a connection per post, blocks the event loop
meanwhile, and writes the webhook's token to the log.
"""

import json
from typing import Any

import aiohttp
from discord_webhook import DiscordWebhook
from yarl import URL

from bridge import __version__
from bridge.deliveries import Accepted, Confirmed, Outcome, Rejected, Remedy, Unknown
from bridge.destinations import DiscordDestination
from bridge.rendering import DiscordPost
from bridge.senders.connections import FAILURES, lost
from bridge.senders.discord_answers import outcome_of, pause_of

#: settings of discord-webhook's client that its `json` mixes into the body
_NOT_FOR_DISCORD = frozenset(
    ("wait", "timeout", "rate_limit_retry", "proxies", "thread_id", "id", "url")
)
#: https://discord.com/developers/docs/resources/message#message-object-message-flags
SUPPRESS_EMBEDS = 1 << 2
#: https://discord.com/developers/docs/reference#user-agent
USER_AGENT = f"DiscordBot (https://pypi.org/project/nexusgpt-bridge, {__version__})"


class DiscordSender:
    """Posts to one webhook. After one refusal to open threads it posts to the channel for good."""

    def __init__(self, destination: DiscordDestination, session: aiohttp.ClientSession) -> None:
        url = URL(destination.webhook_url.get_secret_value())
        # Without `wait`, Discord answers before it knows whether the post was saved.
        self._url = url.update_query(wait="true")
        self._session = session
        self._can_open_threads = True

    async def send(
        self, post: DiscordPost, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Post to the channel, to a thread of it, or, with a title only, to a new thread."""
        name = title if thread is None and self._can_open_threads else None
        url = self._url if thread is None else self._url.update_query(thread_id=thread)
        outcome = await self._call(
            post.part, url, payload(post, name), in_thread=thread is not None
        )
        if name is not None and isinstance(outcome, Rejected):
            self._can_open_threads = outcome.remedy is not Remedy.UNTHREADED
        if isinstance(outcome, Accepted) and (thread or name) is not None:
            # A post in a forum: the channel it stands in is the thread.
            return Accepted(
                confirmed=outcome.confirmed,
                thread=thread or outcome.confirmed.channel,
                pause=outcome.pause,
            )
        return outcome

    async def _call(self, part: int, url: URL, body: dict[str, Any], *, in_thread: bool) -> Outcome:
        try:
            async with self._session.post(
                url, json=body, headers={"User-Agent": USER_AGENT}, allow_redirects=False
            ) as answer:
                data = await json_of(answer)
                if 200 <= answer.status < 300:
                    return _acceptance(part, data, answer)
                return outcome_of(answer.status, answer.headers, data, in_thread=in_thread)
        except FAILURES as error:
            return lost(error, "Discord")


def payload(post: DiscordPost, thread_name: str | None = None) -> dict[str, Any]:
    """Return the body of https://discord.com/developers/docs/resources/webhook#execute-webhook."""
    webhook = DiscordWebhook(
        url="",
        content=post.content,
        username=post.username,
        avatar_url=post.avatar_url,
        thread_name=thread_name,
        allowed_mentions={"parse": []},
        flags=SUPPRESS_EMBEDS if post.suppress_embeds else None,
    )
    body: dict[str, Any] = webhook.json
    return {
        key: value
        for key, value in body.items()
        if key not in _NOT_FOR_DISCORD and (value or key == "allowed_mentions")
    }


async def json_of(answer: aiohttp.ClientResponse) -> Any:
    """Return what an answer says in JSON, whatever it calls itself; None if it is no JSON."""
    try:
        return json.loads(await answer.read())
    except (ValueError, RecursionError):
        return None


def _acceptance(part: int, data: Any, answer: aiohttp.ClientResponse) -> Outcome:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        return Unknown(reason="Discord's answer can't be read")
    channel = data.get("channel_id")
    confirmed = Confirmed(
        part=part, post_id=data["id"], channel=channel if isinstance(channel, str) else ""
    )
    return Accepted(confirmed=confirmed, pause=pause_of(answer.headers))
