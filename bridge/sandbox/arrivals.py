"""What arrived at the sandbox: an `Arrived` for each post, a `Call` for each request. No I/O."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Platform = Literal["slack", "discord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One post that the platform took, as a reader of the channel would find it."""

    platform: Platform
    #: the platform's id of the channel
    channel: str
    #: the platform's id of the post: Slack's `ts`, Discord's message id
    id: str
    #: aware
    time: datetime
    #: the name shown as the author
    username: str
    #: the address of the author's picture
    avatar: str | None = None
    #: Slack's `text`, Discord's `content`
    text: str = ""
    #: Slack's blocks
    blocks: tuple[Mapping[str, Any], ...] = ()
    #: Discord's embeds
    embeds: tuple[Mapping[str, Any], ...] = ()
    #: the names of the files that came with it
    files: tuple[str, ...] = ()
    #: the bytes of those files, in the same order
    contents: tuple[bytes, ...] = field(default=(), repr=False)
    #: Slack: the parent's `ts`; Discord: the thread's id; None: in the channel itself
    thread: str | None = None
    #: Slack's message metadata
    metadata: Mapping[str, Any] | None = None
    #: what would have notified somebody if this were the real platform, e.g. "<!channel>"; also by
    #: what stood there before an edit
    pings: tuple[str, ...] = ()
    #: how often it was edited
    edited: int = 0
    #: the keys of the body that the platform's documentation doesn't know
    unknown_keys: tuple[str, ...] = ()
    #: the body of the request as it came, of its last edit if it was edited
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a platform and how it was answered."""

    platform: Platform
    #: Slack's method, "upload" or "webhook"; Discord's "execute", "edit", "delete" or "get"
    method: str
    #: the channel it named, "" where it named none or one that isn't there
    channel: str
    #: the HTTP status of the answer; None: it got none
    status: int | None
    #: Slack's error word, Discord's error code; "" where there is none
    error: str = ""


class Arrivals:
    """All that has arrived at one sandbox, in order."""

    def __init__(self) -> None:
        #: what a reader finds now: an edited post at its old place, a removed one not at all
        self.posts: list[Arrived] = []
        #: what was removed, in the order of its removal
        self.removed: list[Arrived] = []
        self.calls: list[Call] = []
        self._news = asyncio.Event()

    def add(self, post: Arrived) -> None:
        """Keep *post* and wake everyone who waits for it."""
        self.posts.append(post)
        self._wake()

    def replace(self, post: Arrived, by: Arrived) -> None:
        """Put an edited post in the place of *post*; a `ValueError` if it isn't there."""
        self.posts[self.posts.index(post)] = by
        self._wake()

    def remove(self, post: Arrived) -> None:
        """Take *post* away; a `ValueError` if it isn't there."""
        self.posts.remove(post)
        self.removed.append(post)
        self._wake()

    def find(self, platform: Platform, channel: str, id: str) -> Arrived | None:  # noqa: A002 - Arrived's own word
        """Return the post of this id in a channel; None if it isn't there, or no longer."""
        place = (platform, channel, id)
        return next((p for p in self.posts if (p.platform, p.channel, p.id) == place), None)

    def _wake(self) -> None:
        # An Event per arrival needs no lock, unlike a Condition: a request that is cancelled
        # because its client went away can't leave a recorded post behind that nobody hears of.
        self._news.set()
        self._news = asyncio.Event()

    def select(self, platform: Platform | None, channel: str | None) -> list[Arrived]:
        """Return the posts of one platform or channel; None stands for all."""
        return [
            post
            for post in self.posts
            if platform in (None, post.platform) and channel in (None, post.channel)
        ]

    async def wait_for(
        self, count: int, *, channel: str | None = None, seconds: float = 5.0
    ) -> list[Arrived]:
        """Return the posts once there are *count* of them; a `TimeoutError` says how many came."""
        try:
            async with asyncio.timeout(seconds):
                while len(self.select(None, channel)) < count:
                    await self._news.wait()
        except TimeoutError:
            came = len(self.select(None, channel))
            raise TimeoutError(f"{came} of {count} posts came within {seconds:g} s") from None
        return self.select(None, channel)
