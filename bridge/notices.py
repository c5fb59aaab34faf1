"""What the bridge itself says in a channel: `own_message` for one, `Notices` for what operators have to hear.

It goes the way of every message: put on disk, then delivered in its lane.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from bridge.events import MESSAGE_FINALIZED
from bridge.store import Arrival, Store

#: who it is from
NAME = "nexusgpt-bridge"
#: the chat of all notices, which have one thread where chats have threads
CHAT = "operations"


def own_message(
    message_id: str, chat: str, text: str, *, role: str, routed: Mapping[str, str], at: datetime
) -> Arrival:
    """Return a message of the bridge to some destinations: name -> name of the route. `at` is aware."""
    payload = {
        "id": message_id,
        "chatId": chat,
        "content": text,
        "virtualSender": {"name": NAME, "role": role},
    }
    body = json.dumps({"event": MESSAGE_FINALIZED, "payload": payload}).encode()
    return Arrival(
        message_id=message_id,
        chat_id=chat,
        fingerprint=b"",
        body=body,
        routed=routed,
        accepted_at=at,
    )


class Notices:
    """Tells the destination of `[operations] notify`; it is told nothing about itself."""

    def __init__(self, store: Store, now: Callable[[], datetime], destination: str | None) -> None:
        self._store = store
        self._now = now
        #: None: nobody is told
        self.destination = destination

    async def tell(self, key: str, text: str, *, about: str | None = None) -> None:
        """Enqueue a notice, once for each `key`; `about` is the destination in question, if it is one.

        `text` is Markdown. Raises StoreUnavailable.
        """
        if self.destination is None or self.destination == about:
            return
        routed = {self.destination: "operations"}
        await self._store.accept(
            own_message(key, CHAT, text, role="operations", routed=routed, at=self._now())
        )
