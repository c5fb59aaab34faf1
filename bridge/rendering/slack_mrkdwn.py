"""Inlines -> small print in Slack: an element of a `context` block, as mrkdwn where that is safe. No I/O.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bridge.rendering.links import target
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackPlain, escaped
from bridge.rendering.tree import Code, Emphasis, Inline, Link, Strike, Strong, Text, visible

_MARKS = {"**": "*", "*": "_", "~~": "~"}
# mrkdwn has no escapes: words that hold its marks, its quotes or its emoji can't stand in it.
_UNSAFE = re.compile(r"`|[*_~](?!\w)|(?<!\w)[*_~]|^\s*>|:[\w+'-]+:", re.MULTILINE)


def small_print(inlines: Sequence[Inline]) -> dict[str, Any]:
    """Return the inlines as an element of a `context` block; without looks where they aren't safe."""
    if all(isinstance(inline, Text) for inline in inlines) or _UNSAFE.search(visible(inlines)):
        return {"type": "plain_text", "text": Plain().inlines(inlines), "emoji": False}
    return {"type": "mrkdwn", "text": _Mrkdwn().inlines(inlines), "verbatim": True}


class _Mrkdwn(SlackPlain):
    """Slack's own markup, for words in which nothing can be taken for a mark."""

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """Write what stands in a line; a mark that touches a letter outside would be none."""
        line = tuple(inlines)
        return "".join(
            SlackPlain().inline(inline) if _touches(line, index) else self.inline(inline)
            for index, inline in enumerate(line)
        )

    def code(self, code: str) -> str:
        """Write code between marks."""
        return f"`{escaped(code)}`" if code.strip() else escaped(code)

    def styled(self, mark: str, inlines: Iterable[Inline]) -> str:
        """Write inlines between marks, which must touch them."""
        text = self.inlines(inlines)
        words = text.strip()
        front, _, back = text.partition(words) if words else (text, "", "")
        return f"{front}{_MARKS[mark]}{words}{_MARKS[mark]}{back}" if words else text

    def link(self, link: Link) -> str:
        """Write a link with its label."""
        label = " ".join(visible(link.inlines).split())
        return f"<{escaped(target(link.url))}|{escaped(label)}>"


def _touches(line: Sequence[Inline], index: int) -> bool:
    """Tell whether a letter stands right before or behind an inline that needs marks."""
    if not isinstance(line[index], Strong | Emphasis | Strike | Code):
        return False
    before, after = visible(line[:index])[-1:], visible(line[index + 1 :])[:1]
    return any(re.match(r"\w", char) for char in (before, after))
