"""What lanes work with: `Surroundings` that all of them share, and the `Target` of each."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from bridge.destinations import Destination
from bridge.events import Agent
from bridge.metrics import Outgoing
from bridge.senders import Sender
from bridge.store import Store
from bridge.worker.gates import Gates
from bridge.worker.renderings import Renderings


class Tell(Protocol):
    """Tells operators what they have to hear, once for each key. Raises StoreUnavailable."""

    async def __call__(self, key: str, text: str, *, about: str | None = None) -> None:
        """Tell it; `about` is the destination in question."""
        ...


async def _nobody(key: str, text: str, *, about: str | None = None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all lanes share."""

    store: Store
    agents: Mapping[str, Agent]
    #: the time, aware
    now: Callable[[], datetime]
    #: waits for some seconds
    sleep: Callable[[float], Awaitable[None]]
    #: a random number from 0 to 1
    chance: Callable[[], float]
    #: what lanes have rendered
    renderings: Renderings = field(default_factory=Renderings)
    #: where lanes wait for their calls
    gates: Gates = field(default_factory=Gates)
    #: who hears about trouble
    tell: Tell = _nobody
    #: what becomes of attempts and deliveries is counted
    metrics: Outgoing = field(default_factory=Outgoing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a lane brings its deliveries."""

    destination: Destination
    sender: Sender
    #: what the sender calls Slack with
    token: SecretStr | None = None
