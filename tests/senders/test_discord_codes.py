"""Every code that Discord documents for webhooks, and what it means for a post."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bridge.deliveries import Outcome, Rejected, Remedy, Unavailable, Unknown
from bridge.sandbox import CloudflareBan, DiscordError, Sandbox
from bridge.senders import Sender
from tests.senders.ways import DISCORD_POST, Stub, discord, reason

# status, code -> the remedy; None: try later
CODES: dict[tuple[int, int], Remedy | None] = {
    (404, 10015): Remedy.NONE,
    (401, 50027): Remedy.NONE,
    (403, 50013): Remedy.NONE,
    (403, 50001): Remedy.NONE,
    (404, 10003): Remedy.NONE,
    (400, 220001): Remedy.NONE,
    (400, 220002): Remedy.NONE,
    (400, 220003): Remedy.UNTHREADED,
    (400, 220004): Remedy.NONE,
    (400, 50035): Remedy.PLAIN,
    (400, 50006): Remedy.NONE,
    (413, 40005): Remedy.NONE,
    (400, 200000): Remedy.NONE,
    (400, 200001): Remedy.NONE,
    (400, 240000): Remedy.NONE,
    (400, 50083): Remedy.NONE,
    (403, 160005): Remedy.NONE,
    (403, 40333): Remedy.NONE,
    (400, 99999): Remedy.NONE,
    (403, 20016): None,
    (403, 20028): None,
    (403, 20029): None,
    (403, 40062): None,
    (429, 20028): None,
    (408, 0): None,
}
#: what says that whatever is posted there would meet it
BROKEN = {10015, 50027, 50013, 50001, 10003, 220001, 220002, 220004, 50083, 160005}
#: codes that say what to do, or why no word of it would pass
WITHOUT_ADVICE = {220003, 50035, 40333, 99999}

GONE_THREADS = [(404, 10003), (400, 50083), (403, 160005)]


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return discord(session, sandbox.discord.webhook_url("111"))


@pytest.fixture(name="at_stub")
def _at_stub(session: aiohttp.ClientSession, stub: Stub) -> Sender:
    return discord(session, f"{stub.url}/api/webhooks/1/t")


@pytest.mark.parametrize(
    ("status", "code", "remedy"), [(*key, remedy) for key, remedy in CODES.items()]
)
async def test_each_code_has_its_outcome(
    sender: Sender, sandbox: Sandbox, status: int, code: int, remedy: Remedy | None
) -> None:
    """The reason says Discord's sentence, status and code, and what to do if a person can."""
    sandbox.discord.faults.add("111", DiscordError(status, code, "No way"))
    outcome = await sender.send(DISCORD_POST)

    assert type(outcome) is (Unavailable if remedy is None else Rejected)
    if isinstance(outcome, Rejected):
        assert outcome.remedy is remedy
        assert outcome.is_broken is (code in BROKEN)
        said = f"Discord says No way (HTTP {status}, code {code})"
        assert outcome.reason.startswith(said)
        assert (outcome.reason == said) is (code in WITHOUT_ADVICE)


@pytest.mark.parametrize(("status", "code"), GONE_THREADS)
async def test_a_lost_thread_can_be_replaced_by_a_new_one(
    sender: Sender, sandbox: Sandbox, status: int, code: int
) -> None:
    """Gone, archived or locked: only posts to a known thread can meet that."""
    sandbox.discord.faults.add("111", DiscordError(status, code, "No way"))
    outcome = await sender.send(DISCORD_POST, thread="42", title="A chat")

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.NEW_THREAD
    assert not outcome.is_broken


#: a status without a code -> whether it says that nothing would pass
WITHOUT_CODE = {
    301: True,
    308: True,
    400: False,
    401: True,
    403: False,
    404: True,
    405: False,
    410: True,
    413: False,
}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"message": "401: Unauthorized", "code": 0}'])
@pytest.mark.parametrize(("status", "is_broken"), WITHOUT_CODE.items())
async def test_a_status_without_a_code_says_whether_the_webhook_is_gone(
    at_stub: Sender, stub: Stub, status: int, is_broken: bool, body: bytes
) -> None:
    """A 403 says nothing: Cloudflare may have taken offence at the words of one post."""
    stub.answer(status, body)
    outcome = await at_stub.send(DISCORD_POST)

    assert isinstance(outcome, Rejected)
    assert outcome.is_broken is is_broken


@pytest.mark.parametrize("code", [20028, 50035, 10015])
async def test_a_server_error_is_in_doubt_whatever_its_code(
    sender: Sender, sandbox: Sandbox, code: int
) -> None:
    """Only what says "later" in so many words was certainly not taken."""
    sandbox.discord.faults.add("111", DiscordError(500, code))

    assert type(await sender.send(DISCORD_POST)) is (Unavailable if code == 20028 else Unknown)


BAD_FORMS: dict[str, tuple[Any, Remedy]] = {
    "name": ({"username": {"_errors": []}}, Remedy.ANONYMOUS),
    "picture": ({"avatar_url": {"_errors": []}}, Remedy.ANONYMOUS),
    "content": ({"content": {"_errors": []}}, Remedy.PLAIN),
    "no tree": ("?", Remedy.PLAIN),
}


@pytest.mark.parametrize(("errors", "remedy"), BAD_FORMS.values(), ids=BAD_FORMS)
async def test_a_bad_form_is_mended_where_it_is_bad(
    at_stub: Sender, stub: Stub, errors: Any, remedy: Remedy
) -> None:
    """A refused name or picture is left out; anything else is put plainly."""
    body = {"message": "Invalid Form Body", "code": 50035, "errors": errors}
    stub.answer(400, json.dumps(body).encode())
    outcome = await at_stub.send(DISCORD_POST)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is remedy


HOSTILE_BODIES: dict[str, tuple[int, bytes, type[Outcome]]] = {
    "code is a list": (400, b'{"message": "x", "code": []}', Rejected),
    "code is an object": (400, b'{"message": "x", "code": {}}', Rejected),
    "message is a list": (400, b'{"message": [], "code": 50035}', Rejected),
    "half a character": (400, b'{"message": "\\ud800", "code": 50035}', Rejected),
    "endless wait": (429, b'{"retry_after": 1' + b"0" * 400 + b"}", Unavailable),
    "endless number": (429, b'{"retry_after": 1' + b"0" * 5_000 + b"}", Unavailable),
    "no wait": (429, b'{"retry_after": "soon"}', Unavailable),
    "nested too deeply": (400, b"[" * 100_000, Rejected),
    "huge message": (400, b'{"code": 1, "message": "' + b"x" * 90_000 + b'"}', Rejected),
}


@pytest.mark.parametrize(("status", "body", "kind"), HOSTILE_BODIES.values(), ids=HOSTILE_BODIES)
async def test_no_body_makes_the_sender_raise(
    at_stub: Sender, stub: Stub, status: int, body: bytes, kind: type[Outcome]
) -> None:
    """Whatever stands in the fields, there is an outcome, and its reason is short."""
    stub.answer(status, body, Via="1.1 google")
    outcome = await at_stub.send(DISCORD_POST)

    assert type(outcome) is kind
    assert len(reason(outcome)) < 300


LIMITED: dict[str, tuple[dict[str, str], bytes, timedelta | None, bool]] = {
    "global in the body": (
        {},
        b'{"global": true, "retry_after": 2.5}',
        timedelta(seconds=2.5),
        True,
    ),
    "global in the headers": (
        {"X-RateLimit-Scope": "global", "Retry-After": "4"},
        b'{"global": false, "retry_after": 3.1}',
        timedelta(seconds=4),
        True,
    ),
    "shared": (
        {"X-RateLimit-Scope": "shared"},
        b'{"global": false, "retry_after": 0.3}',
        timedelta(seconds=0.3),
        False,
    ),
    "not by Cloudflare": ({"Via": "1.1 google"}, b"", None, False),
}


@pytest.mark.parametrize(
    ("headers", "body", "wait", "platform_wide"), LIMITED.values(), ids=LIMITED
)
async def test_a_global_limit_is_told_from_one_of_the_channel(
    at_stub: Sender,
    stub: Stub,
    headers: dict[str, str],
    body: bytes,
    wait: timedelta | None,
    platform_wide: bool,
) -> None:
    """The header's wait counts before the body's."""
    stub.answer(429, body, **{name.replace("-", "_"): value for name, value in headers.items()})

    assert await at_stub.send(DISCORD_POST) == Unavailable(
        reason="Discord says to slow down (HTTP 429)",
        retry_after=wait,
        platform_wide=platform_wide,
        toward_ban="X-RateLimit-Scope" not in headers or platform_wide,
    )


@pytest.mark.parametrize(("asked", "minutes"), [(120, 2), (None, 10)])
async def test_a_ban_silences_every_lane_of_the_platform(
    sender: Sender, sandbox: Sandbox, asked: int | None, minutes: int
) -> None:
    """For as long as Cloudflare says, or ten minutes."""
    sandbox.discord.faults.add("111", CloudflareBan(retry_after=asked))
    outcome = await sender.send(DISCORD_POST)

    assert isinstance(outcome, Unavailable)
    assert outcome.platform_wide
    assert outcome.retry_after == timedelta(minutes=minutes)
    assert "banned" in outcome.reason
