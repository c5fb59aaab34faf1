"""Slack's rules for `rich_text`: which parts hold which, with which keys and styles. No I/O.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and the published types of
https://www.npmjs.com/package/@slack/types
"""

from collections.abc import Iterator
from typing import Any

from bridge.sandbox.slack.checks import Fault, list_faults, text_faults

# Not documented; no more than a whole message may hold.
MAX_ELEMENTS = 10_000
MAX_LEAF_CHARS = 20_000
MAX_INDENT = 8

_PARTS = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
#: the one key that a leaf can't do without
_NEEDED = {
    "text": "text",
    "link": "url",
    "emoji": "name",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "broadcast": "range",
    "color": "value",
    "date": "format",
}
#: what each part may hold
_HELD = {
    "rich_text": _PARTS,
    "rich_text_list": {"rich_text_section"},
    "rich_text_preformatted": {"text", "link"},
    "rich_text_quote": set(_NEEDED),
    "rich_text_section": set(_NEEDED),
}
#: the keys that a part or a leaf may have besides "type" and the needed one
_KEYS = {
    "rich_text": {"elements", "block_id"},
    "rich_text_section": {"elements"},
    "rich_text_list": {"elements", "style", "indent", "offset", "border"},
    "rich_text_preformatted": {"elements", "border"},
    "rich_text_quote": {"elements", "border"},
    "text": {"style"},
    "link": {"style", "text", "unsafe"},
    "emoji": {"style", "skin_tone", "unicode"},
    "date": {"style", "timestamp", "url", "fallback"},
}
_MARKS = {"bold", "italic", "strike", "code", "underline"}
_MENTION_MARKS = {"bold", "italic", "strike", "highlight", "client_highlight", "unlink"}
_RANGES = ("here", "channel", "everyone")


def rich_text_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    """Check a `rich_text` block or a part of one."""
    kind = block["type"]
    yield from _key_faults(block, at)
    if kind == "rich_text_list":
        yield from _list_style_faults(block, at)
    if "border" in block and block["border"] not in (0, 1):
        yield "must be 0 or 1", f"{at}/border"
    faults = list(list_faults(block.get("elements"), f"{at}/elements", MAX_ELEMENTS))
    yield from faults
    for number, element in enumerate(() if faults else block["elements"]):
        place = f"{at}/elements/{number}"
        if element.get("type") not in _HELD[kind]:
            yield f"unsupported type: {element.get('type')}", f"{place}/type"
        elif element["type"] in _PARTS:
            yield from rich_text_faults(element, place)
        else:
            yield from _leaf_faults(element, place)


def _key_faults(element: dict[str, Any], at: str) -> Iterator[Fault]:
    kind = element["type"]
    known = {"type", _NEEDED.get(kind), *_KEYS.get(kind, {"style"})}
    for key in sorted(element.keys() - known):
        yield "unknown property", f"{at}/{key}"


def _list_style_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    if block.get("style") not in ("bullet", "ordered"):
        yield "must be bullet or ordered", f"{at}/style"
    if not _is_count(block.get("indent", 0), MAX_INDENT):
        yield f"must be a number from 0 to {MAX_INDENT}", f"{at}/indent"
    if not _is_count(block.get("offset", 0), 10**9):
        yield "must be a number from 0", f"{at}/offset"


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _leaf_faults(leaf: dict[str, Any], at: str) -> Iterator[Fault]:
    kind = leaf["type"]
    yield from _key_faults(leaf, at)
    key = _NEEDED[kind]
    yield from text_faults(leaf.get(key), f"{at}/{key}", MAX_LEAF_CHARS, least=1)
    if kind == "link":
        yield from text_faults(leaf.get("text", "x"), f"{at}/text", MAX_LEAF_CHARS, least=1)
    if kind == "broadcast" and leaf.get(key) not in _RANGES:
        yield f"must be one of {', '.join(_RANGES)}", f"{at}/range"
    marks = _MARKS if kind in ("text", "link") else _MENTION_MARKS
    style = leaf.get("style", {})
    if not isinstance(style, dict) or not set(style) <= marks:
        yield "unknown style", f"{at}/style"
    elif not all(isinstance(is_on, bool) for is_on in style.values()):
        yield "must be true or false", f"{at}/style"


def text_of(value: object) -> Iterator[str]:
    """Yield all that can be read in a block or in a part of one."""
    if isinstance(value, list):
        for item in value:
            yield from text_of(item)
    if isinstance(value, dict):
        if isinstance(text := value.get("text"), str):
            yield text
        for inner in value.values():
            yield from text_of(inner)
