"""The live state of a sandboxed Discord server: channels, threads, and its messages. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.discord.attachments import Attachments, Kept
from bridge.sandbox.discord.guild import DiscordChannel, Guild
from bridge.sandbox.discord.pings import pings

# https://docs.discord.com/developers/reference#snowflakes
DISCORD_EPOCH_MS = 1_420_070_400_000

# https://docs.discord.com/developers/resources/webhook#edit-webhook-message
EDIT_KEYS = frozenset(
    {"allowed_mentions", "attachments", "components", "content", "embeds", "flags"}
)
# https://docs.discord.com/developers/resources/webhook#execute-webhook
KNOWN_KEYS = EDIT_KEYS | {"applied_tags", "avatar_url", "poll", "thread_name", "tts", "username"}


class Channels:
    """What a server looks like now; tests may change it while it runs."""

    def __init__(self, guild: Guild, *, arrivals: Arrivals, clock: Callable[[], float]) -> None:
        self.guild = guild
        self.by_id = {channel.id: channel for channel in guild.channels}
        #: a thread's id -> its channel's id and its name
        self.threads: dict[str, tuple[str, str]] = {}
        #: the ids of threads that are archived
        self.archived: set[str] = set()
        #: the ids of threads that only moderators may post to, or bring back
        self.locked: set[str] = set()
        self.clock = clock
        self._arrivals = arrivals
        #: a message's id -> its attachments
        self._attached: dict[str, Kept] = {}
        self._last_id = 0

    def now(self) -> datetime:
        """Return the time, aware."""
        return datetime.fromtimestamp(self.clock(), UTC)

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

    def delete_thread(self, thread: str) -> None:
        """Take a thread away, and all messages in it; a `KeyError` if there is none."""
        channel, _ = self.threads.pop(thread)
        for post in self._arrivals.select("discord", channel):
            if post.thread == thread:
                self.delete(post)

    def keep(
        self,
        channel: DiscordChannel,
        message: Mapping[str, Any],
        *,
        thread: str | None,
        files: Attachments,
        body: bytes,
    ) -> Arrived:
        """Keep a message that broke no rule, as a post in *channel* or its *thread*."""
        name = message.get("thread_name")
        opened = self.open_thread(channel, name) if name else None
        # A post brings its thread back: https://docs.discord.com/developers/topics/threads
        self.archived.discard(thread or "")
        post = Arrived(
            platform="discord",
            channel=channel.id,
            # The message that opens a forum thread has the thread's id.
            id=opened or self._next_id(),
            time=self.now(),
            username=(message.get("username") or self.guild.webhook_name).strip(),
            avatar=message.get("avatar_url"),
            text=(message.get("content") or "").strip(),
            embeds=tuple(message.get("embeds") or ()),
            thread=opened or thread,
            pings=pings(message),
            unknown_keys=tuple(sorted(message.keys() - KNOWN_KEYS)),
            body=body,
        )
        post = self._with_files(post, files)
        self._arrivals.add(post)
        return post

    def find(self, channel: DiscordChannel, message: str, thread: str | None) -> Arrived | None:
        """Return the message of this id where it is looked for: in the thread, or in none."""
        post = self._arrivals.find("discord", channel.id, message)
        return post if post is not None and post.thread == thread else None

    def attached(self, post: Arrived) -> Kept:
        """Return the files of a message by their ids."""
        return self._attached[post.id]

    def edit(
        self, post: Arrived, message: Mapping[str, Any], files: Attachments, body: bytes
    ) -> Arrived:
        """Put a changed message in the place of *post*: what *message* does not name stays."""
        edited = replace(
            post,
            **changes(message),
            unknown_keys=tuple(sorted(message.keys() - EDIT_KEYS)),
            pings=(*post.pings, *(ping for ping in pings(message) if ping not in post.pings)),
            edited=post.edited + 1,
            body=body,
        )
        edited = self._with_files(edited, files)
        self._arrivals.replace(post, edited)
        return edited

    def delete(self, post: Arrived) -> None:
        """Take a message away."""
        del self._attached[post.id]
        self._arrivals.remove(post)

    def _with_files(self, post: Arrived, files: Attachments) -> Arrived:
        kept = {**files.kept, **{self._next_id(): file for file in files.new}}
        self._attached[post.id] = kept
        return replace(
            post,
            files=tuple(file.name for file in kept.values()),
            contents=tuple(file.data for file in kept.values()),
        )

    def _next_id(self) -> str:
        since = int(self.clock() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, since << 22)
        return str(self._last_id)


def changes(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an edit changes of the words and embeds of a post; null empties them."""
    changed: dict[str, Any] = {}
    if "content" in message:
        changed["text"] = (message["content"] or "").strip()
    if "embeds" in message:
        changed["embeds"] = tuple(message["embeds"] or ())
    return changed
