"""How Slack's Web API is spoken: arguments, tokens and refusals of any method."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bridge.sandbox.answers import Answer, as_object, in_json
from bridge.sandbox.slack.checks import Fault
from bridge.sandbox.slack.workspace import SlackToken

#: arguments that a form carries as JSON
_STRUCTURED = ("blocks", "attachments", "files", "metadata")


def failed(word: str, **more: object) -> Answer:
    """Return Slack's way to say no: HTTP 200 and an error word."""
    return in_json({"ok": False, "error": word, **more}, error=word)


def missing_scope(token: SlackToken, *needed: str) -> Answer:
    """Return the refusal of a call that *token* has no scope for."""
    provided = ",".join(sorted(token.scopes))
    return failed("missing_scope", needed=",".join(needed), provided=provided)


def refused(word: str, faults: list[Fault]) -> Answer:
    """Return the refusal of a message, with a JSON pointer to each fault."""
    if not faults:
        return failed(word)
    said = [f"{what} [json-pointer:{at}]" for what, at in faults]
    return failed(word, errors=said, response_metadata={"messages": [f"[ERROR] {s}" for s in said]})


async def arguments(request: web.Request) -> dict[str, Any] | None:
    """Return the arguments of a call, from JSON, a form or the query; None if they can't be read."""
    if request.content_type == "application/json":
        return as_object(await request.read())
    form = await request.post() if request.can_read_body else {}
    return {key: _value(key, value) for key, value in (*request.query.items(), *form.items())}


def _value(key: str, value: object) -> object:
    if key not in _STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def bearer(request: web.Request, given: Mapping[str, Any]) -> str:
    """Return the token of a call, from its header or its arguments; "" if there is none."""
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(given.get("token", ""))
