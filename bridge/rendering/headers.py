"""The header that every post begins with: who wrote it, where, and which part it is. No I/O."""

import unicodedata
from dataclasses import dataclass

from bridge.events import Agent, Kind, Message
from bridge.rendering.graphemes import shortened

MAX_NAME_CHARS = 80  # ours, and what Discord takes as a name
MAX_CHAT_ID_CHARS = 64  # ours: real ids have 16 to 36 characters
_MOST_PARTS = 9_999  # ours: so many that the room for the label is never too small


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a reader must know of each post."""

    #: the agent's name, else its id, else "agent"; one line, never empty
    name: str
    #: role, kind, chat, number of the part and whether it was changed, as far as there is something to say
    details: tuple[str, ...]


def header(message: Message, *, part: int, parts: int, revision: int) -> Header:
    """Return the header of one part of the message."""
    details = (
        one_line(message.agent.role or "", MAX_NAME_CHARS),
        "notification" if message.kind is Kind.NOTIFICATION else "",
        f"chat {one_line(message.chat_id, MAX_CHAT_ID_CHARS)}",
        f"{part}/{parts}" if parts > 1 else "",
        "updated" if revision > 0 else "",
    )
    return Header(name=name_of(message.agent), details=tuple(filter(None, details)))


def name_of(agent: Agent) -> str:
    """Return what to call the agent: its name, else its id, else "agent"; one line, never empty."""
    names = (one_line(told or "", MAX_NAME_CHARS) for told in (agent.name, agent.id, "agent"))
    return next(filter(None, names))


def longest_header(message: Message) -> Header:
    """Return a header of the message that no other one exceeds: the room to keep free for it."""
    return header(message, part=_MOST_PARTS, parts=_MOST_PARTS, revision=1)


def one_line(text: str, chars: int) -> str:
    """Return the text on one line, without `harmless` finding anything in it, shortened to so many characters."""
    return shortened(" ".join(harmless(text).split()), chars)


def harmless(text: str) -> str:
    """Return the text with spaces for characters that change what stands around them, as line ends do."""
    return "".join(char if _is_harmless(char) else " " for char in text)


def _is_harmless(char: str) -> bool:
    # Cc, Cf, Cs: controls, direction marks and the like, halves of characters; emoji need U+200D
    return char == "\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
