"""`probe`: send a marked event through the public URL, and say whether it came through."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import click

from bridge import __version__, logs
from bridge.cli.options import config_option, read_config
from bridge.cli.output import stderr, stdout
from bridge.cli.printable import printable
from bridge.cli.verdicts import Answered, Asked, of_answer, of_failure
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.events import PROBE
from bridge.senders import open_session
from bridge.senders.connections import FAILURES

#: enough for any answer of the bridge
_MAX_ANSWER_BYTES = 65_536
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge probe https://your.host/webhooks/nexusgpt
  nexusgpt-bridge probe --all https://your.host/webhooks/nexusgpt    # while rotating secrets
"""
)
@click.argument("url")
@click.option("--all", "with_all", is_flag=True, help="Try every secret of the config, one by one.")
@config_option
def probe(url: str, with_all: bool, config_path: Path | None) -> None:
    """Send a probe through the public URL, and say whether it came through.

    URL is the one that NexusGPT calls. The probe goes out as the posts do, so through the proxy of
    [outbound], and comes back in as a webhook: with the header and the first secret of the config. The
    running bridge verifies it and makes a real commit in its store; nothing is posted. Redirects
    are named, not followed.

    Exit code 0 if it came through, 1 if not, 2 if the call or the config is wrong.
    """
    config = read_config(config_path)
    settings = config.settings
    logs.configure(settings.secret_texts, level=logs.SILENT)
    _check(url)
    secrets = [each.get_secret_value() for each in settings.nexusgpt.secrets]
    tries = asyncio.run(_all_tried(url, config, secrets if with_all else secrets[:1]))
    for number, each in enumerate(tries, start=1):
        _say(each, f", by secret {number} of {len(secrets)}" if secrets else ", by no secret")
    sys.exit(0 if all(each.fault is None for each in tries) else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """What became of one probe."""

    #: why it did not come through; None: it did
    fault: str | None
    milliseconds: float


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        parts, is_url = urlsplit(""), False
    if not is_url:
        raise ConfigError(["the URL has to begin with https:// (or http://), and to name a host"])
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        _warn("without https:// the secret travels in the open")


def _warn(sentence: str) -> None:
    stderr().print(f"warning: {sentence}", style="yellow", soft_wrap=True)


def _say(tried: _Try, by: str) -> None:
    if tried.fault is None:
        said = f"came through in {tried.milliseconds:.0f} ms: verified{by}, and stored"
        stdout().print(said, style="green", soft_wrap=True)
    else:
        stderr().print(f"did not come through{by}: {tried.fault}", style="red", soft_wrap=True)


async def _all_tried(url: str, config: Config, secrets: Sequence[str]) -> list[_Try]:
    header = config.settings.nexusgpt.header
    bearers = [{header: secret} for secret in secrets] if header is not None else [{}]
    async with open_session(config.settings.outbound.way) as session:
        tries = (_tried(url, config, session, headers) for headers in bearers)
        return list(await asyncio.gather(*tries))


async def _tried(
    url: str, config: Config, session: aiohttp.ClientSession, headers: Mapping[str, str]
) -> _Try:
    start = time.perf_counter()
    way = config.settings.outbound.way
    try:
        fault = of_answer(await _answer(url, session, headers), _asked(url, config))
    except FAILURES as error:
        fault = of_failure(
            error,
            _host(url),
            connect=way.connect_timeout.total_seconds(),
            answer=way.answer_timeout.total_seconds(),
        )
    return _Try(fault=fault, milliseconds=(time.perf_counter() - start) * 1000)


async def _answer(url: str, session: aiohttp.ClientSession, headers: Mapping[str, str]) -> Answered:
    body = json.dumps({"event": PROBE, "payload": {"id": str(uuid4())}})
    own = {"Content-Type": "application/json", "User-Agent": f"nexusgpt-bridge/{__version__}"}
    async with session.post(
        url, data=body, headers={**own, **headers}, allow_redirects=False
    ) as answer:
        return Answered(
            status=answer.status,
            location=answer.headers.get("Location", "an address that it does not name"),
            body=await _beginning(answer),
        )


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > _MAX_ANSWER_BYTES:
            break
    return bytes(body)


def _asked(url: str, config: Config) -> Asked:
    settings = config.settings
    return Asked(
        host=_host(url),
        path=printable(urlsplit(url).path or "/"),
        header=settings.nexusgpt.header,
        webhook_path=settings.nexusgpt.path,
        listen=settings.server.listen,
        config=str(config.path),
        clean=logs.Redactor(settings.secret_texts).redacted,
    )


def _host(url: str) -> str:
    """Return what may be shown of the URL: not a password before its host."""
    return printable(urlsplit(url).netloc.rpartition("@")[2])
