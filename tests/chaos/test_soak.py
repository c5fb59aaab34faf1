"""A bridge that works on and on takes no more and more of the machine."""

import os

import pytest

from tests.chaos.soak import FAULTS, Plan, soak, verdict
from tests.chaos.soak_trend import FLAT, growth

#: how long the long one is; an hour, unless the environment says otherwise
MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))


def test_a_slow_leak_is_seen_through_noise() -> None:
    """A fifth more over the time counts, however the single values jump."""
    leak = [100 + number * 0.2 + 15 * (number % 7 == 0) for number in range(120)]

    assert growth(leak) > FLAT


def test_noise_and_a_warm_up_are_no_leak() -> None:
    """What grows at the start, and what comes and goes, is how a program finds its size."""
    settled = [min(number, 30) + 70 + 20 * (number % 9 == 0) for number in range(120)]

    assert growth(settled) == pytest.approx(0, abs=0.01)
    assert growth([5, 5, 5]) == 0


async def test_a_soak_watches_a_bridge_in_a_process_of_its_own() -> None:
    """All arrives in order, and each sample is told as it comes."""
    lines: list[str] = []
    quick = [fault for fault in FAULTS if fault is not FAULTS[-1]]
    soaked = await soak(Plan(minutes=0.05, kinds=quick), lines.append)

    assert soaked.messages == 15
    assert set(soaked.growths) == {"memory MB", "open files", "tasks", "objects", "file MB"}
    assert min(soaked.series["file MB"]) > 0
    assert len(lines) == len(soaked.series["tasks"]) >= 3
    assert "of 15   memory MB " in lines[-1]
    assert len(verdict(soaked)) == len(soaked.series)


@pytest.mark.soak
async def test_nothing_grows_in_an_hour() -> None:
    """With one fault in a hundred posts: neither memory, nor the file, open files or tasks."""
    soaked = await soak(Plan(minutes=MINUTES), print)

    assert soaked.is_flat, "\n".join(verdict(soaked))
