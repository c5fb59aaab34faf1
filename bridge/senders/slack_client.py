"""slack-sdk's client with its traps disarmed, and what its errors mean.

Three traps: its own session would be new for each call, so it shares ours; its own retries would
post twice after a lost answer, so it has none; and without a log level of its own it formats every
request for a debug line that nobody sees.
"""

import logging
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bridge.deliveries import Failure
from bridge.senders.connections import retry_after
from bridge.senders.slack_answers import outcome_of, outcome_of_status

_logger = logging.getLogger("bridge.senders.slack_sdk")
_logger.setLevel(logging.ERROR)


def open_client(token: SecretStr, session: aiohttp.ClientSession, api_url: str) -> AsyncWebClient:
    """Return a client that posts with a bot token over a shared session."""
    client = AsyncWebClient(
        token=token.get_secret_value(),
        base_url=api_url,
        session=session,
        retry_handlers=[],
        logger=_logger,
    )
    # It has taken a proxy from the environment, blind to NO_PROXY; the session knows better.
    client.proxy = None
    return client


def refusal(error: SlackApiError) -> Failure:
    """Return what an answer that is not `"ok": true` means."""
    # The response is slack-sdk's own, or aiohttp's when the body was broken JSON.
    response: Any = error.response
    wait = retry_after(response.headers.get("Retry-After"))
    data = getattr(response, "data", None)
    word = data.get("error") if isinstance(data, dict) else None
    if isinstance(word, str) and word:
        return outcome_of(word, wait)
    return outcome_of_status(getattr(response, "status_code", None) or response.status, wait)
