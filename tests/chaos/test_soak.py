"""A bridge that works on and on takes no more and more of the machine."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from tests.chaos.soak import Plan, soak, verdict
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


async def test_the_command_shows_how_it_stands_and_what_grew() -> None:
    """All arrives in order, or it would fail; each sample is told as it comes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.soak", "--minutes", "0.05", stdout=PIPE
    )
    lines = (await process.communicate())[0].decode().splitlines()

    verdicts = [line for line in lines if " at last" in line]
    names = ["memory MB", "open files", "tasks", "objects", "file MB"]
    assert [line[:12].strip() for line in verdicts] == names
    assert sum("of 15   memory MB " in line for line in lines) == len(lines) - len(names) >= 3
    # Three seconds tell nothing of what grows.
    assert process.returncode == any(line.endswith("GROWS") for line in verdicts)


@pytest.mark.soak
async def test_nothing_grows_in_an_hour() -> None:
    """With one fault in a hundred posts: neither memory, nor the file, open files or tasks."""
    soaked = await soak(Plan(minutes=MINUTES), print)

    assert soaked.is_flat, "\n".join(verdict(soaked))
