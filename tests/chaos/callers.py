"""NexusGPT: tells the events of each chat one after the other, each until it is acknowledged, some twice."""

import asyncio
from collections.abc import Sequence

import aiohttp

from tests.chaos.plans import CHATS, Event
from tests.chaos.world import SECRET

_HEADERS = {"nexus-signature": SECRET}
_PAUSE_SECONDS = 0.02


class Caller:
    """Remembers what was acknowledged."""

    def __init__(self, known: Sequence[Event] = ()) -> None:
        #: in the order of the answers
        self.acknowledged: dict[Event, str] = dict.fromkeys(known, "accepted")
        #: an answer that must never be: an acknowledged event that was accepted again
        self.wrong: list[str] = []

    async def tell(self, url: str, events: Sequence[Event]) -> None:
        """Tell what is not acknowledged yet. Ends when all is, or when nobody listens any more."""
        chats = [[event for event in events if event.chat == chat] for chat in CHATS]
        async with aiohttp.ClientSession(headers=_HEADERS) as session:
            await asyncio.gather(*(self._tell_chat(session, url, chat) for chat in chats))

    async def _tell_chat(
        self, session: aiohttp.ClientSession, url: str, events: Sequence[Event]
    ) -> None:
        for event in events:
            while event not in self.acknowledged:
                twice = [self._post(session, url, event) for _ in range(1 + event.words % 3)]
                if not any(await asyncio.gather(*twice)):
                    return
                await asyncio.sleep(0 if event in self.acknowledged else _PAUSE_SECONDS)

    async def again(self, url: str, events: Sequence[Event]) -> None:
        """Tell once more what was acknowledged: it has to be a duplicate."""
        async with aiohttp.ClientSession(headers=_HEADERS) as session:
            await asyncio.gather(*(self._post(session, url, event) for event in events))

    async def _post(self, session: aiohttp.ClientSession, url: str, event: Event) -> bool:
        """Tell an event; return whether there was an answer."""
        was_known = event in self.acknowledged
        try:
            async with session.post(url, data=event.body) as response:
                status = str((await response.json()).get("status"))
        except (aiohttp.ClientError, OSError):
            return False
        if was_known and status != "duplicate":
            self.wrong.append(f"{event.id} r{event.revision} was answered as {status} once more")
        if response.status in (200, 202):
            self.acknowledged.setdefault(event, status)
        return True
