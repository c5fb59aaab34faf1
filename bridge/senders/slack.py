"""Posts to a Slack channel with a bot token, through slack-sdk."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp
from pydantic import SecretStr

from bridge.deliveries import Accepted, Confirmed, Outcome, Rejected, Remedy, Search
from bridge.destinations import SlackDestination
from bridge.logs import log
from bridge.rendering import FilePost, SlackPost
from bridge.senders.fetching import Fetcher
from bridge.senders.slack_answers import (
    GONE,
    again,
    outcome_of_edit,
    outcome_of_removal,
    outcome_of_status,
)
from bridge.senders.slack_client import ask, open_client
from bridge.senders.slack_files import SlackFiles
from bridge.senders.slack_history import SlackHistory

_IDENTITY = ("username", "icon_url")
#: what chat.update can change: not the name and picture, and how text without blocks is read
_EDITABLE = ("text", "blocks", "metadata")


class SlackSender:
    """Posts to one channel. What it refuses once, agents' names or threads, is left out for good."""

    def __init__(
        self,
        destination: SlackDestination,
        token: SecretStr,
        session: aiohttp.ClientSession,
        api_url: str,
        fetcher: Fetcher,
    ) -> None:
        self._channel = destination.channel or ""
        self._client = open_client(token, session, api_url)
        self._files = SlackFiles(self._channel, self._client, session, fetcher)
        self._history = SlackHistory(self._channel, self._client)
        self._with_identity = True
        self._with_threads = True

    async def send(
        self, post: SlackPost | FilePost, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Post to the channel, or to a thread of it; with a title, the post may become a thread."""
        thread = thread if self._with_threads else None
        if isinstance(post, FilePost):
            outcome = _in_thread(await self._files.send(post, thread), thread)
        else:
            outcome = await self._send(post, thread)
        if isinstance(outcome, Rejected) and outcome.remedy is Remedy.UNTHREADED:
            self._with_threads = False
        if isinstance(outcome, Accepted):
            # A file has no id, and opens no thread.
            stands_in = outcome.thread or outcome.confirmed.post_id or None
            is_for_chat = title is not None and self._with_threads
            return replace(outcome, thread=stands_in if is_for_chat else None)
        return outcome

    async def find(
        self,
        post: SlackPost | FilePost,
        *,
        thread: str | None = None,
        title: str | None = None,
        since: datetime,
    ) -> Search:
        """Look a post in doubt up by its metadata, where it may stand."""
        found = await self._history.find(post, thread=thread, since=since)
        if isinstance(found, Accepted) and (title is None or not self._with_threads):
            return replace(found, thread=None)
        return found

    async def edit(
        self, post: SlackPost | FilePost, earlier: Confirmed, *, thread: str | None = None
    ) -> Outcome:
        """Put a post in the place of an earlier one; a lost answer is no doubt, it is done again.

        A file is a post of its own, so the earlier one is taken away once the file is there. Plain
        text is no edit: chat.update has no way to say that it is not to be read as markup.
        """
        if isinstance(post, FilePost):
            return await self._replace(post, earlier, thread)
        if not post.blocks or not earlier.post_id:
            reason = "Slack can't edit it in place"
            return Rejected(reason=reason, remedy=Remedy.POSTED_AGAIN)
        given = post.arguments
        call = self._client.chat_update(
            channel=earlier.channel or self._channel,
            ts=earlier.post_id,
            parse="none",
            **{key: given[key] for key in _EDITABLE if key in given},
        )
        data = await ask(call, outcome_of_edit)
        if isinstance(data, dict):
            return Accepted(confirmed=replace(earlier, part=post.part))
        if isinstance(data, Rejected):
            return replace(data, remedy=_plainer(post)) if data.remedy is Remedy.PLAIN else data
        return again(data)

    async def remove(self, part: int, earlier: Confirmed, *, thread: str | None = None) -> Outcome:
        """Take away an earlier post.

        One that Slack refuses to remove is left where it is, and a line in the log says so: the
        message's new words are there, and a surplus of old ones is no reason to call it dead.
        """
        gone = Accepted(confirmed=Confirmed(part=part, post_id=""))
        channel = earlier.channel or self._channel
        if not earlier.post_id:
            return _left(gone, channel, "Slack told no id of it")
        call = self._client.chat_delete(channel=channel, ts=earlier.post_id)
        data = await ask(call, outcome_of_removal)
        if isinstance(data, dict) or data is GONE:
            return gone
        return _left(gone, channel, data.reason) if isinstance(data, Rejected) else again(data)

    async def _replace(self, post: FilePost, earlier: Confirmed, thread: str | None) -> Outcome:
        """Upload the file, then take the earlier post away, or leave it where Slack won't."""
        outcome = await self._files.send(post, thread)
        if isinstance(outcome, Accepted):
            removal = await self.remove(post.part, earlier)
            if not isinstance(removal, Accepted):
                return _left(outcome, earlier.channel or self._channel, removal.reason)
        return outcome

    async def _send(self, post: SlackPost, thread: str | None) -> Outcome:
        arguments = post.arguments
        if not self._with_identity:
            arguments = {key: arguments[key] for key in arguments if key not in _IDENTITY}
        call = self._client.chat_postMessage(channel=self._channel, thread_ts=thread, **arguments)
        data = await ask(call)
        if isinstance(data, dict):
            return _acceptance(post.part, data, thread)
        if isinstance(data, Rejected) and data.remedy is Remedy.ANONYMOUS:
            return self._without_identity(data, arguments)
        if isinstance(data, Rejected) and data.remedy is Remedy.PLAIN:
            return replace(data, remedy=_plainer(post))
        return data

    def _without_identity(self, refused: Rejected, arguments: dict[str, Any]) -> Outcome:
        """Remember that names are not allowed; if none was sent, the refusal is about posting."""
        self._with_identity = False
        had_identity = any(arguments.get(key) is not None for key in _IDENTITY)
        return refused if had_identity else Rejected(reason=refused.reason, is_broken=True)


def _in_thread(outcome: Outcome, thread: str | None) -> Outcome:
    """Return what a file's upload came to: Slack does not say where the file stands."""
    return replace(outcome, thread=thread) if isinstance(outcome, Accepted) else outcome


def _plainer(post: SlackPost) -> Remedy:
    """Return the next form for a post whose markup was refused."""
    has_markdown = any(block["type"] == "markdown" for block in post.blocks)
    return Remedy.RICH_TEXT if has_markdown else Remedy.PLAIN


def _left(gone: Accepted, channel: str, reason: str) -> Accepted:
    log.warning("not_removed", channel=channel, reason=reason)
    return gone


def _acceptance(part: int, data: dict[str, Any], thread: str | None) -> Outcome:
    """Return that Slack has a post: it stands in the thread that it was meant for, or in none."""
    ts, channel = data.get("ts"), data.get("channel")
    if not isinstance(ts, str):
        return outcome_of_status(200, None)
    where = channel if isinstance(channel, str) else ""
    if thread is not None and _is_unthreaded(data.get("message")):
        log.warning("thread_gone", channel=where, thread=thread)
        thread = None
    confirmed = Confirmed(part=part, post_id=ts, channel=where)
    return Accepted(confirmed=confirmed, thread=thread)


def _is_unthreaded(message: object) -> bool:
    """Tell whether the message, as Slack shows it, is no reply: nothing else says so.

    Seen live: https://github.com/slack-go/slack/issues/1571
    """
    return isinstance(message, dict) and "ts" in message and not message.get("thread_ts")
