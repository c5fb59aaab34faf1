"""Killed at every step of its work, a bridge loses nothing and repeats nothing that it knew was there."""

import asyncio
import itertools
import os
import sys
import tempfile
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.chaos.command import main
from tests.chaos.plans import plan
from tests.chaos.points import POINTS, Needs
from tests.chaos.trials import Report, trial

#: a story for all that can be going on: (what, its seed)
QUICK = {
    Needs.TRAFFIC: 12,
    Needs.NEW_STORE: 19,
    Needs.OLD_STORE: 20,
    Needs.AGE: 22,
    Needs.DEAD: 25,
    Needs.DISCARD: 28,
    Needs.RELOAD: 30,
    Needs.GONE: 33,
    Needs.STOP: 36,
}
KILLS = 300
SEED = 1
#: a kill every 0.3 s, as long as an hour
SOAK_KILLS = int(os.environ.get("SOAK_MINUTES", "60")) * 200


def _left_in(directory: Path) -> list[str]:
    return [each.name for each in directory.iterdir()]


def _judge(report: Report) -> None:
    assert not report.faults, "\n".join(report.lines())


async def test_a_killed_bridge_keeps_its_promises(tmp_path: Path) -> None:
    """Whatever was going on, in the first life and in the recovery from it."""
    told: list[str] = []
    stories = QUICK.values()
    report = await trial(stories, kills=sys.maxsize, jobs=2, directory=tmp_path, tell=told.append)

    _judge(report)
    assert report.stories == len(told) == len(QUICK)
    assert report.kills >= 2 * len(QUICK)
    assert _left_in(tmp_path) == []


def test_a_quick_story_stands_for_all_that_can_be_going_on() -> None:
    """Each of them begins with a kill amid the very thing."""
    for needs, seed in QUICK.items():
        kills = [scene.kill for scene in plan(seed).scenes if scene.kill is not None]
        assert POINTS[kills[0].point].needs is needs
    assert QUICK.keys() == set(Needs)


@pytest.mark.slow
async def test_a_bridge_killed_three_hundred_times_keeps_its_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At every point; the table says how often."""
    seeds = itertools.count(SEED)
    report = await trial(seeds, kills=KILLS, jobs=2, directory=tmp_path, tell=len)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(report.lines()) + "\n")

    _judge(report)
    assert report.kills >= KILLS
    assert [name for name in POINTS if not report.killed[name]] == []


@pytest.mark.soak
async def test_a_bridge_killed_for_an_hour_keeps_its_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With seeds that no other run has."""
    seeds = itertools.count(int.from_bytes(os.urandom(3)) * 1_000)
    report = await trial(seeds, kills=SOAK_KILLS, jobs=2, directory=tmp_path, tell=len)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(report.lines()) + "\n")

    _judge(report)


async def test_the_command_says_what_came_of_it() -> None:
    """A table, and exit code 0 if no promise was broken."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos", "--run", str(QUICK[Needs.STOP])), stdout=PIPE
    )
    output, _ = await process.communicate()
    said = output.decode()

    assert process.returncode == 0
    assert "no promise was broken" in said
    assert all(name in said for name in POINTS)


def test_a_broken_promise_is_told_with_the_way_to_see_it_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit code 1, and the store and the logs are kept."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("tests.chaos.trials.faults", lambda _: ["it was lost"])
    code = main(["--kills", "1", "--jobs", "1", "--seed", str(QUICK[Needs.STOP])])
    said = capsys.readouterr().out
    directory = Path(said.split()[-1])

    assert code == 1
    assert f"seed {QUICK[Needs.STOP]}: it was lost" in said
    assert f"again: python -m tests.chaos --run {QUICK[Needs.STOP]} --times 20" in said
    assert list(directory.glob("*/life-1.log"))
