"""What can go wrong between the bridge and a platform, to be switched on where a test wants it. No I/O."""

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimited:
    """429 in the platform's own form, with or without `Retry-After`."""

    retry_after: float | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerError:
    """A 5xx with a page of HTML, as the proxies in front of the platforms send it."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset before the request is looked at: the post is surely not there."""


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The post is taken, then the connection drops: the answer is lost, the post is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """No answer until the client goes away or the sandbox closes."""

    #: whether the post is taken before the silence
    accepted: bool = False


class Shape(StrEnum):
    """What a 200 can hold instead of an answer."""

    HTML = "html"
    BROKEN_JSON = "broken json"
    OTHER_JSON = "other json"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """A 200 that nobody can make sense of."""

    shape: Shape = Shape.HTML
    #: whether the post is taken all the same
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudflareBan:
    """429 with HTML and without `Via`: the request never reached the platform."""

    retry_after: float | None = 600


@dataclass(frozen=True, slots=True)
class SlackError:
    """Slack refuses with this word; the status counts for incoming webhooks, the API says 200."""

    word: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class DiscordError:
    """Discord refuses with this status, code and sentence."""

    status: int
    code: int
    message: str = "made up by the sandbox"


Fault = RateLimited | ServerError | Reset | LostAnswer | Hang | Garbage | CloudflareBan
SlackFault = Fault | SlackError
DiscordFault = Fault | DiscordError

#: where a fault waits for every request of a platform, also those that name no channel
ANYWHERE = "*"

_F = TypeVar("_F")


class Faults(Generic[_F]):
    """The faults of one platform: a queue for each place, and storms.

    A place is a channel's id (posts to it), the name of a method ("auth.test", "get", ...) or `ANYWHERE`.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[_F | None]] = {}
        self._storms: dict[str, Callable[[], _F | None]] = {}

    def add(self, place: str, *faults: _F | None) -> None:
        """Let the next requests at *place* meet *faults*, one each; None lets one through."""
        self._queues.setdefault(place, deque()).extend(faults)

    def always(self, place: str, fault: _F) -> None:
        """Let every request at *place* meet *fault* until `clear`."""
        self._storms[place] = lambda: fault

    def storm(self, place: str, *, seed: int, rate: float, kinds: Iterable[_F]) -> None:
        """Let a request at *place* meet one of *kinds* with the chance *rate*, until `clear`."""
        chance, choice = random.Random(seed), tuple(kinds)  # noqa: S311 - repeatable on purpose
        self._storms[place] = lambda: chance.choice(choice) if chance.random() < rate else None

    def clear(self, place: str | None = None) -> None:
        """Forget all faults at *place*, or everywhere."""
        for faults in (self._queues, self._storms):
            for found in [key for key in faults if place in (None, key)]:
                del faults[found]

    def take(self, *places: str) -> _F | None:
        """Return what the request at hand has to meet; queues come before storms."""
        everywhere = (*places, ANYWHERE)
        for place in everywhere:
            if self._queues.get(place):
                return self._queues[place].popleft()
        return next((self._storms[place]() for place in everywhere if place in self._storms), None)
