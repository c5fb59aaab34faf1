"""What stands between the lines of a Slack post: its words, on the rung that its form asks for. No I/O."""

import re
from collections.abc import Sequence
from typing import Any

from bridge.rendering.graphemes import whole
from bridge.rendering.headers import Header
from bridge.rendering.slack_lines import Label
from bridge.rendering.slack_markdown import SlackMarkdown, escaped
from bridge.rendering.slack_mentions import TOKENS
from bridge.rendering.slack_mrkdwn import small_print
from bridge.rendering.slack_posts import units
from bridge.rendering.slack_rich_text import rich_text
from bridge.rendering.tree import Block, Break, Inline, Paragraph, visible

_MAX_NOTIFICATION_CHARS = 3_900  # of 4,000, the length that is advised
_MAX_SMALL_PRINT_UNITS = 2_000  # ours, of 3,000: more than that is no small matter
# what a cut must not leave behind: the front of an entity or of an allowed ping
_HALF_TOKEN = re.compile(r"(?:&\w*|<[^<>]*)$")


def body(blocks: Sequence[Block], *, rich: bool, small: bool) -> dict[str, Any]:
    """Return the blocks as one of Slack's: `rich_text` or `markdown`, or small print if they are simple."""
    if small and (line := _small_print(blocks)) is not None:
        return {"type": "context", "elements": [line]}
    if rich:
        return rich_text(blocks)
    return {"type": "markdown", "text": SlackMarkdown().blocks(blocks)}


def _small_print(blocks: Sequence[Block]) -> dict[str, Any] | None:
    """Return a few short paragraphs as small print; None for anything else."""
    inlines: list[Inline] = []
    for block in blocks:
        if not isinstance(block, Paragraph) or TOKENS.search(visible(block.inlines)):
            return None
        inlines += [*([Break(), Break()] if inlines else []), *block.inlines]
    line = small_print(inlines)
    return line if units(line["text"]) <= _MAX_SMALL_PRINT_UNITS else None


def notification(head: Header, label: Label, words: str) -> str:
    """Return the text for notifications and screen readers: as much of it as they are advised to get."""
    number = f"{label.part}/{label.parts}" if label.parts > 1 else ""
    facts = ", ".join(filter(None, (number, "updated" if label.revision else "")))
    text = f"{escaped(head.name)}{f' ({facts})' if facts else ''}:\n{words}"
    if len(text) <= _MAX_NOTIFICATION_CHARS:
        return text
    return _HALF_TOKEN.sub("", text[: whole(text, _MAX_NOTIFICATION_CHARS - 1)]) + "…"
