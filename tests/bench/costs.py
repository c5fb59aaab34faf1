"""What a store costs: `Subject` is one that is measured, `Costs` what was measured. For the benchmarks."""

import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bridge.store.sqlite import SqliteStore


@dataclass(slots=True)
class Costs:
    """Costs of stores that hold the same."""

    #: work -> µs per delivery, a value for each slice: of the event loop and the store's threads
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: deliveries that were brought to their end
    deliveries: int = 0
    #: of CPU, checkpoints included
    seconds: float = 0.0

    @property
    def everything(self) -> float:
        """µs of CPU per delivery, for all that was done."""
        return self.seconds / self.deliveries * 1e6

    def clear(self) -> None:
        """Forget what was measured."""
        self.cpu.clear()
        self.wall.clear()
        self.deliveries, self.seconds = 0, 0.0


@dataclass(slots=True)
class Subject:
    """A store at work."""

    store: SqliteStore
    costs: Costs
    #: those of the store
    threads: tuple[int, ...]
    #: what the threads had spent when it was last put down
    _spent: float = 0.0

    @classmethod
    @asynccontextmanager
    async def at(cls, path: Path, costs: Costs) -> AsyncIterator[Self]:
        """Open the store at `path` as long as the context lasts."""
        before = set(threading.enumerate())
        store = await SqliteStore.open(path)
        own = [each for each in set(threading.enumerate()) - before if "store" in each.name]
        try:
            yield cls(store, costs, tuple(each.ident for each in own if each.ident))
        finally:
            await store.close()

    @contextmanager
    def measure(self, name: str, deliveries: int) -> Iterator[None]:
        """Put down what the context costs."""
        wall, loop, threads = time.perf_counter(), time.thread_time(), self._of_threads()
        yield
        wall, loop = time.perf_counter() - wall, time.thread_time() - loop
        threads, spent = self._of_threads() - threads, self._of_threads()
        self.costs.wall[name].append(wall / deliveries * 1e6)
        self.costs.cpu[name].append((loop + threads) / deliveries * 1e6)
        # A checkpoint may have gone on since the last time.
        self.costs.seconds += loop + spent - self._spent
        self._spent = spent

    def _of_threads(self) -> float:
        return sum(time.clock_gettime(time.pthread_getcpuclockid(each)) for each in self.threads)
