"""Outcome + attempts -> what next: `decide` says confirm, resend in another form, wait, or give up. No I/O."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, assert_never

from pydantic import BaseModel, ConfigDict

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

#: half of each wait is fixed, half is chance, so that lanes that failed together don't come back together
_FIXED_SHARE = 0.5
#: the first probe of a destination that is gone, and the longest wait between two of them: a person
#: has to mend it, and is not kept waiting for long afterwards
PROBE_FIRST = timedelta(minutes=1)
PROBE_LONGEST = timedelta(minutes=15)


class RetryPolicy(BaseModel):
    """How long a delivery is tried, and at what pace."""

    model_config = ConfigDict(frozen=True)

    #: the wait after the first failed attempt; doubles with each further one
    first: timedelta = timedelta(seconds=1)
    #: the longest wait that the bridge chooses by itself
    longest: timedelta = timedelta(minutes=5)
    #: the age of the event at which its delivery is dead
    max_age: timedelta = timedelta(hours=24)
    #: what to do with a part whose answer was lost: send again, leave it to a person, or look first
    on_unknown: Literal["retry", "hold", "check"] = "retry"


@dataclass(frozen=True, slots=True)
class Confirm:
    """The part is delivered: record it."""

    accepted: Accepted


@dataclass(frozen=True, slots=True)
class Resend:
    """Send the same part at once in another form, or in a new thread."""

    form: Form
    reason: str
    in_new_thread: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after this long."""

    delay: timedelta
    reason: str
    #: the post may have been taken all the same
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Park:
    """The destination is gone: send it nothing for so long, then try it with this delivery."""

    delay: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The delivery is dead."""

    reason: str


#: what each remedy takes away from a form; without a thread that could be left for a new one,
#: what the thread refuses can stand in the channel
_TAKEN_AWAY = {
    Remedy.RICH_TEXT: "rich_text",
    Remedy.PLAIN: "plain",
    Remedy.ANONYMOUS: "anonymous",
    Remedy.UNTHREADED: "unthreaded",
    Remedy.NEW_THREAD: "unthreaded",
    Remedy.IN_PARTS: "in_parts",
    Remedy.LINKED: "linked",
    Remedy.POSTED_AGAIN: "posted_again",
}

Decision = Confirm | Resend | Wait | Park | GiveUp


def decide(
    outcome: Outcome,
    delivery: Delivery,
    *,
    form: Form,
    age: timedelta,
    policy: RetryPolicy,
    chance: float,
    parked_for: timedelta = timedelta(0),
) -> Decision:
    """Decide what follows from the outcome of sending one part.

    `age` is the time since the event was accepted, `chance` a random number from 0 to 1, and
    `parked_for` the time for which the destination has been gone.
    """
    match outcome:
        case Accepted():
            return Confirm(outcome)
        case Rejected():
            has_thread = delivery.thread is not None
            decision = _another_form(outcome, form, has_thread=has_thread)
            is_over = outcome.is_broken and isinstance(decision, GiveUp)
            return _park(outcome, parked_for, chance) if is_over else decision
        case Unknown() if policy.on_unknown == "hold":
            return GiveUp(f'{outcome.reason}; held for a person, since on_unknown = "hold"')
        case Unavailable() | Unknown():
            return _later(outcome, delivery.attempts, age, policy, chance)
        case _:
            assert_never(outcome)


def _another_form(rejected: Rejected, form: Form, *, has_thread: bool) -> Decision:
    """Try each remedy once: a form that was already taken away can't help again."""
    match rejected.remedy:
        case Remedy.NEW_THREAD if has_thread and not form.unthreaded:
            return Resend(form, rejected.reason, in_new_thread=True)
        case remedy if (taken := _TAKEN_AWAY.get(remedy)) and not getattr(form, taken):
            return Resend(replace(form, **{taken: True}), rejected.reason)
        case _:
            return GiveUp(rejected.reason)


def _park(rejected: Rejected, parked_for: timedelta, chance: float) -> Park:
    """Wait as long as the destination has been gone already, within bounds; for how long, age tells."""
    probing = RetryPolicy(first=max(parked_for, PROBE_FIRST), longest=PROBE_LONGEST)
    return Park(backoff(0, probing, chance), rejected.reason)


def _later(
    outcome: Unavailable | Unknown,
    attempts: int,
    age: timedelta,
    policy: RetryPolicy,
    chance: float,
) -> Decision:
    left = policy.max_age - age
    if left <= timedelta(0):
        return GiveUp(
            f"{outcome.reason}; given up at the age of {whole(age)}, after {attempts + 1} attempts"
        )
    if outcome.retry_after is not None:
        delay = outcome.retry_after + _spread(policy, chance)
    else:
        # The last attempt is made at the maximum age, not one whole wait before it.
        delay = min(backoff(attempts, policy, chance), left)
    in_doubt = isinstance(outcome, Unknown)
    return Wait(delay, outcome.reason, in_doubt=in_doubt)


def whole(age: timedelta) -> timedelta:
    """Return an age without the parts of a second that nobody wants to read."""
    return timedelta(seconds=int(age.total_seconds()))


def backoff(attempts: int, policy: RetryPolicy, chance: float) -> timedelta:
    """Return the wait after `attempts` earlier failures: doubled each time, bounded, with jitter."""
    # In seconds, since a timedelta overflows sooner.
    doubled = policy.first.total_seconds() * 2.0 ** min(attempts, 64)
    share = _FIXED_SHARE + (1 - _FIXED_SHARE) * chance
    return timedelta(seconds=min(doubled, policy.longest.total_seconds()) * share)


def _spread(policy: RetryPolicy, chance: float) -> timedelta:
    """Return a little more than the platform asked for: never less, and not all at one moment."""
    return policy.first * chance * 0.1
