"""A session, the three ways to post, and a server with any answer."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.deliveries import Accepted, Confirmed
from bridge.outbound import Outbound
from bridge.sandbox import Sandbox
from bridge.senders import Sender, open_session
from tests.senders.ways import SLACK_POST, WAYS, Stub, Way, way


@pytest.fixture(name="session")
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    """The session of all senders, with little patience."""
    async with open_session(Outbound(answer_timeout=timedelta(seconds=0.3))) as session:
        yield session


@pytest.fixture(name="way", params=WAYS)
def _way(request: pytest.FixtureRequest, session: aiohttp.ClientSession, sandbox: Sandbox) -> Way:
    """Each way to post in its turn."""
    return way(request.param, session, sandbox)


@pytest.fixture(name="stub")
async def _stub() -> AsyncIterator[Stub]:
    """A server with any answer."""
    stub = Stub()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.handle)
    async with TestServer(app) as server:
        stub.url = str(server.make_url("")).rstrip("/")
        yield stub


@pytest.fixture(name="earlier")
async def _earlier(sender: Sender) -> Confirmed:
    """A post that stands in the Slack channel of the test's sender."""
    outcome = await sender.send(SLACK_POST)
    assert isinstance(outcome, Accepted)
    return outcome.confirmed
