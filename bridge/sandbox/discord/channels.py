"""The live state of a sandboxed Discord server: channels, threads, and keeping a post. No I/O."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.discord.guild import DiscordChannel, Guild
from bridge.sandbox.discord.pings import pings

# https://docs.discord.com/developers/reference#snowflakes
DISCORD_EPOCH_MS = 1_420_070_400_000

# https://docs.discord.com/developers/resources/webhook#execute-webhook
KNOWN_KEYS = frozenset(
    {"allowed_mentions", "applied_tags", "attachments", "avatar_url", "components", "content"}
    | {"embeds", "files", "flags", "payload_json", "poll", "thread_name", "tts", "username"}
)


class Channels:
    """What a server looks like now; tests may change it while it runs."""

    def __init__(self, guild: Guild, *, arrivals: Arrivals, clock: Callable[[], float]) -> None:
        self.guild = guild
        self.by_id = {channel.id: channel for channel in guild.channels}
        #: a thread's id -> its channel's id and its name
        self.threads: dict[str, tuple[str, str]] = {}
        self.clock = clock
        self._arrivals = arrivals
        self._last_id = 0

    def of_webhook(self, webhook: str) -> DiscordChannel | None:
        """Return the channel whose webhook has this id."""
        found = (c for c in self.by_id.values() if c.webhook_id == webhook)
        return next(found, None)

    def named(self, name: str) -> DiscordChannel:
        """Return the channel of this id or name; a `KeyError` if there is none."""
        for channel in self.by_id.values():
            if name in (channel.id, channel.name):
                return channel
        raise KeyError(name)

    def open_thread(self, channel: DiscordChannel, name: str) -> str:
        """Open a thread in *channel* and return its id."""
        thread = self._next_id()
        self.threads[thread] = (channel.id, name)
        return thread

    def keep(
        self,
        channel: DiscordChannel,
        message: Mapping[str, Any],
        *,
        thread: str | None,
        files: Sequence[str],
        body: bytes,
    ) -> Arrived:
        """Keep a message that broke no rule, as a post in *channel* or its *thread*."""
        name = message.get("thread_name")
        opened = self.open_thread(channel, name) if name else None
        post = Arrived(
            platform="discord",
            channel=channel.id,
            # The message that opens a forum thread has the thread's id.
            id=opened or self._next_id(),
            time=datetime.fromtimestamp(self.clock(), UTC),
            username=(message.get("username") or self.guild.webhook_name).strip(),
            avatar=message.get("avatar_url"),
            text=(message.get("content") or "").strip(),
            embeds=tuple(message.get("embeds") or ()),
            files=tuple(files),
            thread=opened or thread,
            pings=pings(message),
            unknown_keys=tuple(sorted(message.keys() - KNOWN_KEYS)),
            body=body,
        )
        self._arrivals.add(post)
        return post

    def _next_id(self) -> str:
        since = int(self.clock() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, since << 22)
        return str(self._last_id)
