"""Discord's rules for embeds. No I/O.

https://docs.discord.com/developers/resources/message#embed-object
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bridge.sandbox.discord.values import Fault, at_path, no_dict, objects, text, url

# https://docs.discord.com/developers/resources/message#embed-object-embed-limits
MAX_EMBEDS = 10
MAX_EMBED_CHARS = 6_000  # over all embeds of a message
MAX_FIELDS = 25
MAX_COLOR = 0xFFFFFF
_EMBED_LIMITS = {
    ("title",): 256,
    ("description",): 4_096,
    ("footer", "text"): 2_048,
    ("author", "name"): 256,
}
_FIELD_LIMITS = {"name": 256, "value": 1_024}
#: without its second key the first is refused
_REQUIRED = (("footer", "text"), ("author", "name"))
_URLS = (("url",), ("author", "url"))
#: these may name a file of the message
_PICTURES = (
    ("image", "url"),
    ("thumbnail", "url"),
    ("author", "icon_url"),
    ("footer", "icon_url"),
)
#: any of these makes something to see
_VISIBLE = ("title", "description", "author", "footer", "fields", "image", "thumbnail", "timestamp")


def embed_faults(embeds: Any) -> Iterator[Fault]:
    """Yield all that Discord would say against the embeds of a message."""
    if embeds is None:
        return
    faults = list(objects(embeds, ("embeds",), MAX_EMBEDS))
    for number, embed in enumerate(() if faults else embeds):
        faults += _embed(embed, ("embeds", str(number)))
    yield from faults
    if not faults and sum(map(embed_chars, embeds)) > MAX_EMBED_CHARS:
        said = f"Embed size exceeds maximum size of {MAX_EMBED_CHARS}"
        yield ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", said


def is_visible(embed: Mapping[str, Any]) -> bool:
    """Tell whether an embed shows anything at all."""
    return any(embed.get(key) for key in _VISIBLE)


def embed_chars(embed: Mapping[str, Any]) -> int:
    """Return what counts of *embed* against the limit of a message."""
    own = [at_path(embed, path) for path in _EMBED_LIMITS]
    fields = [part.get(key) for part in embed.get("fields") or () for key in _FIELD_LIMITS]
    return sum(len(text) for text in (*own, *fields) if isinstance(text, str))


def _embed(embed: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Fault]:
    for path, limit in _EMBED_LIMITS.items():
        yield from text(embed, path, limit, at)
    for key in ("author", "footer", "image", "thumbnail"):
        if not isinstance(embed.get(key), dict | None):
            yield no_dict((*at, key))
    for outer, inner in _REQUIRED:
        if isinstance(embed.get(outer), dict) and not at_path(embed, (outer, inner)):
            yield _required((*at, outer, inner))
    for path in _URLS:
        yield from url(at_path(embed, path), (*at, *path))
    for path in _PICTURES:
        yield from url(at_path(embed, path), (*at, *path), ("http", "https", "attachment"))
    yield from _color(embed.get("color"), (*at, "color"))
    yield from _timestamp(embed.get("timestamp"), (*at, "timestamp"))
    yield from _fields(embed.get("fields") or [], (*at, "fields"))


def _fields(fields: Any, at: tuple[str, ...]) -> Iterator[Fault]:
    faults = list(objects(fields, at, MAX_FIELDS))
    yield from faults
    for number, part in enumerate(() if faults else fields):
        place = (*at, str(number))
        for key, limit in _FIELD_LIMITS.items():
            if not part.get(key):
                yield _required((*place, key))
            yield from text(part, (key,), limit, place)


def _color(color: object, at: tuple[str, ...]) -> Iterator[Fault]:
    if color is None:
        return
    if not isinstance(color, int):
        yield at, "NUMBER_TYPE_COERCE", f'Value "{color}" is not int.'
    elif not 0 <= color <= MAX_COLOR:
        yield at, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {MAX_COLOR}."


def _timestamp(timestamp: object, at: tuple[str, ...]) -> Iterator[Fault]:
    try:
        if timestamp is not None:
            datetime.fromisoformat(str(timestamp))
    except ValueError:
        said = f"Could not parse {timestamp}. Should be ISO8601."
        yield at, "DATE_TIME_TYPE_PARSE", said


def _required(at: tuple[str, ...]) -> Fault:
    return at, "BASE_TYPE_REQUIRED", "This field is required"
