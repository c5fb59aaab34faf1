"""Listens to the silence: `Watching` tells when events stay away, or come with the wrong header."""

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn, assert_never

from bridge.app.health import Health
from bridge.app.reality import Reality
from bridge.errors import StoreUnavailable
from bridge.logs import log
from bridge.logs.outages import Outage
from bridge.metrics import Metrics
from bridge.notices import Notices
from bridge.silence import Change, Matched, Mismatched, Resumed, Sight, Silent, Watch, look

EVERY_SECONDS = 10.0
_SILENCE, _MISMATCHES = "silence", "header mismatches"


class Watching:
    """Says each change in the log, in the status line and to the ops destination."""

    def __init__(
        self,
        metrics: Metrics,
        notices: Notices,
        health: Health,
        real: Reality,
        expected: Callable[[], timedelta | None],
    ) -> None:
        self._metrics = metrics
        self._notices = notices
        self._health = health
        self._real = real
        self._expected = expected
        self._watch = Watch(began=real.now())

    async def run(self) -> NoReturn:
        """Look every few seconds, until cancelled."""
        outage = Outage("store_failed", "store_works")
        while True:
            await self._real.sleep(EVERY_SECONDS)
            try:
                await self._look()
                outage.worked()
            except StoreUnavailable as error:  # what has changed is told at the next look
                outage.failed(str(error))

    async def _look(self) -> None:
        counts = self._metrics.incoming
        sight = Sight(
            at=self._real.now(), last_event=counts.last_event, mismatches=counts.mismatches
        )
        watch, changes = look(self._watch, sight, self._expected())
        for change in changes:
            await self._tell(change, sight)
        self._watch = watch
        self._metrics.silence(watch.silent_since is not None)
        if watch.silent_since is None:
            self._health.remarks.pop(_SILENCE, None)

    async def _tell(self, change: Change, sight: Sight) -> None:
        match change:
            case Silent(since, expected):
                text = f"no event from NexusGPT since {since:%Y-%m-%d %H:%M} UTC, within {expected} one is expected"
                await self._warn(_SILENCE, f"silent-{since.isoformat()}", text)
                log.error("silent", text=text)
            case Resumed(silent_for):
                log.info("events_resumed", seconds=round(silent_for.total_seconds()))
            case Mismatched(count):
                text = (
                    f"{count} webhooks within ten minutes had a missing or wrong verification "
                    "header: compare NexusGPT's developer settings with [nexusgpt] secrets"
                )
                await self._warn(_MISMATCHES, f"mismatched-{sight.at.isoformat()}", text)
                log.error("header_mismatches", text=text)
            case Matched():
                self._health.remarks.pop(_MISMATCHES, None)
                log.info("header_mismatches_over")
            case _:
                assert_never(change)

    async def _warn(self, name: str, key: str, text: str) -> None:
        await self._notices.tell(key, text)
        self._health.remarks[name] = text
