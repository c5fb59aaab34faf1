"""Reads the body of a Discord webhook call: JSON, or multipart with `payload_json` and files."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from aiohttp import web

from bridge.sandbox.answers import as_object


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The body of a webhook call."""

    body: bytes
    #: None: it is no JSON object
    message: Mapping[str, Any] | None
    #: the names of the files and their sizes in bytes
    files: Mapping[str, int]


async def form(request: web.Request) -> Form:
    """Return the body of *request*."""
    body = await request.read()
    if not request.content_type.startswith("multipart/"):
        return Form(body=body, message=as_object(body), files={})
    # aiohttp can't read multipart from a body that has been read: the stdlib does it from bytes.
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    payload, files = b"{}", {}
    for part in message_from_bytes(head + body, policy=HTTP).iter_parts():
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if name := part.get_filename():
            files[name] = len(content)
        else:
            payload = content
    return Form(body=body, message=as_object(payload), files=files)
