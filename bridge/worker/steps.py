"""What a lane does for a part: send, edit or remove a post. Frozen, a step waits on disk for its turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pydantic import TypeAdapter

from bridge.deliveries import Confirmed, Outcome
from bridge.rendering import Post
from bridge.senders import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Post a part."""

    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Put a part in the place of an earlier revision's."""

    post: Post
    earlier: Confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take away a part of an earlier revision that the message no longer needs."""

    part: int
    earlier: Confirmed


# The widest first: each of them would be read as the next one, what is more being left out.
Step = Edit | Send | Remove
_STEP: TypeAdapter[Step] = TypeAdapter(Step)


def steps(posts: Sequence[Post], earlier: Sequence[Confirmed]) -> tuple[Step, ...]:
    """Return what brings the posts to the channel where the earlier ones stand: a step per part.

    What has no id, such as a file in Slack, stays where it is: the new part is posted.
    """
    edits = (
        Edit(post=post, earlier=old) if old.post_id else Send(post=post)
        for post, old in zip(posts, earlier, strict=False)
    )
    sends = (Send(post=post) for post in posts[len(earlier) :])
    removals = (
        Remove(part=part, earlier=old)
        for part, old in enumerate(earlier[len(posts) :], start=len(posts) + 1)
    )
    return (*edits, *sends, *removals)


def frozen(step: Step) -> str:
    """Return the step as JSON."""
    return _STEP.dump_json(step).decode()


def thawed(text: str) -> Step:
    """Return the step that was frozen. Raises ValueError if this version can't read it."""
    return _STEP.validate_json(text)


async def take(step: Step, sender: Sender, *, thread: str | None, title: str | None) -> Outcome:
    """Take the step: in a thread, or, with a title only, in a new one."""
    match step:
        case Send():
            return await sender.send(step.post, thread=thread, title=title)
        case Edit():
            return await sender.edit(step.post, step.earlier, thread=thread)
        case Remove():
            return await sender.remove(step.part, step.earlier, thread=thread)
        case _:
            assert_never(step)
