"""A seed becomes a `Plan`: which events come, what goes wrong, and where the bridge is killed. No I/O."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from tests.chaos.planting import Kill
from tests.chaos.points import POINTS, Needs
from tests.messages import make_body

#: what is done with a part in doubt
OnUnknown = Literal["retry", "hold", "check"]

CHATS = ("a", "b", "c")
#: words of a message: one part everywhere, several at Discord, several at Slack and a file at Discord
SIZES = (8, 8, 8, 8, 400, 400, 1_800)
#: of the sandbox's places, as many take part in a story, one of each platform at least
PLACES = 4
#: how many events change an earlier message
_CHANGES = 0.3
_TRAFFIC = tuple(name for name, point in POINTS.items() if point.needs is Needs.TRAFFIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A destination and its channel at the sandbox."""

    #: of the destination
    name: str
    kind: Literal["slack", "slack webhook", "discord", "forum"]
    #: the sandbox's id of the channel
    channel: str
    on_unknown: OnUnknown = "retry"
    #: how many of its calls are refused for the moment
    limited: float = 0.0
    #: how many of its answers are lost
    lost: float = 0.0

    @property
    def is_of_slack(self) -> bool:
        """Whether it is Slack's."""
        return self.kind in ("slack", "slack webhook")

    @property
    def threaded(self) -> bool:
        """Whether each chat has its thread there."""
        return self.kind == "forum" or self.name == "support"


ALL_PLACES = (
    Place(name="support", kind="slack", channel="C1"),
    Place(name="sales", kind="slack", channel="C2"),
    Place(name="alerts", kind="slack webhook", channel="C3"),
    Place(name="ops", kind="discord", channel="111"),
    Place(name="chats", kind="forum", channel="222"),
    Place(name="board", kind="discord", channel="333"),
)
#: it refuses every post for good until it is healed
REFUSING = Place(name="strict", kind="discord", channel="444")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What NexusGPT tells: a message, or a change to it."""

    id: str
    revision: int
    chat: str
    #: of its text
    words: int

    @property
    def content(self) -> str:
        """The text."""
        return " ".join(f"{self.id}v{self.revision}w{number}" for number in range(self.words))

    @property
    def body(self) -> bytes:
        """The body of the webhook that tells it."""
        return make_body(id=self.id, chatId=self.chat, content=self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One life of the bridge."""

    #: what ends it; None: it is told to stop once all is settled
    kill: Kill | None
    #: how many of the plan's events can be told by then
    events: int
    #: before it, so much time passes that what is settled is older than `keep`
    after_a_night: bool = False
    #: what a person does about what is dead; what is sent again is not refused any more
    person: Literal["replay", "discard"] | None = None
    #: when so many posts were taken in it, it is told to stop
    stops_after: int | None = None
    #: likewise, it is told to read its config again: without the plan's first place, or with it again
    reloads_after: int | None = None
    #: its config begins without the plan's first place
    begins_without: bool = False
    #: the plan's first place is gone until the bridge has noticed
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A story: the lives of one bridge on one store. The last of them settles all."""

    seed: int
    places: tuple[Place, ...]
    #: in the order of telling, within a chat
    events: tuple[Event, ...]
    scenes: tuple[Scene, ...]
    #: the schema of the store that the first life finds; None: there is none
    old_schema: int | None = None
    #: how many of the events are in that store
    old_events: int = 0


def plan(seed: int, *, point: str | None = None, schemas: range = range(1, 2)) -> Plan:
    """Return the plan of a seed; its first kill is at `point`, or goes round with the seeds.

    `schemas` are the earlier ones of which a store is kept.
    """
    chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose
    name = point or tuple(POINTS)[seed % len(POINTS)]
    needs = POINTS[name].needs
    scenes = tuple(_scenes(name, needs, chance))
    is_old = needs is Needs.OLD_STORE
    return Plan(
        seed=seed,
        places=_places(chance, refusing=needs in (Needs.DEAD, Needs.DISCARD)),
        events=tuple(_events(scenes[0].events, scenes[-1].events, chance)),
        scenes=scenes,
        old_schema=chance.choice(schemas) if is_old else None,
        old_events=3 if is_old else 0,
    )


def _scenes(name: str, needs: Needs, chance: random.Random) -> Iterator[Scene]:
    """Yield the lives: what leads to the kill, the kill, more kills in what follows, and the end."""
    events = 3
    if needs in (Needs.AGE, Needs.DEAD, Needs.DISCARD):
        events = 14 if needs is Needs.AGE else 4
        yield Scene(kill=None, events=events)
    for turn in range(1 if needs is Needs.NEW_STORE else chance.choice((1, 1, 2))):
        events += chance.randint(2, 4)
        yield _killed(_kill(name, chance), events, turn, chance)
    for _ in range(chance.choice((1, 2, 2, 3))):
        events += chance.randint(1, 3)
        yield Scene(kill=_kill(chance.choice(_TRAFFIC), chance), events=events)
    if needs is Needs.RELOAD:  # unharmed by any kill
        events += 3
        yield Scene(kill=None, events=events, reloads_after=chance.randint(1, 8))
    yield Scene(kill=None, events=events + 1)


def _killed(kill: Kill, events: int, turn: int, chance: random.Random) -> Scene:
    """Return the life in which a kill can come."""
    scene = Scene(kill=kill, events=events)
    match POINTS[kill.point].needs:
        case Needs.AGE:
            return replace(scene, after_a_night=turn == 0)
        case Needs.DEAD:
            return replace(scene, person="replay")
        case Needs.DISCARD:
            return replace(scene, person="discard")
        case Needs.STOP:
            return replace(scene, stops_after=chance.randint(1, 8))
        case Needs.RELOAD:
            return replace(scene, reloads_after=chance.randint(1, 8), begins_without=turn == 1)
        case Needs.GONE:
            return replace(scene, is_gone=True)
        case _:
            return scene


def _kill(name: str, chance: random.Random) -> Kill:
    nth = chance.randint(1, POINTS[name].most)
    return Kill(point=name, nth=nth, late=round(chance.random(), 3))


def _places(chance: random.Random, *, refusing: bool) -> tuple[Place, ...]:
    slack = [place for place in ALL_PLACES if place.is_of_slack]
    discord = [place for place in ALL_PLACES if not place.is_of_slack]
    chosen = [chance.choice(slack), chance.choice(discord)]
    others = [place for place in ALL_PLACES if place not in chosen]
    chosen += chance.sample(others, PLACES - len(chosen))
    chance.shuffle(chosen)
    return (*(_troubled(place, chance) for place in chosen), *([REFUSING] if refusing else []))


def _troubled(place: Place, chance: random.Random) -> Place:
    return replace(
        place,
        on_unknown=chance.choice(("retry", "retry", "hold", "check")),
        limited=chance.choice((0.0, 0.1, 0.3)),
        lost=chance.choice((0.0, 0.0, 0.0, 0.1)),
    )


def _events(before: int, count: int, chance: random.Random) -> Iterator[Event]:
    """Yield new messages, and now and then a change to one, but not to one of `before` a night."""
    told: list[Event] = []
    for number in range(count):
        event = Event(
            id=f"e{number:03}",
            revision=0,
            chat=chance.choice(CHATS),
            words=chance.choice(SIZES),
        )
        told = [] if number == before else told
        if told and chance.random() < _CHANGES:
            earlier = chance.choice(told)
            told.remove(earlier)
            event = replace(earlier, revision=earlier.revision + 1, words=event.words)
        told.append(event)
        yield event
