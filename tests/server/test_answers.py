"""Every answer of the server to an event, to the letter."""

import asyncio
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bridge.store.sqlite import SqliteStore
from tests.messages import make_body
from tests.server.conftest import NOW, PATH, SECRET, VERIFIED, Caller

ACCEPTED = {"status": "accepted", "message": "m1", "deliveries": ["support"]}


async def test_an_accepted_event_is_on_disk(caller: Caller, store: SqliteStore) -> None:
    """202 names the message and its destinations; the body is stored as it came."""
    body = make_body(id="m1", chatId="c1", content="Hello")

    assert await caller.post(body) == (202, ACCEPTED)
    delivery = await store.claim("support")
    assert (delivery.message_id, delivery.body, delivery.route) == ("m1", body, "route 3")
    assert (delivery.accepted_at, delivery.revision) == (NOW, 0)
    assert await store.pending() == {"support": 1}


async def test_destinations_are_named_in_the_order_of_the_table(caller: Caller) -> None:
    """Each once, also when two routes send there."""
    status, answer = await caller.post(make_body(id="m1", content="A refund"))

    assert (status, answer["deliveries"]) == (202, ["support", "ops"])


async def test_the_config_introduces_an_agent(caller: Caller) -> None:
    """A name that NexusGPT leaves out counts when routes are matched."""
    body = make_body(id="m1", virtualSenderId="a1", virtualSender=None)

    assert await caller.post(body) == (202, ACCEPTED)


async def test_a_message_is_told_once(caller: Caller, store: SqliteStore) -> None:
    """The same content again is a duplicate; other content is a revision of its own."""
    first = make_body(id="m1", content="Hello")
    same = make_body(id="m1", content="Hello", updatedAt="2026-01-01T00:00:00Z")
    other = make_body(id="m1", content="Hello, world")
    answers = [await caller.post(body) for body in (first, first, same, other, other, first)]

    assert [answer["status"] for _, answer in answers] == [
        "accepted",
        "duplicate",
        "duplicate",
        "accepted",
        "duplicate",
        "duplicate",
    ]
    assert answers[1] == (200, {"status": "duplicate"})
    assert await store.pending() == {"support": 2}


async def test_a_hundred_callers_at_once_tell_it_once(caller: Caller, store: SqliteStore) -> None:
    """However many connections tell the same, one is accepted."""
    body = make_body(id="m1", content="Hello")
    answers = await asyncio.gather(*(caller.post(body) for _ in range(100)))

    assert sorted(status for status, _ in answers) == [200] * 99 + [202]
    assert await store.pending() == {"support": 1}


async def test_what_no_route_takes_is_not_stored(caller: Caller, store: SqliteStore) -> None:
    """There is nowhere to bring it."""
    body = make_body(virtualSender={"name": "Somebody"}, virtualSenderId="a9")

    assert await caller.post(body) == (200, {"status": "unrouted"})
    assert await store.pending() == {}


IGNORED: dict[str, tuple[bytes, str]] = {
    "another event": (b'{"event": "CHAT_CREATED"}', 'unknown event "CHAT_CREATED"'),
    "a user's": (make_body(senderType="USER"), "written by a user"),
    "nobody's": (make_body(senderType="ROBOT"), "not written by an agent"),
    "temporary": (make_body(isTemporary=True), "a temporary message"),
    "in progress": (make_body(status="IN_PROGRESS"), "still being written"),
}


@pytest.mark.parametrize(("body", "reason"), IGNORED.values(), ids=IGNORED)
async def test_what_is_not_to_be_told_is_ignored(
    caller: Caller, store: SqliteStore, body: bytes, reason: str
) -> None:
    """With the reason, so that NexusGPT does not send it again."""
    assert await caller.post(body) == (200, {"status": "ignored", "reason": reason})
    assert await store.pending() == {}


BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the body is not JSON in UTF-8"),
    "no JSON": (b"{", "the body is not JSON in UTF-8"),
    "no UTF-8": (b'{"event": "\xff"}', "the body is not JSON in UTF-8"),
    "a tower": (b"[" * 15_000, "the body is not JSON in UTF-8"),
    "a list": (b"[]", "the body is not a JSON object"),
    "no event": (b"{}", 'the body names no event: it has neither "event" nor "type"'),
    "no payload": (b'{"event": "MESSAGE_FINALIZED"}', 'the event has no "payload" object'),
    "no id": (make_body(id=None), 'the message has no "id"'),
    "no chat": (make_body(chatId=""), 'the message has no "chatId"'),
    "endless id": (
        make_body(id="x" * 300),
        'the message\'s "id" is longer than 256 characters',
    ),
}


@pytest.mark.parametrize(("body", "sentence"), BAD_BODIES.values(), ids=BAD_BODIES)
async def test_what_is_no_event_is_refused_in_one_sentence(
    caller: Caller, body: bytes, sentence: str
) -> None:
    """400 and what was wrong."""
    assert await caller.post(body) == (400, {"error": sentence})


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_webhooks_are_posted(caller: Caller, method: str) -> None:
    """405 says how it is done."""
    async with caller.session.request(method, caller.url, headers=VERIFIED) as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        assert await answer.json() == {"error": "webhooks are sent with POST"}


@pytest.mark.parametrize("path", ["/", "/webhooks", f"{PATH}/", f"{PATH}x", "/%00", "/../etc"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_there_is_nothing_elsewhere(caller: Caller, path: str, method: str) -> None:
    """404 says where webhooks go."""
    url = f"http://127.0.0.1:{caller.port}{path}"
    async with caller.session.request(method, url, headers=VERIFIED) as answer:
        assert answer.status == 404
        assert await answer.json() == {"error": f"there is nothing here; webhooks go to {PATH}"}


async def test_a_store_that_is_closed_asks_to_come_again(
    caller: Caller, store: SqliteStore
) -> None:
    """503 and Retry-After; nothing is acknowledged that is not on disk."""
    await store.close()
    async with caller.session.post(caller.url, data=make_body(), headers=VERIFIED) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "10"
        assert await answer.json() == {"error": "the event can't be stored now"}


async def test_a_store_that_was_locked_takes_events_again(
    caller: Caller, store: SqliteStore, tmp_path: Path
) -> None:
    """503 while somebody else writes, 202 afterwards, for the same event."""
    body = make_body(id="m1")
    with closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = await caller.post(body)
        other.execute("ROLLBACK")

    assert locked == (503, {"error": "the event can't be stored now"})
    assert await caller.post(body) == (202, ACCEPTED)


LINES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "accepted": (
        lambda: make_body(id="m1", chatId="c1", content="A refund for the secret plan"),
        ["level=info event=accepted message=m1 chat=c1 revision=0 to=ops"],
    ),
    "unrouted": (
        lambda: make_body(id="m1", chatId="c1", virtualSender=None, content="secret plan"[:8]),
        ["level=info event=unrouted message=m1 chat=c1"],
    ),
    "ignored": (
        lambda: make_body(id="m1", senderType="USER", content="secret plan"),
        ['level=info event=ignored message=m1 reason="written by a user"'],
    ),
    "refused": (
        lambda: make_body(id="", content="secret plan"),
        [
            'level=warning event=refused status=400 reason="the message has no \\"id\\""'
            " remote=127.0.0.1"
        ],
    ),
}


@pytest.mark.parametrize(("body", "words"), LINES.values(), ids=LINES)
async def test_each_event_is_one_log_line_without_what_it_says(
    caller: Caller, lines: io.StringIO, body: Callable[[], bytes], words: list[str]
) -> None:
    """Ids and the reason stand there; content and secrets don't."""
    await caller.post(body())
    written = [line.partition(" ")[2] for line in lines.getvalue().splitlines()]

    assert written == words
    assert "plan" not in lines.getvalue()
    assert SECRET not in lines.getvalue()


async def test_a_duplicate_and_a_store_in_trouble_are_logged(
    caller: Caller, store: SqliteStore, lines: io.StringIO
) -> None:
    """Each by its own word."""
    body = make_body(id="m1", chatId="c1")
    for _ in range(2):
        await caller.post(body)
    await store.close()
    await caller.post(body)
    written: list[Any] = [line.partition(" ")[2] for line in lines.getvalue().splitlines()]

    assert written[1:] == [
        "level=info event=duplicate message=m1 chat=c1",
        'level=error event=not_stored message=m1 chat=c1 reason="the store is closed"',
    ]
