"""What follows from the outcome of an attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.deliveries import (
    Accepted,
    Confirmed,
    Delivery,
    Form,
    Outcome,
    Rejected,
    Remedy,
    Unavailable,
    Unknown,
)
from bridge.retries import Confirm, Decision, GiveUp, Resend, RetryPolicy, Wait, backoff, decide

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
POLICY = RetryPolicy(first=SECOND, longest=timedelta(minutes=5), max_age=24 * HOUR)
HOLD = RetryPolicy(on_unknown="hold")
ACCEPTED = Accepted(confirmed=Confirmed(part=1, post_id="1690000000.000100"))
DOWN = Unavailable(reason="Slack is down")
LOST = Unknown(reason="the answer was lost")


def make_delivery(*, attempts: int = 0, thread: str | None = None) -> Delivery:
    """Return a delivery that has failed some times, in a chat whose thread may be known."""
    return Delivery(
        number=1,
        destination="support",
        message_id="m1",
        route="refunds",
        body=b"{}",
        revision=0,
        accepted_at=datetime(2026, 8, 1, tzinfo=UTC),
        attempts=attempts,
        thread=thread,
    )


def decision_on(
    outcome: Outcome,
    *,
    attempts: int = 0,
    thread: str | None = None,
    form: Form | None = None,
    age: timedelta = SECOND,
    policy: RetryPolicy = POLICY,
    chance: float = 1.0,
) -> Decision:
    """Decide on an outcome, with defaults for all that doesn't matter."""
    delivery = make_delivery(attempts=attempts, thread=thread)
    return decide(outcome, delivery, form=form or Form(), age=age, policy=policy, chance=chance)


def wait_after(outcome: Outcome, *, age: timedelta = SECOND, chance: float = 1.0) -> timedelta:
    """Return how long the lane waits after an outcome."""
    decision = decision_on(outcome, age=age, chance=chance)
    assert isinstance(decision, Wait)
    return decision.delay


@pytest.mark.parametrize(
    ("outcome", "attempts", "decision"),
    [
        (ACCEPTED, 0, Confirm(ACCEPTED)),
        (ACCEPTED, 9, Confirm(ACCEPTED)),
        (Rejected(reason="no such channel"), 0, GiveUp("no such channel")),
        (DOWN, 0, Wait(SECOND, "Slack is down")),
        (DOWN, 3, Wait(8 * SECOND, "Slack is down")),
        (DOWN, 30, Wait(timedelta(minutes=5), "Slack is down")),
        (LOST, 0, Wait(SECOND, "the answer was lost", in_doubt=True)),
        (LOST, 2, Wait(4 * SECOND, "the answer was lost", in_doubt=True)),
    ],
    ids=str,
)
def test_each_outcome_has_its_consequence(
    outcome: Outcome, attempts: int, decision: Decision
) -> None:
    """Accepted is confirmed, refused is dead, and all that may pass later waits for it."""
    assert decision_on(outcome, attempts=attempts) == decision


@pytest.mark.parametrize(
    ("remedy", "form", "decision"),
    [
        (Remedy.NONE, Form(), GiveUp("no")),
        (Remedy.PLAIN, Form(), Resend(Form(plain=True), "no")),
        (Remedy.PLAIN, Form(anonymous=True), Resend(Form(plain=True, anonymous=True), "no")),
        (Remedy.PLAIN, Form(plain=True), GiveUp("no")),
        (Remedy.ANONYMOUS, Form(), Resend(Form(anonymous=True), "no")),
        (Remedy.ANONYMOUS, Form(plain=True), Resend(Form(plain=True, anonymous=True), "no")),
        (Remedy.ANONYMOUS, Form(anonymous=True), GiveUp("no")),
        (Remedy.UNTHREADED, Form(), Resend(Form(unthreaded=True), "no")),
        (Remedy.UNTHREADED, Form(plain=True), Resend(Form(plain=True, unthreaded=True), "no")),
        (Remedy.UNTHREADED, Form(unthreaded=True), GiveUp("no")),
        (Remedy.NEW_THREAD, Form(), Resend(Form(), "no", in_new_thread=True)),
        (Remedy.NEW_THREAD, Form(unthreaded=True), GiveUp("no")),
        (Remedy.RICH_TEXT, Form(), Resend(Form(rich_text=True), "no")),
        (Remedy.PLAIN, Form(rich_text=True), Resend(Form(rich_text=True, plain=True), "no")),
        (Remedy.IN_PARTS, Form(), Resend(Form(in_parts=True), "no")),
        (Remedy.LINKED, Form(in_parts=True), Resend(Form(in_parts=True, linked=True), "no")),
        (Remedy.POSTED_AGAIN, Form(), Resend(Form(posted_again=True), "no")),
        (Remedy.POSTED_AGAIN, Form(posted_again=True), GiveUp("no")),
    ],
    ids=str,
)
def test_a_remedy_is_tried_once(remedy: Remedy, form: Form, decision: Decision) -> None:
    """What was already taken away can't help again, and what else was taken away stays away."""
    outcome = Rejected(reason="no", remedy=remedy)

    assert decision_on(outcome, thread="t", form=form) == decision


def test_a_new_thread_helps_only_instead_of_an_old_one() -> None:
    """A refused post that was to open a thread is not sent again to open one: the channel takes it."""
    outcome = Rejected(reason="no", remedy=Remedy.NEW_THREAD)

    assert decision_on(outcome, thread=None) == Resend(Form(unthreaded=True), "no")
    assert decision_on(outcome, thread=None, form=Form(unthreaded=True)) == GiveUp("no")


def test_however_a_platform_refuses_there_is_an_end() -> None:
    """Remedies are used up after seven resends, whatever the platform proposes."""
    form, resends = Form(), 0
    for remedy in [*Remedy, *Remedy]:
        if remedy is not Remedy.NEW_THREAD:  # it is used up when the thread is forgotten
            decision = decision_on(Rejected(reason="no", remedy=remedy), form=form)
            if isinstance(decision, Resend):
                form, resends = decision.form, resends + 1

    assert resends == 7
    assert all(getattr(form, name) for name in Form.__dataclass_fields__)


@pytest.mark.parametrize("age", [SECOND, 23 * HOUR])
def test_a_lost_answer_can_be_left_to_a_person(age: timedelta) -> None:
    """With on_unknown = "hold" nothing is posted twice: the delivery is dead, and says why."""
    assert decision_on(LOST, policy=HOLD, age=age) == GiveUp(
        'the answer was lost; held for a person, since on_unknown = "hold"'
    )
    assert isinstance(decision_on(DOWN, policy=HOLD), Wait)


@pytest.mark.parametrize("asked", [timedelta(0), SECOND / 10, 30 * SECOND, 24 * HOUR])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("age", [timedelta(0), 24 * HOUR - SECOND])
def test_what_a_platform_asks_for_is_never_undercut(
    asked: timedelta, chance: float, age: timedelta
) -> None:
    """Retry-After beats the backoff and the maximum age; a little is added, not for all the same."""
    delay = wait_after(Unavailable(reason="429", retry_after=asked), age=age, chance=chance)

    assert asked <= delay <= asked + SECOND / 10


def test_the_last_attempt_is_made_at_the_maximum_age() -> None:
    """A wait of our own choosing does not reach beyond the age at which the delivery is dead."""
    last = 24 * HOUR - SECOND

    assert decision_on(DOWN, attempts=30, age=last) == Wait(SECOND, "Slack is down")
    assert decision_on(DOWN, attempts=30, age=24 * HOUR) == GiveUp(
        "Slack is down; given up at the age of 1 day, 0:00:00, after 31 attempts"
    )


@pytest.mark.parametrize("outcome", [DOWN, LOST, Unavailable(reason="429", retry_after=SECOND)])
@pytest.mark.parametrize("age", [24 * HOUR, 25 * HOUR])
def test_no_delivery_is_tried_beyond_its_maximum_age(outcome: Outcome, age: timedelta) -> None:
    """Whatever may pass later: old news are no longer tried."""
    assert isinstance(decision_on(outcome, age=age), GiveUp)


def test_backoff_doubles_up_to_the_longest() -> None:
    """1, 2, 4, 8 … seconds, and then five minutes for good."""
    waits = [backoff(attempts, POLICY, 1).total_seconds() for attempts in range(11)]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(
    attempts=st.integers(min_value=0, max_value=10**9),
    chance=st.floats(min_value=0, max_value=1),
    first=st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(days=3650)),
    longest=st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(days=3650)),
)
@settings(deadline=None)
def test_jitter_takes_at_most_half(
    attempts: int, chance: float, first: timedelta, longest: timedelta
) -> None:
    """Whatever is configured, however often it failed: from 50 % to 100 % of the whole wait."""
    policy = RetryPolicy(first=first, longest=longest)
    whole = backoff(attempts, policy, 1)
    rounding = timedelta(microseconds=1)

    assert whole <= longest
    assert whole / 2 - rounding <= backoff(attempts, policy, chance) <= whole + rounding


def test_a_policy_has_the_documented_defaults() -> None:
    """A second, five minutes, a day, and a lost answer is tried again."""
    assert RetryPolicy() == RetryPolicy(
        first=SECOND, longest=300 * SECOND, max_age=24 * HOUR, on_unknown="retry"
    )
