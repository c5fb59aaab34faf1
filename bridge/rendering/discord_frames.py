"""What stands around the words of a message's posts on Discord: a line above, a line below. No I/O."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from bridge.destinations import DiscordDestination
from bridge.events import Message
from bridge.rendering.discord_markdown import DiscordMarkdown, DiscordPlain, line_starts
from bridge.rendering.headers import header, name_of
from bridge.rendering.templates import filled
from bridge.rendering.tree import Inline, Text, bold, visible

MAX_LINE_CHARS = 700  # ours: as it is written, so that most of a post is for its words
_MOST_PARTS = 9_999  # ours: no message has more
_DOT = Text(text=" · ")


class Label(NamedTuple):
    """What tells a post from the others of its message."""

    #: counted from 1, among the posts that share the words of the message
    part: int
    parts: int
    revision: int
    #: in the form without markup
    plain: bool


_FIRST_AND_LAST = [
    Label(part, _MOST_PARTS, revision, plain)
    for part, revision, plain in product((1, _MOST_PARTS), (0, 1), (False, True))
]


class Frame:
    """The lines of small print around the words of a message's posts.

    Room is kept for them before it is known how many posts there are. Where a template gives some
    post a line far longer than the first's and the last's, our own header stands there, no footer.
    """

    def __init__(self, message: Message, destination: DiscordDestination, *, route: str) -> None:
        self._message = message
        self._header = destination.header
        self._footer = destination.footer
        self._route = route
        headers = [
            *(self._own_header(label, named=True) for label in _FIRST_AND_LAST[-2:]),
            *self._probes(self._header, named=True),
        ]
        footers = self._probes(self._footer)
        self._room_above = min(max(map(len, headers)), MAX_LINE_CHARS)
        self._room_below = min(max(map(len, footers), default=0), MAX_LINE_CHARS)

    @property
    def room(self) -> int:
        """How many characters both lines take at most, in any form, with their line ends."""
        return self._room_above + self._room_below + 2

    def above(self, label: Label, *, named: bool = False) -> str:
        """Return the line above a post's words, with the agent's name if it is to be in it."""
        if self._header is None:
            return self._own_header(label, named=named)
        line = self._line(self._header, label, named=named)
        return line if len(line) <= self._room_above else self._own_header(label, named=named)

    def below(self, label: Label) -> str:
        """Return the line below the last words; "" if there is none."""
        if self._footer is None:
            return ""
        line = self._line(self._footer, label)
        return line if len(line) <= self._room_below else ""

    def footer(self, label: Label) -> str:
        """Return the line below the last words where Discord knows no marks; "" if there is none."""
        return "" if self._footer is None else visible(self._filled(self._footer, label))

    def _probes(self, template: str | None, *, named: bool = False) -> list[str]:
        if template is None:
            return []
        return [self._line(template, label, named=named) for label in _FIRST_AND_LAST]

    def _line(self, template: str, label: Label, *, named: bool = False) -> str:
        words = self._filled(template, label)
        return self._small((words,) if words else (), label, named=named)

    def _filled(self, template: str, label: Label) -> tuple[Inline, ...]:
        return filled(
            template,
            self._message,
            route=self._route,
            part=label.part,
            parts=label.parts,
            revision=label.revision,
        )

    def _own_header(self, label: Label, *, named: bool) -> str:
        part, parts, revision, _ = label
        head = header(self._message, part=part, parts=parts, revision=revision)
        return self._small([(Text(text=detail),) for detail in head.details], label, named=named)

    def _small(self, pieces: Sequence[Sequence[Inline]], label: Label, *, named: bool) -> str:
        """Return the pieces with dots between them as a line of small print; "" if there are none."""
        name = [(bold((Text(text=name_of(self._message.agent)),)),)] if named else []
        dotted = [inline for piece in (*name, *pieces) for inline in (_DOT, *piece)][1:]
        writer = DiscordPlain() if label.plain else DiscordMarkdown()
        words = line_starts(writer.inlines(dotted).replace("\n", " ").strip())
        return words if label.plain or not words else f"-# {words}"
