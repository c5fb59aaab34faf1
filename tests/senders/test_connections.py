"""How posts get to their platform: certificates, proxies, and which failures left nothing behind."""

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bridge.deliveries import Accepted, Unavailable, Unknown
from bridge.outbound import Outbound
from bridge.sandbox import Sandbox
from bridge.senders import open_session
from bridge.senders.connections import lost
from tests.senders.ways import WAYS, at_address, sent, way

#: nobody's certificate, signed by nobody
UNTRUSTED = Path(__file__).with_name("untrusted.pem")


@pytest.mark.parametrize("name", WAYS)
async def test_an_untrusted_certificate_means_that_nothing_was_sent(
    session: aiohttp.ClientSession, name: str
) -> None:
    """Whoever is in between gets neither the post nor a secret."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)
    heard: list[asyncio.StreamReader] = []
    server = await asyncio.start_server(
        lambda reader, _: heard.append(reader), "127.0.0.1", 0, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        sender, post = at_address(name, session, f"https://127.0.0.1:{port}")
        outcome = await sent(sender, post)

    platform = name.split()[0]
    assert outcome == Unavailable(
        reason=f"can't connect to {platform}: its certificate is not trusted"
    )
    assert heard == []


@pytest.mark.parametrize("name", WAYS)
async def test_a_proxy_is_not_asked_for_what_no_proxy_names(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """slack-sdk is blind to NO_PROXY by itself."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{unused_port()}")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")

    assert isinstance(await way(name, session, sandbox).send(), Accepted)


@pytest.mark.parametrize("name", WAYS)
async def test_a_proxy_that_is_gone_means_that_nothing_was_sent(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A proxy of the environment is used, and can be missing."""
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "")
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{unused_port()}")
    sender, post = at_address(name, session, "http://nowhere.invalid")
    outcome = await sent(sender, post)

    assert isinstance(outcome, Unavailable)
    assert "Connect call failed" in outcome.reason


# failure -> the outcome; the order in which the classes are looked at is what counts
FAILURES: dict[Exception, Unavailable | Unknown] = {
    aiohttp.ConnectionTimeoutError("x"): Unavailable(
        reason="can't connect to Slack: no connection in time"
    ),
    aiohttp.InvalidURL("https://secret"): Unavailable(reason="can't connect to Slack"),
    aiohttp.SocketTimeoutError("x"): Unknown(reason="Slack did not answer in time"),
    TimeoutError("x"): Unknown(reason="Slack did not answer in time"),
    aiohttp.ServerDisconnectedError("x"): Unknown(
        reason="the connection to Slack broke before the answer"
    ),
    aiohttp.ClientPayloadError("x"): Unknown(
        reason="the connection to Slack broke before the answer"
    ),
    ConnectionResetError("x"): Unknown(reason="the connection to Slack broke before the answer"),
}


@pytest.mark.parametrize(
    ("failure", "outcome"), FAILURES.items(), ids=[type(each).__name__ for each in FAILURES]
)
def test_what_never_left_is_told_from_what_nobody_knows(
    failure: Exception, outcome: Unavailable | Unknown
) -> None:
    """No text of the failure itself is passed on: it may hold the address."""
    assert lost(failure, "Slack") == outcome


async def test_the_session_gives_up_after_a_while() -> None:
    """A platform that never answers can't hold a lane for good."""
    async with open_session() as session:
        assert session.timeout.total == 30
        assert session.timeout.connect == 10
    patience = Outbound(answer_timeout=timedelta(seconds=2), connect_timeout=timedelta(seconds=1))
    async with open_session(patience) as session:
        assert session.timeout.total == 2
        assert session.timeout.connect == 1
