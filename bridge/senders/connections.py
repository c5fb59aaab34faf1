"""The one HTTP session of all senders, and what its failures mean for a post."""

import ssl
from pathlib import Path
from typing import Literal

import aiohttp
from yarl import URL

from bridge.deliveries import Unavailable, Unknown
from bridge.outbound import Outbound

#: by the environment's proxies, trusting whom the system trusts
DIRECT = Outbound()
#: pace is about one post per second and channel: aiohttp's own 15 s would often reconnect
KEEP_ALIVE_SECONDS = 60.0
DNS_CACHE_SECONDS = 300

#: what aiohttp raises when something fails on the way; `TimeoutError` is its base for time-outs
FAILURES = (aiohttp.ClientError, TimeoutError, ConnectionError)

#: raised before the request has left: order matters, each is also one of the FAILURES
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


def open_session(outbound: Outbound = DIRECT) -> aiohttp.ClientSession:
    """Return the session that all senders share. Its certificates are verified, whatever is set.

    Without a proxy of ours, those of the environment are used. Raises OSError or ssl.SSLError if
    the file of certificates has become unusable since the config was checked.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            ttl_dns_cache=DNS_CACHE_SECONDS,
            ssl=trust(outbound.ca_file),
        ),
        timeout=aiohttp.ClientTimeout(
            total=outbound.answer_timeout.total_seconds(),
            connect=outbound.connect_timeout.total_seconds(),
        ),
        proxy=proxy_of(outbound),
        trust_env=True,
    )


def trust(ca_file: Path | None) -> ssl.SSLContext | Literal[True]:
    """Return what verifies certificates: the system's authorities, and those of a file."""
    if ca_file is None:
        return True  # aiohttp has read the system's once; that takes tens of milliseconds
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    context.load_verify_locations(cafile=ca_file)
    return context


def proxy_of(outbound: Outbound) -> URL | None:
    """Return the address of the proxy that the config names."""
    return None if outbound.proxy is None else URL(outbound.proxy.get_secret_value())


def lost(error: Exception, platform: str) -> Unavailable | Unknown:
    """Return what a failure means: the post never left, or nobody knows.

    Only the kind of the failure is told: the text of an HTTP error can hold the address, and the
    address of a webhook is a secret.
    """
    if isinstance(error, _NOT_SENT):
        return Unavailable(reason=f"can't connect to {platform}{_cause(error)}")
    if isinstance(error, TimeoutError):
        return Unknown(reason=f"{platform} did not answer in time")
    return Unknown(reason=f"the connection to {platform} broke before the answer")


def _cause(error: Exception) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ": no connection in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return ": its certificate is not trusted"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f": the proxy refused (HTTP {error.status})"
    inner = getattr(error, "os_error", None)
    proxy = " the proxy:" if isinstance(error, aiohttp.ClientProxyConnectionError) else ""
    return f":{proxy} {inner.strerror}" if inner is not None and inner.strerror else ""
