"""What Slack tells of the messages in a channel: conversations.history and conversations.replies. No I/O.

https://docs.slack.dev/reference/methods/conversations.history and
https://docs.slack.dev/reference/methods/conversations.replies
"""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bridge.sandbox.answers import Answer, in_json
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.slack.api import failed, missing_scope
from bridge.sandbox.slack.channels import Channels
from bridge.sandbox.slack.posting import stored
from bridge.sandbox.slack.workspace import SlackChannel, SlackToken

HISTORY_LIMIT = 100
REPLIES_LIMIT = 1_000
#: "specify a limit value under 1000"
MAX_LIMIT = 1_000

_TRUE = (True, 1, "1", "true", "True")
_CURSOR = "next_ts:"
_END_OF_TIME = Decimal("Infinity")


def history(channels: Channels, token: SlackToken, given: Mapping[str, Any]) -> Answer:
    """Return the answer of conversations.history: what stands in the channel itself, newest first."""
    channel = _readable(channels, token, given)
    if isinstance(channel, Answer):
        return channel
    window = _window(given, HISTORY_LIMIT)
    if isinstance(window, str):
        return failed(window)
    posts = channels.history(channel)
    top = [_shown(channels, post, given) for post in posts if post.thread is None]
    there = {message["ts"] for message in top}
    gone = {post.thread for post in posts if post.thread is not None} - there
    newest_first = sorted([*top, *map(_tombstone, gone)], key=lambda m: -Decimal(m["ts"]))
    messages = list(filter(window.has, newest_first))
    if window.begins_at is not None:
        messages = [each for each in messages if Decimal(each["ts"]) <= window.begins_at]
    return _page(messages, window)


def replies(channels: Channels, token: SlackToken, given: Mapping[str, Any]) -> Answer:
    """Return the answer of conversations.replies: a message and what is below it, oldest first.

    The message comes first, whatever the window, but not again on further pages.
    """
    channel = _readable(channels, token, given)
    if isinstance(channel, Answer):
        return channel
    posts = {post.id: post for post in channels.history(channel)}
    asked = posts.get(str(given.get("ts")))
    parent = asked.thread if asked and asked.thread else str(given.get("ts"))
    if not channels.has(channel, parent):
        return failed("thread_not_found")
    window = _window(given, REPLIES_LIMIT)
    if isinstance(window, str):
        return failed(window)
    below = [_shown(channels, post, given) for post in posts.values() if post.thread == parent]
    messages = list(filter(window.has, below))
    if window.begins_at is not None:
        messages = [each for each in messages if Decimal(each["ts"]) >= window.begins_at]
        return _page(messages, window)
    top = _shown(channels, posts[parent], given) if parent in posts else _tombstone(parent)
    return _page(messages, window, {**top, **({"thread_ts": parent} if below else {})})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Which messages a call asks for."""

    oldest: Decimal
    latest: Decimal
    inclusive: bool
    limit: int
    #: the first message of this page; None: the first page
    begins_at: Decimal | None

    def has(self, message: Mapping[str, Any]) -> bool:
        """Tell whether a message lies in the window."""
        ts = Decimal(message["ts"])
        inside = self.oldest < ts < self.latest
        return inside or (self.inclusive and ts in (self.oldest, self.latest))


def _readable(
    channels: Channels, token: SlackToken, given: Mapping[str, Any]
) -> SlackChannel | Answer:
    """Return the channel that is named, by its id only, or why the app may not read it."""
    channel = channels.by_id.get(str(given.get("channel")))
    if channel is None:
        return failed("channel_not_found")
    needed = "groups:history" if channel.private else "channels:history"
    if needed not in token.scopes:
        return missing_scope(token, needed)
    if not channel.member:
        return failed("channel_not_found" if channel.private else "not_in_channel")
    return channel


def _window(given: Mapping[str, Any], limit: int) -> _Window | str:
    """Return the window that a call asks for, or Slack's error word for it."""
    oldest, latest = _moment(given.get("oldest", 0)), _moment(given.get("latest", _END_OF_TIME))
    if oldest is None:
        return "invalid_ts_oldest"
    if latest is None:
        return "invalid_ts_latest"
    told = str(given.get("limit", limit))
    if not told.isdecimal() or not 0 < int(told) <= MAX_LIMIT:
        return "invalid_limit"
    cursor = given.get("cursor") or None
    begins_at = None if cursor is None else _place(str(cursor))
    if cursor is not None and begins_at is None:
        return "invalid_cursor"
    return _Window(
        oldest=oldest,
        latest=latest,
        inclusive=given.get("inclusive") in _TRUE,
        limit=int(told),
        begins_at=begins_at,
    )


def _moment(value: object) -> Decimal | None:
    try:
        moment = Decimal(str(value))
    except InvalidOperation:
        return None
    return moment if moment >= 0 else None


def _place(cursor: str) -> Decimal | None:
    """Return the first message of the page that a cursor stands for."""
    try:
        text = b64decode(cursor, validate=True).decode()
    except (Error, UnicodeDecodeError):
        return None
    return _moment(text.removeprefix(_CURSOR)) if text.startswith(_CURSOR) else None


def _page(
    messages: Sequence[Mapping[str, Any]], window: _Window, first: Mapping[str, Any] | None = None
) -> Answer:
    shown, rest = messages[: window.limit], messages[window.limit :]
    following = b64encode(f"{_CURSOR}{rest[0]['ts']}".encode()).decode() if rest else ""
    value = {
        "ok": True,
        "messages": [*([] if first is None else [first]), *shown],
        "has_more": bool(rest),
        "response_metadata": {"next_cursor": following},
    }
    return in_json(value)


def _shown(channels: Channels, post: Arrived, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message; of its metadata only the type, unless all of it was asked for."""
    message = stored(channels, post)
    if post.metadata and given.get("include_all_metadata") not in _TRUE:
        # slackapi/python-slack-sdk issue 1501
        message["metadata"] = {"event_type": post.metadata["event_type"]}
    if post.files:
        message["files"] = [{"name": name} for name in post.files]
    return message


def _tombstone(ts: str) -> dict[str, Any]:
    """Return what stands in the place of a message that was deleted while it had replies."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "ts": ts,
        "thread_ts": ts,
        "hidden": True,
    }
