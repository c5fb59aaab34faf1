"""A process is killed while it commits: what it had acknowledged is there, once."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bridge.store.sqlite import SqliteStore

DESTINATIONS = ("support", "ops", "alerts")

# Accepts as fast as it can, each message twice, and prints each id when `accept` has returned.
CHILD = f"""
import asyncio, itertools, os, sys
from pathlib import Path
from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival

numbers = itertools.count()

async def tell(store, message_id):
    await store.accept(arrival(message_id, to={DESTINATIONS!r}))
    os.write(1, f"{{message_id}}\\n".encode())

async def arrive(store):
    for number in numbers:
        message_id = f"{{sys.argv[2]}}-{{number}}"
        await asyncio.gather(tell(store, message_id), tell(store, message_id))

async def main():
    store = await SqliteStore.open(Path(sys.argv[1]))
    await asyncio.gather(*(arrive(store) for _ in range(32)))

asyncio.run(main())
"""


async def _acknowledged(path: Path, run: str, *, seconds: float) -> set[str]:
    """Return what the child had printed when it was killed, whole lines only."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(path), run, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    first = await child.stdout.readline()
    reading = asyncio.create_task(child.stdout.read())
    await asyncio.sleep(seconds)
    child.kill()
    rest = await reading
    await child.wait()
    return {line.decode() for line in (first + rest).split(b"\n")[:-1]}


async def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    """Three kills in a row; each message is stored once, with all its deliveries."""
    acknowledged: set[str] = set()
    for run in ("a", "b", "c"):
        acknowledged |= await _acknowledged(path, run, seconds=0.3)
        await _check(path, acknowledged)


async def _check(path: Path, acknowledged: set[str]) -> None:
    store = await SqliteStore.open(path)
    counts = await store.pending()
    with closing(sqlite3.connect(path)) as connection:
        ids = [each for (each,) in connection.execute("SELECT id FROM message")]
        deliveries = connection.execute("SELECT count(*) FROM delivery").fetchall()
        numbers = connection.execute("SELECT DISTINCT message FROM delivery").fetchall()
    await store.close()

    assert acknowledged
    assert acknowledged <= set(ids)
    assert len(ids) == len(set(ids)) == len(numbers)
    assert deliveries == [(len(ids) * len(DESTINATIONS),)]
    assert counts == dict.fromkeys(DESTINATIONS, len(ids))
