"""What a lane remembers of the delivery at its head: the message, its form and its posts.

All of it could be made again from the store; remembering it saves rendering once per attempt.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bridge.deliveries import Delivery, Form
from bridge.destinations import Destination
from bridge.events import Agent, Message, introduce, read
from bridge.rendering import Post, render
from bridge.rendering.titles import thread_title
from bridge.retries import Resend

#: longer messages are rendered in a thread: parsing them would hold up every other lane
RENDER_INLINE_CHARS = 2_000


class Work:
    """One delivery in the form that its destination takes."""

    def __init__(
        self, delivery: Delivery, destination: Destination, agents: Mapping[str, Agent]
    ) -> None:
        self.number = delivery.number
        self.form = Form()
        self._revision = delivery.revision
        self._destination = destination
        self._message = introduce(_message(delivery.body), agents)
        self._posts: tuple[Post, ...] = ()
        self._lost_thread: str | None = None

    async def posts(self) -> tuple[Post, ...]:
        """Return the posts in the present form, rendered once."""
        if not self._posts:
            is_long = len(self._message.content) > RENDER_INLINE_CHARS or self._message.plan
            self._posts = await asyncio.to_thread(self._render) if is_long else self._render()
        return self._posts

    def change(self, resend: Resend, delivery: Delivery) -> None:
        """Go on in another form, or in a new thread."""
        if resend.in_new_thread:
            self._lost_thread = delivery.thread
        if resend.form != self.form:
            self.form, self._posts = resend.form, ()

    def thread(self, delivery: Delivery) -> str | None:
        """Return the thread to post to, unless it turned out to be gone or closed."""
        is_known = delivery.thread != self._lost_thread
        return delivery.thread if is_known and self._in_thread else None

    @property
    def title(self) -> str | None:
        """The title of the chat's thread; None if posts stand in the channel itself."""
        return thread_title(self._message) if self._in_thread else None

    def seen(self, delivery: Delivery) -> Delivery:
        """Return the delivery as this work sees it: a lost thread is no thread."""
        return replace(delivery, thread=self.thread(delivery))

    @property
    def _in_thread(self) -> bool:
        # A thread may be known from times when the config said otherwise.
        return self._destination.thread == "chat" and not self.form.unthreaded

    def _render(self) -> tuple[Post, ...]:
        return render(self._message, self._destination, form=self.form, revision=self._revision)


def _message(body: bytes) -> Message:
    message = read(body).message
    if message is None:
        raise ValueError("the stored event holds no message")
    return message
