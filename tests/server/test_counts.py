"""Every answer of the server is counted, and so is what let a webhook in or kept it out."""

import io
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry

from bridge.store import Store
from bridge.store.sqlite import SqliteStore
from bridge.webhooks import Verification
from tests.messages import make_body
from tests.server.conftest import INTAKE, MAX_BODY_BYTES, NOW, SECRET, VERIFIED, Caller, serve
from tests.server.wire import VERIFIED as VERIFIED_LINE
from tests.server.wire import connected

PROBE = b'{"event": "NEXUSGPT_BRIDGE_PROBE", "payload": {"id": "p1"}}'


def _figures(caller: Caller, name: str) -> Mapping[tuple[str, ...], float]:
    """Return all figures of that name that are not zero, by the values of their labels."""
    registry = CollectorRegistry()
    registry.register(caller.counts)
    return {
        tuple(sample.labels.values()): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == f"nexusgpt_bridge_{name}" and sample.value
    }


BODIES: dict[str, tuple[bytes, tuple[str, str]]] = {
    "accepted": (make_body(), ("accepted", "202")),
    "ignored": (make_body(senderType="USER"), ("ignored", "200")),
    "unrouted": (
        make_body(virtualSender={"name": "Somebody"}, virtualSenderId="a9"),
        ("unrouted", "200"),
    ),
    "probed": (PROBE, ("probed", "200")),
    "no event": (b"", ("refused", "400")),
    "too large": (b"x" * (MAX_BODY_BYTES + 1), ("refused", "413")),
}


@pytest.mark.parametrize(("body", "key"), BODIES.values(), ids=BODIES)
async def test_every_answer_is_counted(caller: Caller, body: bytes, key: tuple[str, ...]) -> None:
    """Once, by its word and its status."""
    await caller.post(body)

    assert _figures(caller, "webhooks_total") == {key: 1}


async def test_a_duplicate_is_counted_as_one(caller: Caller) -> None:
    """The first time it was accepted."""
    for _ in range(3):
        await caller.post(make_body())

    assert _figures(caller, "webhooks_total") == {("accepted", "202"): 1, ("duplicate", "200"): 2}


async def test_what_strangers_try_is_counted_by_few_words(caller: Caller) -> None:
    """Whatever paths, methods and headers they make up, no figure is added."""
    root = f"http://127.0.0.1:{caller.port}"
    for word in ("PUT", "DELETE", "PATCH"):
        await caller.session.request("GET", f"{root}/wp-admin/{word}")
        await caller.session.request(word, caller.url)
        await caller.session.post(caller.url, headers={"Nexus-Signature": word})
    async with connected(caller) as wire:
        wire.write(b"B@D / HTTP/1.1\r\nHost: x\r\n\r\n")
        await wire.answer()

    assert _figures(caller, "webhooks_total") == {
        ("refused", "400"): 1,
        ("refused", "401"): 3,
        ("refused", "404"): 3,
        ("refused", "405"): 3,
    }


async def test_a_body_that_is_too_slow_is_counted(caller: Caller) -> None:
    """As a refusal."""
    async with connected(caller) as wire:
        wire.head(VERIFIED_LINE, "Content-Length: 100")
        await wire.answer()

    assert _figures(caller, "webhooks_total") == {("refused", "408"): 1}


async def test_what_can_t_be_stored_is_counted(caller: Caller, store: SqliteStore) -> None:
    """An event, and a probe too."""
    await store.close()
    await caller.post(make_body())
    await caller.post(PROBE)

    assert _figures(caller, "webhooks_total") == {("not_stored", "503"): 2}


class _Faulty:
    """A store with a fault of ours in it."""

    async def accept(self, arrival: object) -> Any:
        """Fail as no store should."""
        raise KeyError(arrival)


async def test_a_fault_of_ours_is_counted(lines: io.StringIO) -> None:
    """By a word of its own."""
    async for caller in serve(cast(Store, _Faulty())):
        await caller.post(make_body())
        assert _figures(caller, "webhooks_total") == {("internal_error", "503"): 1}


async def test_a_wrong_header_is_counted_by_what_was_wrong(
    caller: Caller, lines: io.StringIO
) -> None:
    """The operator hears it, the caller does not; what was tried is told to nobody."""
    answers = []
    for headers in ([], [SECRET, SECRET], ["wrong-one"], ["wrong-two"]):
        async with connected(caller) as wire:
            wire.head(*(f"Nexus-Signature: {value}" for value in headers), "Content-Length: 0")
            answers.append(await wire.answer())

    assert len(set(answers)) == 1
    assert _figures(caller, "header_mismatches_total") == {
        ("missing",): 1,
        ("repeated",): 1,
        ("wrong",): 2,
    }
    assert caller.counts.mismatches == 4
    assert lines.getvalue().count("header=wrong") == 2
    assert "wrong-" not in lines.getvalue()


async def test_hits_are_counted_by_the_place_of_the_secret(caller: Caller) -> None:
    """So that an old one can go when nobody brings it any more; also if the body is none."""
    await caller.post(make_body())
    await caller.post(b"")
    await caller.post(make_body(), **{"Nexus-Signature": "the-old-one"})

    assert _figures(caller, "secret_hits_total") == {("1",): 2, ("2",): 1}


async def test_other_secrets_are_counted_anew(caller: Caller) -> None:
    """With the config read again, a place may mean another secret; other changes keep the count."""
    await caller.post(make_body())
    caller.server.intake = replace(INTAKE, max_body_bytes=30_000)
    same = _figures(caller, "secret_hits_total")
    secrets = (b"another-one", SECRET.encode(), b"and-a-third")
    verification = Verification(header=b"nexus-signature", secrets=secrets)
    caller.server.intake = replace(INTAKE, verification=verification)
    other = _figures(caller, "secret_hits_total")
    await caller.post(make_body())

    assert (same, other) == ({("1",): 1}, {})
    assert _figures(caller, "secret_hits_total") == {("2",): 1}


async def test_without_verification_no_secret_is_hit(caller: Caller) -> None:
    """Everybody comes in, and nothing was brought."""
    caller.server.intake = replace(INTAKE, verification=Verification(header=None))
    status, _ = await caller.post(make_body())

    assert status == 202
    assert _figures(caller, "secret_hits_total") == {}


async def test_only_what_is_stored_is_timed(caller: Caller) -> None:
    """Duplicates and refusals would make the store look fast."""
    for body in (make_body(), make_body(), b""):
        await caller.post(body)

    assert _figures(caller, "accept_seconds_count") == {(): 1}


@pytest.mark.parametrize(
    ("body", "last"),
    [(make_body(), NOW), (make_body(senderType="USER"), NOW), (b"", None), (PROBE, None)],
    ids=["event", "ignored", "no event", "probe"],
)
async def test_the_last_event_is_remembered(caller: Caller, body: bytes, last: object) -> None:
    """Any verified event of NexusGPT's counts, but not what the bridge sends to itself."""
    await caller.post(body)

    assert caller.counts.last_event == last
    assert bool(_figures(caller, "last_event_timestamp_seconds")) is (last is not None)


async def test_a_probe_is_stored_and_forgotten(
    caller: Caller, store: SqliteStore, lines: io.StringIO
) -> None:
    """It proves all of the way but the post: nothing is left for any destination."""
    assert await caller.post(PROBE) == (200, {"status": "probed"})
    assert await store.pending() == {}
    assert "event=probe_stored" in lines.getvalue()


async def test_a_probe_needs_the_secret(caller: Caller) -> None:
    """Strangers can't make the disk sync."""
    async with caller.session.post(caller.url, data=PROBE) as answer:
        assert answer.status == 401


async def test_a_probe_that_can_t_be_stored_is_told(caller: Caller, tmp_path: Path) -> None:
    """503, as for any event."""
    with closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with caller.session.post(caller.url, data=PROBE, headers=VERIFIED) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        other.execute("ROLLBACK")
