"""What there is to say in a message, as a tree: its plan's state, its text, its plan, its files. No I/O."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge.events import File, Kind, Message
from bridge.rendering import links, markdown
from bridge.rendering.graphemes import shortened, whole
from bridge.rendering.tree import (
    Block,
    Emphasis,
    Fence,
    Item,
    List,
    Paragraph,
    Text,
    bold,
    weight,
)

MAX_PLAN_CHARS = 20_000  # ours: a plan's structure is not documented, and this much of it is enough
MAX_STATE_CHARS = 80  # ours: real ones have 12 to 14
_MOST_GROWTH = 4  # ours: text that grows more by being written is no text but an attack
_GROWTH_TO_IGNORE_CHARS = 10_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAN_STATES = {
    "PLAN_PENDING": "Plan awaiting approval",
    "PLAN_VALIDATED": "Plan approved",
    "PLAN_REJECTED": "Plan rejected",
}
_NOTHING = Paragraph(inlines=(Emphasis(inlines=(Text(text="(no text)"),)),))

Adapt = Callable[[tuple[Block, ...]], tuple[Block, ...]]


def contents(
    message: Message, adapt: Adapt, write: Callable[[Sequence[Block]], str]
) -> tuple[Block, ...]:
    """Return the blocks of the message as `adapt` makes them fit for a platform; never none.

    Where writing them would swell the text (a line in twenty quotes), the text is left as it came.
    """
    blocks = adapt(tuple(_blocks(message, markdown.parse)))
    if len(write(blocks)) > _MOST_GROWTH * weight(blocks) + _GROWTH_TO_IGNORE_CHARS:
        blocks = adapt(tuple(_blocks(message, markdown.plain)))
    return blocks or (_NOTHING,)


def _blocks(message: Message, parse: Callable[[str], tuple[Block, ...]]) -> Iterator[Block]:
    if message.kind is Kind.PLAN:
        yield Paragraph(inlines=(bold((Text(text=_plan_line(message.plan_state)),)),))
    yield from parse(_LONE_SURROGATE.sub("\ufffd", message.content))
    if message.plan is not None:
        yield from _plan(message.plan)
    if message.files:
        yield List(items=tuple(map(_file, message.files)))


def _plan_line(state: str | None) -> str:
    if state in _PLAN_STATES:
        return _PLAN_STATES[state]
    return f"Plan ({shortened(' '.join(state.split()), MAX_STATE_CHARS)})" if state else "Plan"


def _plan(plan: Any) -> Iterator[Block]:
    text = _LONE_SURROGATE.sub("\ufffd", _json(plan))
    shown = text if len(text) <= MAX_PLAN_CHARS else text[: whole(text, MAX_PLAN_CHARS)]
    yield Fence(language="json", lines=tuple(shown.split("\n")))
    if len(text) > MAX_PLAN_CHARS:
        words = f"The plan has {len(text):,} characters; only the first {len(shown):,} are shown."
        yield Paragraph(inlines=(Text(text=words),))


def _json(plan: Any) -> str:
    try:
        return json.dumps(plan, indent=2, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return "(a plan that can't be shown)"


def _file(file: File) -> Item:
    name = (Text(text=" ".join(file.name.split()) or "file"),)
    shown = links.link(file.url, name) if file.url else name
    return Item(blocks=(Paragraph(inlines=(Text(text="📎 "), *shown)),))
