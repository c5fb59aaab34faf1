"""Bodies that are no events: too large, too slow, broken, or made up by a machine."""

import asyncio
import gzip
import io
import json
import zlib
from typing import Any, cast

import pytest

from bridge.store import Store
from tests.messages import make_body
from tests.server.conftest import MAX_BODY_BYTES, SECRET, Caller, serve
from tests.server.wire import VERIFIED, connected

OTHERS: dict[str, dict[str, list[str]]] = {
    "missing": {},
    "wrong": {"Nexus-Signature": ["wrong"]},
    "empty": {"Nexus-Signature": [""]},
    "longer": {"Nexus-Signature": [SECRET + "x"]},
    "shorter": {"Nexus-Signature": [SECRET[:-1]]},
    "not text": {"Nexus-Signature": ["\xff\xfe"]},
    "repeated": {"Nexus-Signature": [SECRET, SECRET]},
    "repeated in other letters": {"Nexus-Signature": [SECRET], "nexus-signature": ["x"]},
    "under another name": {"X-Nexus-Signature": [SECRET]},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
async def test_strangers_get_one_and_the_same_answer(
    caller: Caller, lines: io.StringIO, headers: dict[str, list[str]]
) -> None:
    """Missing, wrong and repeated can't be told apart; what was tried is not logged."""
    given_lines = [f"{name}: {value}" for name, values in headers.items() for value in values]
    async with connected(caller) as wire:
        wire.head(*given_lines, "Content-Length: 2")
        wire.write(b"{}")
        status, body = await wire.answer()

    assert status == 401
    assert json.loads(body) == {"error": "the verification header is missing or wrong"}
    assert SECRET[:-1] not in lines.getvalue()


async def test_each_of_the_secrets_is_accepted(caller: Caller) -> None:
    """The old and the new one, while rotating."""
    status, _ = await caller.post(make_body(), **{"Nexus-Signature": "the-old-one"})

    assert status == 202


async def test_a_stranger_s_body_is_not_waited_for(caller: Caller) -> None:
    """The answer is there while a gigabyte is announced and not one byte of it sent."""
    async with connected(caller) as wire:
        wire.head("Content-Length: 1000000000")
        status, _ = await wire.answer()

    assert status == 401


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 10 * MAX_BODY_BYTES])
async def test_a_body_over_the_limit_is_refused(caller: Caller, size: int) -> None:
    """413 says the limit; a body of just the limit is read."""
    sentence = f"the body is over the limit of {MAX_BODY_BYTES} bytes"

    assert await caller.post(b"x" * size) == (413, {"error": sentence})
    assert (await caller.post(make_body().ljust(MAX_BODY_BYTES)))[0] == 202


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(caller: Caller) -> None:
    """What counts is how much memory it takes."""
    bomb = gzip.compress(b" " * 5_000_000)
    status, answer = await caller.post(bomb, **{"Content-Encoding": "gzip"})

    assert len(bomb) < MAX_BODY_BYTES
    assert (status, list(answer)) == (413, ["error"])


async def test_a_slow_body_is_cut_off(caller: Caller) -> None:
    """408 after a while; other callers are answered meanwhile."""
    async with connected(caller) as wire:
        wire.head(VERIFIED, "Content-Length: 100")
        wire.write(b"{")
        meanwhile, _ = await caller.post(make_body())
        status, body = await wire.answer()

    assert meanwhile == 202
    assert (status, json.loads(body)) == (408, {"error": "the body did not arrive in time"})


async def test_a_body_in_pieces_is_read(caller: Caller) -> None:
    """In chunks, and compressed."""
    body = make_body(id="m1")
    async with connected(caller) as wire:
        wire.head(VERIFIED, "Transfer-Encoding: chunked")
        for piece in (body[:10], body[10:]):
            wire.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await asyncio.sleep(0.01)
        wire.write(b"0\r\n\r\n")
        status, _ = await wire.answer()
    packed, _ = await caller.post(gzip.compress(body), **{"Content-Encoding": "gzip"})

    assert (status, packed) == (202, 200)


NOISE = bytes(range(200))
BROKEN: dict[str, tuple[tuple[str, ...], bytes]] = {
    "gzip that is none": (("Content-Encoding: gzip", "Content-Length: 5"), b"hello"),
    "half a gzip": (
        ("Content-Encoding: gzip", "Content-Length: 40"),
        gzip.compress(NOISE)[:40],
    ),
    "gzip with a wrong sum": (
        ("Content-Encoding: gzip", "Content-Length: 25"),
        gzip.compress(b"hello")[:-8] + b"\0" * 8,
    ),
    "deflate that is none": (("Content-Encoding: deflate", "Content-Length: 5"), b"hello"),
    "half a deflate": (
        ("Content-Encoding: deflate", "Content-Length: 20"),
        zlib.compress(NOISE)[:20],
    ),
    "an encoding nobody knows": (("Content-Encoding: rot13", "Content-Length: 2"), b"{}"),
    "br that is none": (("Content-Encoding: br", "Content-Length: 5"), b"hello"),
    "zstd that is none": (("Content-Encoding: zstd", "Content-Length: 5"), b"hello"),
    "a chunk without a size": (("Transfer-Encoding: chunked",), b"zz\r\nhello\r\n0\r\n\r\n"),
    "a chunk with a wrong size": (("Transfer-Encoding: chunked",), b"2\r\nhello\r\n0\r\n\r\n"),
    "no chunks": (("Transfer-Encoding: chunked",), b"hello"),
    "a length that is none": (("Content-Length: many",), b"{}"),
    "two lengths": (("Content-Length: 2", "Content-Length: 3"), b"{}x"),
    "a charset that is none": (("Content-Type: text/x; charset=no", "Content-Length: 2"), b"{}"),
}


@pytest.mark.parametrize(("headers", "body"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("pause", [0, 0.01], ids=["at once", "later"])
async def test_a_body_that_belies_its_headers_is_the_caller_s_fault(
    caller: Caller, headers: tuple[str, ...], body: bytes, pause: float
) -> None:
    """A 4xx, never a 5xx, whether it comes in one piece or in two; the server answers on."""
    async with connected(caller) as wire:
        wire.head(VERIFIED, *headers)
        await asyncio.sleep(pause)
        wire.write(body)
        status, _ = await wire.answer()

    assert 400 <= status < 500
    assert (await caller.post(make_body()))[0] == 202


async def test_a_caller_that_hangs_up_costs_nothing(caller: Caller, lines: io.StringIO) -> None:
    """In the middle of a body; nothing is logged as a fault of ours."""
    async with connected(caller) as wire:
        wire.head(VERIFIED, "Content-Length: 100")
        wire.write(b"{")
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.02)

    assert (await caller.post(make_body()))[0] == 202
    assert "library" not in lines.getvalue()


async def test_a_caller_that_waits_to_be_asked_is_asked(caller: Caller) -> None:
    """A verified caller that sends `Expect: 100-continue` is asked for its body, then answered."""
    body = make_body()
    async with connected(caller) as wire:
        wire.head(VERIFIED, "Expect: 100-continue", f"Content-Length: {len(body)}")
        invitation = await wire.invitation()
        wire.write(body)
        status, _ = await wire.answer()

    assert invitation == b"HTTP/1.1 100 Continue"
    assert status == 202


NOT_HTTP: dict[str, bytes] = {
    "a method that is none": b"B@D / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header with a control character": (
        b"POST / HTTP/1.1\r\nHost: x\r\nNexus-Signature: an-old-secret\x01\r\n\r\n"
    ),
    "an endless header": b"POST / HTTP/1.1\r\nHost: x\r\nX: "
    + b"an-old-secret" * 1000
    + b"\r\n\r\n",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", NOT_HTTP.values(), ids=NOT_HTTP)
async def test_what_is_not_http_is_answered_in_our_words(
    caller: Caller, lines: io.StringIO, request_bytes: bytes
) -> None:
    """One sentence in JSON; neither the answer nor the log repeats what was sent."""
    async with connected(caller) as wire:
        wire.write(request_bytes)
        status, body = await wire.answer()

    assert status == 400
    assert body == b'{"error":"the request can\'t be read as HTTP"}'
    assert "event=refused status=400" in lines.getvalue()
    assert "an-old-secret" not in lines.getvalue()


class _Faulty:
    """A store with a fault of ours in it."""

    async def accept(self, arrival: object) -> Any:
        """Fail as no store should."""
        raise KeyError(arrival)


async def test_a_fault_of_ours_is_a_503(lines: io.StringIO) -> None:
    """Nothing ever gets a 500: the caller may come again, and the log names the kind of fault."""
    answers = [await caller.post(make_body()) async for caller in serve(cast(Store, _Faulty()))]

    assert answers == [(503, {"error": "a fault of the bridge itself"})]
    assert "event=internal_error error=KeyError" in lines.getvalue()


async def test_a_stranger_is_not_asked_for_its_body(caller: Caller) -> None:
    """Without the secret there is no "100 Continue", only the refusal."""
    async with connected(caller) as wire:
        wire.head("Expect: 100-continue", "Content-Length: 100")
        status, _ = await wire.answer()

    assert status == 401
