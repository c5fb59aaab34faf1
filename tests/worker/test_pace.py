"""Paces are values: when the next call may be made follows from the calls and answers so far."""

from datetime import timedelta

import pytest

from bridge.deliveries import Accepted, Confirmed, Outcome, Quota, Rejected, Unavailable, Unknown
from bridge.worker import slack_rate
from bridge.worker.pace import REMEMBERED, Bucket, Pace
from bridge.worker.standing import COUNTED_FOR, MAX_REFUSALS, Standing
from tests.worker.conftest import START

SECOND = timedelta(seconds=1)
SLACK = Pace(usual=Bucket(rate=slack_rate()))
NO = Rejected(reason="no", toward_ban=True)


def accepted(left: int = 0, *, bucket: str = "b", pause: timedelta = timedelta(0)) -> Accepted:
    """Return an answer after which so many more are taken within two seconds."""
    quota = Quota(bucket=bucket, left=left, renewed_in=2 * SECOND) if left else None
    return Accepted(confirmed=Confirmed(part=1, post_id="1"), pause=pause, quota=quota)


def limited(seconds: int, *, hidden: bool = False, wide: bool = False) -> Unavailable:
    """Return a 429."""
    wait = seconds * SECOND
    return Unavailable(reason="429", retry_after=wait, hidden_limit=hidden, platform_wide=wide)


def seconds_between(pace: Pace, calls: int) -> list[float]:
    """Return the waits before so many calls that are made as soon as they may be."""
    now, waits = START, []
    for _ in range(calls):
        waits.append((pace.at(now) - now).total_seconds())
        now = pace.at(now)
        pace = pace.taken(now)
    return waits


def test_slack_gets_three_posts_at_once_and_then_one_a_second() -> None:
    """Per channel."""
    assert seconds_between(SLACK, 6) == [0, 0, 0, 1, 1, 1]


def test_a_burst_comes_back_with_time() -> None:
    """A second for each post of it, and no more than the whole."""
    pace = SLACK
    for _ in range(3):
        pace = pace.taken(START)

    assert pace.at(START + 2 * SECOND) == START + 2 * SECOND
    later = START + timedelta(hours=1)
    for _ in range(3):
        pace = pace.taken(later)
    assert pace.at(later) == later + SECOND


def test_a_clock_that_is_set_back_costs_one_step_of_the_rate() -> None:
    """Not the hour that it was set back by."""
    pace = SLACK.taken(START)
    before = START - timedelta(hours=1)

    assert pace.at(before) == before + SECOND


def test_a_channel_without_a_known_limit_takes_all() -> None:
    """As Discord's does before it has said anything."""
    assert seconds_between(Pace(), 100) == [0] * 100


def test_what_a_platform_still_takes_is_counted() -> None:
    """After that, nothing goes before it is renewed; then nothing is known."""
    pace = Pace().heard(accepted(left=2), START).taken(START)
    assert pace.at(START) == START
    pace = pace.taken(START)

    assert pace.at(START) == START + 2 * SECOND
    later = START + 2 * SECOND
    assert pace.at(later) == later
    assert pace.taken(later).windows == {}


def test_calls_without_an_answer_are_taken_off_what_is_left() -> None:
    """They may not have been counted yet when the platform said how many more it takes."""
    pace = Pace().heard(accepted(left=2), START, others=2)

    assert pace.at(START) == START + 2 * SECOND


def test_an_older_answer_gives_nothing_back() -> None:
    """With another call under way, the lower figure counts; alone, the platform's own."""
    pace = Pace().heard(accepted(left=3), START).taken(START).taken(START)
    overtaken = pace.heard(accepted(left=3), START, others=1)
    alone = overtaken.heard(accepted(left=3), START)

    assert overtaken.windows["b"].left == 1
    assert alone.windows["b"].left == 3


def test_what_was_known_of_a_window_that_has_ended_counts_no_more() -> None:
    """The new one is what the platform says it is."""
    pace = Pace().heard(accepted(left=1), START).taken(START)
    pace = pace.heard(accepted(left=4), START + 3 * SECOND, others=1)

    assert pace.windows["b"].left == 3


def test_each_limit_has_its_own_window() -> None:
    """A plentiful one doesn't hide a scarce one."""
    pace = Pace().heard(accepted(left=1, bucket="posts"), START).taken(START)
    pace = pace.heard(accepted(left=50, bucket="edits"), START)

    assert pace.at(START) == START + 2 * SECOND


@pytest.mark.parametrize("outcome", [accepted(pause=5 * SECOND), limited(5)], ids=["taken", "429"])
def test_a_wait_that_a_platform_asks_for_closes_the_channel(outcome: Outcome) -> None:
    """A shorter one that is heard later does not shorten it."""
    pace = Pace().heard(outcome, START).heard(limited(1), START)

    assert pace.at(START) == START + 5 * SECOND


@pytest.mark.parametrize(
    "outcome", [Unavailable(reason="no line"), Unknown(reason="no answer"), NO], ids=str
)
def test_an_answer_that_says_nothing_of_pace_changes_none(outcome: Outcome) -> None:
    """Such as none at all."""
    assert Pace().heard(outcome, START) == Pace()


def test_a_hidden_limit_teaches_less_than_thirty_posts_a_minute() -> None:
    """For ten minutes after its wait; a limit that the headers had shown teaches nothing."""
    taught = Pace().heard(limited(40, hidden=True), START)

    assert seconds_between(taught, 4) == [40, 2.1, 2.1, 2.1]
    later = START + 40 * SECOND + REMEMBERED
    assert taught.taken(later).at(later) == later
    assert seconds_between(Pace().heard(limited(40), START), 3) == [40, 0, 0]


def test_a_platform_that_refuses_a_thousand_calls_is_left_alone() -> None:
    """Until ten minutes after the first of them; then the count begins anew."""
    standing = Standing()
    for _ in range(MAX_REFUSALS - 1):
        standing = standing.heard(NO, START)
    assert standing.closed_until < START
    assert not standing.is_near_ban
    standing = standing.heard(NO, START + 9 * SECOND)

    assert standing.is_near_ban
    assert standing.closed_until == START + COUNTED_FOR
    standing = standing.heard(NO, START + COUNTED_FOR)
    assert (standing.refusals, standing.is_near_ban) == (1, False)


@pytest.mark.parametrize(
    "outcome",
    [accepted(), Unknown(reason="?"), Rejected(reason="too long"), limited(9)],
    ids=["taken", "unknown", "refused", "429"],
)
def test_other_answers_don_t_count(outcome: Outcome) -> None:
    """Nor does one channel's wait close the platform."""
    assert Standing().heard(outcome, START) == Standing()


def test_a_wait_for_the_whole_platform_is_never_shortened() -> None:
    """Without a figure it is one second."""
    standing = Standing().heard(limited(60, wide=True), START).heard(limited(5, wide=True), START)

    assert standing.closed_until == START + 60 * SECOND
    unsaid = Unavailable(reason="429", platform_wide=True)
    assert Standing().heard(unsaid, START).closed_until == START + SECOND
