"""Webhook in, answer out once it is on disk: the HTTP side of the bridge.

It knows the store and nothing of the worker. Whatever a caller sends, the answer is JSON and says
in one sentence what was wrong; after a 2xx nothing more is needed from NexusGPT.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import ClientPayloadError, StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError

from bridge.errors import BadBody, StoreUnavailable, WebhookError
from bridge.events import Agent, Message, introduce, read
from bridge.logs import log
from bridge.routing import RoutingTable
from bridge.store import Arrival, Receipt, Store
from bridge.webhooks import Verification, verify

#: a caller that takes longer than this to send its body is cut off
BODY_TIMEOUT = timedelta(seconds=10)
#: aiohttp would name its version and Python's to everyone
_HEADERS = {"Content-Type": "application/json", "Server": "nexusgpt-bridge"}
#: when the store can't take an event, NexusGPT may come again after this long
RETRY_AFTER = timedelta(seconds=10)


class TooLarge(WebhookError):
    """The body is over the limit."""

    status = 413


class TooSlow(WebhookError):
    """The body did not arrive in time."""

    status = 408


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """All that a webhook goes through: what the server needs to know of the config."""

    path: str
    verification: Verification
    max_body_bytes: int
    agents: Mapping[str, Agent]
    table: RoutingTable
    #: the time, aware
    now: Callable[[], datetime]
    body_timeout: timedelta = BODY_TIMEOUT


class Server:
    """Answers webhooks. `web` is the aiohttp server to run.

    It is the plain server, without an application around it: there is one path, and an
    application's routing would be a tenth of what accepting costs.
    """

    def __init__(self, intake: Intake, store: Store) -> None:
        self._intake = intake
        self._store = store
        self.web = _Listener(self._handle, request_factory=self._request, access_log=None)

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        limit = self._intake.max_body_bytes
        return web.BaseRequest(
            message, payload, protocol, writer, task, loop, client_max_size=limit
        )

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        # As it came first: taking an address apart costs more than routing a message.
        if request.raw_path != self._intake.path and request.path != self._intake.path:
            return _error(404, f"there is nothing here; webhooks go to {self._intake.path}")
        if request.method != "POST":
            return _error(405, "webhooks are sent with POST", Allow="POST")
        try:
            verify(request.raw_headers, self._intake.verification)
            return await self._answer(await self._body(request))
        except WebhookError as refusal:
            log.warning(
                "refused", status=refusal.status, reason=str(refusal), remote=request.remote
            )
            return _error(refusal.status, str(refusal))
        except StoreUnavailable as error:
            log.error("not_stored", reason=str(error))
            return _unavailable("the event can't be stored now")

    async def _body(self, request: web.BaseRequest) -> bytes:
        try:
            if request.content.is_eof():  # it came in one piece with its headers, as most do
                return await request.read()
            async with asyncio.timeout(self._intake.body_timeout.total_seconds()):
                await _continue(request)
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            limit = self._intake.max_body_bytes
            raise TooLarge(f"the body is over the limit of {limit} bytes") from None
        except TimeoutError:
            raise TooSlow("the body did not arrive in time") from None
        except ConnectionResetError:
            raise BadBody("the caller hung up before the body was whole") from None
        except (web.RequestPayloadError, ClientPayloadError, HttpProcessingError):
            raise BadBody("the body could not be read as its headers announce it") from None

    async def _answer(self, body: bytes) -> web.Response:
        event = read(body)
        if event.message is None:
            log.info("ignored", reason=event.ignored)
            return _answer(200, status="ignored", reason=event.ignored)
        message = introduce(event.message, self._intake.agents)
        routed = self._intake.table.match(message)
        if not routed:
            log.info("unrouted", message=message.id, chat=message.chat_id)
            return _answer(200, status="unrouted")
        receipt = await self._store.accept(self._arrival(message, body, routed))
        return self._receipt(message, receipt, list(routed))

    def _receipt(self, message: Message, receipt: Receipt, names: list[str]) -> web.Response:
        if receipt.is_duplicate:
            log.info("duplicate", message=message.id, chat=message.chat_id)
            return _answer(200, status="duplicate")
        log.info(
            "accepted",
            message=message.id,
            chat=message.chat_id,
            revision=receipt.revision,
            to=",".join(names),
        )
        return _answer(202, status="accepted", message=message.id, deliveries=names)

    def _arrival(self, message: Message, body: bytes, routed: Mapping[str, str]) -> Arrival:
        return Arrival(
            message_id=message.id,
            chat_id=message.chat_id,
            fingerprint=message.fingerprint,
            body=body,
            routed=routed,
            accepted_at=self._intake.now(),
        )


class _Connection(web.RequestHandler):
    """Answers in our words what aiohttp can't read as HTTP.

    Its own answer and log line quote the request, and with it, perhaps, a secret.
    """

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to a request that was not handled, and close the connection."""
        if status < 500:
            sentence = "the request can't be read as HTTP"
            log.warning("refused", status=status, reason=sentence, remote=request.remote)
            response = _error(status, sentence)
        else:
            log.error("internal_error", error=type(exc).__name__)
            response = _unavailable("a fault of the bridge itself")
        response.force_close()
        return response


class _Listener(web.Server):
    """Makes our connections."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)


async def _continue(request: web.BaseRequest) -> None:
    """Ask for the body, if the caller waits to be asked: RFC 9110, 10.1.1."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # it counts as no answer yet


def _answer(http_status: int, **fields: Any) -> web.Response:
    body = orjson.dumps(fields)
    return web.Response(status=http_status, body=body, headers=_HEADERS)


def _unavailable(sentence: str) -> web.Response:
    seconds = str(int(RETRY_AFTER.total_seconds()))
    return _error(503, sentence, **{"Retry-After": seconds})


def _error(http_status: int, sentence: str, **headers: str) -> web.Response:
    response = _answer(http_status, error=sentence)
    response.headers.update(headers)
    return response
