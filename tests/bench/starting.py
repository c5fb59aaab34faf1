"""How long a store takes to open, and what memory it holds then: in a process of its own, for `tests.bench.backlog`."""

import asyncio
import re
import sys
import time
from pathlib import Path

from bridge.store.sqlite import SqliteStore


def _resident() -> float:
    """Return the memory of this process that is in use, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1e3


async def _open(path: Path) -> None:
    await (await SqliteStore.open(path.with_name("first.db"))).close()  # all is imported and warm
    before, start = _resident(), time.perf_counter()
    store = await SqliteStore.open(path)
    seconds, after = time.perf_counter() - start, _resident()
    print(f"{seconds:6.2f} s, {after:6.1f} MB resident, {after - before:+6.1f} by opening")
    await store.close()


if __name__ == "__main__":
    asyncio.run(_open(Path(sys.argv[1])))
