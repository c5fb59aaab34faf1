"""What NexusGPT tells us: `read` turns the body of a webhook into an `Event`. No I/O.

Their wire is read leniently: only the ids of a message and its chat are required, ids are opaque
strings, unknown fields are fine, and a field of an unexpected shape counts as left out. What the
wire means is described on https://docs.gpt.nexus/webhooks and https://docs.gpt.nexus/messages.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NoReturn, cast

from bridge.errors import BadBody

MESSAGE_FINALIZED = "MESSAGE_FINALIZED"
MAX_ID_CHARS = 256  # ours: real ids have 16 to 36 characters; an id is a key in the store
MAX_PLAN_DEPTH = 100  # ours: levels of nesting, far below what Python's own recursion bears
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


#: stricter than `json.loads`, which takes NaN and Infinity for JSON
_decode = json.JSONDecoder(parse_constant=_not_json).decode


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What an agent wrote."""

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
    #: the plan, of unknown shape; None when there is none
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a webhook says: a message to bring on, or a reason to ignore it."""

    #: e.g. "MESSAGE_FINALIZED"
    type: str
    #: None when the event is to be ignored
    message: Message | None = None
    #: why it is ignored, one clause; None when it is not
    ignored: str | None = None


def read(body: bytes) -> Event:
    """Read the body of a webhook.

    Raises BadBody for anything that is not a JSON object with the type of an event, and for a
    message of an agent without `id` or `chatId`.
    """
    envelope = _json_object(body)
    # The guide's prose says `type`, its examples `event`; `payload.type` is something else.
    event_type = _text(envelope.get("event")) or _text(envelope.get("type"))
    if event_type is None:
        raise BadBody('the body names no event: it has neither "event" nor "type"')
    if event_type != MESSAGE_FINALIZED:
        return Event(type=event_type, ignored=f'unknown event "{_shortened(event_type)}"')
    payload = envelope.get("payload")
    if not isinstance(payload, dict):
        raise BadBody('the event has no "payload" object')
    if (reason := _reason_to_ignore(payload)) is not None:
        return Event(type=event_type, ignored=reason)
    return Event(type=event_type, message=_message(payload))


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
    return replace(message, agent=agent)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = _decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or an endless number
        raise BadBody("the body is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise BadBody("the body is not a JSON object")
    return cast(dict[str, Any], value)


def _reason_to_ignore(payload: dict[str, Any]) -> str | None:
    sender_type = _text(payload.get("senderType"))
    if sender_type not in (None, "VIRTUAL_EMPLOYEE"):
        return "written by a user" if sender_type == "USER" else "not written by an agent"
    if payload.get("isTemporary") is True:
        return "a temporary message"
    if payload.get("status") == "IN_PROGRESS":
        return "still being written"
    return None


def _message(payload: dict[str, Any]) -> Message:
    plan_state = _text(payload.get("type"))
    return Message(
        id=_id(payload, "id"),
        chat_id=_id(payload, "chatId"),
        agent=_agent(payload),
        content=_text(payload.get("content")) or "",
        kind=_kind(payload, plan_state),
        plan_state=plan_state,
        plan=_plan(payload.get("contentJson")),
        files=_files(payload.get("files")),
        created_at=_time(payload.get("createdAt")),
    )


def _kind(payload: dict[str, Any], plan_state: str | None) -> Kind:
    if plan_state is not None:
        return Kind.PLAN
    return Kind.NOTIFICATION if payload.get("isNotification") is True else Kind.REPLY


def _agent(payload: dict[str, Any]) -> Agent:
    wire = payload.get("virtualSender")
    fields: dict[str, Any] = wire if isinstance(wire, dict) else {}
    # The webhook's example elides the agent; other pages spell its fields in both ways.
    first = _word(fields, "first_name", "firstName")
    last = _word(fields, "last_name", "lastName")
    return Agent(
        id=_word(payload, "virtualSenderId") or _word(fields, "id"),
        name=" ".join(filter(None, (first, last))) or _word(fields, "name"),
        role=_word(fields, "role"),
        avatar_url=_link(_word(fields, "profile_picture", "profilePicture")),
    )


def _files(wire: Any) -> tuple[File, ...]:
    if not isinstance(wire, list):
        return ()
    return tuple(_file(fields) for fields in wire if isinstance(fields, dict))


def _file(fields: dict[str, Any]) -> File:
    url = _link(_word(fields, "url"))
    return File(name=_word(fields, "name", "filename", "id") or "file", url=url)


def _plan(wire: Any) -> Any:
    # "No plan" is null on one page and {"content": null} in the example of another.
    if wire is None or (isinstance(wire, dict) and not any(v is not None for v in wire.values())):
        return None
    if _is_deeper_than(MAX_PLAN_DEPTH, wire):
        raise BadBody(f"the plan is nested more than {MAX_PLAN_DEPTH} levels deep")
    return wire


def _is_deeper_than(levels: int, value: Any) -> bool:
    level = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _id(payload: dict[str, Any], key: str) -> str:
    value = payload.get(key)
    text = str(value) if type(value) is int else _text(value)
    if not text:
        raise BadBody(f'the message has no "{key}"')
    if len(text) > MAX_ID_CHARS:
        raise BadBody(f'the message\'s "{key}" is longer than {MAX_ID_CHARS} characters')
    return text


def _word(fields: dict[str, Any], *keys: str) -> str | None:
    """Return the first of the fields that holds text, on one line."""
    for key in keys:
        text = _text(fields.get(key))
        if text and (words := " ".join(text.split())):
            return words
    return None


def _text(value: Any) -> str | None:
    """Return text that can be stored and sent: NUL and halves of characters are replaced."""
    if not isinstance(value, str):
        return None
    if value.isascii() and "\0" not in value:
        return value
    return _NOT_TEXT.sub("\ufffd", value)


def _link(url: str | None) -> str | None:
    return url if url is not None and url.startswith(("https://", "http://")) else None


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
