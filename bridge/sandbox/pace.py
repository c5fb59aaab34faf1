"""How often the platforms let someone post: the documented and the observed rate limits. No I/O."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many posts, or other calls, in so many seconds."""

    posts: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rate limits of a sandbox; None switches one off."""

    #: https://docs.slack.dev/apis/web-api/rate-limits - one a second for each channel, with bursts
    slack_channel: Rate | None = Rate(posts=4, seconds=4.0)
    #: likewise: "tier 3", chat.update and chat.delete, for each of them over all channels
    slack_tier_3: Rate | None = Rate(posts=50, seconds=60.0)
    #: likewise: "tier 4", the first and the last step of a file
    slack_tier_4: Rate | None = Rate(posts=100, seconds=60.0)
    #: https://docs.discord.com/developers/topics/rate-limits - only observed, read the headers
    discord_webhook: Rate | None = Rate(posts=5, seconds=2.0)
    #: not in any header: all webhooks of a channel share it (discord-api-docs, staff in 4043)
    discord_channel: Rate | None = Rate(posts=30, seconds=60.0)


NO_LIMITS = Limits(
    slack_channel=None,
    slack_tier_3=None,
    slack_tier_4=None,
    discord_webhook=None,
    discord_channel=None,
)


class Bucket:
    """Slack's way: a burst passes, then as much as flows back in."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float) -> float:
        """Take one post out of *key*'s bucket, or return the seconds until there is one again."""
        refill = self._rate.posts / self._rate.seconds
        left, since = self._left.get(key, (float(self._rate.posts), now))
        left = min(self._rate.posts, left + (now - since) * refill)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) / refill


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left of a window after a post has asked for its place in it."""

    passed: bool
    limit: int
    remaining: int
    reset_after: float


class Window:
    """Discord's way: so many posts from the first one on, then none until the window ends."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._begun: dict[str, tuple[float, int]] = {}

    def enter(self, key: str, now: float) -> Room:
        """Take a place in *key*'s window, if there is one."""
        start, used = self._begun.get(key, (-math.inf, 0))
        if now >= start + self._rate.seconds:
            start, used = now, 0
        passed = used < self._rate.posts
        self._begun[key] = (start, used + passed)
        return Room(
            passed=passed,
            limit=self._rate.posts,
            remaining=self._rate.posts - used - passed,
            reset_after=round(start + self._rate.seconds - now, 3),
        )
