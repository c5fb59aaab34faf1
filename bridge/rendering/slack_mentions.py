"""Slack's pings: how a message writes them, and how an allowed one is sent. No I/O."""

import re
from typing import Any

#: https://docs.slack.dev/messaging/formatting-message-text/#mentioning-groups ; group 1 is the
#: name that a destination's `mentions` must hold
TOKENS = re.compile(
    r"<(?:!(?=everyone|here|channel)|@(?=[UW])|!subteam\^(?=S))([a-z]+|[A-Z0-9]+)"
    r"(?:\|[^<>\n]{0,80})?>"
)
_RANGES = ("everyone", "here", "channel")


def live(token: str) -> str:
    """Return the ping as Slack acts on it in mrkdwn and Markdown: without a label."""
    return token.partition("|")[0].removesuffix(">") + ">"


def element(token: str) -> dict[str, Any]:
    """Return the ping as an element of a `rich_text` block."""
    name = TOKENS.sub(r"\1", token)
    if name in _RANGES:
        return {"type": "broadcast", "range": name}
    if name.startswith("S"):
        return {"type": "usergroup", "usergroup_id": name}
    return {"type": "user", "user_id": name}
