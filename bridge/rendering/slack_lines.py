"""The quiet lines above and below the words of a Slack post: who wrote it, or what the operator wants there. No I/O."""

import re
from dataclasses import dataclass
from typing import Any

from bridge.destinations import SlackDestination
from bridge.events import Message
from bridge.rendering.headers import Header, header, longest_header
from bridge.rendering.slack_markdown import SlackPlain, escaped
from bridge.rendering.slack_mrkdwn import small_print
from bridge.rendering.slack_posts import units
from bridge.rendering.templates import MAX_LINE_CHARS, filled

_MOST_GROWTH = 6  # an `&` becomes five characters; a link has brackets around its address


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a line can tell of a post besides its message."""

    route: str
    #: counted from 1
    part: int
    parts: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of small print in both of its forms; both are empty if there is nothing to say."""

    #: escaped, for a post without blocks
    text: str = ""
    #: one `context` block, or none
    blocks: tuple[dict[str, Any], ...] = ()


def above(message: Message, destination: SlackDestination, label: Label) -> Line:
    """Return the line above a post: agent, role, chat and part, or as the destination's `header` says."""
    if destination.header is not None:
        return _templated(destination.header, message, label)
    head = heading(message, label)
    details = {"type": "plain_text", "text": " · ".join(head.details), "emoji": False}
    return Line(text=_plain(head), blocks=(_context(_name(head.name), details),))


def below(message: Message, destination: SlackDestination, label: Label) -> Line:
    """Return the line below a post, as the destination's `footer` says."""
    if destination.footer is None:
        return Line()
    return _templated(destination.footer, message, label)


def heading(message: Message, label: Label) -> Header:
    """Return what a reader must know of a post."""
    return header(message, part=label.part, parts=label.parts, revision=label.revision)


def longest(message: Message, destination: SlackDestination) -> int:
    """Return how many UTF-16 units the lines of a post without blocks take at most."""
    given = sum(line is not None for line in (destination.header, destination.footer))
    return units(_plain(longest_header(message))) + given * MAX_LINE_CHARS * _MOST_GROWTH


def _plain(head: Header) -> str:
    return escaped(" · ".join((head.name, *head.details)))


def _name(name: str) -> dict[str, Any]:
    """Return the name in bold; one that mrkdwn would take for marks is shown plainly."""
    if re.search(r"[*_~`]|:[\w+'-]+:", name):
        return {"type": "plain_text", "text": name, "emoji": False}
    return {"type": "mrkdwn", "text": f"*{escaped(name)}*", "verbatim": True}


def _templated(template: str, message: Message, label: Label) -> Line:
    inlines = filled(
        template,
        message,
        route=label.route,
        part=label.part,
        parts=label.parts,
        revision=label.revision,
    )
    if not (text := SlackPlain().inlines(inlines).strip()):
        return Line()
    return Line(text=text, blocks=(_context(small_print(inlines)),))


def _context(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}
