"""The sandbox's Discord: what an embed needs, and where a fault in one is found."""

from typing import Any

import pytest

from tests.sandbox.wire import Wire

REQUIRED, SCHEME = "BASE_TYPE_REQUIRED", "URL_TYPE_INVALID_SCHEME"
FAULTY: dict[str, tuple[dict[str, Any], str, str]] = {
    "author without a name": ({"author": {"url": "https://x.org"}}, "author.name", REQUIRED),
    "footer without a text": ({"footer": {"icon_url": "https://x.org"}}, "footer.text", REQUIRED),
    "author's address": ({"author": {"name": "x", "url": "x"}}, "author.url", SCHEME),
    "author's picture": (
        {"author": {"name": "x", "icon_url": "ftp://x"}},
        "author.icon_url",
        SCHEME,
    ),
    "footer's picture": (
        {"footer": {"text": "x", "icon_url": "x"}},
        "footer.icon_url",
        SCHEME,
    ),
    "image": ({"image": {"url": "data:x"}}, "image.url", SCHEME),
    "thumbnail": ({"thumbnail": {"url": "https://"}}, "thumbnail.url", "URL_TYPE_INVALID_URL"),
    "image in words": ({"image": "x"}, "image", "DICT_TYPE_CONVERT"),
    "colour in words": ({"color": "red"}, "color", "NUMBER_TYPE_COERCE"),
    "colour beyond white": ({"color": 0x1000000}, "color", "NUMBER_TYPE_MAX"),
    "colour below black": ({"color": -1}, "color", "NUMBER_TYPE_MAX"),
    "time in words": ({"timestamp": "today"}, "timestamp", "DATE_TIME_TYPE_PARSE"),
}


@pytest.mark.parametrize(("embed", "path", "code"), FAULTY.values(), ids=FAULTY)
async def test_faulty_embeds_are_refused(
    wire: Wire, embed: dict[str, Any], path: str, code: str
) -> None:
    """The answer is 50035 with a tree that leads to the fault."""
    reply = await wire.discord({"embeds": [{"title": "x", **embed}]})

    assert (reply.status, reply.json()["code"]) == (400, 50035)
    errors = reply.json()["errors"]["embeds"]["0"]
    for step in path.split("."):
        errors = errors[step]
    assert errors["_errors"][0]["code"] == code


@pytest.mark.parametrize("embeds", [[{}], [{"color": 5}], [{"title": ""}, {}]])
async def test_an_embed_with_nothing_to_see_is_nothing(
    wire: Wire, embeds: list[dict[str, Any]]
) -> None:
    """The message is empty."""
    assert (await wire.discord({"embeds": embeds})).json()["code"] == 50006


FULL = {
    "title": "x" * 256,
    "description": "x" * 4_096,
    "url": "https://x.org",
    "color": 0xFFFFFF,
    "timestamp": "2026-11-22T20:00:00Z",
    "author": {"name": "x" * 256, "icon_url": "https://x.org/a.png"},
    "footer": {"text": "x" * 1_000, "icon_url": "attachment://a.png"},
    "image": {"url": "attachment://a.png"},
    "thumbnail": {"url": "http://x.org/a.png"},
    "fields": [{"name": "x", "value": "y", "inline": True}],
}


async def test_a_full_embed_arrives_as_it_was_sent(wire: Wire) -> None:
    """Pictures may be files of the message."""
    await wire.discord({"embeds": [FULL]})

    assert wire.sandbox.posts[0].embeds == (FULL,)


IDS = [str(number) for number in range(101)]
MENTIONS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "101 users": ({"users": IDS}, ["users"], "BASE_TYPE_MAX_LENGTH"),
    "101 roles": ({"roles": IDS}, ["roles"], "BASE_TYPE_MAX_LENGTH"),
    "no id": ({"users": ["1", "max"]}, ["users", "1"], "NUMBER_TYPE_COERCE"),
    "no list": ({"roles": "1"}, ["roles"], "LIST_TYPE_CONVERT"),
}


@pytest.mark.parametrize(("allowed", "path", "code"), MENTIONS.values(), ids=MENTIONS)
async def test_mentions_are_allowed_by_up_to_100_ids(
    wire: Wire, allowed: dict[str, Any], path: list[str], code: str
) -> None:
    """Of users, and of roles."""
    reply = await wire.discord({"content": "x", "allowed_mentions": allowed})

    errors = reply.json()["errors"]["allowed_mentions"]
    for step in path:
        errors = errors[step]
    assert errors["_errors"][0]["code"] == code
