"""The live state of a sandboxed workspace: channels, tokens, messages, and keeping a post. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.pace import Bucket, Rate
from bridge.sandbox.slack.messages import ARGUMENTS, MAX_TEXT_CHARS
from bridge.sandbox.slack.pings import pings
from bridge.sandbox.slack.workspace import SlackChannel, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who a post says it is from."""

    name: str
    avatar: str | None = None


class Channels:
    """What a workspace looks like now; tests may change it while it runs."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        arrivals: Arrivals,
        rate: Rate | None,
        clock: Callable[[], float],
    ) -> None:
        self.workspace = workspace
        self.by_id = {channel.id: channel for channel in workspace.channels}
        self.tokens = {token.value: token for token in workspace.tokens}
        self._arrivals = arrivals
        self._bucket = Bucket(rate) if rate else None
        self._clock = clock
        self._last_micros = 0
        self._known: set[tuple[str, object]] = set()

    def find(self, name: object) -> SlackChannel | None:
        """Return the channel of this id or name."""
        if isinstance(name, str) and name in self.by_id:
            return self.by_id[name]
        named = (c for c in self.by_id.values() if name in (c.name, f"#{c.name}"))
        return next(named, None)

    def wait(self, channel: SlackChannel) -> float:
        """Return the seconds until *channel* takes another post; 0: it takes this one."""
        return self._bucket.wait(channel.id, self._clock()) if self._bucket else 0.0

    def has(self, channel: SlackChannel, ts: object) -> bool:
        """Tell whether *ts* is the id of a message in *channel*."""
        return (channel.id, ts) in self._known

    def keep(
        self, channel: SlackChannel, message: Mapping[str, Any], author: Author, body: bytes
    ) -> Arrived:
        """Keep a message that broke no rule, as a post in *channel*."""
        ts, seconds = self._next_ts()
        post = Arrived(
            platform="slack",
            channel=channel.id,
            id=ts,
            time=datetime.fromtimestamp(seconds, UTC),
            username=author.name,
            avatar=author.avatar,
            text=str(message.get("text") or message.get("markdown_text") or "")[:MAX_TEXT_CHARS],
            blocks=_blocks(message),
            thread=message.get("thread_ts"),
            metadata=message.get("metadata"),
            pings=pings(message),
            unknown_keys=tuple(sorted(message.keys() - ARGUMENTS)),
            body=body,
        )
        self._known.add((channel.id, ts))
        self._arrivals.add(post)
        return post

    def _next_ts(self) -> tuple[str, float]:
        self._last_micros = max(self._last_micros + 1, int(self._clock() * 1_000_000))
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06}", self._last_micros / 1_000_000


def _blocks(message: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the blocks that Slack stores: markdown_text is one block by another name."""
    if message.get("markdown_text"):
        return ({"type": "markdown", "text": message["markdown_text"]},)
    return tuple(message.get("blocks") or ())
