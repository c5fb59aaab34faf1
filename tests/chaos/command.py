"""The command of this room: `main` kills bridges, and says what became of what they had taken."""

import argparse
import asyncio
import itertools
import sys
import tempfile
from pathlib import Path

from tests.chaos.trials import Report, trial

_ABOUT = "Kill bridges, and say what became of what they had taken."


def main(arguments: list[str] | None = None) -> int:
    """Run a trial, print its table, and return 0 if no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=_ABOUT)
    parser.add_argument("--kills", type=int, default=300, help="end after so many (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the first story (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="stories at a time (default: 2)")
    parser.add_argument("--run", type=int, metavar="SEED", help="only the story of this seed")
    parser.add_argument("--times", type=int, default=1, help="with --run: so often (default: 1)")
    given = parser.parse_args(arguments)
    directory = Path(tempfile.mkdtemp(prefix="chaos-"))
    report = asyncio.run(_tried(given, directory))
    for line in report.lines():
        sys.stdout.write(f"{line}\n")
    if report.faults:
        sys.stdout.write(f"the stores and logs of these stories are in {directory}\n")
        return 1
    directory.rmdir()
    return 0


async def _tried(given: argparse.Namespace, directory: Path) -> Report:
    is_one = given.run is not None
    seeds = itertools.repeat(given.run, given.times) if is_one else itertools.count(given.seed)
    return await trial(
        seeds,
        kills=sys.maxsize if is_one else given.kills,
        jobs=given.jobs,
        directory=directory,
        tell=lambda line: sys.stderr.write(f"{line}\n"),
    )
