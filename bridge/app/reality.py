"""Time and chance, as the bridge meets them: `Reality`."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


_BEGAN = datetime.now(UTC), time.monotonic()


def _steady_now() -> datetime:
    began, then = _BEGAN
    return began + timedelta(seconds=time.monotonic() - then)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reality:
    """The real clock and real chance; tests bring their own."""

    #: the time, aware
    now: Callable[[], datetime] = _utc_now
    #: waits for some seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    #: a random number from 0 to 1
    chance: Callable[[], float] = random.random

    @property
    def steady(self) -> Callable[[], datetime]:
        """A clock for waits that nobody sets: it only runs, and may be wrong. Aware."""
        return _steady_now if self.now is _utc_now else self.now
