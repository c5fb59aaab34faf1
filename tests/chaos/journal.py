"""What the platforms took from a bridge: a `Journal` that forgets nothing, and the mark of each part. No I/O."""

import re
from dataclasses import dataclass
from typing import Literal

from bridge.sandbox import Arrived
from bridge.sandbox.arrivals import Arrivals
from tests.chaos.plans import ALL_PLACES, REFUSING

#: a template for the line above each post that says which part it is
HEADER = "{{ message.id }}r{{ message.revision }}p{{ part }}of{{ parts }}"
_MARK = re.compile(r"(e\d+)r(\d+)p(\d+)of(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which part a post is."""

    id: str
    revision: int
    #: the destination's name
    place: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a platform took from the bridge."""

    what: Literal["post", "edit", "removal"]
    mark: Mark
    #: of the parts of the message
    parts: int
    #: the platform's thread that the post stands in, or opens
    thread: str | None
    #: the platform's id of the post
    post: str
    #: it came with a file, which Slack can't look up
    is_file: bool = False


class Journal(Arrivals):
    """Keeps in order what was taken, also what was edited or removed later."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Taken] = []

    def add(self, post: Arrived) -> None:
        """Keep a post."""
        self.taken.append(_taken("post", post))
        super().add(post)

    def replace(self, post: Arrived, by: Arrived) -> None:
        """Keep an edit."""
        self.taken.append(_taken("edit", by))
        super().replace(post, by)

    def remove(self, post: Arrived) -> None:
        """Keep a removal."""
        self.taken.append(_taken("removal", post))
        super().remove(post)


def _taken(what: Literal["post", "edit", "removal"], post: Arrived) -> Taken:
    found = _MARK.search(f"{post.text}{post.blocks}")
    assert found is not None, f"a post without its mark: {post}"
    id_, revision, part, parts = found.groups()
    place = next(each for each in (*ALL_PLACES, REFUSING) if each.channel == post.channel)
    mark = Mark(id=id_, revision=int(revision), place=place.name, part=int(part))
    thread = post.thread or (post.id if place.threaded else None)
    return Taken(
        what=what,
        mark=mark,
        parts=int(parts),
        thread=thread,
        post=post.id,
        is_file=bool(post.files),
    )
