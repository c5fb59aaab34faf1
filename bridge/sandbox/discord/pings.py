"""Whom a Discord message would have notified, under its `allowed_mentions`. No I/O.

https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

import re
from collections.abc import Mapping
from typing import Any

_MENTION = re.compile(r"@(?P<everyone>everyone|here)|<@!?(?P<users>\d+)>|<@&(?P<roles>\d+)>")


def pings(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every mention in the content of *message* that notifies; embeds never do."""
    allowed = message.get("allowed_mentions")
    # A webhook that says nothing notifies users, but neither roles nor everyone.
    rules = {"parse": ["users"]} if allowed is None else allowed
    content = str(message.get("content") or "")
    return tuple(m.group() for m in _MENTION.finditer(content) if _notifies(m, rules))


def _notifies(mention: re.Match[str], rules: Mapping[str, Any]) -> bool:
    kind = str(mention.lastgroup)
    listed = rules.get(kind) or ()
    return kind in (rules.get("parse") or ()) or mention[kind] in listed
