"""Posts to a Slack channel with a bot token, through slack-sdk."""

from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from bridge.deliveries import Accepted, Confirmed, Outcome, Rejected, Remedy, Unknown
from bridge.destinations import SlackDestination
from bridge.rendering import SlackPost
from bridge.senders.connections import FAILURES, lost
from bridge.senders.slack_answers import outcome_of_status
from bridge.senders.slack_client import UNREADABLE, open_client, refusal

_IDENTITY = ("username", "icon_url")


class SlackSender:
    """Posts to one channel. After one refusal of agents' names it leaves them out for good."""

    def __init__(
        self,
        destination: SlackDestination,
        token: SecretStr,
        session: aiohttp.ClientSession,
        api_url: str,
    ) -> None:
        self._channel = destination.channel or ""
        self._client = open_client(token, session, api_url)
        self._with_identity = True

    async def send(
        self, post: SlackPost, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Post to the channel, or to a thread of it; with a title, the post may become a thread."""
        arguments = post.arguments
        if not self._with_identity:
            arguments = {key: arguments[key] for key in arguments if key not in _IDENTITY}
        outcome = await self._call(post.part, arguments, thread)
        if isinstance(outcome, Rejected) and outcome.remedy is Remedy.ANONYMOUS:
            return self._without_identity(outcome, arguments)
        if isinstance(outcome, Accepted) and title is not None:
            return Accepted(confirmed=outcome.confirmed, thread=thread or outcome.confirmed.post_id)
        return outcome

    async def _call(self, part: int, arguments: dict[str, Any], thread: str | None) -> Outcome:
        try:
            response = await self._client.chat_postMessage(
                channel=self._channel, thread_ts=thread, **arguments
            )
        except SlackApiError as error:
            return refusal(error)
        except FAILURES as error:
            return lost(error, "Slack")
        except UNREADABLE:
            return outcome_of_status(200, None)
        return _acceptance(part, response.data)

    def _without_identity(self, refused: Rejected, arguments: dict[str, Any]) -> Outcome:
        """Remember that names are not allowed; if none was sent, the refusal is about posting."""
        self._with_identity = False
        had_identity = any(arguments.get(key) is not None for key in _IDENTITY)
        return refused if had_identity else Rejected(reason=refused.reason)


def _acceptance(part: int, data: Any) -> Outcome:
    if not isinstance(data, dict) or not isinstance(data.get("ts"), str):
        return Unknown(reason="Slack's answer can't be read")
    channel = data.get("channel")
    where = channel if isinstance(channel, str) else ""
    return Accepted(confirmed=Confirmed(part=part, post_id=data["ts"], channel=where))
