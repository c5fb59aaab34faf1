"""The posts of messages: each message is rendered once for all destinations that it looks the same at."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass

from bridge.deliveries import Form
from bridge.destinations import Destination
from bridge.events import Message
from bridge.rendering import Post, render

#: longer messages are rendered in a thread: parsing them would hold up every other lane
RENDER_INLINE_CHARS = 2_000
MAX_REMEMBERED = 64  # ours: lanes that are further apart than this many messages render anew
#: what a destination's posts don't depend on
_NO_LOOKS = frozenset(("channel", "token", "webhook_url", "thread", "on_unknown", "long"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What posts are made of, besides the destination."""

    #: the number of the message in the store
    number: int
    message: Message
    form: Form
    revision: int
    route: str


class Renderings:
    """Remembers the posts of the latest messages."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[tuple[Post, ...]]] = {}

    async def posts(self, rendering: Rendering, destination: Destination) -> tuple[Post, ...]:
        """Return the posts that bring the message to the destination. Raises what `render` raises."""
        told = rendering.number, rendering.form, rendering.revision, rendering.route
        # A reload may know the agent by another name.
        key = (*told, rendering.message.agent, _looks(destination))
        if key not in self._tasks:
            while len(self._tasks) >= MAX_REMEMBERED:
                del self._tasks[next(iter(self._tasks))]
            self._tasks[key] = asyncio.create_task(_rendered(rendering, destination))
        # One lane that is cancelled must not take the posts from the others.
        return await asyncio.shield(self._tasks[key])


async def _rendered(rendering: Rendering, destination: Destination) -> tuple[Post, ...]:
    message = rendering.message
    is_long = len(message.content) > RENDER_INLINE_CHARS or message.plan is not None
    if is_long:
        return await asyncio.to_thread(_render, rendering, destination)
    return _render(rendering, destination)


def _render(rendering: Rendering, destination: Destination) -> tuple[Post, ...]:
    return render(
        rendering.message,
        destination,
        form=rendering.form,
        revision=rendering.revision,
        route=rendering.route,
    )


def _looks(destination: Destination) -> Hashable:
    """Return all that posts depend on: what is set, and whether a webhook of Slack's takes them."""
    settings = destination.model_dump(exclude=set(_NO_LOOKS))
    is_webhook = getattr(destination, "channel", None) is None
    return (is_webhook, *sorted(settings.items(), key=lambda item: item[0]))
