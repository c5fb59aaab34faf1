"""The files of a post as HTML: name, size, and the first lines of what can be read. No I/O."""

from html import escape
from itertools import zip_longest

from bridge.sandbox.arrivals import Arrived

#: both clients show the beginning of a text file
SHOWN_LINES = 8
SHOWN_CHARS = 1_000
_READABLE = (".md", ".txt", ".csv", ".json", ".log")
_KIB = 1024


def files(post: Arrived) -> str:
    """Return a card for each file of *post*; of one without contents only its name is known."""
    pairs = zip_longest(post.files, post.contents[: len(post.files)])
    return "".join(_card(str(name), content) for name, content in pairs)


def _card(name: str, content: bytes | None) -> str:
    title = f"📎 {escape(name)}"
    if content is None:
        return f'<p class="file">{title}</p>'
    shown = _beginning(content) if name.lower().endswith(_READABLE) else ""
    below = f"<pre>{escape(shown)}</pre>" if shown else ""
    return f'<div class="file"><p>{title} <span>{_size(len(content))}</span></p>{below}</div>'


def _beginning(content: bytes) -> str:
    text = content.decode("utf-8", "replace").strip()
    lines = text[:SHOWN_CHARS].split("\n")[:SHOWN_LINES]
    shown = "\n".join(lines)
    return shown if shown == text else f"{shown} …"


def _size(count: int) -> str:
    return f"{count} bytes" if count < _KIB else f"{count / _KIB:,.1f} KB"
