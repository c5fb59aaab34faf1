"""What Discord says against a value that is not of the kind it wants. No I/O.

https://docs.discord.com/developers/reference#error-messages
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# https://docs.discord.com/developers/resources/message#embed-object
MAX_URL_CHARS = 2_048

#: where in the body, the error's code and its sentence
Fault = tuple[tuple[str, ...], str, str]


def too_long(at: tuple[str, ...], limit: int) -> Fault:
    """Return what is said of a text or list above its limit."""
    return at, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length."


def no_string(at: tuple[str, ...]) -> Fault:
    """Return what is said where a text should be."""
    return at, "STRING_TYPE_CONVERT", "Could not interpret value as string."


def no_dict(at: tuple[str, ...]) -> Fault:
    """Return what is said where an object should be."""
    return at, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"


def no_list(at: tuple[str, ...]) -> Fault:
    """Return what is said where a list should be."""
    return at, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"


def text(
    body: Mapping[str, Any], path: tuple[str, ...], limit: int, at: tuple[str, ...] = ()
) -> Iterator[Fault]:
    """Check the length of the text at *path* in *body*, which is itself found *at* some place."""
    value = at_path(body, path)
    if value is not None and not isinstance(value, str):
        yield no_string((*at, *path))
    elif value is not None and len(value.strip()) > limit:
        yield too_long((*at, *path), limit)


def at_path(body: Mapping[str, Any], path: tuple[str, ...]) -> object:
    """Return what stands at *path* in *body*, or None."""
    value: Any = body
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def objects(value: object, at: tuple[str, ...], most: int) -> Iterator[Fault]:
    """Check that *value* is a list of objects and not too long."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        yield no_list(at)
    elif len(value) > most:
        yield too_long(at, most)


def url(
    url: object, at: tuple[str, ...], schemes: tuple[str, ...] = ("http", "https")
) -> Iterator[Fault]:
    """Check an address that may be missing."""
    if url is None:
        return
    if not isinstance(url, str):
        yield no_string(at)
    elif (scheme := url.partition(":")[0]) not in schemes or ":" not in url:
        said = f"is not supported. Scheme must be one of {schemes}."
        yield at, "URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" {said}'
    elif not re.fullmatch(r"[a-z]+://[^\s/?#]+\S*", url):
        yield at, "URL_TYPE_INVALID_URL", "Not a well formed URL."
    elif len(url) > MAX_URL_CHARS:
        yield too_long(at, MAX_URL_CHARS)
