"""The embed that frames a message where a destination's `style` is "embed". No I/O.

What Discord refuses of an embed is an address, a date or a length (code 50035), not that there is
one: its documentation names no permission for it. So the plain form is an embed too, of plain text
without address and date: https://docs.discord.com/developers/resources/message#embed-object
"""

from typing import Any

from bridge.events import Kind, Message
from bridge.rendering.discord_markdown import unpinged
from bridge.rendering.headers import MAX_NAME_CHARS, Header, one_line

# https://docs.discord.com/developers/resources/message#embed-object-embed-limits; code points.
# Author and footer have far less than their 256 and 2,048, so all texts have less than 6,000.
MAX_DESCRIPTION_CHARS = 4_096
COLOURS = {
    Kind.REPLY: 0x5865F2,
    Kind.PLAN: 0xF0B232,
    Kind.NOTIFICATION: 0x80848E,
}


def embed(
    message: Message, head: Header, words: str, *, footer: str, plain: bool
) -> dict[str, Any]:
    """Return the message's words in an embed: who wrote them above, chat and part below.

    `words` are in Discord's Markdown; `footer` is what else is to stand below, "" for nothing.
    """
    role = one_line(message.agent.role or "", MAX_NAME_CHARS)
    of_author = int(role != "") + int(message.kind is Kind.NOTIFICATION)
    author = (head.name, *head.details[:of_author])
    below = filter(None, (footer, *head.details[of_author:]))
    framed: dict[str, Any] = {
        "description": words,
        "color": COLOURS[message.kind],
        "author": {"name": unpinged(" · ".join(author))},
        "footer": {"text": unpinged(" · ".join(below))},
    }
    return framed if plain else _dated(_pictured(framed, message), message)


def _pictured(framed: dict[str, Any], message: Message) -> dict[str, Any]:
    icon = message.agent.avatar_url or ""
    if not icon.startswith("https://"):
        return framed
    return {**framed, "author": {**framed["author"], "icon_url": icon}}


def _dated(framed: dict[str, Any], message: Message) -> dict[str, Any]:
    if message.created_at is None:
        return framed
    return {**framed, "timestamp": message.created_at.isoformat()}
