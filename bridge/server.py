"""Webhook in, answer out once it is on disk: the HTTP side of the bridge.

It knows the store and nothing of the worker. Whatever a caller sends, the answer is JSON and says
in one sentence what was wrong; after a 2xx nothing more is needed from NexusGPT.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from aiohttp import ClientPayloadError, StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError

from bridge.answers import answer, error, health, unavailable
from bridge.errors import BadBody, BadSecret, StoreUnavailable, WebhookError
from bridge.events import PROBE, Agent, Event, Message, introduce, read
from bridge.listener import Listener
from bridge.logs import log
from bridge.metrics import Incoming
from bridge.proxies import Proxies
from bridge.routing import RoutingTable
from bridge.store import Arrival, Receipt, Store
from bridge.webhooks import Verification, verify

#: a caller that takes longer than this to send its body is cut off
BODY_TIMEOUT = timedelta(seconds=10)
#: answers that the process is alive, to everyone
HEALTH = "/healthz"


class TooLarge(WebhookError):
    """The body is over the limit."""

    status = 413


class TooSlow(WebhookError):
    """The body did not arrive in time."""

    status = 408


class Unreadable(WebhookError):
    """What came is no HTTP. `status` is what aiohttp calls it."""

    def __init__(self, http_status: int) -> None:
        super().__init__("the request can't be read as HTTP")
        self.status = http_status


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
    #: who may say who called
    proxies: Proxies = field(default_factory=Proxies)
    body_timeout: timedelta = BODY_TIMEOUT


class Server:
    """Answers webhooks. `web` is the aiohttp server to run.

    `counts` hears what became of each.
    """

    def __init__(self, intake: Intake, store: Store, counts: Incoming | None = None) -> None:
        self._counts = counts or Incoming()
        self.intake = intake
        self._store = store
        self.web = Listener(self._handle, self._unhandled, request_factory=self._request)

    @property
    def intake(self) -> Intake:
        """What webhooks go through; another one holds from the next step of each webhook on."""
        return self._intake

    @intake.setter
    def intake(self, intake: Intake) -> None:
        self._intake = intake
        self._counts.expect(intake.verification)

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
            return self._elsewhere(request)
        if request.method != "POST":
            self._counts.answered("refused", 405)
            return error(405, "webhooks are sent with POST", Allow="POST")
        started = perf_counter()
        try:
            self._counts.verified(verify(request.raw_headers, self._intake.verification))
            return await self._answer(await self._body(request), started)
        except WebhookError as refusal:
            return self._refused(request, refusal)
        except StoreUnavailable as trouble:
            return self._not_stored(trouble)

    def _unhandled(
        self, request: web.BaseRequest, http_status: int, fault: BaseException | None
    ) -> web.Response:
        if http_status < 500:
            return self._refused(request, Unreadable(http_status))
        log.error("internal_error", error=type(fault).__name__)
        self._counts.answered("internal_error", 503)
        return unavailable("a fault of the bridge itself")

    def _elsewhere(self, request: web.BaseRequest) -> web.Response:
        if request.path == HEALTH:
            return health(request.method)
        self._counts.answered("refused", 404)
        return error(404, f"there is nothing here; webhooks go to {self._intake.path}")

    def _refused(self, request: web.BaseRequest, refusal: WebhookError) -> web.Response:
        about = {"status": refusal.status, "reason": str(refusal)}
        if isinstance(refusal, BadSecret):
            self._counts.mismatched(refusal.header)
            about["header"] = refusal.header
        self._counts.answered("refused", refusal.status)
        log.warning("refused", **about, remote=self._caller(request))
        return error(refusal.status, str(refusal))

    def _caller(self, request: web.BaseRequest) -> str:
        # Not `headers`: what is no HTTP has none that are read.
        forwarded = [
            value.decode("latin-1")
            for name, value in request.raw_headers
            if name.lower() == b"x-forwarded-for"
        ]
        return self._intake.proxies.caller(request.remote, forwarded)

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

    async def _answer(self, body: bytes, started: float) -> web.Response:
        event = read(body)
        if event.type == PROBE:
            return await self._probed()
        at = self._counts.last_event = self._intake.now()
        if event.message is None:
            return self._ignored(event)
        message = introduce(event.message, self._intake.agents)
        log.debug("content", message=message.id, text=message.content)
        routed = self._intake.table.match(message)
        if not routed:
            log.info("unrouted", message=message.id, chat=message.chat_id)
            self._counts.answered("unrouted", 200)
            return answer(200, status="unrouted")
        try:
            receipt = await self._store.accept(_arrival(message, body, routed, at))
        except StoreUnavailable as trouble:
            return self._not_stored(trouble, message=message.id, chat=message.chat_id)
        if receipt.is_duplicate:
            log.info("duplicate", message=message.id, chat=message.chat_id)
            self._counts.answered("duplicate", 200)
            return answer(200, status="duplicate")
        self._counts.accepted(perf_counter() - started)
        return _accepted(message, receipt, list(routed))

    def _not_stored(self, trouble: StoreUnavailable, **about: str) -> web.Response:
        log.error("not_stored", **about, reason=str(trouble))
        self._counts.answered("not_stored", 503)
        return unavailable("the event can't be stored now")

    def _ignored(self, event: Event) -> web.Response:
        about = {} if event.message_id is None else {"message": event.message_id}
        log.info("ignored", **about, reason=event.ignored)
        self._counts.answered("ignored", 200)
        return answer(200, status="ignored", reason=event.ignored)

    async def _probed(self) -> web.Response:
        """Prove that an event could be stored, and forget the probe: it is no event of NexusGPT's."""
        await self._store.prove()
        log.info("probe_stored")
        self._counts.answered("probed", 200)
        return answer(200, status="probed")


def _accepted(message: Message, receipt: Receipt, names: list[str]) -> web.Response:
    log.info(
        "accepted",
        message=message.id,
        chat=message.chat_id,
        revision=receipt.revision,
        to=",".join(names),
    )
    return answer(202, status="accepted", message=message.id, deliveries=names)


def _arrival(message: Message, body: bytes, routed: Mapping[str, str], at: datetime) -> Arrival:
    return Arrival(
        message_id=message.id,
        chat_id=message.chat_id,
        fingerprint=message.fingerprint,
        body=body,
        routed=routed,
        accepted_at=at,
    )


async def _continue(request: web.BaseRequest) -> None:
    """Ask for the body, if the caller waits to be asked: RFC 9110, 10.1.1."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # it counts as no answer yet
