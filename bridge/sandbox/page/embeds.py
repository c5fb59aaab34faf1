"""Discord's embeds as HTML: a coloured bar, author, title, text, fields, footer and time. No I/O.

https://docs.discord.com/developers/resources/message#embed-object
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from bridge.sandbox.page.markup import link, picture

Embed = Mapping[str, Any]
#: Discord's Markdown -> HTML
Write = Callable[[str], str]


def embed(shown: Embed, write: Write) -> str:
    """Return one embed; the bar gets its colour from the page's script, as its policy forbids styles."""
    title = escape(str(shown.get("title") or ""))
    parts = (
        _author(shown.get("author") or {}),
        f"<h3>{link(str(shown.get('url') or ''), title)}</h3>" if title else "",
        write(str(shown.get("description") or "")),
        *(_field(field, write) for field in shown.get("fields") or ()),
        _footer(shown.get("footer") or {}, shown.get("timestamp")),
    )
    return f'<div class="embed"{_colour(shown.get("color"))}>{"".join(parts)}</div>'


def _colour(value: object) -> str:
    return f' data-colour="#{value & 0xFFFFFF:06x}"' if isinstance(value, int) and value else ""


def _author(author: Embed) -> str:
    name = escape(str(author.get("name") or ""))
    label = link(str(author.get("url") or ""), name)
    icon = picture(str(author.get("icon_url") or ""))
    return f'<p class="author">{icon}<b>{label}</b></p>' if name else ""


def _field(field: Embed, write: Write) -> str:
    return f"<div><strong>{escape(str(field['name']))}</strong>{write(str(field['value']))}</div>"


def _footer(footer: Embed, timestamp: object) -> str:
    parts = (str(footer.get("text") or ""), _time(timestamp) if timestamp else "")
    words = escape(" • ".join(filter(None, parts)))
    icon = picture(str(footer.get("icon_url") or ""))
    return f"<small>{icon}{words}</small>" if words else ""


def _time(timestamp: object) -> str:
    try:
        time = datetime.fromisoformat(str(timestamp)).astimezone()
    except ValueError:
        return str(timestamp)
    return f"{time:%Y-%m-%d %H:%M}"
