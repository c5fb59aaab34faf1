"""What a lane remembers of the delivery at its head: the message, its form and its posts; what comes next.

All of it could be made again from the store; remembering it saves rendering once per attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.deliveries import Confirmed, Delivery, Form
from bridge.destinations import Destination
from bridge.events import Agent, Message, introduce, read
from bridge.rendering import Post
from bridge.rendering.titles import thread_title
from bridge.retries import Resend
from bridge.worker.renderings import Rendering, Renderings


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Post the next part."""

    post: Post
    #: the thread to post to; None: the channel itself, or a new thread if there is a title
    thread: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Put the next part in the place of an earlier revision's."""

    post: Post
    earlier: Confirmed
    #: the thread that the earlier post stands in
    thread: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take away a part of an earlier revision that the message no longer needs."""

    part: int
    earlier: Confirmed
    #: the thread that the earlier post stands in
    thread: str | None


Step = Send | Edit | Remove


class Work:
    """One delivery in the form that its destination takes."""

    def __init__(
        self,
        delivery: Delivery,
        destination: Destination,
        agents: Mapping[str, Agent],
        renderings: Renderings,
    ) -> None:
        self.number = delivery.number
        self.form = Form()
        self._revision = delivery.revision
        self._route = delivery.route
        self._destination = destination
        self._renderings = renderings
        self._message = introduce(_message(delivery.body), agents)
        self._posts: tuple[Post, ...] = ()
        self._earlier = _editable(delivery.earlier)
        self._lost_thread: str | None = None

    async def steps(self) -> int:
        """Return how many steps it takes: one for each part, and one for each that is taken away."""
        return max(len(await self._rendered()), len(self._to_edit))

    async def step(self, delivery: Delivery) -> Step | None:
        """Return the first step that is not confirmed; None if all are."""
        posts, earlier, done = await self._rendered(), self._to_edit, len(delivery.confirmed)
        if done >= max(len(posts), len(earlier)):
            return None
        if done >= len(earlier):
            thread = self._thread_of_part(posts[done].part, delivery)
            return Send(post=posts[done], thread=thread, title=self._title)
        thread = delivery.thread if earlier[done].channel == delivery.thread else None
        if done >= len(posts):
            return Remove(part=done + 1, earlier=earlier[done], thread=thread)
        return Edit(post=posts[done], earlier=earlier[done], thread=thread)

    def change(self, resend: Resend, delivery: Delivery) -> None:
        """Go on in another form, or in a new thread."""
        if resend.in_new_thread:
            self._lost_thread = delivery.thread
        if resend.form != self.form:
            self.form, self._posts = resend.form, ()

    def seen(self, delivery: Delivery) -> Delivery:
        """Return the delivery as this work sees it: a lost thread is no thread."""
        return replace(delivery, thread=self._thread(delivery))

    async def _rendered(self) -> tuple[Post, ...]:
        if not self._posts:
            rendering = Rendering(
                number=self.number,
                message=self._message,
                form=self.form,
                revision=self._revision,
                route=self._route,
            )
            self._posts = await self._renderings.posts(rendering, self._destination)
        return self._posts

    @property
    def _to_edit(self) -> Sequence[Confirmed]:
        return () if self.form.posted_again else self._earlier

    def _thread(self, delivery: Delivery) -> str | None:
        """Return the chat's thread, unless it turned out to be gone or closed."""
        is_known = delivery.thread != self._lost_thread
        return delivery.thread if is_known and self._in_thread else None

    def _thread_of_part(self, part: int, delivery: Delivery) -> str | None:
        """Return the thread that a part goes to: the chat's, or the one below its first part."""
        is_below = part > 1 and getattr(self._destination, "long", "") == "thread"
        if self._in_thread or not is_below or self.form.unthreaded:
            return self._thread(delivery)
        return delivery.confirmed[0].post_id or None

    @property
    def _title(self) -> str | None:
        """The title of the chat's thread; None if posts stand in the channel itself."""
        return thread_title(self._message) if self._in_thread else None

    @property
    def _in_thread(self) -> bool:
        # A thread may be known from times when the config said otherwise.
        return self._destination.thread == "chat" and not self.form.unthreaded


def _editable(earlier: Sequence[Confirmed]) -> tuple[Confirmed, ...]:
    """Return the earlier posts if all can be told by an id; the last ones may be gone or files."""
    known = list(earlier)
    while known and not known[-1].post_id:
        known.pop()
    return tuple(known) if all(post.post_id for post in known) else ()


def _message(body: bytes) -> Message:
    message = read(body).message
    if message is None:
        raise ValueError("the stored event holds no message")
    return message
