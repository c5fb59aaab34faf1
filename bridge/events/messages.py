"""What an agent wrote, and who it is: `Message`, `Agent`, `File`, and the `Event` that tells it. No I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What a message is to its reader."""

    REPLY = "reply"  #: an answer in the chat
    PLAN = "plan"  #: a plan that waits for approval, was approved or was rejected
    NOTIFICATION = "notification"  #: the intermediate result of one step of a plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who wrote a message. NexusGPT may leave out all but the id, and even that."""

    #: opaque; None if NexusGPT did not say
    id: str | None = None
    #: the name to show, e.g. "Max Evans"
    name: str | None = None
    #: a job title in free text
    role: str | None = None
    #: an http(s) address of a picture
    avatar_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was sent with a message. Its fields are not documented; these are likely."""

    name: str
    url: str | None = None


class Message(NamedTuple):
    """What an agent wrote. A tuple, since one is made for each webhook: a frozen class costs ten times that."""

    #: unique and opaque
    id: str
    #: the chat it was written in, opaque
    chat_id: str
    #: who wrote it
    agent: Agent
    #: the text, Markdown by custom; "" if there is none
    content: str
    #: what it is to its reader
    kind: Kind = Kind.REPLY
    #: the state of the plan, e.g. "PLAN_PENDING"; None when there is no plan
    plan_state: str | None = None
    #: the plan, of unknown shape; None when there is none. When what is carried out is not what was
    #: proposed, both as "contentJson" and "executionPlan"
    plan: Any = None
    #: files sent with it
    files: tuple[File, ...] = ()
    #: when it was written, aware; None if NexusGPT did not say or it can't be read
    created_at: datetime | None = None

    @property
    def fingerprint(self) -> bytes:
        """16 bytes that change when content or plan change: a new revision of the same message.

        Files and timestamps are left out: their links and values may differ between two calls
        of the webhook that tell the same.
        """
        digest = blake2b(self.content.encode(), digest_size=16)
        if self.kind is Kind.PLAN or self.plan is not None:
            plan = json.dumps([len(self.content), self.plan_state, self.plan], sort_keys=True)
            digest.update(plan.encode())
        return digest.digest()


class Event(NamedTuple):
    """What a webhook says: a message to bring on, or a reason to ignore it."""

    #: e.g. "MESSAGE_FINALIZED"
    type: str
    #: None when the event is to be ignored
    message: Message | None = None
    #: why it is ignored, one clause; None when it is not
    ignored: str | None = None
    #: of the message that is ignored, for the log; None if it is not told
    message_id: str | None = None


def introduce(message: Message, agents: Mapping[str, Agent]) -> Message:
    """Return the message with what `agents` knows of its agent where NexusGPT left it out."""
    known = agents.get(message.agent.id or "")
    if known is None:
        return message
    wrote = message.agent
    agent = replace(
        wrote,
        name=wrote.name or known.name,
        role=wrote.role or known.role,
        avatar_url=wrote.avatar_url or known.avatar_url,
    )
    return message._replace(agent=agent)
