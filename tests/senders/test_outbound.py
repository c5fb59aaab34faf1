"""The way out that the config names: its proxy, its authorities, and no way round verifying."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr

from bridge.deliveries import Accepted, Outcome, Unavailable, Unknown
from bridge.outbound import Outbound
from bridge.rendering import Post
from bridge.sandbox import Hang, Sandbox
from bridge.senders import Sender, open_session
from bridge.senders.connections import trust
from bridge.senders.fetching import Fetcher
from tests.network import ANOTHER_NAME, COMPANY_CA, COMPANY_SERVER, PLATFORM, behind_tls, proxy
from tests.senders.sites import ok, site
from tests.senders.ways import (
    DISCORD_POST,
    PLAIN_POST,
    SLACK_POST,
    WAYS,
    discord,
    sent,
    slack,
    slack_webhook,
    way,
)

LOGIN = "user:p@ssw/rd"
ENCODED = "user:p%40ssw%2Frd"


@pytest.fixture(autouse=True)
def _no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)


@pytest.fixture(name="mute")
def _mute() -> Iterator[int]:
    """A port where the system takes connections, and nobody ever says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def _by(port: int, login: str = "") -> SecretStr:
    return SecretStr(f"http://{login}127.0.0.1:{port}")


async def _posted(outbound: Outbound, sandbox: Sandbox, host: str, name: str = "Slack") -> Outcome:
    """Post to the sandbox, as if it were at another host, with TLS."""

    def at(url: str) -> str:
        return urlsplit(url)._replace(scheme="https", netloc=host).geturl()

    async with open_session(outbound) as session:
        ways: dict[str, tuple[Sender, Post]] = {
            "Slack": (slack(session, at(sandbox.slack_api_url)), SLACK_POST),
            "Slack webhook": (
                slack_webhook(session, at(sandbox.slack.webhook_url("C1"))),
                PLAIN_POST,
            ),
            "Discord": (discord(session, at(sandbox.discord.webhook_url("111"))), DISCORD_POST),
        }
        return await sent(*ways[name])


@pytest.mark.parametrize("name", WAYS)
async def test_an_authority_of_the_config_is_trusted(sandbox: Sandbox, name: str) -> None:
    """A company that looks into its TLS, or has a platform of its own, names its authority."""
    async with behind_tls(_port(sandbox.url)) as port:
        outcome = await _posted(Outbound(ca_file=COMPANY_CA), sandbox, f"127.0.0.1:{port}", name)

    assert isinstance(outcome, Accepted), outcome
    assert len(sandbox.posts) == 1


@pytest.mark.parametrize(
    ("certificate", "outbound"),
    [(COMPANY_SERVER, Outbound()), (ANOTHER_NAME, Outbound(ca_file=COMPANY_CA))],
    ids=["unknown authority", "another name"],
)
async def test_all_other_certificates_are_refused(
    sandbox: Sandbox, certificate: Path, outbound: Outbound
) -> None:
    """Of an authority that nobody named, or for another host: nothing is sent."""
    async with behind_tls(_port(sandbox.url), certificate) as port:
        outcome = await _posted(outbound, sandbox, f"127.0.0.1:{port}")

    assert outcome == Unavailable(reason="can't connect to Slack: its certificate is not trusted")
    assert sandbox.calls == []


async def test_nothing_turns_verifying_off() -> None:
    """There is no key for it, and each way out verifies certificate and name."""
    assert {each.name for each in fields(Outbound)} == {
        "proxy",
        "ca_file",
        "connect_timeout",
        "answer_timeout",
    }
    context = trust(COMPANY_CA)

    assert trust(None) is True
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_authorities_of_the_system_stay_trusted() -> None:
    """Those of the file come in addition: the real Slack is still reached."""
    context = trust(COMPANY_CA)
    assert isinstance(context, ssl.SSLContext)
    system = ssl.create_default_context().cert_store_stats()["x509_ca"]

    assert context.cert_store_stats()["x509_ca"] == system + 1


@pytest.mark.parametrize("name", WAYS)
async def test_a_proxy_of_the_config_leads_to_the_platform(sandbox: Sandbox, name: str) -> None:
    """Where no name server knows the platform, the proxy does; TLS goes through it."""
    async with behind_tls(_port(sandbox.url)) as port, proxy(port) as gateway:
        outbound = Outbound(proxy=_by(gateway.port), ca_file=COMPANY_CA)
        outcome = await _posted(outbound, sandbox, PLATFORM, name)

    assert isinstance(outcome, Accepted), outcome
    assert gateway.asked == [f"{PLATFORM}:443"]


async def test_a_proxy_gets_its_password(sandbox: Sandbox) -> None:
    """With marks that an address can't hold as they are."""
    async with behind_tls(_port(sandbox.url)) as port, proxy(port, login=LOGIN) as gateway:
        outbound = Outbound(proxy=_by(gateway.port, f"{ENCODED}@"), ca_file=COMPANY_CA)
        outcome = await _posted(outbound, sandbox, PLATFORM)

    assert isinstance(outcome, Accepted), outcome


async def test_a_proxy_that_refuses_is_named(sandbox: Sandbox) -> None:
    """Nothing was sent, so it is tried again; the password stays out of the reason."""
    async with proxy(_port(sandbox.url), login=LOGIN) as gateway:
        outbound = Outbound(proxy=_by(gateway.port, "user:wr0ng-secret@"))
        outcome = await _posted(outbound, sandbox, PLATFORM)

    assert outcome == Unavailable(reason="can't connect to Slack: the proxy refused (HTTP 407)")


async def test_a_proxy_that_is_gone_is_named(sandbox: Sandbox) -> None:
    """It is not Slack that is gone."""
    outcome = await _posted(Outbound(proxy=_by(unused_port(), "user:secret@")), sandbox, PLATFORM)

    assert isinstance(outcome, Unavailable)
    assert "can't connect to Slack: the proxy: Connect call failed" in outcome.reason
    assert "secret" not in outcome.reason


async def test_the_proxy_of_the_config_beats_the_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written in the config holds for all that goes out, whatever a shell has set."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("NO_PROXY", "*")
    async with behind_tls(_port(sandbox.url)) as port, proxy(port) as gateway:
        outbound = Outbound(proxy=_by(gateway.port), ca_file=COMPANY_CA)

        assert isinstance(await _posted(outbound, sandbox, PLATFORM), Accepted)


async def test_a_connection_has_to_stand_in_time(sandbox: Sandbox, mute: int) -> None:
    """Up to the end of TLS; nothing was sent."""
    outbound = Outbound(connect_timeout=timedelta(seconds=0.1))
    outcome = await _posted(outbound, sandbox, f"127.0.0.1:{mute}")

    assert outcome == Unavailable(reason="can't connect to Slack: no connection in time")


async def test_a_name_has_to_be_known_in_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that does not answer is given up, too."""
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait() and [])
    outbound = Outbound(connect_timeout=timedelta(seconds=0.1))
    outcome = await _posted(outbound, sandbox, PLATFORM)
    is_over.set()

    assert outcome == Unavailable(reason="can't connect to Slack: no connection in time")


async def test_an_answer_has_to_come_in_time(sandbox: Sandbox) -> None:
    """After that, nobody knows whether the post was taken."""
    sandbox.slack.faults.add("C1", Hang())
    outbound = Outbound(answer_timeout=timedelta(seconds=0.1))
    async with open_session(outbound) as session:
        outcome = await way("Slack", session, sandbox).send()

    assert outcome == Unknown(reason="Slack did not answer in time")


async def test_files_are_fetched_by_the_same_way() -> None:
    """Through the proxy, and with the authorities of the config."""
    async with (
        site() as near,
        behind_tls(_port(near.url)) as port,
        proxy(port) as gateway,
    ):
        near.pages["/a.txt"] = ok(b"text")
        outbound = Outbound(proxy=_by(gateway.port), ca_file=COMPANY_CA)
        fetcher = Fetcher(outbound, is_forbidden=lambda _: False)
        found = await fetcher.fetch(f"https://localhost:{port}/a.txt")

    assert found.data == b"text"
    assert gateway.asked == [f"localhost:{port}"]
