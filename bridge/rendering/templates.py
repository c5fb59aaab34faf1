"""The operator's own line above or below a post: a template, filled with what is known of the post. No I/O.

Jinja2 (https://jinja.palletsprojects.com/en/stable/templates/) in a sandbox, within what
`expressions` lets it say. Its text is Markdown; what its expressions give is not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import TemplateError

from bridge.events import Agent, Kind, Message
from bridge.rendering import links, markdown
from bridge.rendering.expressions import VALUES, TemplateFault, compiled, mark_of
from bridge.rendering.graphemes import shortened
from bridge.rendering.headers import (
    MAX_CHAT_ID_CHARS,
    MAX_NAME_CHARS,
    harmless,
    header,
    name_of,
    one_line,
)
from bridge.rendering.tree import (
    Code,
    Emphasis,
    Image,
    Inline,
    Link,
    Paragraph,
    Strike,
    Strong,
    Text,
    visible,
)

__all__ = ["MAX_LINE_CHARS", "TemplateFault", "checked", "filled"]

MAX_LINE_CHARS = 300  # ours: of words and of the addresses that links in it lead to
_MAX_ID_CHARS = 256  # ours, as everywhere: it is that of `bridge.events`
_FAULTS = (
    TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_BEHIND_PLACE = re.compile("(?<=[^:/])[/?#]")


def filled(
    template: str, message: Message, *, route: str, part: int, parts: int, revision: int
) -> tuple[Inline, ...]:
    """Return the line for one part of the message; it may be empty. Never raises.

    The marks of the template's own text are Markdown; values are words only, encoded in an address.
    A Mention is never among them. Words and addresses have at most MAX_LINE_CHARS characters: of
    a longer line only the front is left, without its looks. A template that fails after all, which
    `checked` would have told, gives the words of the header that stands there without one.
    """
    try:
        line = _line(template, _fields(message, route, part, parts, revision))
    except _FAULTS:
        head = header(message, part=part, parts=parts, revision=revision)
        line = (Text(text=" · ".join((head.name, *head.details))),)
    if _length(line) <= MAX_LINE_CHARS:
        return line
    return (Text(text=shortened(visible(line), MAX_LINE_CHARS)),)


def checked(template: str) -> None:
    """Fill the template with messages of every kind, so that it doesn't fail only later.

    Raises TemplateFault, whose text is one clause: 'line 1: unknown name "agnet"; did you …'.
    """
    for message, route, part, revision in product(_SAMPLES, ("support", ""), (1, 2), (0, 1)):
        try:
            line = _line(template, _fields(message, route, part, 2 - revision, revision))
        except TemplateFault:
            raise
        except _FAULTS as error:
            words = str(error).rstrip(".") or type(error).__name__
            raise TemplateFault(f"it can't be filled: {words}") from None
        if _length(line) > MAX_LINE_CHARS:
            raise TemplateFault(f"it makes a line of more than {MAX_LINE_CHARS} characters")


def _fields(
    message: Message, route: str, part: int, parts: int, revision: int
) -> dict[str, object]:
    about = SimpleNamespace(
        id=one_line(message.id, _MAX_ID_CHARS),
        kind=str(message.kind),
        revision=revision,
        created_at=message.created_at,
        plan_state=one_line(message.plan_state or "", MAX_NAME_CHARS),
    )
    agent = SimpleNamespace(
        id=one_line(message.agent.id or "", _MAX_ID_CHARS),
        name=name_of(message.agent),
        role=one_line(message.agent.role or "", MAX_NAME_CHARS),
    )
    chat = SimpleNamespace(id=one_line(message.chat_id, MAX_CHAT_ID_CHARS))
    where = {"route": one_line(route, MAX_NAME_CHARS), "part": part, "parts": parts}
    return {"message": about, "agent": agent, "chat": chat, **where}


def _line(template: str, fields: dict[str, object]) -> tuple[Inline, ...]:
    values: list[str] = []
    text = compiled(template).render({**fields, VALUES: values})
    match markdown.parse(" ".join(harmless(text).split())):
        case ():
            return ()
        case (Paragraph(inlines=inlines),):
            return tuple(_Slots(template, [*map(harmless, values)]).filled(inlines))
        case _:
            raise TemplateFault("it begins like a heading, a list, a quote, a rule or code")


class _Slots:
    """The numbers that stand in a line for the values of its expressions."""

    def __init__(self, template: str, values: Sequence[str]) -> None:
        self._mark = mark_of(template)
        self._slot = re.compile(f"{self._mark}([0-9]+){self._mark}")
        self._values = values
        self._encoded = [quote(value, safe="") for value in values]

    def filled(self, inlines: Iterable[Inline]) -> Iterator[Inline]:
        """Yield the inlines with the values in their places; nothing of what has become empty."""
        for inline in inlines:
            match inline:
                case Text():
                    yield from self._text(inline.text)
                case Link():
                    yield from self._link(inline)
                case Image():
                    yield Image(url=self._address(inline.url), alt=self._words(inline.alt))
                case Strong() | Emphasis() | Strike():
                    inner = tuple(self.filled(inline.inlines))
                    yield from (type(inline)(inlines=inner),) if inner else ()
                case _:
                    yield Code(text=self._words(visible((inline,))))

    def _text(self, text: str) -> Iterator[Inline]:
        if words := self._words(text):
            yield Text(text=words)

    def _link(self, link: Link) -> Iterable[Inline]:
        url = self._address(link.url)
        label = (Text(text=url),) if links.is_bare(link) else tuple(self.filled(link.inlines))
        return links.link(url, label)

    def _words(self, text: str) -> str:
        return self._slot.sub(lambda found: self._values[int(found[1])], text)

    def _address(self, url: str) -> str:
        """Return the address with the values in it encoded; where it leads is the template's to say."""
        if self._mark in _BEHIND_PLACE.split(url, maxsplit=1)[0]:
            raise TemplateFault("it has a link whose place is not fixed: values go behind the host")
        return self._slot.sub(lambda found: self._encoded[int(found[1])], url)


def _length(inlines: Iterable[Inline]) -> int:
    return sum(map(_length_of, inlines))


def _length_of(inline: Inline) -> int:
    match inline:
        case Link():
            return len(inline.url) + len(visible(inline.inlines))
        case Image():
            return len(inline.url) + len(inline.alt)
        case Strong() | Emphasis() | Strike():
            return _length(inline.inlines)
        case _:
            return len(visible((inline,)))


def _sample(**changes: Any) -> Message:
    known: dict[str, Any] = {
        "id": "5d691de8",
        "chat_id": "7833b1ec",
        "content": "",
        "agent": Agent(),
    }
    return Message(**(known | changes))


_SAMPLES = (
    _sample(),
    _sample(kind=Kind.NOTIFICATION, agent=Agent(id="fa9640f5")),
    _sample(kind=Kind.PLAN, plan_state="PLAN_PENDING", agent=Agent(role="Culture consultant")),
    _sample(
        agent=Agent(id="fa9640f5", name="Max Evans", role="Culture consultant"),
        created_at=datetime(2026, 6, 29, 8, 27, 44, tzinfo=UTC),
    ),
)
