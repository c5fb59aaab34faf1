"""`status_text`: the state of the queue in one line, e.g. "12 pending, oldest 4 s, ops parked"."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

#: as many parked destinations are named; systemctl cuts long lines
NAMED = 3
_UNITS = (("d", timedelta(days=2)), ("h", timedelta(hours=2)), ("min", timedelta(minutes=2)))
_LENGTHS = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}


class Waits(Protocol):
    """What waits for one destination."""

    @property
    def count(self) -> int:
        """How many deliveries are pending."""

    @property
    def oldest(self) -> datetime:
        """When the first of them was accepted, or replayed; aware."""


def status_text(
    waiting: Mapping[str, Waits],
    parked: Sequence[str],
    now: datetime,
    *,
    remarks: Sequence[str] = (),
) -> str:
    """Return what is pending, for how long, which destinations are parked, and what else is wrong.

    `parked` are names as a person knows them ("discord ops"), `remarks` whole sentences.
    """
    words = ["nothing pending"]
    if waiting:
        oldest = min(each.oldest for each in waiting.values())
        count = sum(each.count for each in waiting.values())
        words = [f"{count} pending", f"oldest {_age(now - oldest)}"]
    if parked:
        more = len(parked) - NAMED
        named = ", ".join(parked[:NAMED]) + (f" and {more} more" if more > 0 else "")
        words.append(f"{named} parked")
    return "; ".join([", ".join(words), *remarks])


def _age(age: timedelta) -> str:
    for unit, least in _UNITS:
        if age >= least:
            return f"{age // _LENGTHS[unit]} {unit}"
    return f"{max(int(age.total_seconds()), 0)} s"  # a clock may have been set back
