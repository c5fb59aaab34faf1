"""Message -> posts for Slack: a `markdown` block under a header, or escaped plain text. No I/O."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from math import inf
from typing import Any, NamedTuple

from bridge.deliveries import Form
from bridge.destinations import SlackDestination
from bridge.events import Message
from bridge.rendering.contents import contents
from bridge.rendering.graphemes import whole
from bridge.rendering.headers import Header, header, longest_header
from bridge.rendering.measuring import Sizes
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain, escaped
from bridge.rendering.splitting import Fill, split
from bridge.rendering.tables import adapted
from bridge.rendering.tree import (
    Block,
    Heading,
    Item,
    List,
    Quote,
    Rule,
    Table,
    is_heavier,
    visible,
)

# https://docs.slack.dev/reference/block-kit/blocks/markdown-block
MAX_MARKDOWN_UNITS = 12_000
# https://docs.slack.dev/reference/methods/chat.postMessage
MAX_TEXT_UNITS = 40_000
# https://docs.slack.dev/reference/block-kit/blocks/table-block
MAX_TABLE_COLUMNS = 20
MAX_TABLE_ROWS = 100
# Slack is known to count a little differently than it says: everything stays somewhat below.
_MARKDOWN_BUDGET_UNITS = 11_500
_TEXT_BUDGET_UNITS = 39_000
_MAX_CELL_CHARS = 9_000  # of 10,000
_MAX_DIVIDING = 45  # of 50 blocks: Slack makes each heading and each rule one of its own
_MAX_NOTIFICATION_CHARS = 3_900  # of 4,000, the length that is advised
MAX_TABLES = 10  # ours: each needs a post of its own
MAX_TABLE_HEADER_CHARS = 1_000  # ours: it is repeated in each part


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPost:
    """What one call puts into a Slack channel."""

    #: all there is in plain form; else the readable text for notifications and screen readers
    text: str
    #: what is shown instead of the text; none in plain form
    blocks: tuple[dict[str, Any], ...] = ()
    #: the name to post under; None for the app's own
    username: str | None = None
    #: the picture to post under; None for the app's own
    icon_url: str | None = None
    #: says to programs which part of which message this is; None where it can't be sent
    metadata: dict[str, Any] | None = None
    #: counted from 1
    part: int
    parts: int

    @property
    def size(self) -> int:
        """What the post takes of the limit, in Slack's unit."""
        return units(self.blocks[-1]["text"] if self.blocks else self.text)

    @property
    def limit(self) -> int:
        """What Slack takes at most, in its unit."""
        return MAX_MARKDOWN_UNITS if self.blocks else MAX_TEXT_UNITS

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of chat.postMessage, or the body of an incoming webhook, without the place."""
        optional = {
            "blocks": list(self.blocks) or None,
            "username": self.username,
            "icon_url": self.icon_url,
            "metadata": self.metadata,
            # Without blocks, mrkdwn would read `*` and `_` as marks.
            "mrkdwn": None if self.blocks else False,
        }
        given = {key: value for key, value in optional.items() if value is not None}
        return {"text": self.text, "unfurl_links": False, "unfurl_media": False, **given}


def render(
    message: Message, destination: SlackDestination, *, form: Form, revision: int, route: str
) -> tuple[SlackPost, ...]:
    """Return the posts that bring the message to the destination.

    An incoming webhook refuses `markdown` blocks and has an identity of its own: it gets plain text.
    """
    blocks = contents(message, _adapted, SlackMarkdown().blocks)
    parts = split(blocks, _fill(message))
    return tuple(
        _post(
            message, destination, blocks, form=form, revision=revision, part=part, parts=len(parts)
        )
        for part, blocks in enumerate(parts, start=1)
    )


def units(text: str) -> int:
    """Return the length of the text in UTF-16 units, the largest that Slack might count."""
    return len(text.encode("utf-16-le")) // 2


def _adapted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    tables = count(1)

    def keeps(table: Table) -> bool:
        header = sum(len(visible(cell)) for cell in table.header)
        is_fit = len(table.header) <= MAX_TABLE_COLUMNS and header <= MAX_TABLE_HEADER_CHARS
        return is_fit and next(tables) <= MAX_TABLES

    return adapted(blocks, keeps)


class _Size(NamedTuple):
    markdown_units: int
    text_units: int
    dividing: int
    tables: int
    tables_too_large: int


_NO_SIZE = _Size(0, 0, 0, 0, tables_too_large=0)
_TOO_LARGE = _Size(MAX_TEXT_UNITS, MAX_TEXT_UNITS, 0, 0, tables_too_large=0)


def _fill(message: Message) -> Fill:
    """Return how full a post with some blocks is, in whichever form it takes more room."""
    room = _TEXT_BUDGET_UNITS - units(_header_line(longest_header(message))) - 1
    sizes = Sizes(_measured)

    def fill(blocks: Sequence[Block]) -> float:
        total = _Size(*map(sum, zip(_NO_SIZE, *sizes.of(blocks), strict=True)))
        if total.dividing > _MAX_DIVIDING or total.tables > 1 or total.tables_too_large:
            return inf
        gaps = 2 * (len(blocks) - 1)
        markdown = (total.markdown_units + gaps) / _MARKDOWN_BUDGET_UNITS
        return max(markdown, (total.text_units + gaps) / room)

    return fill


def _measured(block: Block) -> _Size:
    if is_heavier((block,), _MARKDOWN_BUDGET_UNITS):
        return _TOO_LARGE
    nodes = list(_within(block))
    tables = [node for node in nodes if isinstance(node, Table)]
    if any(len(table.rows) >= MAX_TABLE_ROWS for table in tables):
        return _TOO_LARGE
    return _Size(
        markdown_units=units(SlackMarkdown().blocks((block,))),
        text_units=units(SlackPlain().blocks((block,))),
        dividing=sum(isinstance(node, Heading | Rule) for node in nodes),
        tables=len(tables),
        tables_too_large=sum(map(_is_too_large, tables)),
    )


def _is_too_large(table: Table) -> bool:
    cells = chain(table.header, *table.rows)
    return sum(len(SlackMarkdown().inlines(cell)) for cell in cells) > _MAX_CELL_CHARS


def _within(node: Block | Item) -> Iterator[Block | Item]:
    yield node
    match node:
        case List(items=inner) | Item(blocks=inner) | Quote(blocks=inner):
            for child in inner:
                yield from _within(child)


def _post(
    message: Message,
    destination: SlackDestination,
    blocks: Sequence[Block],
    *,
    form: Form,
    revision: int,
    part: int,
    parts: int,
) -> SlackPost:
    head = header(message, part=part, parts=parts, revision=revision)
    is_webhook = destination.channel is None
    is_plain = form.plain or is_webhook
    is_named = not (form.anonymous or is_webhook)
    words = SlackPlain().blocks(blocks)
    icon = message.agent.avatar_url or ""
    return SlackPost(
        text=f"{_header_line(head)}\n{words}" if is_plain else _notification(head, words),
        blocks=() if is_plain else (_header_block(head), _markdown_block(blocks)),
        username=head.name if is_named else None,
        icon_url=icon if is_named and icon.startswith("https://") else None,
        metadata=None if is_webhook else _metadata(message, part, revision),
        part=part,
        parts=parts,
    )


def _header_line(head: Header) -> str:
    return escaped(" · ".join((head.name, *head.details)))


def _notification(head: Header, words: str) -> str:
    """Return the text for notifications and screen readers: as much of it as they are advised to get."""
    text = f"{_header_line(head)}\n{words}"
    if len(text) <= _MAX_NOTIFICATION_CHARS:
        return text
    return re.sub(r"&\w*$", "", text[: whole(text, _MAX_NOTIFICATION_CHARS - 1)]) + "…"


def _markdown_block(blocks: Sequence[Block]) -> dict[str, Any]:
    return {"type": "markdown", "text": SlackMarkdown().blocks(blocks)}


def _header_block(head: Header) -> dict[str, Any]:
    """Return the name in bold and the details; what mrkdwn would take for marks is shown plainly."""
    name: dict[str, Any] = {"type": "mrkdwn", "text": f"*{escaped(head.name)}*", "verbatim": True}
    if re.search("[*_~`]", head.name):
        name = {"type": "plain_text", "text": head.name, "emoji": False}
    details = {"type": "plain_text", "text": " · ".join(head.details), "emoji": False}
    return {"type": "context", "elements": [name, details]}


def _metadata(message: Message, part: int, revision: int) -> dict[str, Any]:
    facts = {"message": message.id, "chat": message.chat_id, "part": part, "revision": revision}
    return {"event_type": "nexusgpt_message", "event_payload": facts}
