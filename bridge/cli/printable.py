"""Foreign words made harmless for a terminal: nothing in them moves the cursor, colours, or turns the line."""

import json
import re
from typing import Any

#: controls but for tab and line feed, marks that turn the direction of writing, halves of characters
_LIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PICTURES = 0x2400  # Unicode's pictures of the first 32 controls
_DELETE = 0x7F


def printable(text: str) -> str:
    """Return the text with a sign in the place of each character that a terminal would obey."""
    return _LIVE.sub(_sign, text)


def printable_json(value: Any) -> str:
    """Return the value as indented JSON; what a terminal would obey is escaped, so nothing is lost."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _LIVE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _sign(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < ord(" "):
        return chr(_PICTURES + code)
    return "\u2421" if code == _DELETE else "\ufffd"
