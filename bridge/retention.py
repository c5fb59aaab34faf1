"""Forgets what was delivered long ago, in small steps with pauses between them: `retain`.

A clock that is wrong must not make all of it old at once. So the clock is believed from where it
was last seen, and a few hours further with each round: after a leap, or a time in which the bridge
did not run, pruning follows at a day in an hour, and says so.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NoReturn

from bridge.errors import StoreUnavailable
from bridge.logs import log
from bridge.store import Store

#: from the end of a round to the next one
EVERY_SECONDS = 300.0
#: between two steps of a round: the store is free for others nearly all of the time
PAUSE_SECONDS = 0.25
#: how much further the clock is believed with each round
STRIDE = timedelta(hours=2)
#: from this on, what is not believed yet is worth a line
LEAP = timedelta(days=1)
#: how often it is put on record up to when the clock is believed
RECORD_EVERY = timedelta(hours=1)


async def retain(
    store: Store,
    keep: Callable[[], timedelta],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> NoReturn:
    """Prune what was over longer than `keep` ago, at once and then every few minutes, until cancelled."""
    sight = Sight(await store.seen())
    while True:
        before = sight.until(now()) - keep()
        if messages := await _round(store, sight, before, sleep):
            log.info("pruned", messages=messages)
        await sleep(EVERY_SECONDS)


class Sight:
    """Up to when the clock is believed."""

    def __init__(self, seen: datetime | None) -> None:
        #: what is on record, aware; None: nothing
        self.recorded = seen
        #: the latest moment that was believed, aware
        self.believed = seen
        self._is_ahead = False

    def until(self, now: datetime) -> datetime:
        """Believe the clock a little further; return up to when, at most what it says now."""
        until = now if self.believed is None else min(now, self.believed + STRIDE)
        # Never back: a clock that is set back for a while does not have to catch up afterwards.
        self.believed = until if self.believed is None else max(until, self.believed)
        self._say(now - until)
        return until

    def _say(self, ahead: timedelta) -> None:
        if ahead > LEAP and not self._is_ahead:
            text = (
                "the clock is that far ahead of when the bridge last ran: unless it was off for so "
                "long, set the clock; pruning follows it at a day in an hour"
            )
            log.warning("clock_ahead", days=ahead.days, text=text)
        self._is_ahead = ahead > LEAP


async def _record(store: Store, sight: Sight) -> None:
    """Put on record up to when the clock is believed, so that a restart goes on from there."""
    believed, recorded = sight.believed, sight.recorded
    if believed is not None and (recorded is None or believed - recorded >= RECORD_EVERY):
        await store.see(believed)
        sight.recorded = believed


async def _round(
    store: Store, sight: Sight, before: datetime, sleep: Callable[[float], Awaitable[None]]
) -> int:
    """Prune step by step until nothing is left to; return how many messages went.

    When the store can't do it now, the next round tries again.
    """
    messages = after = 0
    is_done = False
    try:
        await _record(store, sight)
        while not is_done:
            pruned, after, is_done = await store.prune(before, after=after)
            messages += pruned
            await sleep(PAUSE_SECONDS)
    except StoreUnavailable as error:
        log.warning("not_pruned", reason=str(error))
    return messages
