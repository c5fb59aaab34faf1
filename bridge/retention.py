"""Forgets what was delivered long ago, in small steps with pauses between them: `retain`."""

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


async def retain(
    store: Store,
    keep: Callable[[], timedelta],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> NoReturn:
    """Prune what was over longer than `keep` ago, at once and then every few minutes, until cancelled."""
    while True:
        if messages := await _round(store, now() - keep(), sleep):
            log.info("pruned", messages=messages)
        await sleep(EVERY_SECONDS)


async def _round(store: Store, before: datetime, sleep: Callable[[float], Awaitable[None]]) -> int:
    """Prune step by step until nothing is left to; return how many messages went.

    When the store can't do it now, the next round tries again.
    """
    messages = after = 0
    is_done = False
    try:
        while not is_done:
            pruned, after, is_done = await store.prune(before, after=after)
            messages += pruned
            await sleep(PAUSE_SECONDS)
    except StoreUnavailable as error:
        log.warning("not_pruned", reason=str(error))
    return messages
