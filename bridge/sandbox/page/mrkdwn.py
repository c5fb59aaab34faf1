"""Slack's own markup, mrkdwn, and its tokens in angle brackets, drawn as HTML. No I/O.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby

from bridge.sandbox.page.markup import URL, Piece, bare_link, link, mention, replaced

TOKEN = re.compile(r"<([!@#][^<>\n]+|(?:https?|mailto):[^<>\n]+)>")
_FENCE = re.compile(r"```\n?(.*?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:>|&gt;) ?")


def token(found: re.Match[str]) -> str:
    """Return what Slack shows for a token: a link, a channel, or a mention."""
    target, _, label = found[1].partition("|")
    if target.startswith(("!", "@")):
        name = label or target[1:].partition("^")[2] or target[1:]
        return mention("@" + name.removeprefix("@"), pings=not target.startswith("!date"))
    if target.startswith("#"):
        return mention("#" + (label or target[1:]), pings=False)
    return link(unescape(target), escape(unescape(label or target)))


def mrkdwn(text: str) -> str:
    """Return *text* as HTML."""
    html, end = "", 0
    for fence in _FENCE.finditer(text):
        html += _lines(text[end : fence.start()]) + f"<pre>{_plain(fence[1])}</pre>"
        end = fence.end()
    return html + _lines(text[end:])


def unmarked(text: str) -> str:
    """Return *text* as HTML where Slack was told to read no marks: only tokens and addresses live."""
    return "<p>" + _unescaped(replaced(text.strip("\n"), _TOKENS)).replace("\n", "<br>") + "</p>"


def _plain(text: str) -> str:
    # Slack decodes three entities; HTML escapes are put back for what they stand for.
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return escape(text)


def _lines(text: str) -> str:
    return "".join(_paragraphs(text.strip("\n").split("\n")))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    for quoted, group in groupby(lines, key=lambda line: bool(_QUOTE.match(line))):
        found = [_inline(_QUOTE.sub("", line) if quoted else line) for line in group]
        html = "<br>".join(found)
        if html:
            yield f"<blockquote>{html}</blockquote>" if quoted else f"<p>{html}</p>"


def _inline(text: str) -> str:
    html, end = "", 0
    for piece in re.finditer(r"`([^`\n]+)`", text):
        html += _styled_text(text[end : piece.start()]) + f"<code>{_plain(piece[1])}</code>"
        end = piece.end()
    return html + _styled_text(text[end:])


def _styled_text(text: str) -> str:
    return _unescaped(replaced(text, _PIECES))


def _unescaped(html: str) -> str:
    """Undo the second of two escapes: Slack's senders escape, and so does the way to HTML."""
    return re.sub(r"&amp;(lt|gt|amp);", r"&\1;", html)


def _styled(sign: str, tag: str) -> Piece:
    pattern = (
        rf"(?<![\w{re.escape(sign)}]){re.escape(sign)}(?!\s)([^\n]+?)(?<!\s){re.escape(sign)}(?!\w)"
    )
    return re.compile(pattern), lambda found: f"<{tag}>{replaced(found[1], _PIECES)}</{tag}>"


_TOKENS: tuple[Piece, ...] = ((TOKEN, token), (re.compile(URL), bare_link))
_PIECES: tuple[Piece, ...] = (
    *_TOKENS,
    _styled("*", "strong"),
    _styled("_", "em"),
    _styled("~", "s"),
)
