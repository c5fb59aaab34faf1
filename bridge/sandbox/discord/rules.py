"""Discord's rules for the body of a webhook call, and the tree of errors it answers with. No I/O.

https://docs.discord.com/developers/resources/webhook#execute-webhook
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.sandbox.discord.embeds import embed_faults
from bridge.sandbox.discord.values import Fault, no_dict, no_list, no_string, text, too_long, url

# Discord counts Unicode code points, as Python's len does (staff in discord-api-docs 1315).
MAX_CONTENT_CHARS = 2_000
MAX_USERNAME_CHARS = 80
MAX_THREAD_NAME_CHARS = 100
# https://docs.discord.com/developers/resources/message#allowed-mentions-object
MAX_MENTIONS = 100

_FORBIDDEN_WORDS = ("discord", "clyde")
_FORBIDDEN_NAMES = ("everyone", "here")
# https://docs.discord.com/developers/resources/message#message-object-message-flags
_SUPPRESS_EMBEDS, _SUPPRESS_NOTIFICATIONS, _COMPONENTS_V2 = 1 << 2, 1 << 12, 1 << 15


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
    """Return all that Discord would say against *body* as a new message."""
    return [
        *_username(body.get("username")),
        *url(body.get("avatar_url"), ("avatar_url",)),
        *text(body, ("thread_name",), MAX_THREAD_NAME_CHARS),
        *_flags(body.get("flags"), _SUPPRESS_EMBEDS | _SUPPRESS_NOTIFICATIONS | _COMPONENTS_V2),
        *_content_faults(body),
    ]


def edit_faults(body: Mapping[str, Any]) -> list[Fault]:
    """Return all that Discord would say against *body* as an edit."""
    # https://docs.discord.com/developers/resources/webhook#edit-webhook-message
    return [*_flags(body.get("flags"), _SUPPRESS_EMBEDS | _COMPONENTS_V2), *_content_faults(body)]


def _content_faults(body: Mapping[str, Any]) -> list[Fault]:
    return [
        *text(body, ("content",), MAX_CONTENT_CHARS),
        *_mentions(body.get("allowed_mentions")),
        *embed_faults(body.get("embeds")),
    ]


def _username(name: object) -> Iterator[Fault]:
    at = ("username",)
    if name is None:
        return
    if not isinstance(name, str):
        yield no_string(at)
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


def _flags(flags: object, allowed: int) -> Iterator[Fault]:
    if flags is None:
        return
    if not isinstance(flags, int):
        yield ("flags",), "NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.'
    elif flags & ~allowed:
        yield ("flags",), "MESSAGE_FLAGS_INVALID", "Only some flags can be set."


def _mentions(allowed: object) -> Iterator[Fault]:
    at = ("allowed_mentions",)
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        yield no_dict(at)
        return
    for number, kind in enumerate(allowed.get("parse") or ()):
        if kind not in ("users", "roles", "everyone"):
            said = "Value must be one of ('roles', 'users', 'everyone')."
            yield (*at, "parse", str(number)), "BASE_TYPE_CHOICES", said
        elif allowed.get(kind):
            said = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", said
    for kind in ("users", "roles"):
        yield from _ids(allowed.get(kind), (*at, kind))


def _ids(ids: object, at: tuple[str, ...]) -> Iterator[Fault]:
    if ids is None:
        return
    if not isinstance(ids, list):
        yield no_list(at)
        return
    if len(ids) > MAX_MENTIONS:
        yield too_long(at, MAX_MENTIONS)
    for number, value in enumerate(ids):
        if not str(value).isascii() or not str(value).isdigit():
            yield (*at, str(number)), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.'
