"""The driver's side of `tests.chaos.forks`: a `Nursery` begins lives, a `Life` can be signalled and waited for."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos.victim import Order

_ROOT = Path(__file__).parents[2]
#: a life of which nothing is heard for so long has hung
LIFE_SECONDS = 60.0


class Life:
    """A process that was forked."""

    def __init__(self, pid: int, nursery: "Nursery") -> None:
        self._pid = pid
        self._nursery = nursery
        #: how it ended: its exit code, or the negative number of a signal
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        self._nursery.tell({"pid": self._pid, "signal": number})

    async def end(self) -> int:
        """Wait for its end; return how it ended. Raises TimeoutError."""
        async with asyncio.timeout(LIFE_SECONDS):
            return await asyncio.shield(self.ended)


class Nursery:
    """Begins lives."""

    def __init__(self, process: Process) -> None:
        self._process = process
        #: those who wait for a life to begin, in the order of asking
        self._asked: deque[asyncio.Future[Life]] = deque()
        self._lives: dict[int, Life] = {}

    async def begin(self, order: Order) -> Life:
        """Begin a life."""
        self.tell(asdict(order))
        begun: asyncio.Future[Life] = asyncio.get_running_loop().create_future()
        self._asked.append(begun)
        return await begun

    def tell(self, words: Mapping[str, Any]) -> None:
        """Tell the forking process something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words).encode() + b"\n")

    async def listen(self) -> None:
        """Hear of lives until the forking process ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "status" in told:
                self._lives.pop(told["pid"]).ended.set_result(told["status"])
            else:
                life = self._lives[told["pid"]] = Life(told["pid"], self)
                self._asked.popleft().set_result(life)


@asynccontextmanager
async def nursery(*, is_watched: bool = True) -> AsyncIterator[Nursery]:
    """Run a nursery until the context ends, and with it all lives in it.

    If it is not watched, it leaves out the means of development that may be on (the measuring of
    coverage, Python's own warnings): they make a life several times as long.
    """
    environ = {key: value for key, value in os.environ.items() if is_watched or not _watches(key)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from tests.chaos.forks import serve; serve()"),
        stdin=PIPE,
        stdout=PIPE,
        cwd=_ROOT,
        env=environ,
    )
    there = Nursery(process)
    listening = asyncio.create_task(there.listen())
    try:
        yield there
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await listening
        await process.wait()


def _watches(variable: str) -> bool:
    return variable.startswith("COVERAGE_") or variable == "PYTHONDEVMODE"
