"""The line of `systemctl status`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bridge.systemd import status_text

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a destination, as the store tells it."""

    count: int
    oldest: datetime


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=4.9), "4 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 d"),
    ],
)
def test_status_tells_the_queue(age: timedelta, text: str) -> None:
    """All that is pending is counted; the age is that of the oldest, in a unit for people."""
    waiting = {"a": Waiting(count=5, oldest=NOW), "b": Waiting(count=7, oldest=NOW - age)}
    if age < timedelta(0):
        waiting = {"b": Waiting(count=12, oldest=NOW - age)}

    assert status_text(waiting, [], NOW) == f"12 pending, oldest {text}"


def test_status_tells_what_is_parked_and_what_is_wrong() -> None:
    """Destinations that are gone are named, up to three of them; sentences follow."""
    waiting = {"ops": Waiting(count=12, oldest=NOW - timedelta(seconds=4))}
    many = ["slack a", "slack b", "slack c", "discord d", "discord e"]

    assert status_text({}, [], NOW) == "nothing pending"
    assert (
        status_text(waiting, ["discord ops"], NOW) == "12 pending, oldest 4 s, discord ops parked"
    )
    assert (
        status_text({}, many, NOW) == "nothing pending, slack a, slack b, slack c and 2 more parked"
    )
    assert (
        status_text({}, [], NOW, remarks=["config not reloaded: x", "no event for 9 h"])
        == "nothing pending; config not reloaded: x; no event for 9 h"
    )
