"""A store beside the config, with deliveries in every state."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.deliveries import Accepted, Confirmed, Form, State
from bridge.store import Arrival
from bridge.store.sqlite import SqliteStore

SECRET = "not-to-be-shown"
TEXT = "what the agent wrote"
GONE = f"the webhook was removed \x1b[31m{SECRET}"


def arrival(number: int, *destinations: str, at: datetime | None = None) -> Arrival:
    """Return message `m<number>` of chat `c<number>` for some destinations."""
    payload = {"id": f"m{number}", "chatId": f"c{number}", "content": TEXT}
    return Arrival(
        message_id=f"m{number}",
        chat_id=f"c{number}",
        fingerprint=b"",
        body=json.dumps({"event": "MESSAGE_FINALIZED", "payload": payload}).encode(),
        routed=dict.fromkeys(destinations, "refunds"),
        accepted_at=at or datetime.now(UTC),
    )


def fill(path: Path, *arrivals: Arrival, dead: int) -> None:
    """Put arrivals into the store at `path`, and let the first of them die at all destinations."""
    asyncio.run(_fill(path, arrivals, dead))


def sample(path: Path) -> None:
    """Two dead at support and one at ops, one pending, and one delivered."""
    old = datetime.now(UTC) - timedelta(days=3)
    arrivals = (arrival(1, "support", "ops", at=old), arrival(2, "support"))
    fill(path, *arrivals, dead=2)
    asyncio.run(_deliver(path, arrival(3, "support")))
    fill(path, arrival(4, "support"), dead=0)


def park(path: Path, destination: str, reason: str, *, at: datetime) -> None:
    """Let the bridge of the store at `path` find out that a destination is gone."""
    asyncio.run(_park(path, destination, reason, at))


async def _park(path: Path, destination: str, reason: str, at: datetime) -> None:
    store = await SqliteStore.open(path)
    await store.park(destination, reason=reason, at=at)
    await store.close()


async def _fill(path: Path, arrivals: tuple[Arrival, ...], dead: int) -> None:
    store = await SqliteStore.open(path)
    for number, each in enumerate(arrivals):
        await store.accept(each)
        for destination in list(each.routed) * (number < dead):
            delivery = await store.claim(destination)
            at = datetime.now(UTC)
            await store.settle(delivery, State.DEAD, reason=GONE, at=at, accepted=None)
    await store.close()


async def _deliver(path: Path, told: Arrival) -> None:
    store = await SqliteStore.open(path)
    await store.accept(told)
    delivery = await store.claim("support")
    at = datetime.now(UTC)
    await store.postpone(delivery, until=at, reason="Slack is busy", at=at)
    delivery = await store.claim("support")
    await store.begin(delivery, form=Form(), plan=["one"])
    last = Accepted(confirmed=Confirmed(part=1, post_id="1.1", channel="C1"), thread="1.1")
    await store.settle(delivery, State.DELIVERED, reason="", at=at, accepted=last)
    await store.close()
