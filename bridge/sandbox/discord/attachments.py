"""Which files a Discord message has after a call: those it keeps, and the new ones. No I/O.

https://docs.discord.com/developers/reference#uploading-files
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.sandbox.discord.forms import Form, Upload
from bridge.sandbox.discord.values import Fault, no_list

#: what the message had before: an attachment's id -> the file
Kept = Mapping[str, Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """The files of a message after a call, in order."""

    #: what stays, by its id
    kept: Kept
    new: tuple[Upload, ...]


def attachments(form: Form, before: Kept) -> Attachments | Fault:
    """Return the files that a message has after a call, or what is wrong with its `attachments`.

    Without that list everything stays and every upload is added; with it, only what it names.
    """
    told = (form.message or {}).get("attachments")
    if told is None:
        return Attachments(kept=before, new=tuple(form.files.values()))
    at = ("attachments",)
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        return no_list(at)
    for number, item in enumerate(told):
        if str(item.get("id")) not in (*before, *form.files):
            said = f"Unknown attachment {item.get('id')}"
            return (*at, str(number), "id"), "ATTACHMENT_NOT_FOUND", said
    named = {str(item["id"]): item for item in told}
    return Attachments(
        kept={key: file for key, file in before.items() if key in named},
        new=tuple(_named(file, named[key]) for key, file in form.files.items() if key in named),
    )


def _named(file: Upload, item: Mapping[str, Any]) -> Upload:
    return replace(file, name=str(item.get("filename") or file.name))
