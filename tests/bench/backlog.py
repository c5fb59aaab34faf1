"""What accepting, claiming and settling cost with much in the store, as a ratio to an empty one in the same run.

There are stores of 100 thousand and of a million deliveries: all delivered, or all pending in the
lane of another destination. They and a new, empty store take turns in short laps, since a shared
machine changes its speed from second to second. What counts is the time of the CPU, that of the
event loop and of the store's own threads; the ratio of the wall's clock is told beside it.
"everything" is all that a store has spent in the run, its checkpoints too. Starting is measured in
processes of their own.

Run it: python -m tests.bench.backlog [--rows 100000 1000000] [--rounds 10] [--directory /tmp]
"""

import argparse
import asyncio
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.store.sqlite import SqliteStore
from tests.bench.costs import Costs, Subject
from tests.bench.filled import Kind, deliver, fill
from tests.bench.storework import SINGLE, TOGETHER, work

KINDS: tuple[Kind, ...] = ("delivered", "pending")
#: of a round
LAPS = [TOGETHER] * 10 + [SINGLE] * 50
#: the share of laps that counts
NOISELESS = 0.95
WANTED = 1.3
#: what no noise of a shared machine comes to
AT_MOST = 1.6


async def _fill(directory: Path, sizes: Sequence[int]) -> dict[str, Path]:
    """Return the filled stores by their names."""
    paths = {}
    for rows in sizes:
        messages = directory / f"{rows}.db"
        await (await SqliteStore.open(messages)).close()
        fill(messages, rows)
        for kind in KINDS:
            path = paths[f"{rows:,} {kind}"] = directory / f"{rows}-{kind}.db"
            shutil.copy(messages, path)
            deliver(path, kind)
        messages.unlink()
    return paths


async def _measured(paths: dict[str, Path], empty: Path, rounds: int) -> dict[str, Costs]:
    costs = {name: Costs() for name in ("empty", *paths)}
    async with AsyncExitStack() as stack:
        filled = [
            await stack.enter_async_context(Subject.at(path, costs[name]))
            for name, path in paths.items()
        ]
        for number in range(rounds + 1):
            if number == 1:  # the first one has warmed all up
                for each in costs.values():
                    each.clear()
            async with Subject.at(empty / f"{number}.db", costs["empty"]) as subject:
                await _round([subject, *filled])
    return costs


async def _round(subjects: list[Subject]) -> None:
    """Let all stores do the same, lap by lap, and another one be the first in each."""
    for number, lap in enumerate(LAPS):
        first = number % len(subjects)
        for subject in (*subjects[first:], *subjects[:first]):
            await work(subject, lap)


def _report(costs: dict[str, Costs]) -> float:
    """Print the table; return the worst ratio."""
    empty, worst = costs["empty"], 0.0
    print(f"{'µs of CPU per delivery':26}" + "".join(f"{name:>22}" for name in costs))
    for name in (*TOGETHER.names, *SINGLE.names):
        base, base_wall = _usual(empty.cpu[name]), _usual(empty.wall[name])
        ratios = [_usual(each.cpu[name]) / base for each in costs.values()]
        walls = [_usual(each.wall[name]) / base_wall for each in costs.values()]
        cells = [
            f"{base * ratio:7.1f} {ratio:5.2f} ({wall:5.2f})"
            for ratio, wall in zip(ratios, walls, strict=True)
        ]
        print(f"{name:26}" + "".join(f"{cell:>22}" for cell in cells))
        worst = max(worst, *ratios)
    ratios = [each.everything / empty.everything for each in costs.values()]
    cells = [f"{empty.everything * ratio:7.1f} {ratio:5.2f}        " for ratio in ratios]
    print(f"{'everything':26}" + "".join(f"{cell:>22}" for cell in cells))
    return max(worst, *ratios)


def _usual(costs: Sequence[float]) -> float:
    """Return their mean, since some laps pay for others, but without the few that met a noise."""
    return statistics.fmean(sorted(costs)[: int(len(costs) * NOISELESS)])


def _print_starts(paths: dict[str, Path]) -> None:
    print("\nstart")
    for name, path in paths.items():
        command = (sys.executable, "-m", "tests.bench.starting", str(path))
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
        print(f"{name:26}{told.stdout.strip()}")


def _main(sizes: Sequence[int], rounds: int, directory: Path) -> float:
    paths = asyncio.run(_fill(directory, sizes))
    empties = directory / "empty"
    empties.mkdir()
    _print_starts({"empty": empties / "start.db", **paths})
    print()
    return _report(asyncio.run(_measured(paths, empties, rounds)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--directory", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.directory) as temporary:
        worst = _main(options.rows, options.rounds, Path(temporary))
    print(f"the worst ratio is {worst:.2f} (at most {WANTED} is wanted, above {AT_MOST} fails)")
    sys.exit(worst > AT_MOST)
