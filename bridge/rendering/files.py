"""A file that goes into the channel: the whole of a long message, or one that was sent with it. No I/O."""

import json
import re
from dataclasses import dataclass

from bridge.deliveries import Form, Remedy
from bridge.destinations import Destination
from bridge.events import File, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePost:
    """What one upload puts into a channel. Either `text` or `url` is given."""

    #: the file's name, one line, safe as a name on any disk
    name: str
    #: what stands in it
    text: str | None = None
    #: where it can be fetched, http or https; whether it may be is for the sender to find out
    url: str | None = None
    #: one line above it, in the platform's own markup; "" for none
    comment: str = ""
    #: the name to post under where the platform allows it; None for the app's or webhook's own
    username: str | None = None
    #: the picture to post under, likewise
    icon_url: str | None = None
    #: what carries the same to the reader when the platform refuses it, or it can't be fetched
    otherwise: Remedy
    #: counted from 1
    part: int
    parts: int

    @property
    def size(self) -> int:
        """How many characters are uploaded; 0 for what is yet to be fetched."""
        return len(self.text or "")

    @property
    def limit(self) -> int:
        """How many characters may be uploaded: no message comes near to it."""
        return MAX_FILE_CHARS


#: Discord takes 10 MiB per file, Slack far more; a character has at most 4 bytes
#: https://docs.discord.com/developers/reference#uploading-files
MAX_FILE_CHARS = 2_500_000
MAX_NAME_CHARS = 60  # ours


def uploads(message: Message, destination: Destination) -> tuple[File, ...]:
    """Return the files of the message that get a part of their own each, after those of its text.

    In the form `linked` such a part is a line with the file's link instead, so the number of parts
    is the same. All other files are listed in the message's text.
    """
    if destination.files == "link":
        return ()
    return tuple(file for file in message.files if file.url is not None)


def is_one_file(parts: int, destination: Destination, form: Form) -> bool:
    """Tell whether a message of so many parts of text is its first part and a file with all of it."""
    return parts > destination.max_parts and not form.in_parts


def whole(message: Message) -> str:
    """Return all that the message says, as the agent wrote it: the text of its file."""
    plan = "" if message.plan is None else json.dumps(message.plan, indent=2, ensure_ascii=False)
    files = "\n".join(f"- {file.name} {file.url or ''}".rstrip() for file in message.files)
    pieces = (message.content, f"```json\n{plan}\n```" if plan else "", files)
    return "\n\n".join(filter(None, pieces)) + "\n"


def whole_name(message: Message) -> str:
    """Return the name of the file that holds the whole message."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{message.agent.name or 'message'} {message.id}")
    return f"{words.strip('-').lower()[:MAX_NAME_CHARS]}.md"
