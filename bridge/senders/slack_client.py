"""slack-sdk's client with its traps disarmed, and what its errors mean.

Four traps: its own session would be new for each call, so it shares ours; its own retries would
post twice after a lost answer, so it has none; it would follow a redirect with the post to wherever
it leads; and without a log level of its own it formats every request for a debug line that nobody
sees.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bridge.deliveries import Failure
from bridge.senders.connections import FAILURES, lost
from bridge.senders.slack_answers import outcome_of, outcome_of_status
from bridge.senders.waits import wait_of

#: slack-sdk's ways to say that an answer was no JSON object: it is another value, not UTF-8, in an
#: encoding that is none, or nested too deeply
UNREADABLE = (AttributeError, ValueError, LookupError, RecursionError)

#: what an error word means for the call that it answers
Meaning = Callable[[str, timedelta | None], Failure]

_logger = logging.getLogger("bridge.senders.slack_sdk")
_logger.setLevel(logging.ERROR)


class _Steady:
    """The session as far as slack-sdk uses it, and without following redirects."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def closed(self) -> bool:
        return self._session.closed

    def request(self, method: str, url: str, **options: Any) -> Any:
        return self._session.request(method, url, allow_redirects=False, **options)


def open_client(token: SecretStr, session: aiohttp.ClientSession, api_url: str) -> AsyncWebClient:
    """Return a client that posts with a bot token over a shared session."""
    client = AsyncWebClient(
        token=token.get_secret_value(),
        base_url=api_url,
        session=cast(aiohttp.ClientSession, _Steady(session)),
        retry_handlers=[],
        logger=_logger,
    )
    # It has taken a proxy from the environment, blind to NO_PROXY; the session knows better.
    client.proxy = None
    return client


async def ask(
    call: Awaitable[AsyncSlackResponse], means: Meaning = outcome_of
) -> dict[str, Any] | Failure:
    """Return what Slack answers to a call, or what it means that it did not."""
    try:
        data: Any = (await call).data
    except SlackApiError as error:
        return refusal(error, means)
    except FAILURES as error:
        return lost(error, "Slack")
    except UNREADABLE:
        data = None
    return data if isinstance(data, dict) else outcome_of_status(200, None)


def refusal(error: SlackApiError, means: Meaning = outcome_of) -> Failure:
    """Return what an answer that is not `"ok": true` means."""
    # The response is slack-sdk's own, or aiohttp's when the body was broken JSON.
    response: Any = error.response
    wait = wait_of(response.headers.get("Retry-After"))
    data = getattr(response, "data", None)
    word = data.get("error") if isinstance(data, dict) else None
    if isinstance(word, str) and word:
        return means(word, wait)
    return outcome_of_status(getattr(response, "status_code", None) or response.status, wait)
