"""Asks a platform whether a destination can be posted to, without posting anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.senders.connections import FAILURES, lost
from bridge.senders.discord import USER_AGENT, json_of
from bridge.senders.discord_answers import outcome_of
from bridge.senders.slack_client import UNREADABLE, open_client, refusal

_POST = "chat:write"
_POST_ANYWHERE = "chat:write.public"
_CUSTOMIZE = "chat:write.customize"
_FILES = "files:write"
_HISTORY, _PRIVATE_HISTORY = "channels:history", "groups:history"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a platform was asked, and its answer in a clause."""

    #: None: it says nothing about whether posts can be made
    is_good: bool | None
    text: str


async def check_slack(
    destination: SlackDestination, token: SecretStr, session: aiohttp.ClientSession, api_url: str
) -> list[Finding]:
    """Ask Slack for the token's owner and scopes, and for the channel."""
    client = open_client(token, session, api_url)
    identity = await _ask(client, "auth.test")
    if isinstance(identity, Finding):
        return [identity]
    scopes = _scopes(identity.headers)
    channel = await _ask(client, "conversations.info", channel=destination.channel)
    return [
        Finding(
            True, f"the token belongs to {_word(identity, 'user')} in {_word(identity, 'team')}"
        ),
        *_about_scopes(scopes, destination),
        *([channel] if isinstance(channel, Finding) else _about_channel(channel, scopes)),
        *_about_history(channel, scopes, destination),
    ]


def check_slack_webhook(destination: SlackDestination) -> list[Finding]:
    """Say that nothing can be asked."""
    finding = Finding(None, "an incoming webhook can't be checked without posting")
    return [finding, *_without_history(destination)]


async def check_discord(
    destination: DiscordDestination, session: aiohttp.ClientSession
) -> list[Finding]:
    """Ask Discord for the webhook."""
    url = destination.webhook_url.get_secret_value().partition("?")[0]
    headers = {"User-Agent": USER_AGENT}
    try:
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            finding = _about_webhook(answer, await json_of(answer))
            return [finding, *_without_history(destination)]
    except FAILURES as error:
        return [Finding(False, lost(error, "Discord").reason)]


def _about_webhook(answer: aiohttp.ClientResponse, data: Any) -> Finding:
    if answer.status == 200 and isinstance(data, dict):
        return Finding(True, f'the webhook exists and is called "{data.get("name")}"')
    if answer.status < 300:
        return Finding(False, "Discord's answer can't be read")
    return Finding(False, outcome_of(answer.status, answer.headers, data, in_thread=False).reason)


async def _ask(
    client: AsyncWebClient, method: str, **arguments: str | None
) -> AsyncSlackResponse | Finding:
    try:
        return await client.api_call(method, params=arguments)
    except SlackApiError as error:
        return Finding(False, f"{method}: {refusal(error).reason}{_needed(error)}")
    except FAILURES as error:
        return Finding(False, lost(error, "Slack").reason)
    except UNREADABLE:
        return Finding(False, f"{method}: Slack's answer can't be read")


def _needed(error: SlackApiError) -> str:
    data: Any = getattr(error.response, "data", None)
    needed = data.get("needed") if isinstance(data, dict) else None
    return f" (needs the scope {needed})" if isinstance(needed, str) else ""


def _word(response: AsyncSlackResponse, key: str) -> str:
    data = response.data
    return f'"{data.get(key)}"' if isinstance(data, dict) else "?"


def _scopes(headers: Mapping[str, str]) -> frozenset[str]:
    names = next((headers[name] for name in headers if name.lower() == "x-oauth-scopes"), "")
    return frozenset(name.strip() for name in names.split(",") if name.strip())


def _about_scopes(scopes: frozenset[str], destination: SlackDestination) -> Iterator[Finding]:
    if not scopes:
        return
    has_post = _POST in scopes
    yield Finding(has_post, f"the scope {_POST} is {'there' if has_post else 'missing'}")
    if _CUSTOMIZE not in scopes:
        text = f"without the scope {_CUSTOMIZE}, agents post under the app's name"
        yield Finding(True, text)
    if _FILES not in scopes:
        links = ", and files as links" if destination.files == "upload" else ""
        text = f"without the scope {_FILES}, long messages come in parts, not as a file{links}"
        yield Finding(True, text)


def _about_history(
    response: AsyncSlackResponse | Finding, scopes: frozenset[str], destination: SlackDestination
) -> Iterator[Finding]:
    """Say what on_unknown = "check" needs; a channel that can't be seen is taken for a public one."""
    channel = {} if isinstance(response, Finding) else _channel(response)
    needed = _PRIVATE_HISTORY if channel.get("is_private") else _HISTORY
    if destination.on_unknown != "check" or not scopes:
        return
    if needed not in scopes:
        yield _as_retry(f" without the scope {needed}")
    elif channel and not channel.get("is_member"):
        yield _as_retry(" in a channel that the bot is no member of")
    else:
        yield Finding(True, "posts in doubt can be looked up")


def _without_history(destination: Destination) -> Iterator[Finding]:
    if destination.on_unknown == "check":
        yield _as_retry(" through a webhook")


def _as_retry(where: str) -> Finding:
    text = f'posts in doubt can\'t be looked up{where}: on_unknown = "check" is as "retry"'
    return Finding(None, text)


def _channel(response: AsyncSlackResponse) -> Mapping[str, Any]:
    data = response.data
    found = data.get("channel") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _about_channel(response: AsyncSlackResponse, scopes: frozenset[str]) -> Iterator[Finding]:
    channel = _channel(response)
    name = f"#{channel.get('name')}"
    if channel.get("is_archived"):
        yield Finding(False, f"{name} is archived")
    elif channel.get("is_member"):
        yield Finding(True, f"the bot is a member of {name}")
    elif _POST_ANYWHERE in scopes and not channel.get("is_private"):
        yield Finding(True, f"{name} is public, and the bot may post without being a member")
    else:
        yield Finding(False, f"the bot is not a member of {name}: invite it there")
