"""Reads the body of a Discord webhook call: JSON, or multipart with `payload_json` and files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import MIMEPart
from email.policy import HTTP
from typing import Any

from aiohttp import web

from bridge.sandbox.answers import as_object

# https://docs.discord.com/developers/reference#uploading-files
_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a message."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The body of a webhook call."""

    body: bytes
    #: None: it is no JSON object
    message: Mapping[str, Any] | None
    #: the number in `files[n]` -> the file
    files: Mapping[str, Upload]


async def form(request: web.Request) -> Form:
    """Return the body of *request*."""
    body = await request.read()
    if not request.content_type.startswith("multipart/"):
        return Form(body=body, message=as_object(body or b"{}"), files={})
    # aiohttp can't read multipart from a body that has been read: the stdlib does it from bytes.
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message: dict[str, Any] | None = {}
    files: dict[str, Upload] = {}
    for part in message_from_bytes(head + body, policy=HTTP).iter_parts():
        name, content = _name(part, "name"), part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if filename := _name(part, "filename"):
            numbered = _FILE_FIELD.fullmatch(name)
            number = numbered[1] if numbered else str(len(files))
            files[number] = Upload(name=filename, data=content)
        elif name == "payload_json":
            message = as_object(content)
        elif message is not None:
            message[name] = content.decode()
    return Form(body=body, message=message, files=files)


def _name(part: MIMEPart, key: str) -> str:
    """Return a name of a part: HTTP sends it in UTF-8, which the stdlib keeps as surrogates."""
    value = str(part.get_param(key, "", header="content-disposition"))
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
