"""A bridge in a process of its own that tells, line by line, what it holds of the machine.

The first line is where webhooks go; each other one is a sample, in JSON. It ends with its input.
"""

import asyncio
import json
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.app import Reality, running
from bridge.config import load

#: retention looks as often; all other waits begin anew until their time has come
LONGEST_SLEEP_SECONDS = 5.0


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(min(seconds, LONGEST_SLEEP_SECONDS))


def held() -> Mapping[str, float]:
    """Return what this process holds now: memory in MB, open files, tasks, objects of Python's."""
    status = Path("/proc/self/status").read_text()
    return {
        "memory MB": int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1e3,
        "open files": len(list(Path("/proc/self/fd").iterdir())),
        "tasks": len(asyncio.all_tasks()),
        "objects": sys.getallocatedblocks(),
    }


async def _run(config: Path, every: float) -> None:
    loop = asyncio.get_running_loop()
    ended = loop.run_in_executor(None, sys.stdin.read)
    async with running(load(config, {}), Reality(sleep=_sleep)) as bridge:
        sys.stdout.write(f"{bridge.url}\n")
        while not ended.done():
            sys.stdout.write(f"{json.dumps(held())}\n")
            sys.stdout.flush()
            await asyncio.wait([ended], timeout=every)


@dataclass(frozen=True, slots=True)
class Child:
    """Such a process, from outside."""

    url: str
    _output: asyncio.StreamReader

    async def sample(self) -> Mapping[str, float]:
        """Wait for its next sample."""
        sample: Mapping[str, float] = json.loads(await self._output.readline())
        return sample


@asynccontextmanager
async def child(config: Path, every: float) -> AsyncIterator[Child]:
    """Run the bridge of a config, with a sample every so many seconds, as long as the context."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(config),
        str(every),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        yield Child(url, process.stdout)
    finally:
        process.stdin.close()
        await process.communicate()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), float(sys.argv[2])))
