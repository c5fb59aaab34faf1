"""What every sender promises, run by each of them."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import aiohttp
import pytest

from bridge.deliveries import Accepted, Outcome, Rejected, Unavailable, Unknown
from bridge.sandbox import (
    CloudflareBan,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    ServerError,
    Shape,
)
from bridge.sandbox.faults import Fault
from tests.senders.ways import WAYS, Stub, Way, at_address, reason, sent

# fault -> what the post became, how many stand in the channel, what the reason says
FAULTS: dict[str, tuple[Fault, type[Outcome], int, str]] = {
    "limited": (RateLimited(retry_after=3), Unavailable, 0, ""),
    "limited for an unknown time": (RateLimited(retry_after=None), Unavailable, 0, ""),
    "banned": (CloudflareBan(), Unavailable, 0, "(HTTP 429)"),
    "500": (ServerError(status=500), Unknown, 0, "failed (HTTP 500)"),
    "502": (ServerError(status=502), Unknown, 0, "failed (HTTP 502)"),
    "503": (ServerError(status=503), Unknown, 0, "failed (HTTP 503)"),
    "504": (ServerError(status=504), Unknown, 0, "failed (HTTP 504)"),
    "reset": (Reset(), Unknown, 0, "broke before the answer"),
    "lost answer": (LostAnswer(), Unknown, 1, "broke before the answer"),
    "hang": (Hang(), Unknown, 0, "did not answer in time"),
    "hang after taking it": (Hang(accepted=True), Unknown, 1, "did not answer in time"),
    "HTML": (Garbage(), Unknown, 0, "answer can't be read"),
    "broken JSON": (Garbage(shape=Shape.BROKEN_JSON), Unknown, 0, "answer can't be read"),
    "other JSON": (Garbage(shape=Shape.OTHER_JSON), Unknown, 0, "answer can't be read"),
    "nothing": (Garbage(shape=Shape.EMPTY), Unknown, 0, "answer can't be read"),
    "HTML after taking it": (Garbage(accepted=True), Unknown, 1, "answer can't be read"),
}

STATUSES: dict[int, tuple[type[Outcome], str]] = {
    201: (Unknown, "answer can't be read"),
    204: (Unknown, "answer can't be read"),
    301: (Rejected, "address has moved (HTTP 301)"),
    302: (Rejected, "address has moved (HTTP 302)"),
    307: (Rejected, "address has moved (HTTP 307)"),
    308: (Rejected, "address has moved (HTTP 308)"),
    400: (Rejected, "(HTTP 400)"),
    401: (Rejected, "(HTTP 401)"),
    403: (Rejected, "(HTTP 403)"),
    404: (Rejected, "(HTTP 404)"),
    408: (Unavailable, "(HTTP 408)"),
    410: (Rejected, "(HTTP 410)"),
    413: (Rejected, "(HTTP 413)"),
    429: (Unavailable, "(HTTP 429)"),
    500: (Unknown, "failed (HTTP 500)"),
    503: (Unknown, "failed (HTTP 503)"),
    520: (Unknown, "failed (HTTP 520)"),
    599: (Unknown, "failed (HTTP 599)"),
}

# answers with status 200 that try what the sandbox's garbage does not
ODD_ANSWERS = {
    "not UTF-8": (b'{"ok": "\xff"}', "application/json"),
    "an encoding that is none": (b'{"ok": 1}', "application/json; charset=base64"),
    "null": (b"null", "application/json"),
    "a number": (b"1", "application/json"),
    "ids of another kind": (b'{"ok": true, "ts": 1, "id": 1}', "application/json"),
    "nested too deeply": (b"[" * 100_000, "application/json"),
    "plain text": (b"fine", "text/plain"),
    "bytes": (b"\0\1", "application/gzip"),
}


async def test_a_post_is_accepted_as_it_was_sent(way: Way) -> None:
    """One call, one post, no key that the platform does not know, nobody pinged."""
    outcome = await way.send()

    assert isinstance(outcome, Accepted)
    assert outcome.confirmed.part == 1
    assert outcome.pause == timedelta(0)
    [post] = way.posts
    assert post.text == "Hello"
    assert post.unknown_keys == ()
    assert post.pings == ()
    assert [call.status for call in way.sandbox.calls] == [200]


@pytest.mark.parametrize(("fault", "kind", "posted", "says"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_becomes_an_outcome_after_one_call(
    way: Way, fault: Fault, kind: type[Outcome], posted: int, says: str
) -> None:
    """Nothing is raised, nothing is sent again unasked; the next post passes."""
    way.meet(fault)
    outcome = await way.send()

    assert type(outcome) is kind
    assert way.platform in reason(outcome)
    assert says in reason(outcome)
    while not way.sandbox.calls:  # one that hangs is on record when its client has gone
        await asyncio.sleep(0.001)
    assert len(way.sandbox.calls) == 1
    assert len(way.posts) == posted
    assert isinstance(await way.send(), Accepted)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(
    ("status", "kind", "says"), [(key, *value) for key, value in STATUSES.items()], ids=str
)
async def test_each_status_without_a_word_has_its_outcome(
    session: aiohttp.ClientSession,
    stub: Stub,
    name: str,
    status: int,
    kind: type[Outcome],
    says: str,
) -> None:
    """An empty answer is judged by its status; a redirect is never followed."""
    sender, post = at_address(name, session, stub.url)
    stub.answer(status, Location=f"{stub.url}/elsewhere")
    outcome = await sender.send(post)

    assert type(outcome) is kind
    assert says in reason(outcome)
    assert len(stub.requests) == 1


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(("body", "content_type"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
async def test_an_odd_answer_leaves_the_post_in_doubt(
    session: aiohttp.ClientSession, stub: Stub, name: str, body: bytes, content_type: str
) -> None:
    """A 200 that can't be understood is neither a success nor an exception."""
    sender, post = at_address(name, session, stub.url)
    stub.answer(200, body, Content_Type=content_type)
    outcome = await sender.send(post)

    assert type(outcome) is Unknown
    assert "answer can't be read" in reason(outcome)


# Retry-After -> the wait; None where the header says nothing that makes sense
WAITS: dict[str, timedelta | None] = {
    "0": None,
    "3": timedelta(seconds=3),
    "0.5": timedelta(seconds=0.5),
    "999999999999999999999": timedelta(days=1),
    "inf": timedelta(days=1),
    "nan": None,
    "-5": None,
    "": None,
    "soon": None,
    "Wed, 21 Oct 2026 07:28:00 GMT": None,
}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("status", [408, 429])
@pytest.mark.parametrize(("header", "wait"), WAITS.items())
async def test_retry_after_is_honoured_and_bounded(
    session: aiohttp.ClientSession,
    stub: Stub,
    name: str,
    status: int,
    header: str,
    wait: timedelta | None,
) -> None:
    """At most a day; nonsense counts as no header."""
    sender, post = at_address(name, session, stub.url)
    body = b'{"message": "You are being rate limited.", "code": 0}'
    stub.answer(status, body, Retry_After=header, Content_Type="application/json")
    outcome = await sender.send(post)

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after == wait
    assert not outcome.platform_wide


@pytest.fixture(name="closed_port")
def _closed_port() -> Iterator[int]:
    """A port that nobody listens on, kept so that nobody else can have it."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("name", WAYS)
async def test_a_refused_connection_means_that_nothing_was_sent(
    session: aiohttp.ClientSession, name: str, closed_port: int
) -> None:
    """Trying again can't post twice."""
    sender, post = at_address(name, session, f"http://127.0.0.1:{closed_port}")
    outcome = await sent(sender, post)

    assert outcome == Unavailable(
        reason=f"can't connect to {name.split()[0]}: Connect call failed "
        f"('127.0.0.1', {closed_port})"
    )


@pytest.mark.parametrize("name", WAYS)
async def test_an_unknown_host_means_that_nothing_was_sent(
    session: aiohttp.ClientSession, name: str
) -> None:
    """What the resolver says is passed on."""
    sender, post = at_address(name, session, "http://nowhere.invalid")
    outcome = await sent(sender, post)

    assert isinstance(outcome, Unavailable)
    assert outcome.reason.startswith(f"can't connect to {name.split()[0]}: ")
