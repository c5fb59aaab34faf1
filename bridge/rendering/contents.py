"""What there is to say in a message, as a tree: its plan's state, its text, its plan, its files. No I/O."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bridge.events import File, Kind, Message
from bridge.rendering import markdown, plans
from bridge.rendering.files import linked
from bridge.rendering.tree import Block, Emphasis, Paragraph, Text, bold, weight

_MOST_GROWTH = 4  # ours: text that grows more by being written is no text but an attack
_GROWTH_TO_IGNORE_CHARS = 10_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = Paragraph(inlines=(Emphasis(inlines=(Text(text="(no text)"),)),))

Adapt = Callable[[tuple[Block, ...]], tuple[Block, ...]]
_Parse = Callable[[str], tuple[Block, ...]]


def contents(
    message: Message,
    adapt: Adapt,
    write: Callable[[Sequence[Block]], str],
    *,
    files: Sequence[File] | None = None,
) -> tuple[Block, ...]:
    """Return the blocks of the message as `adapt` makes them fit for a platform; never none.

    `files` are those to be listed by name with their link, e.g. all but `files.uploads`; None: all of
    the message. Where writing the blocks would swell the text (a line in twenty quotes), the text is
    left as it came.
    """
    told = partial(_blocks, message, message.files if files is None else files)
    blocks = adapt(tuple(told(markdown.parse)))
    if len(write(blocks)) > _MOST_GROWTH * weight(blocks) + _GROWTH_TO_IGNORE_CHARS:
        blocks = adapt(tuple(told(markdown.plain)))
    return blocks or (_NOTHING,)


def _blocks(message: Message, files: Sequence[File], parse: _Parse) -> Iterator[Block]:
    if message.kind is Kind.PLAN:
        yield Paragraph(inlines=(bold((Text(text=plans.state_line(message.plan_state)),)),))
    yield from parse(_LONE_SURROGATE.sub("\ufffd", message.content))
    if message.plan is not None:
        yield from plans.shown(message.plan)
    if files:
        yield linked(*files)
