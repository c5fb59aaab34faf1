"""Whether the bridge can do its work: `Readiness` asks each part of it, and `Proof` asks the store."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from time import monotonic

from bridge.errors import StoreUnavailable
from bridge.store import Store

#: asks one part; returns None if all is well, else one clause that says what is not
Check = Callable[[], Awaitable[str | None]]

#: a store that takes longer for one commit is as good as none: NexusGPT won't wait that long
PROOF_TIMEOUT = timedelta(seconds=5)
#: however often somebody asks, the disk syncs for it no more often than this
PROOF_KEPT = timedelta(seconds=2)


class Readiness:
    """All that has to be well. It adds no opinion of its own."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def reasons(self) -> Mapping[str, str]:
        """Return what is not well, by the name of its check; nothing if the bridge is ready."""
        answers = await asyncio.gather(*(check() for check in self._checks.values()))
        named = zip(self._checks, answers, strict=True)
        return {name: reason for name, reason in named if reason is not None}


class Proof:
    """Tells whether the store can be written: a `Check`. Those who ask at once share one proof."""

    def __init__(
        self,
        store: Store,
        *,
        timeout: timedelta = PROOF_TIMEOUT,
        kept: timedelta = PROOF_KEPT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`clock` counts seconds, and never goes back."""
        self._store = store
        self._timeout = timeout
        self._kept = kept
        self._clock = clock
        self._asked = asyncio.Lock()
        self._reason: str | None = None
        #: on the clock; None: nobody has asked yet
        self._proved_at: float | None = None

    async def __call__(self) -> str | None:
        """Return None if something was put on disk just now, else why that can't be done."""
        async with self._asked:
            if self._proved_at is None or self._is_old(self._proved_at):
                self._reason = await self._prove()
                self._proved_at = self._clock()
            return self._reason

    def _is_old(self, proved_at: float) -> bool:
        return self._clock() - proved_at >= self._kept.total_seconds()

    async def _prove(self) -> str | None:
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                await self._store.prove()
        except StoreUnavailable as error:
            return str(error)
        except TimeoutError:
            return f"nothing could be put on disk within {self._timeout.total_seconds():g} seconds"
        return None
