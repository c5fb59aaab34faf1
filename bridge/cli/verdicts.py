"""What became of a probe, in one sentence that says where it ended and what to do. No I/O."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

#: statuses by which a reverse proxy says that it has nobody to pass a request on to
_NOBODY_BEHIND = (502, 504)
_REDIRECTS = range(300, 400)
#: how much of foreign words is shown
_SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer over HTTP, whoever gave it."""

    status: int
    location: str
    body: bytes

    @property
    def told(self) -> Mapping[str, Any]:
        """The JSON object in it; empty if there is none: the bridge always gives one."""
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where the probe went, and what the config says of it."""

    host: str
    path: str
    header: str | None
    webhook_path: str
    listen: str
    config: str
    #: takes secrets, and all that a terminal would obey, out of foreign words
    clean: Callable[[str], str]

    def shown(self, text: str) -> str:
        """Return what may be shown of foreign words."""
        return self.clean(text)[:_SHOWN_CHARS]


def of_answer(answer: Answered, asked: Asked) -> str | None:
    """Return why the probe did not come through; None if it did: it was verified and stored."""
    if answer.status == 200:
        return _of_ok(answer.told.get("status"), asked)
    if answer.status in _REDIRECTS:
        return (
            f"{asked.host} redirects to {asked.shown(answer.location)} (HTTP {answer.status}): give "
            "NexusGPT an address that does not"
        )
    if answer.status in _NOBODY_BEHIND or (answer.status == 503 and "error" not in answer.told):
        return (
            f"the reverse proxy at {asked.host} is up, but the bridge is not behind it "
            f"(HTTP {answer.status}): is it running, and does the proxy pass on to {asked.listen}?"
        )
    if isinstance(sentence := answer.told.get("error"), str):
        return _of_bridge(answer.status, asked.shown(sentence), asked)
    return _of_stranger(answer.status, asked)


def of_failure(error: Exception, host: str, *, connect: float, answer: float) -> str:
    """Return what a failure on the way means; the time-outs are in seconds."""
    match error:
        case aiohttp.ClientConnectorError():
            return _of_connection(error, host)
        case aiohttp.ClientHttpProxyError():
            return f"the proxy that leads out refused (HTTP {error.status})"
        case aiohttp.ConnectionTimeoutError():
            return f"no connection to {host} within {connect:g} s: a firewall may drop it"
        case TimeoutError():
            return f"{host} took the probe, but did not answer within {answer:g} s"
        case _:
            return f"{host} closed the connection without an answer that is HTTP"


def _of_connection(error: aiohttp.ClientConnectorError, host: str) -> str:
    match error:
        case aiohttp.ClientProxyConnectionError():
            return f"the proxy that leads out can't be reached ({error.os_error.strerror})"
        case aiohttp.ClientConnectorDNSError():
            return f"no name server knows {host}: is the name right, and its DNS record there?"
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "it can't be verified")
            return f"the certificate of {host} is not trusted ({reason}): NexusGPT would refuse it, too"
        case aiohttp.ClientSSLError():
            return f"{host} does not speak TLS there: is it http:// or another port?"
        case _:
            return (
                f"can't connect to {host} ({error.os_error.strerror}): is the reverse proxy running, "
                "and the port open?"
            )


def _of_ok(status: object, asked: Asked) -> str | None:
    if status == "probed":
        return None
    if status == "ignored":
        return "an earlier version of the bridge answers: it verified the probe, but stored nothing"
    return f"something else than the bridge answers at {asked.host}{asked.path} (HTTP 200)"


def _of_bridge(status: int, sentence: str, asked: Asked) -> str:
    """Return what an answer in the bridge's own words means."""
    if status == 401:
        return (
            f'the bridge refused the header "{asked.header}" (HTTP 401): it runs with other secrets '
            f"than {asked.config} has, or something before it takes the header away"
        )
    if status == 404:
        return f"the bridge is there, but takes no webhooks at {asked.path} (HTTP 404: {sentence})"
    return f"the bridge is there, but says (HTTP {status}): {sentence}"


def _of_stranger(status: int, asked: Asked) -> str:
    """Return what an answer means that is not in the bridge's words."""
    if status in (401, 403, 407):
        return (
            f"something before the bridge lets nobody through (HTTP {status}): a login, a firewall?"
        )
    if status == 404:
        return (
            f"{asked.host} knows no {asked.path} (HTTP 404): the bridge takes webhooks at "
            f"{asked.webhook_path}, and the reverse proxy has to pass them on"
        )
    return f"something else than the bridge answers at {asked.host}{asked.path} (HTTP {status})"
