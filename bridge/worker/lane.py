"""One destination's ordered work: claim ▸ render ▸ send part ▸ record ▸ settle.

What the disk says is the truth: each step begins with what is recorded there, so that a lane that
was killed goes on where it was.
"""

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, assert_never, cast

from pydantic import SecretStr

from bridge.deliveries import (
    Accepted,
    Delivery,
    Form,
    Outcome,
    Rejected,
    Remedy,
    State,
    Unavailable,
    Unknown,
)
from bridge.destinations import Destination
from bridge.errors import StoreUnavailable
from bridge.events import Agent
from bridge.logs import log
from bridge.retries import Confirm, Decision, GiveUp, Resend, RetryPolicy, Wait, decide
from bridge.senders import Sender
from bridge.store import Store
from bridge.worker.gates import Gates
from bridge.worker.renderings import Renderings
from bridge.worker.steps import take
from bridge.worker.work import Work

#: how long a lane waits before it asks again a store that has failed
STORE_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all lanes share."""

    store: Store
    agents: Mapping[str, Agent]
    #: the time, aware
    now: Callable[[], datetime]
    #: waits for some seconds
    sleep: Callable[[float], Awaitable[None]]
    #: a random number from 0 to 1
    chance: Callable[[], float]
    #: what lanes have rendered
    renderings: Renderings = field(default_factory=Renderings)
    #: where lanes wait for their calls
    gates: Gates = field(default_factory=Gates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a lane brings its deliveries."""

    destination: Destination
    sender: Sender
    #: what the sender calls Slack with
    token: SecretStr | None = None


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
        #: how often a message came to each form since the start
        self._changes: Counter[str] = Counter()
        destination, token = (target.destination, target.token) if target else (None, None)
        self._gate = around.gates.gate(destination, token, around.now, around.sleep)
        self._busy = asyncio.Lock()

    async def run(self) -> None:
        """Work until cancelled; `stop` does that at a good moment. Nothing else ends a lane."""
        while True:
            try:
                await self._step()
            except StoreUnavailable as error:
                log.error("store_failed", destination=self.name, reason=str(error))
                await self._around.sleep(STORE_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 -- a lane that ends silently loses messages
                _report(error, destination=self.name)
                await self._around.sleep(STORE_PAUSE_SECONDS)

    async def stop(self, task: asyncio.Task[None]) -> None:
        """Cancel `run`'s task as soon as no post is under way."""
        async with self._busy:
            task.cancel()

    async def _step(self) -> None:
        """Bring the delivery at the head one part, or one attempt, further."""
        delivery = await self._store.claim(self.name)
        async with self._gate.passed(delivery.not_before), self._busy:
            outcome = await self._attempt(delivery)
            self._gate.heard(outcome)
            decision = self._decide(outcome, delivery)
            await self._insist(lambda: self._carry_out(decision, delivery))

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
            if work.is_in_doubt(delivery):
                return Unknown(reason="the bridge ended before the answer was on record")
            await work.begin(delivery, self._store)
            meaning = _interrupted
            thread = work.thread(step, delivery)
            return await take(step, self._target.sender, thread=thread, title=work.title)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad message must not end the lane
            where = _report(error, destination=self.name, message=delivery.message_id)
            return meaning(f"a fault of the bridge itself ({where})")

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
        )

    async def _insist(self, record: Callable[[], Awaitable[None]]) -> None:
        """Record what happened, however long the store can't: forgetting it would post twice."""
        while True:
            try:
                return await record()
            except StoreUnavailable as error:
                log.error("not_recorded", destination=self.name, reason=str(error))
                await self._around.sleep(STORE_PAUSE_SECONDS)

    async def _carry_out(self, decision: Decision, delivery: Delivery) -> None:
        match decision:
            case Confirm(accepted):
                await self._confirm(accepted, delivery)
            case Resend():
                self._resend(decision, delivery)
            case Wait():
                await self._postpone(decision, delivery)
            case GiveUp(reason):
                await self._settle(delivery, State.DEAD, reason)
            case _:
                assert_never(decision)

    async def _confirm(self, accepted: Accepted, delivery: Delivery) -> None:
        work = cast(Work, self._work)  # what was accepted had been sent
        if work.is_last:
            await self._settle(delivery, State.DELIVERED, "", accepted)
        else:
            await self._store.confirm(delivery, accepted)
            work.done()
            self._log(log.info, "part_delivered", delivery, part=accepted.confirmed.part)

    async def _settle(
        self, delivery: Delivery, state: State, reason: str, accepted: Accepted | None = None
    ) -> None:
        at = self._around.now()
        await self._store.settle(delivery, state, reason=reason, at=at, accepted=accepted)
        self._work = None
        if state is State.DEAD:
            self._log(log.error, "dead", delivery, reason=reason)
        else:
            seconds = round((at - delivery.accepted_at).total_seconds(), 3)
            self._log(log.info, "delivered", delivery, seconds=seconds)

    def _resend(self, resend: Resend, delivery: Delivery) -> None:
        work = cast(Work, self._work)  # what was refused had been rendered
        form = work.change(resend, delivery)
        self._changes[form] += 1
        about = {"form": form, "times": self._changes[form], "reason": resend.reason}
        self._log(log.warning, "changed_form", delivery, **about)

    async def _postpone(self, wait: Wait, delivery: Delivery) -> None:
        until = self._around.now() + wait.delay
        await self._store.postpone(
            delivery,
            until=until,
            reason=wait.reason,
            at=self._around.now(),
            in_doubt=wait.in_doubt,
        )
        seconds = round(wait.delay.total_seconds(), 3)
        self._log(log.warning, "postponed", delivery, reason=wait.reason, seconds=seconds)

    def _log(self, write: Callable[..., Any], word: str, delivery: Delivery, **fields: Any) -> None:
        write(word, destination=self.name, message=delivery.message_id, **fields)


def _report(error: Exception, **about: str) -> str:
    """Log a fault of ours; return its kind and place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    log.error("internal_error", **about, error=where)
    return where


def _unreadable(reason: str) -> Outcome:
    return Rejected(reason=reason)


def _unrenderable(reason: str) -> Outcome:
    return Rejected(reason=reason, remedy=Remedy.PLAIN)


def _interrupted(reason: str) -> Outcome:
    return Unknown(reason=reason)
