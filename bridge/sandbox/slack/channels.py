"""The live state of a sandboxed workspace: channels, tokens, messages, and keeping a post. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.pace import Bucket, Limits
from bridge.sandbox.slack.messages import ARGUMENTS, EDIT_ARGUMENTS, MAX_TEXT_CHARS
from bridge.sandbox.slack.pings import pings
from bridge.sandbox.slack.uploads import Uploads
from bridge.sandbox.slack.workspace import SlackChannel, Workspace

# https://docs.slack.dev/apis/web-api/rate-limits - chat.postMessage has a rule of its own
_TIER_3 = ("chat.update", "chat.delete", "conversations.history", "conversations.replies")
_TIER_4 = ("files.getUploadURLExternal", "files.completeUploadExternal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who a post says it is from."""

    name: str
    avatar: str | None = None
    #: whether it came through an incoming webhook: then no token may change it
    is_webhook: bool = False


class Channels:
    """What a workspace looks like now; tests may change it while it runs."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        arrivals: Arrivals,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        self.workspace = workspace
        self.by_id = {channel.id: channel for channel in workspace.channels}
        self.tokens = {token.value: token for token in workspace.tokens}
        self._arrivals = arrivals
        self._posting = Bucket(limits.slack_channel) if limits.slack_channel else None
        self._methods = {
            method: Bucket(rate)
            for rate, methods in ((limits.slack_tier_3, _TIER_3), (limits.slack_tier_4, _TIER_4))
            for method in methods
            if rate
        }
        self._clock = clock
        self._last_micros = 0
        #: channel's id and `ts` of each message -> who it is from
        self._known: dict[tuple[str, object], Author] = {}
        self.uploads = Uploads()

    def find(self, name: object) -> SlackChannel | None:
        """Return the channel of this id or name."""
        if isinstance(name, str) and name in self.by_id:
            return self.by_id[name]
        named = (c for c in self.by_id.values() if name in (c.name, f"#{c.name}"))
        return next(named, None)

    def wait(self, channel: SlackChannel) -> float:
        """Return the seconds until *channel* takes another post; 0: it takes this one."""
        return self._posting.wait(channel.id, self._clock()) if self._posting else 0.0

    def wait_for(self, method: str) -> float:
        """Return the seconds until a method takes another call; 0: it takes this one."""
        bucket = self._methods.get(method)
        return bucket.wait("", self._clock()) if bucket else 0.0

    def has(self, channel: SlackChannel, ts: object) -> bool:
        """Tell whether *ts* is a message in *channel*, or was one whose thread still has replies."""
        return (channel.id, ts) in self._known or any(
            post.thread == ts for post in self.posts(channel)
        )

    def posts(self, channel: SlackChannel) -> list[Arrived]:
        """Return the messages in *channel* and its threads, oldest first."""
        return self._arrivals.select("slack", channel.id)

    def history(self, channel: SlackChannel) -> list[Arrived]:
        """Return those of its messages that show in its history by now."""
        now, lag = self._clock(), self.workspace.history_lag
        return [post for post in self.posts(channel) if now - post.time.timestamp() > lag - 1e-3]

    def keep(
        self,
        channel: SlackChannel,
        message: Mapping[str, Any],
        author: Author,
        body: bytes,
        *,
        files: Mapping[str, bytes] | None = None,
    ) -> Arrived:
        """Keep a message that broke no rule, as a post in *channel*; *files* by their names."""
        ts, seconds = self._next_ts()
        thread = message.get("thread_ts")
        # A reply to what is gone stands in the channel, and no error says so.
        is_reply = thread is not None and self.has(channel, thread)
        post = Arrived(
            platform="slack",
            channel=channel.id,
            id=ts,
            time=datetime.fromtimestamp(seconds, UTC),
            username=author.name,
            avatar=author.avatar,
            text=_text(message),
            blocks=_blocks(message),
            files=tuple(files or ()),
            contents=tuple((files or {}).values()),
            thread=thread if is_reply else None,
            metadata=message.get("metadata"),
            pings=pings(message),
            unknown_keys=tuple(sorted(message.keys() - ARGUMENTS)),
            body=body,
        )
        self._known[(channel.id, ts)] = author
        self._arrivals.add(post)
        return post

    def find_post(self, channel: SlackChannel, ts: object) -> tuple[Arrived, Author] | None:
        """Return the message of this id in *channel* and who it is from; None if there is none."""
        author = self._known.get((channel.id, ts))
        post = self._arrivals.find("slack", channel.id, str(ts)) if author else None
        return (post, author) if post and author else None

    def edit(self, post: Arrived, message: Mapping[str, Any], body: bytes) -> Arrived:
        """Put a changed message in the place of *post*: its id, its author and its thread stay."""
        told = message.get("metadata")
        new = [ping for ping in pings(message) if ping not in post.pings]
        edited = replace(
            post,
            text=_text(message),
            blocks=_blocks(message),
            # https://docs.slack.dev/reference/methods/chat.update - kept unless told, `{}` removes it
            metadata=post.metadata if told is None else told or None,
            pings=(*post.pings, *new),
            unknown_keys=tuple(sorted(message.keys() - EDIT_ARGUMENTS)),
            edited=post.edited + 1,
            body=body,
        )
        self._arrivals.replace(post, edited)
        return edited

    def remove(self, post: Arrived) -> None:
        """Take a message away."""
        del self._known[(post.channel, post.id)]
        self._arrivals.remove(post)

    def _next_ts(self) -> tuple[str, float]:
        self._last_micros = max(self._last_micros + 1, int(self._clock() * 1_000_000))
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06}", self._last_micros / 1_000_000


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or message.get("markdown_text") or "")[:MAX_TEXT_CHARS]


def _blocks(message: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the blocks that Slack stores: markdown_text is one block by another name."""
    if message.get("markdown_text"):
        return ({"type": "markdown", "text": message["markdown_text"]},)
    return tuple(message.get("blocks") or ())
