"""A process is killed while it commits: what it had acknowledged is there, once."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival

DESTINATIONS = ("support", "ops", "alerts")

# Accepts as fast as it can, each message twice, and prints each id when `accept` has returned. Few
# messages are many, so that their marks are on the way into the index all the time.
CHILD = f"""
import asyncio, itertools, os, sys
from pathlib import Path
from bridge.store import marks
from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival

marks.MAX_YOUNG, marks.CHUNK = 64, 8
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
    told = [arrival(name, to=DESTINATIONS) for name in acknowledged]
    receipts = await asyncio.gather(*map(store.accept, told))
    with closing(sqlite3.connect(path)) as connection:
        ids = [each for (each,) in connection.execute("SELECT id FROM message")]
        deliveries = connection.execute("SELECT count(*) FROM delivery").fetchall()
        numbers = connection.execute("SELECT DISTINCT message FROM delivery").fetchall()
        [(marked,)] = connection.execute("SELECT message FROM marked")
    await store.close()

    assert acknowledged
    assert marked
    assert all(each.is_duplicate for each in receipts)
    assert acknowledged <= set(ids)
    assert len(ids) == len(set(ids)) == len(numbers)
    assert deliveries == [(len(ids) * len(DESTINATIONS),)]
    assert counts == dict.fromkeys(DESTINATIONS, len(ids))


# Accepts one message for all destinations, and is killed before a statement of that transaction.
ONE = f"""
import asyncio, itertools, os, signal, sys
from datetime import timedelta
from pathlib import Path
from bridge.store.files import open_file
from bridge.store.sqlite import SqliteStore
from tests.store.samples import arrival

passed = itertools.count(1)

def pass_by(statement):
    os.write(1, f"{{statement.split()[0]}} ".encode())
    if next(passed) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    file = open_file(Path(sys.argv[1]), busy_timeout=timedelta(seconds=1))
    file.writer.set_trace_callback(pass_by)
    await SqliteStore(file).accept(arrival("m1", to={DESTINATIONS!r}))
    os._exit(0)

asyncio.run(main())
"""
STATEMENTS = ["BEGIN", "SELECT", "INSERT", "INSERT", "COMMIT"]


def _rows(path: Path) -> tuple[int, int]:
    """Return how many messages, which are their duplicate marks, and deliveries are on disk."""
    with closing(sqlite3.connect(path)) as connection:
        [counts] = connection.execute(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM delivery)"
        )
    return tuple(counts)


async def test_no_kill_comes_between_the_duplicate_mark_and_the_deliveries(path: Path) -> None:
    """At every statement of accepting, none of them is on disk; at its end, all are."""
    await (await SqliteStore.open(path)).close()
    for nth in range(1, len(STATEMENTS) + 2):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ONE, str(path), str(nth), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await child.communicate()
        survived = nth > len(STATEMENTS)

        assert said.decode().split() == STATEMENTS[:nth]
        assert child.returncode == (0 if survived else -9)
        assert _rows(path) == ((1, len(DESTINATIONS)) if survived else (0, 0))


async def test_no_torn_write_comes_between_the_duplicate_mark_and_the_deliveries(
    path: Path, tmp_path: Path
) -> None:
    """However many bytes of the log were written when the power went: all of a message, or nothing."""
    store = await SqliteStore.open(path)
    await store.accept(arrival("m1", to=DESTINATIONS))
    file, first = _copied(path)
    await store.accept(arrival("m2", to=DESTINATIONS))
    same_file, whole = _copied(path)
    await store.close()
    # Cuts into every page and into the head of every page.
    sizes = range(len(first), len(whole), 103)
    found = [_torn(tmp_path, file, whole[:size]) for size in sizes]

    assert file == same_file
    assert found[0] == (1, len(DESTINATIONS))
    assert _torn(tmp_path, file, whole) == (2, 2 * len(DESTINATIONS))
    assert set(found) <= {(1, len(DESTINATIONS)), (2, 2 * len(DESTINATIONS))}


def _copied(path: Path) -> tuple[bytes, bytes]:
    """Return the file and its log as they are."""
    return path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes()


def _torn(directory: Path, file: bytes, log: bytes) -> tuple[int, int]:
    """Return what is found in a store with this log."""
    torn = directory / "torn.db"
    torn.write_bytes(file)
    torn.with_name("torn.db-wal").write_bytes(log)
    return _rows(torn)
