"""The one HTTP session of all senders, and what its failures mean for a post."""

from datetime import timedelta

import aiohttp

from bridge.deliveries import Unavailable, Unknown

#: a platform that has not answered by then has lost the post, or its answer
ANSWER_TIMEOUT = timedelta(seconds=30)
CONNECT_TIMEOUT = timedelta(seconds=10)
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


def open_session(answer_timeout: timedelta = ANSWER_TIMEOUT) -> aiohttp.ClientSession:
    """Return the session that all senders share. Proxies are taken from the environment."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=DNS_CACHE_SECONDS
        ),
        timeout=aiohttp.ClientTimeout(
            total=answer_timeout.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds()
        ),
        trust_env=True,
    )


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
    inner = getattr(error, "os_error", None)
    return f": {inner.strerror}" if inner is not None and inner.strerror else ""
