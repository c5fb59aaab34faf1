"""Many stories at a time: `trial` lives them until there were enough kills, and says what came of it."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from bridge.store.schema import SCHEMA_VERSION
from tests.chaos.histories import History
from tests.chaos.nursery import Nursery, nursery
from tests.chaos.plans import Plan, plan
from tests.chaos.points import POINTS
from tests.chaos.stories import story
from tests.chaos.verdicts import faults

_SCHEMAS = range(1, SCHEMA_VERSION)


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a trial."""

    #: seed -> how its story broke promises
    faults: dict[int, list[str]] = field(default_factory=dict)
    #: point -> kills that were planned there, and that came
    planned: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    lives: int = 0
    events: int = 0
    posts: int = 0
    seconds: float = 0.0

    @property
    def kills(self) -> int:
        """How many there were."""
        return self.killed.total()

    def add(self, history: History) -> None:
        """Add a story."""
        self.stories += 1
        self.lives += len(history.endings)
        self.events += len(history.acknowledged)
        self.posts += len(history.taken)
        for ending in history.endings:
            if ending.scene.kill is not None:
                self.planned[ending.scene.kill.point] += 1
                self.killed[ending.scene.kill.point] += ending.was_killed
        if found := faults(history):
            self.faults[history.plan.seed] = found

    def lines(self) -> Iterator[str]:
        """Yield a table of the points, the figures, and how to see each fault again."""
        width = max(map(len, POINTS))
        yield f"{'killed':{width}}  kills  of"
        for name in POINTS:
            yield f"{name:{width}}  {self.killed[name]:5}  {self.planned[name]:2}"
        yield (
            f"{self.kills} kills in {self.stories} stories of {self.lives} lives, {self.events} events, "
            f"{self.posts} posts; {self.seconds:.0f} s, {self.seconds / max(1, self.kills):.2f} s per kill"
        )
        for seed, found in self.faults.items():
            yield from (f"seed {seed}: {each}" for each in found)
            yield f"again: python -m tests.chaos --run {seed} --times 20"
        if not self.faults:
            yield "no promise was broken"


async def trial(
    seeds: Iterable[int], *, kills: int, jobs: int, directory: Path, tell: Callable[[str], object]
) -> Report:
    """Live the stories of these seeds, `jobs` at a time, until there were so many kills.

    `tell` hears a line about each. What is left of a story that broke a promise stays in the
    directory.
    """
    report = Report()
    begun = time.monotonic()
    waiting = iter(seeds)

    async def work(there: Nursery) -> None:
        for seed in waiting:
            history = await _lived(plan(seed, schemas=_SCHEMAS), there, directory, report)
            tell(f"{report.kills:5} kills, {_in_words(history)}")
            if report.kills >= kills:
                return

    async with nursery(is_watched=False) as there, asyncio.TaskGroup() as group:
        for _ in range(jobs):
            group.create_task(work(there))
    report.seconds = time.monotonic() - begun
    return report


async def _lived(plan: Plan, there: Nursery, directory: Path, report: Report) -> History:
    place = Path(mkdtemp(prefix=f"{plan.seed}-", dir=directory))
    history = await story(plan, there, place)
    report.add(history)
    if plan.seed not in report.faults:
        shutil.rmtree(place)
    return history


def _in_words(history: History) -> str:
    kills = [ending.scene.kill for ending in history.endings if ending.was_killed]
    names = ", ".join(kill.point for kill in kills if kill is not None)
    return f"seed {history.plan.seed}: {names}"
