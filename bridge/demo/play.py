"""Sends the samples to a running bridge and compares what arrives with what has to."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bridge.app import running
from bridge.demo.samples import SAMPLES, Sample
from bridge.demo.world import CHANNELS, HEADER, World, build, new_sandbox
from bridge.events import read
from bridge.rendering import render
from bridge.sandbox import Arrived

#: the platforms' own pace makes the longest channel take some seconds
ARRIVAL_SECONDS = 60.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Result:
    """A sample and the bridge's answer to it."""

    sample: Sample
    status: int
    #: what the answer says: its status, with the reason if there is one, or its error
    answer: str

    @property
    def is_as_expected(self) -> bool:
        """Whether the answer is the one that the sample has to get."""
        return self.status == self.sample.status and self.answer.startswith(self.sample.answer)


class Play:
    """A bridge at work in the demo's world."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        #: where webhooks go
        self.url = url
        self._expected: Counter[str] = Counter()
        self._edits = 0
        #: what the config lets a message ping
        self.allowed_pings: Counter[str] = Counter()

    async def send_samples(self) -> list[Result]:
        """Send each sample with its header and return the answers."""
        async with aiohttp.ClientSession() as session:
            return [await self._send(session, sample) for sample in SAMPLES]

    async def _send(self, session: aiohttp.ClientSession, sample: Sample) -> Result:
        secret = self.world.secret if sample.has_right_secret else "guessed"
        body = json.dumps(sample.event()).encode()
        self._expect(sample, body)
        async with session.post(self.url, data=body, headers={HEADER: secret}) as response:
            told = await response.json()
        parts = (told.get("status"), told.get("reason"), told.get("error"))
        return Result(sample, response.status, ": ".join(filter(None, parts)))

    def _expect(self, sample: Sample, body: bytes) -> None:
        message = read(body).message
        if message is None:
            return
        for name in sample.reaches:
            destination = self.world.config.settings.destinations[name]
            count = len(render(message, destination))
            if sample.is_change:
                self._edits += count
            else:
                self._expected[CHANNELS[name][0]] += count
        self.allowed_pings.update(sample.pings)

    @property
    def expected(self) -> int:
        """How many posts have to arrive."""
        return self._expected.total()

    async def arrivals(self, seconds: float = ARRIVAL_SECONDS) -> list[Arrived]:
        """Return the posts once all have arrived and are edited as they have to be, or time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.is_complete():  # noqa: ASYNC110 - an edit is no arrival to wait for
                    await asyncio.sleep(_POLL_SECONDS)
        return self.world.sandbox.posts

    def is_complete(self) -> bool:
        """Whether each channel has exactly the posts that it has to have, and only who may be was pinged."""
        posts = self.world.sandbox.posts
        arrived = Counter(post.channel for post in posts)
        edits = sum(post.edited for post in posts)
        return (arrived, edits, self.pings) == (self._expected, self._edits, self.allowed_pings)

    @property
    def pings(self) -> Counter[str]:
        """Who has been pinged, and by how many posts."""
        return Counter(chain.from_iterable(post.pings for post in self.world.sandbox.posts))


@asynccontextmanager
async def play() -> AsyncIterator[Play]:
    """Run the demo's sandbox and a bridge in front of it, both on loopback; nothing stays behind."""
    with TemporaryDirectory(prefix="nexusgpt-bridge-demo-") as directory:
        async with new_sandbox() as sandbox:
            world = build(sandbox, Path(directory))
            async with running(world.config) as bridge:
                yield Play(world, bridge.url)
