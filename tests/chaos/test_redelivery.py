"""The same event again and again, at once and across deaths, is one post for each destination."""

import asyncio
import signal
from collections import Counter
from pathlib import Path

import aiohttp

from tests.chaos.nursery import Life, Nursery, nursery
from tests.chaos.plans import ALL_PLACES, Event, Plan
from tests.chaos.planting import Kill
from tests.chaos.stories import address
from tests.chaos.victim import Order
from tests.chaos.world import SECRET, World, world

TIMES = 100
EVENT = Event(id="e000", revision=0, chat="a", words=8)
PLAN = Plan(seed=0, places=ALL_PLACES, events=(EVENT,), scenes=())


async def _told(url: str) -> Counter[str]:
    """Tell the event so often at once; count the answers, and those that never came."""

    async def tell() -> str:
        try:
            async with session.post(url, data=EVENT.body) as response:
                return str((await response.json())["status"])
        except (aiohttp.ClientError, OSError):
            return "no answer"

    connector = aiohttp.TCPConnector(limit=TIMES)
    headers = {"nexus-signature": SECRET}
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        return Counter(await asyncio.gather(*(tell() for _ in range(TIMES))))


async def _living(there: Nursery, around: World, kill: Kill | None = None) -> tuple[Life, str]:
    """Begin a life; return it and where webhooks go."""
    log = around.directory / "life.log"
    log.unlink(missing_ok=True)
    around.configure()
    arguments = ("serve", "--config", str(around.config))
    life = await there.begin(Order(arguments=arguments, log=str(log), kill=kill))
    return life, await address(log)


async def _stopped(life: Life) -> int:
    life.send(signal.SIGTERM)
    return await life.end()


async def test_an_event_told_a_hundred_times_at_once_is_posted_once(tmp_path: Path) -> None:
    """One is accepted; the others, and those after a restart, are duplicates."""
    async with nursery(is_watched=False) as there, world(PLAN, tmp_path) as around:
        life, url = await _living(there, around)
        first = await _told(url)
        assert await _stopped(life) == 0
        life, url = await _living(there, around)
        again = await _told(url)
        await _all_taken(around)
        assert await _stopped(life) == 0

    assert first == {"accepted": 1, "duplicate": TIMES - 1}
    assert again == {"duplicate": TIMES}
    assert _places(around) == sorted(place.name for place in ALL_PLACES)


async def test_an_event_whose_answer_died_with_the_bridge_is_posted_once(tmp_path: Path) -> None:
    """It was on disk when the bridge was killed, so it is a duplicate ever after."""
    async with nursery(is_watched=False) as there, world(PLAN, tmp_path) as around:
        life, url = await _living(there, around, Kill(point="stored, not answered", nth=1))
        killed = await _told(url)
        assert await life.end() == -signal.SIGKILL
        life, url = await _living(there, around)
        again = await _told(url)
        await _all_taken(around)
        assert await _stopped(life) == 0

    assert killed == {"no answer": TIMES}
    assert again == {"duplicate": TIMES}
    assert _places(around) == sorted(place.name for place in ALL_PLACES)


async def test_an_event_that_died_before_it_was_stored_is_accepted_once_then(
    tmp_path: Path,
) -> None:
    """Nothing of it was there: no mark without its deliveries."""
    async with nursery(is_watched=False) as there, world(PLAN, tmp_path) as around:
        life, url = await _living(there, around, Kill(point="message inserted", nth=1))
        killed = await _told(url)
        assert await life.end() == -signal.SIGKILL
        life, url = await _living(there, around)
        again = await _told(url)
        await _all_taken(around)
        assert await _stopped(life) == 0

    assert killed == {"no answer": TIMES}
    assert again == {"accepted": 1, "duplicate": TIMES - 1}
    assert _places(around) == sorted(place.name for place in ALL_PLACES)


async def _all_taken(around: World) -> None:
    async with asyncio.timeout(10):
        while len(around.journal.taken) < len(ALL_PLACES):
            await asyncio.sleep(0.01)


def _places(around: World) -> list[str]:
    """Return where the event was posted, as often as it was."""
    return sorted(each.mark.place for each in around.journal.taken)
