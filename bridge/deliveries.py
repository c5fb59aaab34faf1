"""One message on its way to one destination: `Delivery`, its `State`, and the `Outcome` of an attempt. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"  #: on disk, waits for its turn or for a retry
    SENDING = "sending"  #: a lane has claimed it
    DELIVERED = "delivered"  #: every part is confirmed
    DEAD = "dead"  #: given up, with a reason; only a person revives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A part that the platform has accepted: it is never sent again."""

    #: counted from 1
    part: int
    #: the platform's id of the post (Slack `ts`, Discord message id); "" where there is none
    post_id: str
    #: the platform's id of the channel or thread it stands in; "" where there is none
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A part that is yet to be sent, as it was rendered: no new config or version changes it."""

    #: counted from 1
    part: int
    #: what is to be done, frozen by `bridge.worker.steps`
    step: str
    #: it may have been sent: it was begun, and no answer is on record
    in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a message is put; each refusal can take one thing away, never a word."""

    rich_text: bool = False  #: Slack's rich text instead of Markdown
    plain: bool = False  #: plain text instead of markup
    anonymous: bool = False  #: without the agent's own name and picture
    unthreaded: bool = False  #: in the channel itself
    in_parts: bool = False  #: however many parts it takes, without a file
    linked: bool = False  #: links to the message's files instead of the files
    posted_again: bool = False  #: as new posts instead of edits of earlier ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one destination: the durable unit."""

    #: the order of acceptance in the store
    number: int
    #: the destination's name
    destination: str
    #: the id of its message
    message_id: str
    #: the name of the route that sent it there
    route: str
    #: the verified body of the webhook, to be read by `bridge.events.read`
    body: bytes
    #: 0 for the first time a message is told, then 1, 2, … each time it was changed
    revision: int
    #: when its event was accepted, or when it was last sent again by a person, aware
    accepted_at: datetime
    #: failed attempts so far
    attempts: int = 0
    #: not to be tried before this moment, aware; None: at once
    not_before: datetime | None = None
    #: when the last of the failed attempts failed, aware
    failed_at: datetime | None = None
    #: parts that the platform has accepted, in order
    confirmed: tuple[Confirmed, ...] = ()
    #: the parts that are to follow, in order; none before the first attempt
    planned: tuple[Planned, ...] = ()
    #: the form that the planned parts were rendered in
    form: Form = Form()
    #: the platform's thread that carries the chat at this destination, if one is known
    thread: str | None = None
    #: what stands in the channel of earlier revisions of the message: the newest post of each part
    earlier: tuple[Confirmed, ...] = ()

    def due(self, now: datetime) -> datetime | None:
        """Return when it is to be tried, aware; None: at once.

        After a clock was set back, `not_before` may be years away: the wait is never longer than
        the one that was asked for when the attempt failed.
        """
        if self.not_before is None or self.failed_at is None:
            return self.not_before
        return min(self.not_before, now + (self.not_before - self.failed_at))


class Remedy(StrEnum):
    """What can make a refused post pass."""

    NONE = "none"  #: nothing: the delivery is dead
    RICH_TEXT = "rich text"  #: the same words as blocks that need no reading by Slack
    PLAIN = "plain"  #: the same words as plain text
    ANONYMOUS = "anonymous"  #: without the agent's own name and picture
    UNTHREADED = "unthreaded"  #: in the channel instead of the thread
    NEW_THREAD = "new thread"  #: in a new thread: the known one is gone
    IN_PARTS = "in parts"  #: as parts instead of a file that holds the whole message
    LINKED = "linked"  #: with links to its files instead of the files themselves
    POSTED_AGAIN = "posted again"  #: as a new post: the earlier one can't be edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many more posts the platform takes at once."""

    #: the platform's name of the limit; a channel may have several
    bucket: str
    #: at least 1
    left: int
    #: when there will be more
    renewed_in: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The platform has the post."""

    confirmed: Confirmed
    #: the thread that the post stands in or has opened, if it can carry the chat
    thread: str | None = None
    #: how long the platform wants to be left alone before the lane's next post
    pause: timedelta = timedelta(0)
    #: what it takes before it wants that, if it says so
    quota: Quota | None = None
    #: the platform counts the answer among those for which it bans an address
    toward_ban: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The platform refused the post and always will, unless the remedy helps."""

    reason: str
    remedy: Remedy = Remedy.NONE
    #: not the post but the destination: its token, channel or webhook is gone or closed to us
    is_broken: bool = False
    #: the platform counts the answer among those for which it bans an address
    toward_ban: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """The post was certainly not taken; later it may be."""

    reason: str
    #: how long the platform wants to be left alone; None if it did not say
    retry_after: timedelta | None = None
    #: the wait is for every lane of the platform, not only for this one
    platform_wide: bool = False
    #: nothing in earlier answers had announced the limit
    hidden_limit: bool = False
    #: the platform counts the answer among those for which it bans an address
    toward_ban: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The answer was lost: the post may or may not have been taken."""

    reason: str
    #: how long the platform wants to be left alone; None if it did not say
    retry_after: timedelta | None = None


Failure = Rejected | Unavailable | Unknown
Outcome = Accepted | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The platform was asked for a post in doubt: it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsearchable:
    """The platform can't be asked for a post in doubt."""

    reason: str


#: what a look for a post in doubt has shown; Unknown: the platform could not answer just now
Search = Accepted | Absent | Unsearchable | Unknown
