"""Whether events stay away for too long, or come with the wrong header: `look` says what has changed. No I/O.

A webhook that is no longer called, or called with an old secret, fails without a word at either
end: only the missing events tell of it. Probes are no events.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

#: refused headers that are worth a word: fewer may be strangers that try every address
BURST_COUNT = 10
BURST_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What there is to see at a moment. Moments are aware."""

    at: datetime
    #: when the last verified event came; None: there was none since the start
    last_event: datetime | None
    #: webhooks with a missing, repeated or wrong header since the start
    mismatches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What was seen so far."""

    #: since when somebody watches: silence is not counted from before
    began: datetime
    #: the last event before a silence that was told; None: there is none
    silent_since: datetime | None = None
    #: a burst of mismatches was told, and is not over
    is_burst: bool = False
    #: mismatches up to `BURST_WITHIN` ago; 0 as long as nobody has watched for that long
    before: int = 0
    #: the looks since then
    sights: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """No event came for as long as one is expected within."""

    since: datetime
    expected: timedelta


@dataclass(frozen=True, slots=True)
class Resumed:
    """Events come again, after a silence that was told."""

    silent_for: timedelta


@dataclass(frozen=True, slots=True)
class Mismatched:
    """So many webhooks within `BURST_WITHIN` were refused for their verification header."""

    count: int


@dataclass(frozen=True, slots=True)
class Matched:
    """After such a burst, no header was refused for `BURST_WITHIN`."""


Change = Silent | Resumed | Mismatched | Matched


def look(watch: Watch, sight: Sight, expected: timedelta | None) -> tuple[Watch, list[Change]]:
    """Return the watch with a sight more, and what has changed with it; each is told once.

    `expected` is how long events may stay away, None: for ever. It may differ from look to look.
    Look at least a few times within `BURST_WITHIN`, since a burst is counted from look to look.
    """
    watch, changes = _listened(watch, sight, expected)
    watch, more = _counted(watch, sight)
    return watch, [*changes, *more]


def _listened(watch: Watch, sight: Sight, expected: timedelta | None) -> tuple[Watch, list[Change]]:
    since = max(watch.began, sight.last_event or watch.began)
    before = watch.silent_since
    if before is not None and since > before:
        return replace(watch, silent_since=None), [Resumed(since - before)]
    if expected is None:
        return replace(watch, silent_since=None), []
    if before is None and sight.at - since >= expected:
        return replace(watch, silent_since=since), [Silent(since, expected)]
    return watch, []


def _counted(watch: Watch, sight: Sight) -> tuple[Watch, list[Change]]:
    # After a clock was set back, no earlier look is in the future.
    sights = [replace(each, at=min(each.at, sight.at)) for each in watch.sights]
    old = [each for each in sights if each.at <= sight.at - BURST_WITHIN]
    before = old[-1].mismatches if old else watch.before
    count = sight.mismatches - before
    watch = replace(watch, before=before, sights=(*sights[len(old) :], sight))
    if not watch.is_burst and count >= BURST_COUNT:
        return replace(watch, is_burst=True), [Mismatched(count)]
    if watch.is_burst and count == 0:
        return replace(watch, is_burst=False), [Matched()]
    return watch, []
