"""The body of a webhook -> `Event`: NexusGPT's wire, read leniently. No I/O."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn, cast

import orjson

from bridge.errors import BadBody
from bridge.events.messages import Agent, Event, File, Kind, Message

MESSAGE_FINALIZED = "MESSAGE_FINALIZED"
#: ours: asks whether an event would be verified and stored, and is never posted
PROBE = "NEXUSGPT_BRIDGE_PROBE"
MAX_ID_CHARS = 256  # ours: real ids have 16 to 36 characters; an id is a key in the store
MAX_PLAN_DEPTH = 100  # ours: levels of nesting, far below what Python's own recursion bears
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


#: stricter than `json.loads`, which takes NaN and Infinity for JSON
_decode = json.JSONDecoder(parse_constant=_not_json).decode


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
    if event_type == PROBE:
        return Event(type=event_type, ignored="a probe")
    if event_type != MESSAGE_FINALIZED:
        return Event(type=event_type, ignored=f'unknown event "{_shortened(event_type)}"')
    payload = envelope.get("payload")
    if not isinstance(payload, dict):
        raise BadBody('the event has no "payload" object')
    if (reason := _reason_to_ignore(payload)) is not None:
        message_id = (_text(payload.get("id")) or "")[:MAX_ID_CHARS] or None
        return Event(type=event_type, ignored=reason, message_id=message_id)
    return Event(type=event_type, message=_message(payload))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _patiently_decoded(body)
    if not isinstance(value, dict):
        raise BadBody("the body is not a JSON object")
    return cast(dict[str, Any], value)


def _patiently_decoded(body: bytes) -> Any:
    """Read what orjson refuses and others send all the same: a BOM, halves of characters."""
    try:
        return _decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or an endless number
        raise BadBody("the body is not JSON in UTF-8") from None


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
        plan=_plans(payload.get("contentJson"), payload.get("executionPlan")),
        files=_files(payload.get("files")),
        created_at=_time(payload.get("createdAt")),
    )


def _kind(payload: dict[str, Any], plan_state: str | None) -> Kind:
    if plan_state is not None:
        return Kind.PLAN
    return Kind.NOTIFICATION if payload.get("isNotification") is True else Kind.REPLY


def _agent(payload: dict[str, Any]) -> Agent:
    wire = payload.get("virtualSender")
    sender_id = payload.get("virtualSenderId")
    pairs = tuple(wire.items()) if isinstance(wire, dict) else ()
    try:
        return _agent_of(sender_id, pairs)
    except TypeError:  # a field holds an object or a list, which no cache takes
        return _agent_of.__wrapped__(sender_id, pairs)


@lru_cache(maxsize=128)  # the same few agents write again and again
def _agent_of(sender_id: Any, pairs: tuple[tuple[str, Any], ...]) -> Agent:
    """Return the agent that its sender's id and the fields on the wire describe."""
    # The webhook's example elides the agent; other pages spell its fields in both ways.
    told = dict(pairs)
    first = _word(told, "first_name", "firstName")
    last = _word(told, "last_name", "lastName")
    return Agent(
        id=_word({"id": sender_id}, "id") or _word(told, "id"),
        name=" ".join(filter(None, (first, last))) or _word(told, "name"),
        role=_word(told, "role"),
        avatar_url=_link(_word(told, "profile_picture", "profilePicture")),
    )


def _files(wire: Any) -> tuple[File, ...]:
    if not isinstance(wire, list):
        return ()
    return tuple(_file(fields) for fields in wire if isinstance(fields, dict))


def _file(fields: dict[str, Any]) -> File:
    url = _link(_word(fields, "url"))
    return File(name=_word(fields, "name", "filename", "id") or "file", url=url)


def _plans(proposed: Any, executed: Any) -> Any:
    """Return what was proposed or what is carried out; both, under the wire's names, if they differ."""
    if not (any(executed.values()) if isinstance(executed, dict) else executed):
        return _plan(proposed)
    proposed, executed = _plan(proposed), _plan(executed)
    if proposed is None or proposed == executed:
        return executed
    return {"contentJson": proposed, "executionPlan": executed}


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
