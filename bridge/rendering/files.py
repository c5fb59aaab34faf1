"""A file that goes into the channel: the whole of a long message, or one that was sent with it. No I/O."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bridge.deliveries import Form, Remedy
from bridge.destinations import Destination, SlackDestination
from bridge.events import File, Message
from bridge.rendering import links, plans
from bridge.rendering.tree import Item, List, Paragraph, Text


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
MAX_LINKED_URL_CHARS = 4_000  # ours: with its name, the link of a file is one line of a post
MAX_LINKED_NAME_CHARS = 1_000  # ours: likewise
MAX_ENDING_CHARS = 12  # ours: what is longer behind the last point is no ending
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


def uploads(message: Message, destination: Destination) -> tuple[File, ...]:
    """Return the files of the message that get a part of their own each, after those of its text.

    In the form `linked` such a part is a line with the file's link instead, so the number of parts
    is the same. All other files are listed in the message's text, which can be split.
    """
    if destination.files == "link":
        return ()
    return tuple(filter(_fits_one_line, message.files))


def listed(message: Message, uploaded: Collection[File]) -> list[File]:
    """Return the files of the message that are named in its text."""
    return [file for file in message.files if file not in uploaded]


def _fits_one_line(file: File) -> bool:
    url = file.url or ""
    return 0 < len(url) <= MAX_LINKED_URL_CHARS and len(file.name) <= MAX_LINKED_NAME_CHARS


def is_one_file(parts: int, destination: Destination, form: Form) -> bool:
    """Tell whether a message of so many parts of text is its first part and a file with all of it.

    An incoming webhook of Slack's takes no files.
    """
    takes_files = not isinstance(destination, SlackDestination) or destination.channel is not None
    return parts > destination.max_parts and takes_files and not form.in_parts


def linked(*files: File) -> List:
    """Return a line for each file, which names it and leads to it."""
    return List(items=tuple(map(_item, files)))


def _item(file: File) -> Item:
    name = (Text(text=" ".join(file.name.split()) or "file"),)
    shown = links.link(file.url, name) if file.url else name
    return Item(blocks=(Paragraph(inlines=(Text(text="📎 "), *shown)),))


def whole(message: Message) -> str:
    """Return all that the message says, as the agent wrote it: the text of its file."""
    files = "\n".join(f"- {file.name} {file.url or ''}".rstrip() for file in message.files)
    pieces = (message.content, _plan(message.plan), files)
    return _LONE_SURROGATE.sub("\ufffd", "\n\n".join(filter(None, pieces)) + "\n")


def _plan(plan: object) -> str:
    """Return the plan in a fence that nothing in it can close."""
    if plan is None:
        return ""
    text = plans.pretty(plan)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}json\n{text}\n{fence}"


def whole_name(message: Message) -> str:
    """Return the name of the file that holds the whole message."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{message.agent.name or 'message'} {message.id}")
    return f"{words.strip('-').lower()[:MAX_NAME_CHARS]}.md"


def name_of(file: File) -> str:
    """Return the file's name so that it is one on any disk; its ending stays."""
    seen = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in file.name)
    words = _NOT_IN_NAMES.sub("-", " ".join(seen.split())).strip(". ")
    front, point, ending = words.rpartition(".")
    if not front or len(ending) > MAX_ENDING_CHARS:
        return words[:MAX_NAME_CHARS] or "file"
    return f"{front[:MAX_NAME_CHARS]}{point}{ending}"
