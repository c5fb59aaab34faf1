"""The sandbox's Discord: which bodies its webhooks take, and where in one it finds the fault."""

from typing import Any

import pytest

from tests.sandbox.wire import AGENT, Wire


def embeds(**embed: Any) -> dict[str, Any]:
    """Return a body with one embed."""
    return {"embeds": [embed]}


def fields(count: int = 1, **part: Any) -> dict[str, Any]:
    """Return a body with one embed of *count* fields."""
    return embeds(fields=[{"name": "x", "value": "x", **part}] * count)


LONG = "BASE_TYPE_MAX_LENGTH"
TEXT = {"content": "x"}
FAULTY_BODIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "long content": ({"content": "x" * 2_001}, "content", LONG),
    "number as content": ({"content": 5}, "content", "STRING_TYPE_CONVERT"),
    "long name": ({**TEXT, "username": "x" * 81}, "username", "BASE_TYPE_BAD_LENGTH"),
    "white name": ({**TEXT, "username": " "}, "username", "BASE_TYPE_BAD_LENGTH"),
    "number as name": ({**TEXT, "username": 5}, "username", "STRING_TYPE_CONVERT"),
    "Discord": ({**TEXT, "username": "My DisCord"}, "username", "USERNAME_INVALID_CONTAINS"),
    "Clyde": ({**TEXT, "username": "Clyde II"}, "username", "USERNAME_INVALID_CONTAINS"),
    "everyone": ({**TEXT, "username": "Everyone"}, "username", "USERNAME_INVALID"),
    "here": ({**TEXT, "username": "here"}, "username", "USERNAME_INVALID"),
    "ftp": ({**TEXT, "avatar_url": "ftp://x.org"}, "avatar_url", "URL_TYPE_INVALID_SCHEME"),
    "no host": ({**TEXT, "avatar_url": "https://"}, "avatar_url", "URL_TYPE_INVALID_URL"),
    "number as url": ({**TEXT, "avatar_url": 5}, "avatar_url", "STRING_TYPE_CONVERT"),
    "long url": ({**TEXT, "avatar_url": "https://x.org/" + "x" * 2_048}, "avatar_url", LONG),
    "long thread name": ({**TEXT, "thread_name": "x" * 101}, "thread_name", LONG),
    "flags in words": ({**TEXT, "flags": "x"}, "flags", "NUMBER_TYPE_COERCE"),
    "other flags": ({**TEXT, "flags": 1}, "flags", "MESSAGE_FLAGS_INVALID"),
    "mentions in words": (
        {**TEXT, "allowed_mentions": "x"},
        "allowed_mentions",
        "DICT_TYPE_CONVERT",
    ),
    "other mentions": (
        {**TEXT, "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
    "mentions twice": (
        {**TEXT, "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "11 embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds", LONG),
    "embeds in words": ({"embeds": "x"}, "embeds", "LIST_TYPE_CONVERT"),
    "long title": (embeds(title="x" * 257), "embeds.0.title", LONG),
    "long description": (embeds(description="x" * 4_097), "embeds.0.description", LONG),
    "long footer": (embeds(footer={"text": "x" * 2_049}), "embeds.0.footer.text", LONG),
    "long author": (embeds(author={"name": "x" * 257}), "embeds.0.author.name", LONG),
    "footer in words": (embeds(footer="x"), "embeds.0.footer", "DICT_TYPE_CONVERT"),
    "embed's url": (embeds(url="x"), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
    "fields in words": (embeds(fields=["x"]), "embeds.0.fields", "LIST_TYPE_CONVERT"),
    "26 fields": (fields(26), "embeds.0.fields", LONG),
    "long field name": (fields(name="x" * 257), "embeds.0.fields.0.name", LONG),
    "long field value": (fields(value="x" * 1_025), "embeds.0.fields.0.value", LONG),
    "empty field": (fields(value=""), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
    "6,001 in all": (
        {"embeds": [{"description": "x" * 3_000}, {"description": "x" * 3_000, "title": "x"}]},
        "embeds",
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
}


@pytest.mark.parametrize(("body", "path", "code"), FAULTY_BODIES.values(), ids=FAULTY_BODIES.keys())
async def test_faulty_bodies_are_refused(
    wire: Wire, body: dict[str, Any], path: str, code: str
) -> None:
    """The answer is 50035 with a tree that leads to the fault."""
    reply = await wire.discord(body)

    errors = reply.json()["errors"]
    for step in path.split("."):
        errors = errors[step]
    assert (reply.status, reply.json()["code"]) == (400, 50035)
    assert errors["_errors"][0]["code"] == code
    assert not wire.sandbox.posts


GOOD_BODIES: dict[str, dict[str, Any]] = {
    "2,000 code points": {"content": "🎉" * 2_000},
    "white edges don't count": {"content": " " * 2_000 + "x"},
    "80 of name": {**TEXT, "username": "x" * 80},
    "nulls": {**TEXT, "username": None, "avatar_url": None, "embeds": None, "flags": None},
    "hereby": {**TEXT, "username": "hereby"},
    "6,000 in all": {"embeds": [{"description": "x" * 3_000}, {"description": "x" * 3_000}]},
    "a poll": {"poll": {"question": {"text": "x"}}},
    "full field": fields(25, name="x" * 100, value="x" * 100),
}


@pytest.mark.parametrize("body", GOOD_BODIES.values(), ids=GOOD_BODIES.keys())
async def test_bodies_within_the_limits_pass(wire: Wire, body: dict[str, Any]) -> None:
    """What just fits is taken."""
    assert (await wire.discord(body)).status == 200


@pytest.mark.parametrize("body", [{}, {"content": " \n"}, {"embeds": []}], ids=range(3))
async def test_an_empty_message_is_refused(wire: Wire, body: dict[str, Any]) -> None:
    """White space is nothing."""
    assert (await wire.discord(body)).json()["code"] == 50006


async def test_a_body_that_is_no_json_is_refused(wire: Wire) -> None:
    """Broken JSON has its own code; a query that can't be read is a fault of the form."""
    url = wire.sandbox.discord.webhook_url("1")
    reply = await wire.send("POST", url, data="{", headers=AGENT)

    assert (reply.status, reply.json()["code"]) == (400, 50109)
    assert (await wire.discord(TEXT, wait="perhaps")).json()["code"] == 50035
