"""Operators ask for health, readiness and metrics over HTTP."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bridge.admin import Admin
from bridge.metrics import Metrics
from bridge.readiness import Readiness
from bridge.store import Arrival
from bridge.store.sqlite import SqliteStore

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
SECRET = "a-secret-that-nobody-may-see"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Asks the admin listener of a bridge that has two destinations."""

    port: int
    session: aiohttp.ClientSession
    store: SqliteStore
    metrics: Metrics
    #: why the bridge is not ready, by the part that says so; tests fill it
    reasons: dict[str, str]

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.session.get(url, headers=headers) as answer:
            return answer.status, await answer.text()

    async def figures(self, name: str) -> dict[str, float]:
        """Return the figures of that name by destination."""
        _, text = await self.get("/metrics")
        return {
            sample.labels["destination"]: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == f"nexusgpt_bridge_{name}"
        }

    async def accept(self, message_id: str, at: datetime) -> None:
        """Put a message for "support" into the store."""
        await self.store.accept(
            Arrival(
                message_id=message_id,
                chat_id="c1",
                fingerprint=message_id.encode(),
                body=b"{}",
                routed={"support": "rest"},
                accepted_at=at,
            )
        )


@pytest.fixture(name="operator")
async def _operator(tmp_path: Path, lines: io.StringIO) -> AsyncIterator[Operator]:
    store, metrics = await SqliteStore.open(tmp_path / "bridge.db"), Metrics()
    metrics.expect(["support", "ops"])
    reasons: dict[str, str] = {}

    async def lanes() -> str | None:
        return reasons.get("lanes")

    async def disk() -> str | None:
        return reasons.get("store")

    admin = Admin(Readiness({"store": disk, "lanes": lanes}), metrics, store, lambda: NOW)
    runner = web.ServerRunner(admin.web, shutdown_timeout=1, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        yield Operator(port=port, session=session, store=store, metrics=metrics, reasons=reasons)
    await runner.cleanup()
    await store.close()


async def test_a_process_that_answers_is_alive(operator: Operator) -> None:
    """Whatever else is wrong with it."""
    operator.reasons["store"] = "the disk is full"

    assert await operator.get("/healthz") == (200, '{"status":"ok"}')


async def test_a_bridge_that_can_do_its_work_is_ready(operator: Operator) -> None:
    """200 and one word."""
    assert await operator.get("/readyz") == (200, '{"status":"ready"}')


async def test_a_bridge_that_can_t_says_why(operator: Operator) -> None:
    """503 with all reasons by the part of the bridge, until it is ready again."""
    operator.reasons.update(store="the disk is full", lanes="the lane of ops has ended")
    status, text = await operator.get("/readyz")
    operator.reasons.clear()

    assert (status, json.loads(text)) == (
        503,
        {
            "status": "not ready",
            "reasons": {"store": "the disk is full", "lanes": "the lane of ops has ended"},
        },
    )
    assert (await operator.get("/readyz"))[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_a_head_is_an_answer_without_its_body(operator: Operator, path: str) -> None:
    """As load balancers like to ask."""
    async with operator.session.head(f"http://127.0.0.1:{operator.port}{path}") as answer:
        assert answer.status == 200
        assert await answer.read() == b""


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_nothing_can_be_posted(operator: Operator, path: str) -> None:
    """The admin listener changes nothing."""
    async with operator.session.post(f"http://127.0.0.1:{operator.port}{path}") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert await answer.json() == {"error": "this is asked for with GET"}


async def test_other_paths_say_what_there_is(operator: Operator) -> None:
    """404, with the paths that are there."""
    sentence = "there is nothing here, but at /healthz, /readyz, /metrics"

    assert await operator.get("/") == (404, json.dumps({"error": sentence}, separators=(",", ":")))


async def test_what_is_not_http_is_answered_in_our_words(
    operator: Operator, lines: io.StringIO
) -> None:
    """Without repeating it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", operator.port)
    writer.write(f"B@D {SECRET} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.0 400 ")
    assert answer.endswith(b'{"error":"the request can\'t be read as HTTP"}')
    assert SECRET.encode() not in answer
    assert SECRET not in lines.getvalue()


async def test_a_fault_of_ours_is_told_by_its_kind(lines: io.StringIO, tmp_path: Path) -> None:
    """A check that fails itself is a 500 and one line."""

    async def broken() -> str | None:
        raise KeyError(SECRET)

    store: Any = None
    admin = Admin(Readiness({"lanes": broken}), Metrics(), store, lambda: NOW)
    runner = web.ServerRunner(admin.web, handle_signals=False)
    await runner.setup()
    await web.UnixSite(runner, tmp_path / "s").start()
    connector = aiohttp.UnixConnector(str(tmp_path / "s"))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get("http://bridge/readyz") as answer,
    ):
        told = answer.status, await answer.json()
    await runner.cleanup()

    assert told == (500, {"error": "a fault of the bridge itself"})
    assert "event=internal_error error=KeyError\n" in lines.getvalue()
    assert SECRET not in lines.getvalue()


async def test_the_queue_is_measured_when_somebody_asks(operator: Operator) -> None:
    """Each destination of the config has figures, if only zeros; the age is that of the head."""
    empty = await operator.figures("queue_deliveries")
    await operator.accept("m1", NOW - timedelta(seconds=90))
    await operator.accept("m2", NOW - timedelta(seconds=10))

    assert empty == {"support": 0, "ops": 0}
    assert await operator.figures("queue_deliveries") == {"support": 2, "ops": 0}
    assert await operator.figures("queue_oldest_age_seconds") == {"support": 90, "ops": 0}


async def test_no_age_is_below_zero(operator: Operator) -> None:
    """Also when the clock was set back."""
    await operator.accept("m1", NOW + timedelta(hours=1))

    assert (await operator.figures("queue_oldest_age_seconds"))["support"] == 0


async def test_a_parked_destination_is_shown(operator: Operator) -> None:
    """Also one that only the store still knows."""
    await operator.store.park("ops", reason="gone", at=NOW)
    await operator.store.park("old", reason="gone", at=NOW)

    assert await operator.figures("parked") == {"support": 0, "ops": 1, "old": 1}


async def test_a_store_in_trouble_leaves_a_gap_and_no_old_figures(operator: Operator) -> None:
    """All other metrics are there; what is known again is shown again."""
    await operator.accept("m1", NOW)
    before = await operator.figures("queue_deliveries")
    await operator.store.close()
    status, text = await operator.get("/metrics")

    assert before["support"] == 1
    assert await operator.figures("queue_deliveries") == {}
    assert status == 200
    assert "nexusgpt_bridge_webhooks_total" in text


FORMATS = {
    "": "text/plain; version=0.0.4; charset=utf-8",
    "text/plain": "text/plain; version=0.0.4; charset=utf-8",
    "application/openmetrics-text; version=1.0.0": "application/openmetrics-text",
}


@pytest.mark.parametrize(("accept", "content_type"), FORMATS.items(), ids=str)
async def test_metrics_come_in_the_format_that_is_asked_for(
    operator: Operator, accept: str, content_type: str
) -> None:
    """Prometheus asks for OpenMetrics; a person with curl gets plain text."""
    url = f"http://127.0.0.1:{operator.port}/metrics"
    async with operator.session.get(url, headers={"Accept": accept}) as answer:
        text = await answer.text()

    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.headers["Server"] == "nexusgpt-bridge"
    assert text.endswith("# EOF\n") is accept.startswith("application/openmetrics")
