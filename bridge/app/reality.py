"""Time and chance, as the bridge meets them: `Reality`."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reality:
    """The real clock and real chance; tests bring their own."""

    #: the time, aware
    now: Callable[[], datetime] = _utc_now
    #: waits for some seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    #: a random number from 0 to 1
    chance: Callable[[], float] = random.random
