"""Silence and wrong headers are noticed, each once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bridge.silence import (
    BURST_COUNT,
    BURST_WITHIN,
    Change,
    Matched,
    Mismatched,
    Resumed,
    Sight,
    Silent,
    Watch,
    look,
)

BEGAN = datetime(2026, 8, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def _at(hours: float, *, last_event: float | None = None, mismatches: int = 0) -> Sight:
    """What is seen so many hours after the start; the last event came so many hours after it."""
    last = None if last_event is None else BEGAN + last_event * HOUR
    return Sight(at=BEGAN + hours * HOUR, last_event=last, mismatches=mismatches)


def _changes(sights: Sequence[Sight], expected: timedelta | None = 8 * HOUR) -> list[list[Change]]:
    watch, told = Watch(began=BEGAN), []
    for sight in sights:
        watch, changes = look(watch, sight, expected)
        told.append(changes)
    return told


def test_silence_is_told_once() -> None:
    """When an event is due, and then no more, until events come again."""
    sights = [_at(2, last_event=1), _at(9, last_event=1), _at(10, last_event=1)]

    assert _changes(sights) == [[], [Silent(BEGAN + HOUR, 8 * HOUR)], []]


def test_a_start_without_events_counts_from_the_start() -> None:
    """Nobody knows what came before it."""
    assert _changes([_at(7.9), _at(8)]) == [[], [Silent(BEGAN, 8 * HOUR)]]


def test_an_event_from_before_the_start_does_not_shorten_the_wait() -> None:
    """Silence is that of the time in which somebody listened."""
    assert _changes([_at(7, last_event=-5)]) == [[]]


def test_events_that_come_again_are_told_once() -> None:
    """With how long they had stayed away; a second silence is told again."""
    sights = [
        _at(9, last_event=1),
        _at(11, last_event=10),
        _at(12, last_event=10),
        _at(18, last_event=10),
    ]

    assert _changes(sights) == [
        [Silent(BEGAN + HOUR, 8 * HOUR)],
        [Resumed(9 * HOUR)],
        [],
        [Silent(BEGAN + 10 * HOUR, 8 * HOUR)],
    ]


def test_who_expects_nothing_hears_nothing() -> None:
    """Without expect_event_within, silence is fine."""
    assert _changes([_at(9_000)], None) == [[]]


def test_a_config_that_expects_nothing_any_more_ends_the_silence() -> None:
    """Without a word: no event has come. If one is expected again, the silence is told again."""
    watch, _ = look(Watch(began=BEGAN), _at(9), 8 * HOUR)
    quiet, changes = look(watch, _at(10), None)
    again, more = look(quiet, _at(11), 8 * HOUR)

    assert (watch.silent_since, quiet.silent_since, changes) == (BEGAN, None, [])
    assert (again.silent_since, more) == (BEGAN, [Silent(BEGAN, 8 * HOUR)])


def _mismatches(*totals: int, every: timedelta = MINUTE) -> list[list[Change]]:
    sights = [
        Sight(at=BEGAN + number * every, last_event=None, mismatches=total)
        for number, total in enumerate(totals)
    ]
    return _changes(sights, None)


@pytest.mark.parametrize("totals", [(BURST_COUNT,), (0, BURST_COUNT), (3, 3, 9, 9, BURST_COUNT)])
def test_a_burst_of_mismatches_is_told(totals: tuple[int, ...]) -> None:
    """As soon as there are enough within the time."""
    told = _mismatches(*totals)

    assert told == [*([[]] * (len(totals) - 1)), [Mismatched(BURST_COUNT)]]


def test_single_mismatches_are_strangers() -> None:
    """One a minute is a burst, one in two minutes is none."""
    assert [Mismatched(BURST_COUNT)] in _mismatches(*range(30))
    assert _mismatches(*range(30), every=2 * MINUTE) == [[]] * 30


def test_a_burst_is_told_once_until_it_is_over() -> None:
    """It is over when there was none for as long as it is counted for."""
    quiet = int(BURST_WITHIN / MINUTE)
    told = _mismatches(0, 50, 70, *([71] * (quiet + 1)), 90)

    assert told == [
        [],
        [Mismatched(50)],
        [],
        *([[]] * quiet),
        [Matched()],
        [Mismatched(19)],
    ]


def test_a_clock_that_is_set_back_makes_no_burst() -> None:
    """Twelve strangers in two days are none, whatever the clock says afterwards."""
    looks = [_at(4 * number, mismatches=number) for number in range(13)]
    told = _changes([*looks, _at(1, mismatches=12), _at(2, mismatches=13)])

    assert not any(isinstance(change, Mismatched) for changes in told for change in changes)


def test_what_is_remembered_does_not_grow() -> None:
    """A watch of days holds the looks of minutes."""
    watch = Watch(began=BEGAN)
    for number in range(5_000):
        sight = Sight(at=BEGAN + number * MINUTE, last_event=None, mismatches=number // 100)
        watch, _ = look(watch, sight, None)

    assert len(watch.sights) == BURST_WITHIN / MINUTE


def test_both_can_be_told_at_once() -> None:
    """A secret that was changed at one end only is a silence and a burst."""
    (told,) = _changes([_at(9, mismatches=40)])

    assert told == [Silent(BEGAN, 8 * HOUR), Mismatched(40)]
