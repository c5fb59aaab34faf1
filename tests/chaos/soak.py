"""Messages at a steady rate for an hour, with one fault in a hundred posts: nothing may grow.

Run it: python -m tests.chaos.soak [--minutes 60] [--per-second 5]

The bridge runs in a process of its own; 20 destinations get each message, and what was delivered
is forgotten after a while, so that the file has to find its size. It prints a line per sample.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.sandbox import Garbage, Hang, LostAnswer, RateLimited, Reset, Sandbox, ServerError
from bridge.sandbox.faults import Fault
from tests.chaos.soak_bridge import Child, child
from tests.chaos.soak_trend import FLAT, growth
from tests.chaos.storm import Part, Source, seen
from tests.chaos.storm_places import PLACES, faults, sandbox, write_config

FAULTS: tuple[Fault, ...] = (
    RateLimited(retry_after=1),
    ServerError(),
    Reset(),
    LostAnswer(),
    Garbage(),
    Hang(),
)
RATE = 0.01
#: there are faults from the start, and a while without the one that takes half a minute
SEED = 2700
SAMPLES = 120
#: what was delivered is forgotten after this share of the time, a good while before the warm-up ends
KEPT = 0.15
#: longer than a bridge waits for an answer
SETTLED_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how fast."""

    minutes: float
    per_second: float = 5

    @property
    def seconds(self) -> float:
        """The length of the soak."""
        return self.minutes * 60


@dataclass(slots=True)
class Watch:
    """Looks at what arrives, and lets the platforms forget it: an hour of it would be a lot."""

    platforms: Sandbox
    latest: dict[str, Part] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def look(self) -> None:
        """Take note of what has arrived, in order. Raises AssertionError if it is not."""
        for name, posts in seen(self.platforms).items():
            for post in posts:
                latest = self.latest.get(name, (-1, 0))
                assert post.part >= latest, f"{name}: {post.part} after {latest}"
                self.messages[name] += post.part[0] != latest[0]
                self.latest[name] = post.part
        self.platforms.posts.clear()
        self.platforms.calls.clear()

    def has_all(self, count: int) -> bool:
        """Tell whether so many messages have come to each place."""
        self.look()
        return all(self.messages[place.name] == count for place in PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What a soak has shown."""

    messages: int
    #: what was measured -> its values, in order
    series: Mapping[str, list[float]]

    @property
    def growths(self) -> Mapping[str, float]:
        """What was measured -> how much it grew, as a share of its level."""
        return {name: growth(values) for name, values in self.series.items()}

    @property
    def is_flat(self) -> bool:
        """Whether nothing grew but by noise."""
        return max(self.growths.values()) <= FLAT


async def soak(plan: Plan, tell: Callable[[str], object]) -> Soaked:
    """Let a bridge work by the plan, and `tell` how it stands; return once all has arrived.

    Raises AssertionError if a message came out of order, TimeoutError if one did not come.
    """
    with TemporaryDirectory() as directory:
        async with sandbox() as platforms:
            for seed, place in enumerate(PLACES, start=SEED):
                storms = faults(place, platforms)
                storms.storm(place.channel, seed=seed, rate=RATE, kinds=FAULTS)
            keep = f"{plan.seconds * KEPT:.3f}s"
            config = write_config(Path(directory), platforms, keep=keep)
            async with child(config, plan.seconds / SAMPLES) as bridge:
                return await _soaked(plan, bridge, Watch(platforms), config, tell)


async def _soaked(
    plan: Plan, bridge: Child, watch: Watch, config: Path, tell: Callable[[str], object]
) -> Soaked:
    source, series = Source(bridge.url), defaultdict(list)
    count = int(plan.seconds * plan.per_second)
    async with asyncio.timeout(plan.seconds + SETTLED_SECONDS), asyncio.TaskGroup() as group:
        telling = group.create_task(source.tell(count, per_second=plan.per_second))
        while not (telling.done() and watch.has_all(count)):
            sample = {**await bridge.sample(), "file MB": _file_mb(config.with_name("bridge.db"))}
            watch.look()
            if not telling.done():  # afterwards, less and less is to do
                for name, value in sample.items():
                    series[name].append(value)
                tell(_line(len(source.told), count, sample))
    return Soaked(messages=count, series=series)


def _file_mb(store: Path) -> float:
    """Return the size of the store with its log, in MB."""
    log = store.with_name(f"{store.name}-wal")
    return (store.stat().st_size + log.stat().st_size) / 1e6


def _line(told: int, count: int, sample: Mapping[str, float]) -> str:
    return f"{told:>7,} of {count:,}   " + "   ".join(f"{k} {v:,.6g}" for k, v in sample.items())


def verdict(soaked: Soaked) -> Sequence[str]:
    """Return a line for each thing that was measured, and whether it is flat."""
    return [
        f"{name:12}{soaked.series[name][0]:12,.6g} at first {soaked.series[name][-1]:12,.6g} at last"
        f"{grown:+8.1%} after the warm-up: {'flat' if grown <= FLAT else 'GROWS'}"
        for name, grown in soaked.growths.items()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--per-second", type=float, default=5)
    options = parser.parse_args()
    plan = Plan(minutes=options.minutes, per_second=options.per_second)
    soaked = asyncio.run(soak(plan, partial(print, flush=True)))
    sys.stdout.write("\n".join(verdict(soaked)) + "\n")
    sys.exit(not soaked.is_flat)
