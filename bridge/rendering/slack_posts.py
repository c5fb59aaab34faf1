"""`SlackPost`: what one call puts into a Slack channel, and how much of Slack's room it takes. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# https://docs.slack.dev/reference/block-kit/blocks/markdown-block; over all of one post
MAX_MARKDOWN_UNITS = 12_000
# Ours: Slack names no number, and has refused 11,341 (slackapi/bolt-js issue 2867).
MAX_RICH_TEXT_UNITS = 9_000
# https://docs.slack.dev/reference/block-kit/composition-objects/text-object; of each text
MAX_CONTEXT_UNITS = 3_000
# https://docs.slack.dev/reference/methods/chat.postMessage
MAX_TEXT_UNITS = 40_000


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
        if body := self._body:
            return units(body["text"]) if body["type"] == "markdown" else rich_text_units(body)
        return max(map(_largest_text, self.blocks), default=units(self.text))

    @property
    def limit(self) -> int:
        """What Slack takes at most, in its unit."""
        if body := self._body:
            return MAX_MARKDOWN_UNITS if body["type"] == "markdown" else MAX_RICH_TEXT_UNITS
        return MAX_CONTEXT_UNITS if self.blocks else MAX_TEXT_UNITS

    @property
    def _body(self) -> dict[str, Any] | None:
        """The block with the message's words; None where they are in the text or in small print."""
        bodies = (block for block in self.blocks if block["type"] != "context")
        return next(bodies, None)

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


def units(text: str) -> int:
    """Return the length of the text in UTF-16 units, the largest that Slack might count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def rich_text_units(element: Mapping[str, Any]) -> int:
    """Return what all texts and addresses in an element of a `rich_text` block take."""
    own = units(element.get("text", "")) + units(element.get("url", ""))
    return own + sum(map(rich_text_units, element.get("elements", ())))


def _largest_text(context: Mapping[str, Any]) -> int:
    return max(units(element["text"]) for element in context["elements"])
