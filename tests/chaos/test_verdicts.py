"""A history that breaks a promise is not taken for one that keeps it: each check has something to find."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.histories import Ending, History
from tests.chaos.journal import Mark, Taken
from tests.chaos.plans import ALL_PLACES, REFUSING, Event, Place, Plan, Scene
from tests.chaos.planting import Kill
from tests.chaos.snapshots import Snapshot
from tests.chaos.verdicts import faults

FIRST, SECOND = (Event(id=f"e00{number}", revision=0, chat="a", words=8) for number in range(2))
SUPPORT, ALERTS, OPS = (replace(ALL_PLACES[index], on_unknown="retry") for index in (0, 2, 3))
KILLED = Scene(kill=Kill(point="verified", nth=1), events=1)
LAST = Scene(kill=None, events=2)


def _mark(event: Event, part: int = 1, place: Place = OPS) -> Mark:
    return Mark(id=event.id, revision=event.revision, place=place.name, part=part)


def _taken(event: Event, part: int = 1, place: Place = OPS, **changes: Any) -> Taken:
    taken = Taken(what="post", mark=_mark(event, part, place), parts=2, thread=None, post="1")
    return replace(taken, **changes)


def _key(event: Event, place: Place = OPS) -> tuple[str, int, str]:
    return event.id, event.revision, place.name


def _snapshot(**changes: Any) -> Snapshot:
    empty = Snapshot(
        position=0,
        messages={(FIRST.id, 0): 1, (SECOND.id, 0): 2},
        pending=frozenset(),
        ended={},
        parts={},
        replays=frozenset(),
        discarded=frozenset(),
        parked=frozenset(),
        damage=(),
    )
    return replace(empty, **changes)


def _history(
    *,
    place: Place = OPS,
    middle: Mapping[str, Any] | None = None,
    end: Mapping[str, Any] | None = None,
    scenes: tuple[Scene, ...] = (KILLED, LAST),
    **changes: Any,
) -> History:
    """Return a history of two lives: the first part of an event was on its way at the kill."""
    plan = Plan(seed=1, places=(place,), events=(FIRST, SECOND), scenes=scenes)
    left = {
        "position": 1,
        "pending": frozenset({_key(FIRST, place)}),
        "parts": {_mark(FIRST, 1, place): "in doubt", _mark(FIRST, 2, place): "planned"},
    }
    over = {
        "position": 5,
        "ended": {_key(each, place): ("delivered", "") for each in (FIRST, SECOND)},
        "parts": {
            _mark(each, part, place): "confirmed" for each in (FIRST, SECOND) for part in (1, 2)
        },
    }
    history = History(
        plan=plan,
        endings=(
            Ending(scene=scenes[0], was_killed=True, left=_snapshot(**{**left, **(middle or {})})),
            Ending(scene=scenes[1], was_killed=False, left=_snapshot(**{**over, **(end or {})})),
        ),
        acknowledged=(FIRST, SECOND),
        wrong=(),
        taken=(
            _taken(FIRST, 1, place),
            _taken(FIRST, 1, place),
            _taken(FIRST, 2, place),
            _taken(SECOND, 1, place),
            _taken(SECOND, 2, place),
        ),
        lost={},
    )
    return replace(history, **changes)


def test_a_history_that_keeps_the_promises_has_no_fault() -> None:
    """The part under way at the kill came twice, since nobody knew of the first time."""
    assert faults(_history()) == []


def _without_an_end() -> History:
    return _history(end={"ended": {_key(FIRST): ("delivered", "")}})


def _still_pending() -> History:
    ended = {_key(FIRST): ("delivered", "")}
    return _history(end={"ended": ended, "pending": frozenset({_key(SECOND)})})


def _dead() -> History:
    ended = {_key(FIRST): ("delivered", ""), _key(SECOND): ("dead", "a fault of ours")}
    return _history(end={"ended": ended})


def _kept_by_a_person() -> History:
    scenes = (KILLED, replace(LAST, person="discard"))
    dead = {_key(FIRST, REFUSING): ("dead", "refused"), _key(SECOND, REFUSING): ("dead", "refused")}
    gone = frozenset({_key(SECOND, REFUSING)})
    return _history(
        place=REFUSING,
        scenes=scenes,
        middle={"ended": dead},
        end={"ended": dead, "discarded": gone},
    )


def _confirmed_and_posted_again() -> History:
    return _history(middle={"parts": {_mark(FIRST): "confirmed"}})


def _repeated_where_it_is_held() -> History:
    return _history(place=replace(OPS, on_unknown="hold"))


def _repeated_where_slack_can_be_asked() -> History:
    return _history(place=replace(SUPPORT, on_unknown="check"))


def _in_two_threads() -> History:
    taken = [replace(each, thread="1") for each in _history(place=SUPPORT).taken]
    return _history(place=SUPPORT, taken=(*taken[:4], replace(taken[4], thread="2")))


FAULTS: dict[str, tuple[Callable[[], History], str]] = {
    "said at once": (lambda: _history(wrong=("it did not settle",)), "it did not settle"),
    "damage": (lambda: _history(end={"damage": ("a page is lost",)}), "life 2, a page is lost"),
    "not acknowledged": (lambda: _history(acknowledged=(FIRST,)), "e001 r0 was never acknowledged"),
    "lost": (_without_an_end, "e001 r0 is lost at ops"),
    "pending": (_still_pending, "e001 r0 is pending at ops"),
    "dead": (_dead, "e001 r0 is dead at ops: a fault of ours"),
    "not discarded": (_kept_by_a_person, "('e000', 0, 'strict') is not discarded"),
    "parked": (lambda: _history(end={"parked": frozenset({"ops"})}), "ops is still parked"),
    "never posted": (lambda: _history(taken=_history().taken[:4]), "parts [2] never arrived"),
    "not on record": (
        lambda: _history(middle={"parts": {_mark(FIRST): "planned"}}),
        "nothing on disk says that Mark(id='e000', revision=0, place='ops', part=1)",
    ),
    "confirmed and repeated": (
        _confirmed_and_posted_again,
        "was confirmed after life 1 and posted",
    ),
    "repeated though held": (_repeated_where_it_is_held, "1 posts at ops were repeated"),
    "repeated unasked": (_repeated_where_slack_can_be_asked, "1 posts at support were repeated"),
    "split anew": (
        lambda: _history(taken=[replace(_taken(FIRST), parts=3), *_history().taken]),
        "('e000', 0, 'ops') came in [2, 3] parts",
    ),
    "out of order": (
        lambda: _history(taken=(*_history().taken[3:], *_history().taken[:3])),
        "came after a later one of its chat",
    ),
    "two threads": (_in_two_threads, "the chat ('support', 'a') has 2 threads"),
}


@pytest.mark.parametrize(("history", "said"), FAULTS.values(), ids=FAULTS)
def test_a_broken_promise_is_found(history: Callable[[], History], said: str) -> None:
    """By its own check, in words that name what it is about."""
    assert any(said in each for each in faults(history()))


def _refused_for_good() -> History:
    dead = {_key(each, REFUSING): ("dead", "refused") for each in (FIRST, SECOND)}
    return _history(place=REFUSING, end={"ended": dead})


def _held_for_a_person() -> History:
    reason = 'the answer was lost; held for a person, since on_unknown = "hold"'
    ended = {_key(FIRST): ("dead", reason), _key(SECOND): ("delivered", "")}
    taken = _history().taken
    place = replace(OPS, on_unknown="hold")
    return _history(place=place, end={"ended": ended}, taken=(taken[0], *taken[3:]))


def _forgotten() -> History:
    scenes = (KILLED, replace(LAST, after_a_night=True))
    ended = {_key(FIRST): ("delivered", "")}
    rest = {_key(SECOND): ("delivered", "")}
    parts = {_mark(SECOND, 1): "confirmed", _mark(SECOND, 2): "confirmed"}
    left = {"ended": rest, "messages": {(SECOND.id, 0): 2}, "parts": parts}
    return _history(scenes=scenes, middle={"ended": ended}, end=left)


def _removed_by_a_reload() -> History:
    scenes = (replace(KILLED, reloads_after=1), LAST)
    return _history(scenes=scenes, end={"ended": {_key(FIRST): ("delivered", "")}})


def _lost_without_a_kill() -> History:
    taken = _history().taken
    return _history(taken=(*taken, taken[4]), lost={"ops": 1}, end={"position": 6})


def _a_file_that_nobody_can_ask_for() -> History:
    place = replace(SUPPORT, on_unknown="check")
    taken = _history(place=place).taken
    return _history(place=place, taken=[replace(each, is_file=True) for each in taken])


def _sent_again_by_a_person() -> History:
    taken = _history().taken
    again = {"replays": frozenset({_key(FIRST)})}
    return _history(taken=(taken[0], *taken[3:], *taken[1:3]), middle=again)


def _opened_a_thread_twice_in_doubt() -> History:
    first, *rest = _history(place=SUPPORT).taken
    threads = (replace(first, thread="1"), *(replace(each, thread="2") for each in rest))
    return _history(place=SUPPORT, taken=threads)


def _removed_after_an_edit() -> History:
    taken = _history().taken
    return _history(taken=(*taken, replace(taken[0], what="removal")))


@pytest.mark.parametrize(
    "history",
    [
        _refused_for_good,
        _held_for_a_person,
        _forgotten,
        _removed_by_a_reload,
        _lost_without_a_kill,
        _a_file_that_nobody_can_ask_for,
        _sent_again_by_a_person,
        _opened_a_thread_twice_in_doubt,
        _removed_after_an_edit,
    ],
)
def test_what_is_allowed_is_no_fault(history: Callable[[], History]) -> None:
    """A refusal, a doubt that is held, age, another config, a lost answer, a person."""
    assert faults(history()) == []
