"""What a lane remembers of the delivery at its head: the message, its form, and the steps that are left.

All of it could be made again from the store; remembering it saves reading it once per attempt.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from typing import TypeGuard

from bridge.deliveries import Confirmed, Delivery
from bridge.destinations import Destination
from bridge.events import Agent, Message, introduce, read
from bridge.rendering import FilePost, Post, SlackPost
from bridge.rendering.titles import thread_title
from bridge.retries import Resend
from bridge.store import Store
from bridge.worker.renderings import Rendering, Renderings
from bridge.worker.steps import Edit, Remove, Send, Step, frozen, steps, thawed


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
        self.form = delivery.form
        self._revision = delivery.revision
        self._route = delivery.route
        self._destination = destination
        self._renderings = renderings
        self._message = introduce(_message(delivery.body), agents)
        #: what is left to do; None: not known yet
        self._plan: tuple[Step, ...] | None = None
        #: the plan is not on disk
        self._is_new = False
        self._is_begun = False
        #: the post under way was refused before, so that it is surely not there
        self._is_refused = False
        #: the post under way may be there already
        self.may_be_there = False
        self._earlier = _editable(delivery.earlier)
        self._lost_thread: str | None = None

    async def next(self, delivery: Delivery) -> Step | None:
        """Return the first step that is not confirmed, as it was planned; None if all are."""
        if self._plan is None:
            self._plan = self._thawed(delivery) or await self._planned(delivery)
        return self._plan[0] if self._plan else None

    def is_in_doubt(self, delivery: Delivery) -> bool:
        """Tell, once, whether the next part was begun by a bridge that then ended."""
        was_known, self._is_begun = self._is_begun, True
        return not was_known and was_begun(delivery) and not self._can_be_repeated

    async def begin(self, delivery: Delivery, store: Store) -> None:
        """Put on record that the next step is being taken. Raises StoreUnavailable."""
        self._is_begun = True
        if self._is_new:
            plan = [frozen(step) for step in self._plan or ()]
            await store.begin(delivery, form=self.form, plan=plan)
            self._is_new = False
        elif not was_begun(delivery):
            await store.begin(delivery, form=self.form)
        self.may_be_there = was_begun(delivery) and not self._is_refused
        self._is_refused = False

    def thread(self, step: Step, delivery: Delivery) -> str | None:
        """Return the thread that the step's post goes to, or stands in."""
        if isinstance(step, Send) or self._is_file_of_slack(step):
            return self._thread_of_part(step.post.part, delivery)
        return delivery.thread if step.earlier.channel == delivery.thread else None

    def _is_file_of_slack(self, step: Edit | Remove) -> TypeGuard[Edit]:
        """Tell whether the step puts a file where a post stood: Slack makes it a new post."""
        is_file = isinstance(step, Edit) and isinstance(step.post, FilePost)
        return is_file and self._destination.platform == "slack"

    @property
    def _can_be_repeated(self) -> bool:
        """Whether the next step leaves the same in the channel when it is taken twice."""
        return any(
            isinstance(step, Edit | Remove) and not self._is_file_of_slack(step)
            for step in (self._plan or ())[:1]
        )

    @property
    def is_last(self) -> bool:
        """Whether the message is delivered with the next step."""
        return len(self._plan or ()) <= 1

    def done(self) -> None:
        """Go on to the step after this one. That one file needed its link says nothing of the next."""
        self._plan = (self._plan or ())[1:]
        if self.form.linked:
            self.form, self._plan, self._is_new = replace(self.form, linked=False), None, True

    def change(self, resend: Resend, delivery: Delivery) -> str:
        """Go on in another form, or in a new thread; return it in words, e.g. "rich text"."""
        self._is_refused = True
        if resend.in_new_thread:
            self._lost_thread = delivery.thread
        if resend.form != self.form:
            self.form, self._plan, self._is_new = resend.form, None, True
        flags = [field.name for field in fields(self.form) if getattr(self.form, field.name)]
        words = [flag.replace("_", " ") for flag in flags]
        return ", ".join([*words, *(["new thread"] if resend.in_new_thread else [])])

    def seen(self, delivery: Delivery) -> Delivery:
        """Return the delivery as this work sees it: a lost thread is no thread."""
        return replace(delivery, thread=self._thread(delivery))

    def _thawed(self, delivery: Delivery) -> tuple[Step, ...]:
        """Return the plan that is on disk, if there is one and this version can read it."""
        if self._is_new or not delivery.planned:
            return ()
        with suppress(ValueError):
            return tuple(thawed(part.step) for part in delivery.planned)
        return ()

    async def _planned(self, delivery: Delivery) -> tuple[Step, ...]:
        self._is_new = True
        rendering = Rendering(
            number=self.number,
            message=self._message,
            form=self.form,
            revision=self._revision,
            route=self._route,
        )
        posts = await self._renderings.posts(rendering, self._destination)
        marked = [_marked(post, delivery.destination) for post in posts]
        return steps(marked, self._to_edit)[len(delivery.confirmed) :]

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
    def title(self) -> str | None:
        """The title of the chat's thread; None if posts stand in the channel itself."""
        return thread_title(self._message) if self._in_thread else None

    @property
    def _in_thread(self) -> bool:
        # A thread may be known from times when the config said otherwise.
        return self._destination.thread == "chat" and not self.form.unthreaded


def was_begun(delivery: Delivery) -> bool:
    """Tell whether an attempt at the next part is on record whose answer is not."""
    return any(part.in_doubt for part in delivery.planned[:1])


def _marked(post: Post, destination: str) -> Post:
    """Return the post so that it can be told from the same one of another destination."""
    if not isinstance(post, SlackPost) or post.metadata is None:
        return post
    payload = {**post.metadata["event_payload"], "destination": destination}
    return replace(post, metadata={**post.metadata, "event_payload": payload})


def _editable(earlier: Sequence[Confirmed]) -> tuple[Confirmed, ...]:
    """Return the earlier posts without the last ones that have no id: they are gone, or files."""
    known = list(earlier)
    while known and not known[-1].post_id:
        known.pop()
    return tuple(known)


def _message(body: bytes) -> Message:
    message = read(body).message
    if message is None:
        raise ValueError("the stored event holds no message")
    return message
