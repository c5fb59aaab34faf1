"""Looks a post in doubt up in a Slack channel, by the metadata that it was sent with.

See https://docs.slack.dev/reference/methods/conversations.history and conversations.replies.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bridge.deliveries import (
    Absent,
    Accepted,
    Confirmed,
    Failure,
    Rejected,
    Search,
    Unavailable,
    Unknown,
    Unsearchable,
)
from bridge.rendering import FilePost, SlackPost
from bridge.senders.slack_answers import NO_THREAD, outcome_of_search, outcome_of_status
from bridge.senders.slack_client import ask

#: messages in one answer: Slack recommends no more; some apps get 15, whatever they ask for
PAGE = 200
#: ours: answers for one place, so that a busy channel costs no more than some seconds
MAX_PAGES = 5
#: ours: how far our clock may be ahead of Slack's
CLOCKS_APART = timedelta(minutes=5)

_TOO_MANY = Unsearchable(
    reason="more messages came to the channel since than are looked through for a post in doubt"
)


class SlackHistory:
    """Looks through one channel and its threads. It needs channels:history or groups:history."""

    def __init__(self, channel: str, client: AsyncWebClient) -> None:
        self._channel = channel
        self._client = client

    async def find(
        self, post: SlackPost | FilePost, *, thread: str | None, since: datetime
    ) -> Search:
        """Look for a post in the thread that it was meant for, then in the channel itself.

        Slack puts a reply to a thread that is gone into the channel, and a thread that takes no
        more replies was left for the channel. `Accepted.thread` is where it stands: the thread,
        or what the post itself may open.
        """
        if isinstance(post, FilePost) or post.metadata is None:
            return Unsearchable(reason="Slack keeps nothing with a file that tells it from others")
        for place in dict.fromkeys((thread, None)):
            found = await self._look(post.metadata, place, since)
            if not isinstance(found, Absent):
                return _as_part(found, post.part)
        return Absent()

    async def _look(
        self, metadata: Mapping[str, Any], thread: str | None, since: datetime
    ) -> Search:
        """Look through the pages of one place."""
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            data = await self._page(thread, since, cursor)
            if not isinstance(data, dict):
                # An app that may ask but once a minute would never get past the first page.
                is_limited = cursor is not None and isinstance(data, Unavailable)
                return _TOO_MANY if is_limited else _meaning(data)
            messages = data.get("messages")
            for message in messages if isinstance(messages, list) else ():
                if _carries(message, metadata):
                    return self._found(message, thread)
            told = data.get("response_metadata")
            cursor = told.get("next_cursor") if isinstance(told, dict) else None
            if not cursor:
                return Absent()
        return _TOO_MANY

    async def _page(
        self, thread: str | None, since: datetime, cursor: str | None
    ) -> dict[str, Any] | Failure:
        given: dict[str, Any] = {
            "channel": self._channel,
            "oldest": f"{(since - CLOCKS_APART).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
            "cursor": cursor,
        }
        if thread is None:
            return await ask(self._client.conversations_history(**given), outcome_of_search)
        return await ask(self._client.conversations_replies(ts=thread, **given), outcome_of_search)

    def _found(self, message: Mapping[str, Any], thread: str | None) -> Accepted | Unknown:
        ts = message.get("ts")
        if not isinstance(ts, str):
            return Unknown(reason=outcome_of_status(200, None).reason)
        confirmed = Confirmed(part=0, post_id=ts, channel=self._channel)
        return Accepted(confirmed=confirmed, thread=thread or ts)


def _meaning(failure: Failure) -> Search:
    """Return what it means that Slack did not let itself be asked; a doubt stays a doubt."""
    if failure is NO_THREAD:
        return Absent()
    if isinstance(failure, Rejected):
        return Unsearchable(reason=failure.reason)
    reason = f"a post in doubt can't be looked up: {failure.reason}"
    return Unknown(reason=reason, retry_after=failure.retry_after)


def _carries(message: object, metadata: Mapping[str, Any]) -> bool:
    """Tell whether a message was sent with this metadata; what else it has doesn't matter."""
    told = message.get("metadata") if isinstance(message, dict) else None
    if not isinstance(told, dict) or told.get("event_type") != metadata["event_type"]:
        return False
    payload = told.get("event_payload")
    wanted: Mapping[str, Any] = metadata["event_payload"]
    return isinstance(payload, dict) and all(
        key in payload and str(payload[key]) == str(value) for key, value in wanted.items()
    )


def _as_part(found: Search, part: int) -> Search:
    if isinstance(found, Accepted):
        return replace(found, confirmed=replace(found.confirmed, part=part))
    return found
