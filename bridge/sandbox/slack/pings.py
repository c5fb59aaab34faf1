"""Whom a Slack message would have notified: the tokens that Slack reads as mentions. No I/O."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# https://docs.slack.dev/messaging/formatting-message-text - also inside code, where nobody has
# verified what the markdown block does: the sandbox would rather cry wolf.
_TOKEN = re.compile(r"<(?:!(?:channel|here|everyone|subteam\^[^>]+)|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_PLAIN = re.compile(r"(?<![\w`])@(?:channel|here|everyone)\b")
_ELEMENTS = {"broadcast": "range", "user": "user_id", "usergroup": "usergroup_id"}


def pings(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every live mention in the text and the blocks of *message*."""
    found = []
    for text in live_texts(message):
        found += _TOKEN.findall(text)
        # Both arguments make Slack link plain names as well.
        if message.get("link_names") or message.get("parse") == "full":
            found += _PLAIN.findall(text)
    return (*found, *_built(message.get("blocks")))


def live_texts(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts that Slack searches for mentions: not `plain_text`, not `rich_text`."""
    for key in ("text", "markdown_text"):
        if isinstance(text := message.get(key), str):
            yield text
    yield from _block_texts(message.get("blocks"))


def _block_texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _block_texts(item)
    if not isinstance(value, dict) or value.get("type") in ("rich_text", "plain_text"):
        return
    if value.get("type") in ("mrkdwn", "markdown") and isinstance(value.get("text"), str):
        yield value["text"]
    for part in ("text", "elements", "fields", "accessory", "rows"):
        yield from _block_texts(value.get(part))


def _built(value: object) -> Iterator[str]:
    """Yield the mentions that were built on purpose, as elements of `rich_text`."""
    if isinstance(value, list):
        for item in value:
            yield from _built(item)
    if isinstance(value, dict):
        if (key := _ELEMENTS.get(str(value.get("type")))) is not None:
            yield f"<{value['type']} {value.get(key)}>"
        for part in ("elements", "rows"):
            yield from _built(value.get(part))
