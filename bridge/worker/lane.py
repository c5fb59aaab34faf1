"""One destination's ordered work: claim ▸ render ▸ send part ▸ record ▸ settle.

What the disk says is the truth: each step begins with what is recorded there, so that a lane that
was killed goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from bridge.deliveries import (
    Accepted,
    Delivery,
    Form,
    Outcome,
    Rejected,
    Remedy,
    Unavailable,
    Unknown,
)
from bridge.errors import StoreUnavailable
from bridge.logs import log
from bridge.logs.faults import fault
from bridge.logs.outages import Outage
from bridge.retries import Decision, RetryPolicy, decide
from bridge.worker.doubts import Doubts
from bridge.worker.ledger import Ledger
from bridge.worker.steps import take
from bridge.worker.surroundings import Surroundings, Target
from bridge.worker.work import Work

#: how long a lane waits before it asks again a store that has failed
STORE_PAUSE_SECONDS = 1.0
#: the slowest attempt is a large file to a slow platform, which takes some minutes
STUCK_AFTER = timedelta(minutes=10)

_Recorded = TypeVar("_Recorded")


class Lane:
    """Brings the deliveries of one destination to its channel, in order.

    Without a target, which means that the config no longer names the destination, deliveries wait
    for it to come back, and end as any that can't be sent.
    """

    def __init__(
        self, name: str, target: Target | None, policy: RetryPolicy, around: Surroundings
    ) -> None:
        self.name = name
        self._target = target
        self._policy = policy
        self._around = around
        self._store = around.store
        self._work: Work | None = None
        self._ledger = Ledger(name, policy, around)
        self._doubts = Doubts(name, policy)
        destination, token = (target.destination, target.token) if target else (None, None)
        self._gate = around.gates.gate(destination, token, around.now, around.sleep)
        self._asking = Outage("store_failed", "store_works", destination=name)
        self._recording = Outage("not_recorded", "recorded", destination=name)
        self._busy = asyncio.Lock()
        self._busy_since: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled; `stop` does that at a good moment. Nothing else ends a lane."""
        while True:
            try:
                await self._step()
                self._asking.worked()
            except StoreUnavailable as error:
                self._asking.failed(str(error))
                await self._around.sleep(STORE_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 -- a lane that ends silently loses messages
                fault(error, destination=self.name)
                await self._around.sleep(STORE_PAUSE_SECONDS)

    async def stop(self, task: asyncio.Task[None]) -> None:
        """Cancel `run`'s task as soon as no post is under way."""
        async with self._busy:
            task.cancel()

    async def _step(self) -> None:
        """Bring the delivery at the head one part, or one attempt, further."""
        await self._ledger.open()
        delivery = await self._store.claim(self.name)
        async with self._gate.passed(self._ledger.due(delivery)), self._at_work():
            decision = self._ledger.outlived(delivery) or await self._tried(delivery)
            is_over = await self._insist(
                lambda: self._ledger.carry_out(decision, delivery, self._work)
            )
            self._work = None if is_over else self._work

    def is_stuck(self, now: datetime) -> bool:
        """Tell whether it is busy with one attempt for longer than any may take."""
        return self._busy_since is not None and now - self._busy_since > STUCK_AFTER

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        async with self._busy:
            self._busy_since = self._around.now()
            try:
                yield
            finally:
                self._busy_since = None

    async def _tried(self, delivery: Delivery) -> Decision:
        """Make an attempt; return what follows from its outcome."""
        outcome = await self._attempt(delivery)
        self._gate.heard(outcome)
        if isinstance(outcome, Accepted):  # no refusal proves that the destination is there
            await self._insist(self._ledger.unpark)
        decision = self._decide(outcome, delivery)
        self._around.metrics.attempted(self.name, outcome, decision)
        return decision

    async def _attempt(self, delivery: Delivery) -> Outcome:
        """Send the first part that is not confirmed. A fault of ours is an outcome like any other."""
        if self._target is None:
            return Unavailable(reason=f'the config has no destination "{self.name}"')
        meaning: Callable[[str], Outcome] = _unreadable
        try:
            work = self._work_on(delivery, self._target)
            meaning = _unrenderable
            step = await work.next(delivery)
            if step is None:  # it was rendered in more parts by an earlier version or config
                return Accepted(confirmed=delivery.confirmed[-1])
            if work.is_in_doubt(delivery) and self._is_news(delivery):
                return Unknown(reason="the bridge ended before the answer was on record")
            await work.begin(delivery, self._store)
            meaning = _interrupted
            if found := await self._doubts.look(step, work, delivery, self._target.sender):
                return found
            thread = work.thread(step, delivery)
            about = {"destination": self.name, "message": delivery.message_id}
            log.debug("posting", **about, step=type(step).__name__.lower(), thread=thread)
            with self._around.metrics.posting(self.name):
                return await take(step, self._target.sender, thread=thread, title=work.title)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad message must not end the lane
            where = fault(error, destination=self.name, message=delivery.message_id)
            return meaning(f"a fault of the bridge itself ({where})")

    def _is_news(self, delivery: Delivery) -> bool:
        """Tell whether a doubt is not on record as a failure yet, or is a reason to give up."""
        return delivery.attempts == 0 or self._policy.on_unknown == "hold"

    def _work_on(self, delivery: Delivery, target: Target) -> Work:
        if self._work is None or self._work.number != delivery.number:
            self._work = None
            self._work = Work(
                delivery, target.destination, self._around.agents, self._around.renderings
            )
        return self._work

    def _decide(self, outcome: Outcome, delivery: Delivery) -> Decision:
        return decide(
            outcome,
            delivery if self._work is None else self._work.seen(delivery),
            form=Form() if self._work is None else self._work.form,
            age=self._around.now() - delivery.accepted_at,
            policy=self._policy,
            chance=self._around.chance(),
            parked_for=self._parked_for,
        )

    @property
    def _parked_for(self) -> timedelta:
        parked = self._ledger.parked
        return timedelta(0) if parked is None else self._around.now() - parked.since

    async def _insist(self, record: Callable[[], Awaitable[_Recorded]]) -> _Recorded:
        """Record what happened, however long the store can't: forgetting it would post twice."""
        while True:
            try:
                recorded = await record()
            except StoreUnavailable as error:
                self._recording.failed(str(error))
                await self._around.sleep(STORE_PAUSE_SECONDS)
            else:
                self._recording.worked()
                return recorded


def _unreadable(reason: str) -> Outcome:
    return Rejected(reason=reason)


def _unrenderable(reason: str) -> Outcome:
    return Rejected(reason=reason, remedy=Remedy.PLAIN)


def _interrupted(reason: str) -> Outcome:
    return Unknown(reason=reason)
