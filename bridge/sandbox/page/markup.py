"""Safe HTML in small pieces, and the Markdown parser that both clients start from. No I/O."""

import re
from collections.abc import Callable, Iterator
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_SAFE_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
URL = r"https?://[^\s<>]*[^\s<>.,:;!?\"')\]}*_~|]"

#: a piece of text that has a look of its own, and what to draw for it
Piece = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def link(url: str, label: str) -> str:
    """Return *label*, which is HTML, as a link; only as itself if *url* isn't one to follow."""
    if not _SAFE_LINK.match(url):
        return label
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{label}</a>'


def bare_link(found: re.Match[str]) -> str:
    """Return a URL that stands in the text as a link."""
    return link(found.group(), escape(found.group()))


def picture(url: str) -> str:
    """Return a small picture; nothing if *url* leads to none."""
    if not url.startswith(("https://", "http://")):
        return ""
    return f'<img src="{escape(url)}" alt="" loading="lazy">'


def mention(name: str, *, pings: bool) -> str:
    """Return the chip of a mention, in red if it would have notified somebody."""
    kind = "ping" if pings else "mention"
    title = ' title="this would have notified somebody"' if pings else ""
    return f'<mark class="{kind}"{title}>{escape(name)}</mark>'


def reader(*pieces: Piece, breaks: bool = False) -> MarkdownIt:
    """Return a parser of plain Markdown whose HTML is safe, and that draws *pieces* in plain text.

    No HTML of the author's, no pictures: one that a post brings is a link.
    """
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": breaks, "maxNesting": 20})
    markdown.enable("strikethrough")

    def rule(state: StateCore) -> None:
        for token in state.tokens:
            if style := token.attrs.pop("style", None):
                # The page's policy allows no inline style; a table's cells bring one.
                token.attrs["class"] = str(style).removeprefix("text-align:")
            if token.children:
                token.children = list(_dressed(token.children, pieces))

    markdown.core.ruler.push("pieces", rule)
    return markdown


def _dressed(tokens: list[Token], pieces: tuple[Piece, ...]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "link_open":
            token.attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
        if token.type == "text" and depth == 0:
            yield _html(replaced(token.content, pieces))
        elif token.type == "image":
            source = str(token.attrGet("src"))
            yield _html(link(source, escape(token.content or source)))
        else:
            yield token


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def replaced(text: str, pieces: tuple[Piece, ...]) -> str:
    """Return *text* as HTML with *pieces* drawn; the first that matches somewhere has it."""
    if not pieces:
        return escape(text)
    (pattern, draw), *rest = pieces
    html, end = "", 0
    for found in pattern.finditer(text):
        html += replaced(text[end : found.start()], tuple(rest)) + draw(found)
        end = found.end()
    return html + replaced(text[end:], tuple(rest))
