"""Puts posts in a Discord channel through its webhook, changes them and takes them away.

All goes over the session that all senders share: discord-webhook's own sending opens a connection
per post, blocks the event loop meanwhile, and writes the webhook's token to the log.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
from yarl import URL

from bridge import __version__
from bridge.deliveries import (
    Accepted,
    Confirmed,
    Failure,
    Outcome,
    Rejected,
    Remedy,
    Search,
    Unknown,
    Unsearchable,
)
from bridge.destinations import DiscordDestination
from bridge.errors import Unfetchable
from bridge.rendering import DiscordPost, FilePost
from bridge.senders.connections import FAILURES, lost
from bridge.senders.discord_answers import outcome_of, pause_of, quota_of
from bridge.senders.discord_bodies import edit_payload, multipart, payload
from bridge.senders.fetching import Fetched, Fetcher

__all__ = ["USER_AGENT", "DiscordSender", "json_of", "payload"]

#: https://discord.com/developers/docs/reference#user-agent
USER_AGENT = f"DiscordBot (https://pypi.org/project/nexusgpt-bridge, {__version__})"

#: ours: a file on a slower line is given up, each such attempt is in doubt
SLOWEST_BYTES_PER_SECOND = 64 * 1024
_MARKDOWN = "text/markdown; charset=utf-8"


#: what a refusal means for the call at hand: HTTP status, headers and body -> Failure
_Meaning = Callable[..., Failure]


class DiscordSender:
    """Posts to one webhook. After one refusal to open threads it posts to the channel for good."""

    def __init__(
        self,
        destination: DiscordDestination,
        session: aiohttp.ClientSession,
        fetcher: Fetcher,
    ) -> None:
        self._webhook = URL(destination.webhook_url.get_secret_value())
        self._session = session
        self._fetcher = fetcher
        self._can_open_threads = True

    async def send(
        self, post: DiscordPost | FilePost, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Post to the channel, to a thread of it, or, with a title only, to a new thread."""
        # A thread of a channel that opens none is one of another channel: the webhook was moved.
        thread = thread if self._can_open_threads or title is None else None
        name = title if thread is None and self._can_open_threads else None
        # Without `wait`, Discord answers before it knows whether the post was saved.
        url = _in_thread(self._webhook.update_query(wait="true"), thread)
        meaning = partial(outcome_of, in_thread=thread is not None)
        outcome = await self._put("POST", url, post, payload(post, name), meaning)
        if title is not None and isinstance(outcome, Rejected):
            self._learn(outcome)
        if isinstance(outcome, Accepted) and (thread or name) is not None:
            # A post in a forum: the channel it stands in is the thread.
            return replace(outcome, thread=thread or outcome.confirmed.channel)
        return outcome

    async def find(
        self,
        post: DiscordPost | FilePost,
        *,
        thread: str | None = None,
        title: str | None = None,
        since: datetime,
    ) -> Search:
        """Say that it can't: a webhook reads only messages whose id it knows."""
        return Unsearchable(reason="a webhook of Discord's can't look posts up")

    async def edit(
        self, post: DiscordPost | FilePost, earlier: Confirmed, *, thread: str | None = None
    ) -> Outcome:
        """Put a post in the place of an earlier one, files and embeds included.

        https://discord.com/developers/docs/resources/webhook#edit-webhook-message
        """
        url = self._message(earlier, thread)
        meaning = partial(outcome_of, is_edit=True)
        outcome = await self._put("PATCH", url, post, edit_payload(post), meaning)
        return replace(outcome, thread=thread) if isinstance(outcome, Accepted) else outcome

    async def remove(self, part: int, earlier: Confirmed, *, thread: str | None = None) -> Outcome:
        """Delete a post. What Discord refuses for good is left as it is: no word is lost by that.

        https://discord.com/developers/docs/resources/webhook#delete-webhook-message
        """
        url = self._message(earlier, thread)
        outcome = await self._call("DELETE", url, part, partial(outcome_of, is_edit=True))
        if isinstance(outcome, Rejected):
            gone = Confirmed(part=part, post_id="")
            return Accepted(confirmed=gone, toward_ban=outcome.toward_ban)
        return outcome

    def _learn(self, refused: Rejected) -> None:
        """Remember what kind of channel it is; that it is none at all may be for want of a name."""
        if refused.is_broken or refused.remedy is Remedy.UNTHREADED:
            self._can_open_threads = refused.is_broken

    def _message(self, earlier: Confirmed, thread: str | None) -> URL:
        """Return the address of a post. A query of the configured address goes for it as well."""
        query = {key: value for key, value in self._webhook.query.items() if key != "wait"}
        url = self._webhook / "messages" / earlier.post_id
        return _in_thread(url.with_query(query), thread)

    async def _put(
        self,
        method: str,
        url: URL,
        post: DiscordPost | FilePost,
        body: dict[str, Any],
        meaning: _Meaning,
    ) -> Outcome:
        if not isinstance(post, FilePost):
            return await self._call(method, url, post.part, meaning, json=body)
        try:
            file = await self._file(post)
        except Unfetchable as error:
            return Rejected(reason=str(error), remedy=post.otherwise)
        # A form can be sent once: each attempt needs its own.
        form = multipart(body, post.name, file)
        meaning = partial(meaning, otherwise=post.otherwise)
        timeout = _patience(self._session.timeout, len(file.data))
        return await self._call(method, url, post.part, meaning, data=form, timeout=timeout)

    async def _file(self, post: FilePost) -> Fetched:
        if post.url is not None:
            return await self._fetcher.fetch(post.url)
        return Fetched(data=(post.text or "").encode(errors="replace"), content_type=_MARKDOWN)

    async def _call(
        self, method: str, url: URL, part: int, meaning: _Meaning, **content: Any
    ) -> Outcome:
        try:
            async with self._session.request(
                method, url, headers={"User-Agent": USER_AGENT}, allow_redirects=False, **content
            ) as answer:
                data = await json_of(answer)
                if not 200 <= answer.status < 300:
                    return meaning(answer.status, answer.headers, data)
                if method == "DELETE":
                    return _accepted(Confirmed(part=part, post_id=""), answer)
                return _acceptance(part, data, answer)
        except FAILURES as error:
            return lost(error, "Discord")


async def json_of(answer: aiohttp.ClientResponse) -> Any:
    """Return what an answer says in JSON, whatever it calls itself; None if it is no JSON."""
    try:
        return json.loads(await answer.read())
    except (ValueError, RecursionError):
        return None


def _in_thread(url: URL, thread: str | None) -> URL:
    return url if thread is None else url.update_query(thread_id=thread)


def _acceptance(part: int, data: Any, answer: aiohttp.ClientResponse) -> Outcome:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        return Unknown(reason="Discord's answer can't be read")
    channel = data.get("channel_id")
    confirmed = Confirmed(
        part=part, post_id=data["id"], channel=channel if isinstance(channel, str) else ""
    )
    return _accepted(confirmed, answer)


def _accepted(confirmed: Confirmed, answer: aiohttp.ClientResponse) -> Accepted:
    told = answer.headers
    return Accepted(confirmed=confirmed, pause=pause_of(told), quota=quota_of(told))


def _patience(timeout: aiohttp.ClientTimeout, size: int) -> aiohttp.ClientTimeout:
    """Return the time for a file of so many bytes: it is sent before there can be an answer."""
    total = (timeout.total or 0) + size / SLOWEST_BYTES_PER_SECOND
    return aiohttp.ClientTimeout(total=total, connect=timeout.connect)
