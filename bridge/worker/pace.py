"""When a channel takes the next call: its `Pace`, by our own rates and by what the platform says. No I/O.

Paces are values: time is told them, and what happens makes a new one. A clock that is set back can
make a rate's next call late by no more than one step of that rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bridge.deliveries import Accepted, Outcome, Quota, Unavailable

#: a moment that is always past
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One call in so much time, after so many at once."""

    every: timedelta
    burst: int = 1


#: https://docs.slack.dev/apis/web-api/rate-limits - posts to a channel, or through a webhook
SLACK_POSTS_PER_SECOND = 1.0
#: ours: "short bursts" are allowed, and Slack doesn't say how short
SLACK_BURST = 3
#: as often as one likes, until the platform says otherwise
FREE = Rate(every=timedelta(0))
#: https://github.com/discord/discord-api-docs/issues/4043 - 30 posts a minute for each channel, not
#: documented; the tenth of a second is ours, since nothing shows when its minute ends
DISCORD_CHANNEL = Rate(every=timedelta(seconds=2.1))
#: ours: how long a limit that showed itself is kept in mind; one more refused post renews it
REMEMBERED = timedelta(minutes=10)


def slack_rate(posts_per_second: float = SLACK_POSTS_PER_SECOND) -> Rate:
    """Return the rate of calls for one Slack channel.

    Edits, removals and uploads count as posts here. Slack counts them by method and over all
    channels (50 edits and 50 removals a minute): what is too much then, its `Retry-After` says.
    """
    return Rate(every=timedelta(seconds=1 / posts_per_second), burst=SLACK_BURST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A rate, and what is left of its burst."""

    rate: Rate
    #: when the whole burst is there again
    full_at: datetime = LONG_AGO

    def at(self, now: datetime) -> datetime:
        """Return when the next call may be made; `now` if at once."""
        rate = self.rate
        full_at = min(self.full_at, now + rate.every * rate.burst)  # more: the clock was set back
        return max(now, full_at - rate.every * (rate.burst - 1))

    def taken(self, now: datetime) -> "Bucket":
        """Return what is left after a call."""
        return replace(self, full_at=max(self.full_at, now) + self.rate.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """So many more calls until it ends; nothing is known of the time after that."""

    left: int
    ends: datetime

    def at(self, now: datetime) -> datetime:
        """Return when the next call may be made; `now` if at once."""
        return now if self.left > 0 else max(now, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a channel is known to take."""

    #: the rate that is always kept
    usual: Bucket = Bucket(rate=FREE)
    #: a rate that a refused post has taught, and until when it is kept
    learned: Bucket = Bucket(rate=DISCORD_CHANNEL)
    learned_until: datetime = LONG_AGO
    #: nothing is taken before
    closed_until: datetime = LONG_AGO
    #: what the platform has said, by the name of its limit
    windows: Mapping[str, Window] = field(default_factory=dict)

    def at(self, now: datetime) -> datetime:
        """Return when the next call may be made; `now` if at once."""
        windows = [window.at(now) for window in self.windows.values()]
        learned = self.learned.at(now) if now < self.learned_until else now
        return max(self.closed_until, self.usual.at(now), learned, *windows, now)

    def taken(self, now: datetime) -> "Pace":
        """Return the pace after a call has been let through. Which limit counts it, only its answer tells."""
        return replace(
            self,
            usual=self.usual.taken(now),
            learned=self.learned.taken(now),
            windows={
                name: replace(window, left=window.left - 1)
                for name, window in self.windows.items()
                if window.ends > now
            },
        )

    def heard(self, outcome: Outcome, now: datetime, *, others: int = 0) -> "Pace":
        """Return the pace after an answer, while so many `others` of the channel are awaited."""
        match outcome:
            case Accepted():
                closed_until = max(self.closed_until, now + outcome.pause)
                windows = self._windows(outcome.quota, now, others)
                return replace(self, closed_until=closed_until, windows=windows)
            case Unavailable(retry_after=timedelta() as wait):
                closed_until = max(self.closed_until, now + wait)
                learned_until = now + wait + REMEMBERED
                if not outcome.hidden_limit:
                    learned_until = self.learned_until
                return replace(self, closed_until=closed_until, learned_until=learned_until)
            case _:
                return self

    def _windows(self, quota: Quota | None, now: datetime, others: int) -> Mapping[str, Window]:
        if quota is None:
            return self.windows
        left = quota.left
        if others:  # each of them is counted in what we know, but perhaps not in what was told
            known = self.windows.get(quota.bucket)
            left = min(left, known.left) if known and known.ends > now else left - others
        return {**self.windows, quota.bucket: Window(left=left, ends=now + quota.renewed_in)}
