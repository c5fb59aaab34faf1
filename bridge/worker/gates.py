"""Where lanes wait for their calls: each has a `Gate`, and those of one channel queue in one line.

Nothing of it is on disk. After a restart, a delivery that was told to wait still waits, since that
is recorded with it. The burst is there again, and the other lanes of a channel or platform that
had asked for silence find that out with one call each.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from bridge.deliveries import Outcome
from bridge.destinations import Destination, DiscordDestination
from bridge.logs import log
from bridge.worker.pace import Bucket, Pace, Rate, slack_rate
from bridge.worker.standing import COUNTED_FOR, MAX_REFUSALS, Standing


@dataclass(slots=True)
class _Channel:
    """What the lanes of one channel share."""

    pace: Pace
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: calls without an answer
    under_way: int = 0


@dataclass(slots=True)
class _Platform:
    """What the lanes of one platform share."""

    name: str
    standing: Standing = field(default_factory=Standing)


class Gates:
    """All gates of a worker. `steady` is a clock that nobody sets; without one, each gate's is."""

    def __init__(
        self, slack: Rate | None = None, steady: Callable[[], datetime] | None = None
    ) -> None:
        self._slack = Pace(usual=Bucket(rate=slack or slack_rate()))
        self._steady = steady
        self._channels: dict[Hashable, _Channel] = {}
        self._platforms: dict[str, _Platform] = {}

    def gate(
        self,
        destination: Destination | None,
        token: SecretStr | None,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> "Gate":
        """Return a new gate to the destination's channel; `token` is the one that Slack is called with.

        Without a destination, there is nothing to call: the gate is always open.
        """
        if destination is None:
            return Gate(_Channel(Pace()), _Platform(""), now, sleep, self._steady)
        name = destination.platform
        pace = self._slack if name == "slack" else Pace()
        channel = self._channels.setdefault(_key(destination, token), _Channel(pace))
        platform = self._platforms.setdefault(name, _Platform(name))
        return Gate(channel, platform, now, sleep, self._steady)


class Gate:
    """One lane's way to its channel."""

    def __init__(
        self,
        channel: _Channel,
        platform: _Platform,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        steady: Callable[[], datetime] | None = None,
    ) -> None:
        self._channel = channel
        self._platform = platform
        self._now = now
        self._sleep = sleep
        self._steady = steady or now

    @asynccontextmanager
    async def passed(self, not_before: datetime | None) -> AsyncIterator[None]:
        """Wait until the lane may make one call, which is under way until the context ends.

        Who asks first is let through first; who must not call yet does not stand in line.
        """
        # Once only: when the clock is set back meanwhile, what is left is not to be waited for.
        if not_before is not None and (left := not_before - self._now()) > timedelta(0):
            await self._sleep(left.total_seconds())
        async with self._channel.turn:
            while (left := self._opening() - self._steady()) > timedelta(0):
                await self._sleep(left.total_seconds())
            self._channel.pace = self._channel.pace.taken(self._steady())
        self._channel.under_way += 1
        try:
            yield
        finally:
            self._channel.under_way -= 1

    def heard(self, outcome: Outcome) -> None:
        """Take note of the answer to the call that is under way."""
        now, channel, platform = self._steady(), self._channel, self._platform
        channel.pace = channel.pace.heard(outcome, now, others=channel.under_way - 1)
        was_near_ban = platform.standing.is_near_ban
        platform.standing = platform.standing.heard(outcome, now)
        if platform.standing.is_near_ban and not was_near_ban:
            text = (
                f"it has refused {MAX_REFUSALS} posts within {COUNTED_FOR} (wrong tokens, missing "
                "permissions, too many posts): to avoid a ban, nothing is sent to it for a while"
            )
            left = platform.standing.closed_until - now
            log.error("platform_stopped", platform=platform.name, text=text, seconds=left.seconds)

    def _opening(self) -> datetime:
        return max(self._channel.pace.at(self._steady()), self._platform.standing.closed_until)


def _key(destination: Destination, token: SecretStr | None) -> Hashable:
    """Return what the destinations of one channel have in common."""
    if isinstance(destination, DiscordDestination):  # a query names a thread, or a version the API
        path = urlsplit(destination.webhook_url.get_secret_value()).path
        return tuple(path.rstrip("/").split("/")[-2:])
    return destination.webhook_url or (token, destination.channel)
