"""Discord's rules for the body of a webhook call, and the tree of errors it answers with. No I/O.

https://docs.discord.com/developers/resources/webhook#execute-webhook
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Discord counts Unicode code points, as Python's len does (staff in discord-api-docs 1315).
MAX_CONTENT_CHARS = 2_000
MAX_USERNAME_CHARS = 80
MAX_URL_CHARS = 2_048
MAX_THREAD_NAME_CHARS = 100
# https://docs.discord.com/developers/resources/message#embed-object-embed-limits
MAX_EMBEDS = 10
MAX_EMBED_CHARS = 6_000  # over all embeds of a message
MAX_FIELDS = 25
_EMBED_LIMITS = {
    ("title",): 256,
    ("description",): 4_096,
    ("footer", "text"): 2_048,
    ("author", "name"): 256,
}
_FIELD_LIMITS = {"name": 256, "value": 1_024}

#: where in the body, the error's code and its sentence
Fault = tuple[tuple[str, ...], str, str]

_FORBIDDEN_WORDS = ("discord", "clyde")
_FORBIDDEN_NAMES = ("everyone", "here")
_ALLOWED_FLAGS = 1 << 2 | 1 << 12 | 1 << 15


def error_tree(faults: Sequence[Fault]) -> dict[str, Any]:
    """Return *faults* as Discord nests them: https://docs.discord.com/developers/reference#error-messages ."""
    tree: dict[str, Any] = {}
    for path, code, message in faults:
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch.setdefault("_errors", []).append({"code": code, "message": message})
    return tree


def body_faults(body: Mapping[str, Any]) -> list[Fault]:
    """Return all that Discord would say against *body*."""
    return [
        *_text(body, ("content",), MAX_CONTENT_CHARS),
        *_username(body.get("username")),
        *_url(body.get("avatar_url"), ("avatar_url",)),
        *_text(body, ("thread_name",), MAX_THREAD_NAME_CHARS),
        *_flags(body.get("flags")),
        *_mentions(body.get("allowed_mentions")),
        *_embeds(body.get("embeds")),
    ]


def _long(path: tuple[str, ...], limit: int) -> Fault:
    return path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length."


def _no_string(path: tuple[str, ...]) -> Fault:
    return path, "STRING_TYPE_CONVERT", "Could not interpret value as string."


def _text(
    body: Mapping[str, Any], path: tuple[str, ...], limit: int, at: tuple[str, ...] = ()
) -> Iterator[Fault]:
    """Check the length of the text at *path* in *body*, which is itself found *at* some place."""
    value = _at(body, path)
    if value is not None and not isinstance(value, str):
        yield _no_string((*at, *path))
    elif value is not None and len(value.strip()) > limit:
        yield _long((*at, *path), limit)


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> object:
    """Return what stands at *path* in *body*, or None."""
    value: Any = body
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _objects(value: object, at: tuple[str, ...], most: int) -> Iterator[Fault]:
    """Check that *value* is a list of objects and not too long."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        yield at, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"
    elif len(value) > most:
        yield _long(at, most)


def _username(name: object) -> Iterator[Fault]:
    at = ("username",)
    if name is None:
        return
    if not isinstance(name, str):
        yield _no_string(at)
    elif not 1 <= len(name.strip()) <= MAX_USERNAME_CHARS:
        yield (
            at,
            "BASE_TYPE_BAD_LENGTH",
            f"Must be between 1 and {MAX_USERNAME_CHARS} in length.",
        )
    elif name.strip().lower() in _FORBIDDEN_NAMES:
        yield at, "USERNAME_INVALID", f'Username cannot be "{name.strip().lower()}"'
    else:
        for word in _FORBIDDEN_WORDS:
            if word in name.lower():
                yield at, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"'


def _url(url: object, at: tuple[str, ...]) -> Iterator[Fault]:
    if url is None:
        return
    if not isinstance(url, str):
        yield _no_string(at)
    elif not re.match(r"https?:", url):
        said = "is not supported. Scheme must be one of ('http', 'https')."
        yield at, "URL_TYPE_INVALID_SCHEME", f'Scheme "{url.partition(":")[0]}" {said}'
    elif not re.fullmatch(r"https?://[^\s/?#]+\S*", url):
        yield at, "URL_TYPE_INVALID_URL", "Not a well formed URL."
    elif len(url) > MAX_URL_CHARS:
        yield _long(at, MAX_URL_CHARS)


def _flags(flags: object) -> Iterator[Fault]:
    if flags is None:
        return
    if not isinstance(flags, int):
        yield ("flags",), "NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.'
    elif flags & ~_ALLOWED_FLAGS:
        yield ("flags",), "MESSAGE_FLAGS_INVALID", "Only some flags can be set."


def _mentions(allowed: object) -> Iterator[Fault]:
    at = ("allowed_mentions",)
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        yield at, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"
        return
    for number, kind in enumerate(allowed.get("parse") or ()):
        if kind not in ("users", "roles", "everyone"):
            said = "Value must be one of ('roles', 'users', 'everyone')."
            yield (*at, "parse", str(number)), "BASE_TYPE_CHOICES", said
        elif allowed.get(kind):
            said = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", said


def _embeds(embeds: Any) -> Iterator[Fault]:
    if embeds is None:
        return
    faults = list(_objects(embeds, ("embeds",), MAX_EMBEDS))
    for number, embed in enumerate(() if faults else embeds):
        faults += _embed(embed, ("embeds", str(number)))
    yield from faults
    if not faults and sum(map(embed_chars, embeds)) > MAX_EMBED_CHARS:
        said = f"Embed size exceeds maximum size of {MAX_EMBED_CHARS}"
        yield ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", said


def _embed(embed: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Fault]:
    for path, limit in _EMBED_LIMITS.items():
        yield from _text(embed, path, limit, at)
    for key in ("author", "footer"):
        if not isinstance(embed.get(key), dict | None):
            yield (*at, key), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"
    yield from _url(embed.get("url"), (*at, "url"))
    fields = embed.get("fields") or []
    faults = list(_objects(fields, (*at, "fields"), MAX_FIELDS))
    yield from faults
    for number, part in enumerate(() if faults else fields):
        place = (*at, "fields", str(number))
        for key, limit in _FIELD_LIMITS.items():
            if not part.get(key):
                yield (*place, key), "BASE_TYPE_REQUIRED", "This field is required"
            yield from _text(part, (key,), limit, place)


def embed_chars(embed: Mapping[str, Any]) -> int:
    """Return what counts of *embed* against the limit of a message."""
    own = [_at(embed, path) for path in _EMBED_LIMITS]
    fields = [part.get(key) for part in embed.get("fields") or () for key in _FIELD_LIMITS]
    return sum(len(text) for text in (*own, *fields) if isinstance(text, str))
