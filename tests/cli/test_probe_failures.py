"""`probe`, when nobody answers: it says how far it came."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import unused_port

from tests.cli.conftest import Run
from tests.network import ANOTHER_NAME, COMPANY_CA, behind_tls, proxy
from tests.threads import beside

SECRET = "not-to-be-shown"


def _with(config: Path, tables: str) -> Path:
    """Return another config with further tables."""
    path = config.with_name("other.toml")
    path.write_text(config.read_text() + tables)
    return path


def _fails(run: Run, config: Path, url: str) -> str:
    result = run("probe", url, "--config", config)
    assert result.exit_code == 1
    assert SECRET not in result.output
    return str(result.stderr.replace("did not come through, by secret 1 of 1: ", ""))


def test_a_name_that_nobody_knows(run: Run, config: Path) -> None:
    """DNS is named."""
    assert _fails(run, config, "https://no.invalid/x") == (
        "no name server knows no.invalid: is the name right, and its DNS record there?\n"
    )


def test_a_port_where_nobody_listens(run: Run, config: Path) -> None:
    """So is a connection that is refused; a password in the URL is not shown."""
    port = unused_port()
    said = _fails(run, config, f"http://user:hidden@127.0.0.1:{port}/x")

    assert said.startswith(f"can't connect to 127.0.0.1:{port} (Connect call failed")
    assert "is the reverse proxy running, and the port open?" in said
    assert "hidden" not in said


def test_a_certificate_that_is_not_trusted(run: Run, config: Path, stranger: str) -> None:
    """By nobody, or for another name: the reason is OpenSSL's."""
    port = int(stranger.split(":")[2].partition("/")[0])
    trusting = _with(config, f'\n[outbound]\nca_file = "{COMPANY_CA}"\n')
    with beside(behind_tls(port, ANOTHER_NAME)) as tls:
        unknown = _fails(run, config, f"https://127.0.0.1:{tls}/x")
        other = _fails(run, trusting, f"https://127.0.0.1:{tls}/x")

    assert unknown == (
        f"the certificate of 127.0.0.1:{tls} is not trusted (unable to get local issuer "
        "certificate): NexusGPT would refuse it, too\n"
    )
    assert "IP address mismatch, certificate is not valid for '127.0.0.1'" in other


def test_what_speaks_no_tls(run: Run, config: Path, stranger: str) -> None:
    """As when the port is that of plain HTTP."""
    url = stranger.replace("http:", "https:")

    assert "does not speak TLS there: is it http:// or another port?" in _fails(run, config, url)


def test_what_never_answers(run: Run, config: Path) -> None:
    """A connection that does not come about, and an answer that does not come."""
    hasty = _with(config, '\n[outbound]\nconnect_timeout = "100ms"\nanswer_timeout = "200ms"\n')
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        secure = _fails(run, hasty, f"https://{host}/x")
        plain = _fails(run, hasty, f"http://{host}/x")

    assert secure == f"no connection to {host} within 0.1 s: a firewall may drop it\n"
    assert plain == f"{host} took the probe, but did not answer within 0.2 s\n"


@asynccontextmanager
async def _hanging_up() -> AsyncIterator[str]:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def test_what_hangs_up(run: Run, config: Path) -> None:
    """A connection that breaks before an answer."""
    with beside(_hanging_up()) as host:
        said = _fails(run, config, f"http://{host}/x")

    assert said == f"{host} closed the connection without an answer that is HTTP\n"


def test_the_proxy_that_leads_out_is_told_from_the_one_that_leads_in(
    run: Run, config: Path, stranger: str
) -> None:
    """Whether it refuses, or is gone."""
    port = int(stranger.split(":")[2].partition("/")[0])
    with beside(proxy(port, login="user:password")) as gateway:
        way = f'\n[outbound]\nproxy = "http://127.0.0.1:{gateway.port}"\n'
        refused = _fails(run, _with(config, way), "https://platform.test/x")
    gone = _fails(run, _with(config, way), "https://platform.test/x")

    assert refused == "the proxy that leads out refused (HTTP 407)\n"
    assert gone.startswith("the proxy that leads out can't be reached (Connect call failed")
