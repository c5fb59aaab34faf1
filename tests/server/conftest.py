"""The server on loopback, with a real store, and a caller that knows the secret."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bridge.events import Agent
from bridge.metrics import Incoming
from bridge.routing import Conditions, Route, RoutingTable
from bridge.server import Intake, Server
from bridge.store import Store
from bridge.store.sqlite import SqliteStore
from bridge.webhooks import Verification

PATH = "/webhooks/nexusgpt"
SECRET = "shared-secret-of-both"
VERIFIED = {"Nexus-Signature": SECRET}
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
MAX_BODY_BYTES = 20_000
ROUTES = (
    Route(match=Conditions(content=("*secret plan*",)), to=("ops",)),
    Route.model_validate(
        {"match": {"content": "*refund*"}, "to": ["support", "ops"], "continue": True}
    ),
    Route(match=Conditions(agent=("Max *", "Known *")), to=("support",)),
)
INTAKE = Intake(
    path=PATH,
    verification=Verification(header=b"nexus-signature", secrets=(SECRET.encode(), b"the-old-one")),
    max_body_bytes=MAX_BODY_BYTES,
    agents={"a1": Agent(id="a1", name="Known Agent")},
    table=RoutingTable(ROUTES),
    now=lambda: NOW,
    body_timeout=timedelta(seconds=0.1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls a server."""

    port: int
    session: aiohttp.ClientSession
    server: Server
    #: what became of webhooks
    counts: Incoming

    @property
    def url(self) -> str:
        """Where webhooks go."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    async def post(self, body: Any, **headers: str) -> tuple[int, Any]:
        """Send a verified webhook; return the status and what the JSON says."""
        async with self.session.post(self.url, data=body, headers=VERIFIED | headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    store = await SqliteStore.open(tmp_path / "bridge.db", busy_timeout=timedelta(milliseconds=50))
    yield store
    await store.close()


async def serve(store: Store) -> AsyncIterator[Caller]:
    """Run a server until the end, with the settings that the bridge runs it with."""
    counts = Incoming()
    server = Server(INTAKE, store, counts)
    runner = web.ServerRunner(server.web, shutdown_timeout=1, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        port = runner.addresses[0][1]
        yield Caller(port=port, session=session, server=server, counts=counts)
    await runner.cleanup()


@pytest.fixture(name="caller")
async def _caller(store: SqliteStore, lines: io.StringIO) -> AsyncIterator[Caller]:
    async for caller in serve(store):
        yield caller
