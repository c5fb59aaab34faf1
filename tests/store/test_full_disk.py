"""A disk that is really full: nothing is acknowledged that is not on it, and room is all it takes."""

import asyncio
import io
import re
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest

from bridge.app import Reality, running
from bridge.config import load
from bridge.deliveries import State
from bridge.errors import StoreUnavailable, StoreUnusable
from bridge.store import Receipt
from bridge.store.discards import discard
from bridge.store.records import reading
from bridge.store.sqlite import SqliteStore
from bridge.store.stories import Filter
from tests.messages import make_body
from tests.store.disks import full, make_read_only, small_disk
from tests.store.samples import NOW, arrival

BODY = b"x" * 20_000
TAKEN = Receipt(is_duplicate=False)
MANY = 300
SECONDS = 20.0

CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
allow_unverified = true
[store]
url = "sqlite:///{store}"
[destinations.support]
platform = "slack"
webhook_url = "http://127.0.0.1:9/never"
[[routes]]
to = "support"
"""


@pytest.fixture(name="disk")
def _disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@contextmanager
def _no_file_may_grow() -> Iterator[None]:
    """What every machine can do instead of filling a disk."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


async def _accepted_until_full(store: SqliteStore) -> list[str]:
    """Accept until the disk is full; return what was acknowledged."""
    asked = [arrival(f"m{number}", to=["support"], body=BODY) for number in range(MANY)]
    told = [(await asyncio.gather(store.accept(each), return_exceptions=True))[0] for each in asked]
    said = {str(each) for each in told if isinstance(each, StoreUnavailable)}
    assert {text.partition('" ')[2] for text in said} == {"has no room left on its disk"}
    return [each.message_id for each, answer in zip(asked, told, strict=True) if answer == TAKEN]


async def _use_up(store: SqliteStore) -> None:
    """Write until the log has no room left, either."""
    while True:
        await store.prove()


def _stored(path: Path) -> list[str]:
    with reading(path) as records:
        page = records.page(Filter(states=(State.PENDING,)), limit=MANY)
    return [record.message_id for record in reversed(page)]


async def test_what_was_acknowledged_before_the_disk_was_full_is_there(disk: Path) -> None:
    """The log has filled it; the file is whole, and a new start finds all of it."""
    store = await SqliteStore.open(disk / "bridge.db")
    acknowledged = await _accepted_until_full(store)
    await store.close()

    assert len(acknowledged) > 10
    assert _stored(disk / "bridge.db") == acknowledged
    again = await SqliteStore.open(disk / "bridge.db")
    assert await again.pending() == {"support": len(acknowledged)}
    await again.close()


async def test_a_full_disk_still_gives_out_what_is_on_it(disk: Path) -> None:
    """Reading needs no room; what a lane has to say waits for it."""
    store = await SqliteStore.open(disk / "bridge.db")
    await store.accept(arrival(to=["support"]))
    with full(disk):
        with pytest.raises(StoreUnavailable):
            await _use_up(store)
        delivery = await store.claim("support")
        with pytest.raises(StoreUnavailable, match="has no room left on its disk"):
            await store.postpone(delivery, until=NOW, reason="busy", at=NOW)
        assert set(await store.waiting()) == {"support"}
    await store.postpone(delivery, until=NOW, reason="busy", at=NOW)
    delivery = await store.claim("support")
    await store.close()

    assert delivery.attempts == 1


async def test_room_is_all_that_it_takes(disk: Path) -> None:
    """No restart: the next event is stored, and the log goes into the file."""
    store = await SqliteStore.open(disk / "bridge.db")
    with full(disk), pytest.raises(StoreUnavailable):
        await store.accept(arrival("m1", to=["support"], body=BODY))
    for name in ("m1", "m2"):
        assert not (await store.accept(arrival(name, to=["support"], body=BODY))).is_duplicate
    await store.close()

    assert _stored(disk / "bridge.db") == ["m1", "m2"]


async def test_a_full_disk_is_told_when_the_store_is_opened(disk: Path) -> None:
    """It passes, so it is no damage; nothing half made stands in the way afterwards."""
    path = disk / "bridge.db"
    with full(disk), pytest.raises(StoreUnavailable, match="has no room left on its disk"):
        await SqliteStore.open(path)
    store = await SqliteStore.open(path)
    await store.accept(arrival())
    await store.close()


async def test_a_read_only_disk_is_told_when_the_store_is_opened(disk: Path) -> None:
    """Nothing is promised; what stands there can still be looked at, and nothing is changed."""
    path = disk / "bridge.db"
    store = await SqliteStore.open(path)
    await store.accept(arrival("m1", to=["support"]))
    await store.close()
    make_read_only(disk)

    with pytest.raises(StoreUnusable, match=r"can't be opened: Read-only file system$"):
        await SqliteStore.open(path)
    assert _stored(path) == ["m1"]
    with pytest.raises(StoreUnavailable):
        discard(path, [(1, "support")], at=NOW)


@asynccontextmanager
async def _served(directory: Path) -> AsyncIterator[str]:
    """Run a bridge whose store is in a directory, and whose posts can't go out; yield its address."""
    config = directory.parent / "config.toml"
    config.write_text(CONFIG.format(store=directory / "bridge.db"))
    still = Reality(sleep=lambda seconds: asyncio.sleep(min(seconds, 0.05)))
    async with running(load(config, {}), still) as bridge:
        yield bridge.url


async def _post(session: aiohttp.ClientSession, url: str, name: str) -> tuple[int, str | None]:
    async with session.post(url, data=make_body(id=name, content="x" * 20_000)) as answer:
        await answer.read()
        return answer.status, answer.headers.get("Retry-After")


async def _posted_through(trouble: AbstractContextManager[None], url: str) -> list[str]:
    """Post events before, in and after trouble that refuses some; return those that got a 202."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(SECONDS):
        answers = {"before": await _post(session, url, "before")}
        with trouble:
            for number in range(MANY // 10):
                answers[f"m{number}"] = await _post(session, url, f"m{number}")
        answers["after"] = await _post(session, url, "after")
    assert set(answers.values()) == {(202, None), (503, "10")}
    assert answers["before"] == answers["after"] == (202, None)
    return [name for name, answer in answers.items() if answer == (202, None)]


async def test_a_server_on_a_full_disk_asks_to_come_again(disk: Path, lines: io.StringIO) -> None:
    """503 with Retry-After as long as there is no room, and a 2xx is kept through all of it."""
    async with _served(disk) as url:
        acknowledged = await _posted_through(full(disk), url)

    assert _stored(disk / "bridge.db") == acknowledged
    assert re.search(r"event=not_stored .*has no room left on its disk", lines.getvalue())


async def test_a_server_whose_files_may_not_grow_asks_to_come_again(
    tmp_path: Path, lines: io.StringIO
) -> None:
    """The same where no disk can be mounted: the system refuses to write."""
    (tmp_path / "disk").mkdir()
    async with _served(tmp_path / "disk") as url:
        acknowledged = await _posted_through(_no_file_may_grow(), url)

    assert _stored(tmp_path / "disk" / "bridge.db") == acknowledged
    assert "the disk reports an error" in lines.getvalue()
