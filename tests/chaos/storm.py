"""Messages at a steady rate to many destinations, and what has become of them: `Source`, `Record`, `settled`."""

import asyncio
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bridge.sandbox import Arrived, Sandbox
from tests.chaos.storm_places import PLACES, SECRET, Place
from tests.messages import make_body

CHATS = 7
#: every so many messages need two parts in Slack and nine in Discord
LONG_EVERY = 40
_LONG = "A sentence of a long answer that goes on. " * 400
_MARK = re.compile(rb"e(\d{6})p(\d+)of(\d+)")

#: a message's number, and which of its parts
Part = tuple[int, int]


@dataclass(slots=True)
class Source:
    """NexusGPT: tells the bridge of messages, one after the other, at a steady rate."""

    url: str
    #: by the number of the message: the Unix time at which it was told
    told: list[float] = field(default_factory=list)

    async def tell(self, count: int, *, per_second: float) -> range:
        """Tell so many more; each has to be accepted. Return their numbers."""
        first, start = len(self.told), time.monotonic()
        async with aiohttp.ClientSession(headers={"nexus-signature": SECRET}) as session:
            for number in range(first, first + count):
                due = start + (number - first) / per_second
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                self.told.append(time.time())
                async with session.post(self.url, data=_body(number)) as answer:
                    assert answer.status == 202
        return range(first, first + count)


def _body(number: int) -> bytes:
    content = f"Answer {number}. " + (_LONG if _is_long(number) else "")
    return make_body(id=f"e{number:06}", chatId=f"chat {number % CHATS}", content=content)


def _is_long(number: int) -> bool:
    return number % LONG_EVERY == LONG_EVERY - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A post as a reader found it."""

    part: Part
    #: Unix time
    at: float


def seen(platforms: Sandbox) -> Mapping[str, Sequence[Seen]]:
    """Return what has arrived: destination -> posts, in order."""
    names = {place.channel: place.name for place in PLACES}
    posts: dict[str, list[Seen]] = {name: [] for name in names.values()}
    for post in platforms.posts:
        posts[names[post.channel]].append(Seen(part=_part(post), at=post.time.timestamp()))
    return posts


def _part(post: Arrived) -> Part:
    found = _MARK.search(post.body)
    assert found is not None
    return int(found[1]), int(found[2])


def latencies(
    posts: Mapping[str, Sequence[Seen]],
    source: Source,
    numbers: Iterable[int],
    places: Iterable[Place],
) -> list[float]:
    """Return the seconds from the event to the post of each short message at each place, sorted."""
    found = []
    wanted = [number for number in numbers if not _is_long(number)]
    for place in places:
        first: dict[int, float] = {}
        for post in posts[place.name]:
            first.setdefault(post.part[0], post.at)
        found += [first[number] - source.told[number] for number in wanted]
    return sorted(found)


def has_all(posts: Mapping[str, Sequence[Seen]], source: Source, places: Iterable[Place]) -> bool:
    """Tell whether the first part of each message has come to all these places."""
    count = len(source.told)
    return all(len({post.part[0] for post in posts[place.name]}) == count for place in places)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share of them does not exceed."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def settled(store: Path, *, seconds: float) -> None:
    """Wait until nothing is pending. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while _rows(store, "SELECT count(*) FROM delivery") != [(0,)]:
            await asyncio.sleep(0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a delivery ended."""

    number: int
    destination: str
    state: str
    reason: str
    #: parts on record as taken by the platform
    confirmed: int
    #: attempts after which nobody knew whether the platform had taken the part
    doubts: int


# A refusal for pace is no doubt, and neither is a connection that was never there.
_ENDINGS = """
SELECT id, destination, state, reason,
    (SELECT count(*) FROM part WHERE part.message = history.message
        AND part.destination = history.destination AND part.state = 'confirmed'),
    (SELECT count(*) FROM attempt WHERE attempt.message = history.message
        AND attempt.destination = history.destination
        AND attempt.reason NOT LIKE '%HTTP 429%' AND attempt.reason NOT LIKE 'can''t connect%')
FROM history JOIN message ON number = message
"""


def endings(store: Path) -> Sequence[Ending]:
    """Return how each delivery ended, of a store that nobody has open."""
    rows = _rows(store, _ENDINGS)
    return [
        Ending(
            number=int(row[0][1:]),
            destination=row[1],
            state=row[2],
            reason=row[3],
            confirmed=row[4],
            doubts=row[5],
        )
        for row in rows
    ]


def _rows(store: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(statement).fetchall()


def judge(posts: Mapping[str, Sequence[Seen]], ended: Iterable[Ending]) -> None:
    """Assert that every delivered message is there, in order, and no confirmed part came twice."""
    for name, seen_there in posts.items():
        parts = [post.part for post in seen_there]
        assert parts == sorted(parts), f"{name}: out of order"
    copies = _copies(posts)
    for ending in ended:
        arrived = copies[ending.destination, ending.number]
        if ending.state == "delivered":
            assert len(arrived) == ending.confirmed, f"{ending}: {arrived}"
        assert sum(arrived.values()) <= len(arrived) + ending.doubts, f"{ending}: {arrived}"


def _copies(posts: Mapping[str, Sequence[Seen]]) -> Mapping[tuple[str, int], Mapping[int, int]]:
    """Return (destination, message) -> part -> how often it arrived."""
    copies: dict[tuple[str, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for name, seen_there in posts.items():
        for post in seen_there:
            copies[name, post.part[0]][post.part[1]] += 1
    return copies
