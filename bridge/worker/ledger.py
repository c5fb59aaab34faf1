"""Writes down what becomes of deliveries, on disk and in the log: the `Ledger` of one lane.

A line in the log tells what is on disk already.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never, cast

from bridge.deliveries import Accepted, Delivery, State
from bridge.logs import log
from bridge.retries import (
    PROBE_LONGEST,
    Confirm,
    Decision,
    GiveUp,
    Park,
    Resend,
    RetryPolicy,
    Wait,
    whole,
)
from bridge.store import Parked
from bridge.worker.surroundings import Surroundings
from bridge.worker.work import Work, was_begun


class Ledger:
    """Carries out decisions. Every method raises StoreUnavailable, and can then be called again."""

    def __init__(self, lane: str, policy: RetryPolicy, around: Surroundings) -> None:
        #: what is known of the destination being gone; None: it is there
        self.parked: Parked | None = None
        #: when a parked destination is tried again
        self.probe_at = around.now()
        self._lane = lane
        self._policy = policy
        self._around = around
        self._store = around.store
        self._is_open = False
        #: how often a message came to each form since the start
        self._changes: Counter[str] = Counter()

    async def open(self) -> None:
        """Find out what is on record; a destination that was gone is tried now, if anything waits."""
        if not self._is_open:
            self.parked = (await self._store.parked()).get(self._lane)
            self._is_open = True
        if self.parked is not None and self._lane not in await self._store.pending():
            # Whether it is still gone, the next message shows.
            await self.unpark("nothing waits for it any more")

    async def carry_out(self, decision: Decision, delivery: Delivery, work: Work | None) -> bool:
        """Write down what was decided; return whether that was the end of the delivery."""
        match decision:
            case Confirm(accepted):
                return await self._confirm(accepted, delivery, cast(Work, work))
            case Resend():
                self._resend(decision, delivery, cast(Work, work))
            case Wait():
                await self._postpone(decision, delivery, work)
            case Park():
                await self._park(decision, delivery, work)
            case GiveUp(reason):
                return await self._settle(delivery, State.DEAD, reason)
            case _:
                assert_never(decision)
        return False

    def due(self, delivery: Delivery) -> datetime | None:
        """Return when the delivery is to be tried, or given up; None: at once."""
        now = self._around.now()
        if self.parked is None:
            return delivery.due(now)
        # A clock that was set back puts off no probe for longer than any would be.
        probe_at = min(self.probe_at, now + PROBE_LONGEST)
        return min(probe_at, delivery.accepted_at + self._policy.max_age)

    def outlived(self, delivery: Delivery) -> GiveUp | None:
        """Give up what is too old behind a destination that is not to be tried yet."""
        now = self._around.now()
        age = now - delivery.accepted_at
        if self.parked is None or now >= self.probe_at or age < self._policy.max_age:
            return None
        return GiveUp(f"{self.parked.reason}; given up at the age of {whole(age)}")

    async def unpark(self, why: str = "it is there again") -> None:
        """Let the next delivery be sent at once."""
        if (parked := self.parked) is None:
            return
        await self._store.unpark(self._lane)
        self.parked = None
        seconds = round((self._around.now() - parked.since).total_seconds())
        log.info("resumed", destination=self._lane, seconds=seconds, text=why)

    async def _confirm(self, accepted: Accepted, delivery: Delivery, work: Work) -> bool:
        if work.is_last:
            return await self._settle(delivery, State.DELIVERED, "", accepted)
        await self._store.confirm(delivery, accepted)
        work.done()
        self._log(log.info, "part_delivered", delivery, part=accepted.confirmed.part)
        return False

    async def _settle(
        self, delivery: Delivery, state: State, reason: str, accepted: Accepted | None = None
    ) -> bool:
        at = self._around.now()
        await self._store.settle(delivery, state, reason=reason, at=at, accepted=accepted)
        self._around.metrics.settled(self._lane, state)
        if state is State.DEAD:
            self._log(log.error, "dead", delivery, reason=reason)
        else:
            seconds = round((at - delivery.accepted_at).total_seconds(), 3)
            self._log(log.info, "delivered", delivery, seconds=seconds)
        return True

    def _resend(self, resend: Resend, delivery: Delivery, work: Work) -> None:
        form = work.change(resend, delivery)
        self._changes[form] += 1
        about = {"form": form, "times": self._changes[form], "reason": resend.reason}
        self._log(log.warning, "changed_form", delivery, **about)

    async def _postpone(self, wait: Wait, delivery: Delivery, work: Work | None) -> None:
        at = self._around.now()
        in_doubt = wait.in_doubt or _may_be_there(work, delivery)
        await self._store.postpone(
            delivery, until=at + wait.delay, reason=wait.reason, at=at, in_doubt=in_doubt
        )
        # A parked destination is tried when this wait is over, too: `due` asks for nothing else.
        self.probe_at = at + wait.delay
        seconds = round(wait.delay.total_seconds(), 3)
        self._log(log.warning, "postponed", delivery, reason=wait.reason, seconds=seconds)

    async def _park(self, park: Park, delivery: Delivery, work: Work | None) -> None:
        at = self._around.now()
        is_news = self.parked is None or self.parked.reason != park.reason
        if is_news:
            await self._begin_to_park(park, at)
        self.probe_at = at + park.delay
        await self._store.postpone(
            delivery,
            until=self.probe_at,
            reason=park.reason,
            at=at,
            in_doubt=_may_be_there(work, delivery),
        )
        if not is_news:
            seconds = round(park.delay.total_seconds())
            self._log(log.warning, "still_parked", delivery, reason=park.reason, seconds=seconds)

    async def _begin_to_park(self, park: Park, at: datetime) -> None:
        await self._store.park(self._lane, reason=park.reason, at=at)
        since = at if self.parked is None else self.parked.since
        key = f"parked-{self._lane}-{since:%Y%m%dT%H%M%S.%f}"
        text = (
            f"**{self._lane}** is parked: {park.reason}. Its messages wait, and it is tried again "
            "by itself every few minutes. To have them go elsewhere, change its address in the "
            "config and reload."
        )
        await self._around.tell(key, text, about=self._lane)
        self.parked = Parked(reason=park.reason, since=since)
        seconds = round(park.delay.total_seconds())
        log.error("parked", destination=self._lane, reason=park.reason, seconds=seconds)

    def _log(self, write: Callable[..., Any], word: str, delivery: Delivery, **fields: Any) -> None:
        write(word, destination=self._lane, message=delivery.message_id, **fields)


def _may_be_there(work: Work | None, delivery: Delivery) -> bool:
    """Tell whether an earlier attempt is in doubt, which no later failure settles."""
    return was_begun(delivery) if work is None else work.may_be_there
