"""What must be true of a bridge that was killed: `faults` says where a history breaks a promise. No I/O.

Each function checks one promise, and yields a sentence for each time it is broken.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.chaos.histories import History
from tests.chaos.journal import Mark, Taken
from tests.chaos.plans import REFUSING, Place
from tests.chaos.snapshots import Key


def faults(history: History) -> list[str]:
    """Return how the history breaks the promises; nothing if it keeps them."""
    checks = (
        _nothing_was_wrong_at_once,
        _no_store_is_damaged,
        _all_that_was_acknowledged_ends,
        _only_what_may_die_is_dead,
        _what_a_person_let_go_of_is_let_go,
        _what_is_there_again_is_not_parked,
        _all_that_is_delivered_was_posted,
        _what_was_taken_was_on_record,
        _no_confirmed_part_is_repeated,
        _only_what_is_in_doubt_is_repeated,
        _what_is_half_sent_is_not_split_anew,
        _chats_are_in_order,
        _a_chat_has_one_thread,
    )
    return [f"{check.__name__[1:]}: {fault}" for check in checks for fault in check(history)]


def _nothing_was_wrong_at_once(history: History) -> Iterator[str]:
    yield from history.wrong


def _no_store_is_damaged(history: History) -> Iterator[str]:
    for number, ending in enumerate(history.endings, start=1):
        for damage in ending.left.damage:
            yield f"after life {number}, {damage}"


def _all_that_was_acknowledged_ends(history: History) -> Iterator[str]:
    """Delivered or dead, at every destination; or forgotten since it was delivered long ago."""
    for event in set(history.plan.events) - set(history.acknowledged):
        yield f"{event.id} r{event.revision} was never acknowledged"
    end = history.end
    known = {key for ending in history.endings for key in ending.left.ended}
    recorded = known.union(*(ending.left.pending for ending in history.endings))
    forgets = any(scene.after_a_night for scene in history.plan.scenes)
    for event in history.acknowledged:
        for place in history.plan.places:
            key = (event.id, event.revision, place.name)
            is_forgotten = forgets and key in known
            was_not_routed = key not in recorded and place.name in _removed(history)
            if key not in end.ended and not is_forgotten and not was_not_routed:
                state = "pending" if key in end.pending else "lost"
                yield f"{event.id} r{event.revision} is {state} at {place.name}"


def _removed(history: History) -> set[str]:
    """Return the destinations that a reload has taken out of the config for a while."""
    is_less = any(scene.reloads_after is not None for scene in history.plan.scenes)
    return {history.plan.places[0].name} if is_less else set()


def _only_what_may_die_is_dead(history: History) -> Iterator[str]:
    """What is refused for good until it is healed, and what is in doubt where that is held."""
    held = {place.name for place in history.plan.places if place.on_unknown == "hold"}
    is_healed = any(scene.person == "replay" for scene in history.plan.scenes)
    for (id_, revision, name), (state, reason) in history.end.ended.items():
        is_doubt = name in held and "held for a person" in reason
        is_refused = name == REFUSING.name and not is_healed
        if state == "dead" and not (is_doubt or is_refused):
            yield f"{id_} r{revision} is dead at {name}: {reason}"


def _what_a_person_let_go_of_is_let_go(history: History) -> Iterator[str]:
    """A command that was killed and given again has let go of all that was dead."""
    for before, after in pairwise(history.endings):
        if after.scene.person == "discard":
            dead = {key for key, (state, _) in before.left.ended.items() if state == "dead"}
            wanted = {key for key in dead if key[2] == REFUSING.name}
            for key in wanted - after.left.discarded:
                yield f"{key} is not discarded"


def _what_is_there_again_is_not_parked(history: History) -> Iterator[str]:
    for name in history.end.parked:
        yield f"{name} is still parked"


def _all_that_is_delivered_was_posted(history: History) -> Iterator[str]:
    """Every part of it, where the platform had a chance to see it."""
    arrived: dict[Key, set[int]] = defaultdict(set)
    parts: dict[Key, int] = {}
    for each in (each for each in history.taken if each.what != "removal"):
        key = (each.mark.id, each.mark.revision, each.mark.place)
        arrived[key].add(each.mark.part)
        parts[key] = each.parts
    ended = {key: end for life in history.endings for key, end in life.left.ended.items()}
    for key, (state, _) in ended.items():
        whole = set(range(1, parts.get(key, 1) + 1))
        if state == "delivered" and (missing := whole - arrived[key]):
            yield f"{key} is delivered, but parts {sorted(missing)} never arrived"


def _what_was_taken_was_on_record(history: History) -> Iterator[str]:
    """A platform has a post only if the store calls it confirmed or in doubt, or has forgotten it."""
    for number, ending in enumerate(history.endings, start=1):
        left = ending.left
        known = left.marks("confirmed") | left.marks("in doubt")
        for each in _posts(history.taken[: left.position]):
            if (each.id, each.revision) in left.messages and each not in known:
                yield f"after life {number}, nothing on disk says that {each} may have been posted"


def _no_confirmed_part_is_repeated(history: History) -> Iterator[str]:
    for number, ending in enumerate(history.endings, start=1):
        confirmed = ending.left.marks("confirmed")
        for each in _posts(history.taken[ending.left.position :]):
            if each in confirmed:
                yield f"{each} was confirmed after life {number} and posted again"


def _only_what_is_in_doubt_is_repeated(history: History) -> Iterator[str]:
    """A part is posted once, and once more for each doubt, where what is in doubt is sent again.

    A death leaves one part in doubt for each destination, and the store says which; an answer
    that was lost without a death counts for its destination as a whole.
    """
    times = Counter(_posts(history.taken))
    files = {each.mark for each in history.taken if each.is_file}
    places = {place.name: place for place in history.plan.places}
    surplus: Counter[str] = Counter()
    for mark, count in times.items():
        place = places[mark.place]
        deaths = sum(ending.left.parts.get(mark) == "in doubt" for ending in history.endings)
        doubts = deaths if _is_sent_again(place, is_file=mark in files) else 0
        surplus[place.name] += max(0, count - 1 - doubts)
    for name, count in surplus.items():
        is_retried = any(_is_sent_again(places[name], is_file=each) for each in (True, False))
        lost = history.lost.get(name, 0) if is_retried else 0
        if count > lost:
            more = [mark for mark in times if mark.place == name and times[mark] > 1]
            yield f"{count} posts at {name} were repeated without a doubt, of {more}"


def _is_sent_again(place: Place, *, is_file: bool) -> bool:
    """Tell what becomes of a part in doubt there: Slack can be asked about a post, but not a file."""
    can_be_asked = place.kind == "slack" and not is_file
    return place.on_unknown == "retry" or (place.on_unknown == "check" and not can_be_asked)


def _what_is_half_sent_is_not_split_anew(history: History) -> Iterator[str]:
    """Each life has a config that would split it in another way."""
    parts: dict[Key, set[int]] = defaultdict(set)
    for each in (each for each in history.taken if each.what != "removal"):
        parts[each.mark.id, each.mark.revision, each.mark.place].add(each.parts)
    for key, counts in parts.items():
        if len(counts) > 1:
            yield f"{key} came in {sorted(counts)} parts"


def _chats_are_in_order(history: History) -> Iterator[str]:
    """At each destination, as they were accepted; what a person has sent again has a new place."""
    numbers: dict[tuple[str, int], int] = {}
    again: set[Key] = set()
    for ending in history.endings:
        numbers |= ending.left.messages
        again |= ending.left.replays
    chats = {(event.id, event.revision): event.chat for event in history.plan.events}
    last: dict[tuple[str, str], tuple[int, int]] = {}
    seen: set[Mark] = set()
    for each in (each.mark for each in history.taken if each.what != "removal"):
        if each in seen or (each.id, each.revision, each.place) in again:
            continue
        seen.add(each)
        told = (each.id, each.revision)
        lane, place = (each.place, chats[told]), (numbers[told], each.part)
        if place < last.get(lane, (0, 0)):
            yield f"{each} came after a later one of its chat"
        last[lane] = max(place, last.get(lane, place))


def _a_chat_has_one_thread(history: History) -> Iterator[str]:
    """Or one more for each post that opened it and was repeated in doubt; the last one is gone on with."""
    chats = {event.id: event.chat for event in history.plan.events}
    threads: dict[tuple[str, str], dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    for each in history.taken:
        if each.thread is not None and each.what == "post":
            lane = (each.mark.place, chats[each.mark.id])
            threads[lane][each.thread].append(each.mark)
    for lane, marks in threads.items():
        *doubtful, _ = marks.values()
        for alone in doubtful:
            if len(set(alone)) > 1:
                yield f"the chat {lane} has {len(marks)} threads, an earlier one with {alone}"


def _posts(taken: Sequence[Taken]) -> list[Mark]:
    return [each.mark for each in taken if each.what == "post"]
