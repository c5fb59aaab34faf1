"""What became of a plan: its `History`, to be judged. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.journal import Taken
from tests.chaos.plans import Event, Plan, Scene
from tests.chaos.snapshots import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a life ended."""

    scene: Scene
    #: whether the kill that was planned came, for the bridge or a command
    was_killed: bool
    #: what its store was then
    left: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All lives of a bridge, and what came of them."""

    plan: Plan
    endings: Sequence[Ending]
    #: what NexusGPT was told is taken
    acknowledged: Sequence[Event]
    #: what was seen to be wrong at once: an answer, an ending, a life that did not settle
    wrong: Sequence[str]
    #: what the platforms took, in order
    taken: Sequence[Taken]
    #: destination -> calls whose answer was lost without a kill
    lost: Mapping[str, int]

    @property
    def end(self) -> Snapshot:
        """The store after the last life."""
        return self.endings[-1].left
