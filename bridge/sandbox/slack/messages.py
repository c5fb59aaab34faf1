"""Slack's rules for a message: what is refused of it, and which arguments are known. No I/O."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.slack.blocks import MAX_MARKDOWN_CHARS, refusal
from bridge.sandbox.slack.checks import Fault

# https://docs.slack.dev/reference/methods/chat.postMessage
MAX_TEXT_CHARS = 40_000  # longer text is cut, not refused
# The documentation names metadata_too_large but no number: the sandbox sets one.
MAX_METADATA_CHARS = 16_000

#: the arguments of chat.postMessage, and client_msg_id, which only its errors mention
ARGUMENTS = frozenset(
    {"as_user", "attachments", "blocks", "channel", "client_msg_id", "icon_emoji", "icon_url"}
    | {"link_names", "markdown_text", "metadata", "mrkdwn", "parse", "reply_broadcast", "text"}
    | {"thread_ts", "token", "unfurl_links", "unfurl_media", "username"}
)
#: https://docs.slack.dev/reference/methods/chat.update - no name, no picture, no thread, no unfurling
EDIT_ARGUMENTS = frozenset(
    {"as_user", "attachments", "blocks", "channel", "file_ids", "link_names", "markdown_text"}
    | {"metadata", "parse", "reply_broadcast", "text", "token", "ts"}
)

_TIMESTAMP = re.compile(r"\d+\.\d{6}")


def content_refusal(message: Mapping[str, Any]) -> tuple[str, list[Fault]]:
    """Return Slack's error word for the text and blocks of *message* and the reasons."""
    text, blocks = message.get("text"), message.get("blocks")
    if not isinstance(text, str | None):
        return "invalid_arguments", [("must be a string", "/text")]
    if message.get("markdown_text"):
        return _markdown_refusal(message), []
    if not (text or "").strip() and not blocks and not message.get("attachments"):
        return "no_text", []
    return ("", []) if blocks is None else refusal(blocks)


def _markdown_refusal(message: Mapping[str, Any]) -> str:
    if message.get("text") or message.get("blocks"):
        return "markdown_text_conflict"
    return "msg_too_long" if len(str(message["markdown_text"])) > MAX_MARKDOWN_CHARS else ""


def metadata_refusal(message: Mapping[str, Any]) -> str:
    """Return Slack's error word for the metadata of *message*; "" if there is none."""
    metadata = message.get("metadata")
    if metadata is None:
        return ""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > MAX_METADATA_CHARS else ""


def is_timestamp(value: object) -> bool:
    """Tell whether *value* is the id of a message: a string, never a number."""
    return isinstance(value, str) and _TIMESTAMP.fullmatch(value) is not None
