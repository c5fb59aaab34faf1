"""The command `serve` in a process of its own, to be stopped or killed."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A bridge that has said it is up."""

    process: Process
    #: where webhooks go
    url: str
    #: deliveries that it found on disk
    recovered: int
    #: what it logs from then on, once it has ended
    log: asyncio.Task[bytes]


@asynccontextmanager
async def serving(config: Path) -> AsyncIterator[Serving]:
    """Run `serve` until the context ends; then kill it, if it has not ended by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "serve", "--config", str(config), stdin=DEVNULL, stderr=PIPE
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            line = (await process.stderr.readuntil(b"event=started")).decode()
            line += (await process.stderr.readline()).decode()
        url = re.search(r"listen=(\S+)", line)
        recovered = re.search(r"recovered=(\d+)", line)
        assert url is not None, line
        assert recovered is not None, line
        log = asyncio.create_task(process.stderr.read())  # as the journal would
        yield Serving(process, url[1], int(recovered[1]), log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    await log
