"""Posts to a Slack channel through an incoming webhook: fixed channel and identity, no threads."""

from datetime import datetime, timedelta

import aiohttp

from bridge.deliveries import (
    Accepted,
    Confirmed,
    Outcome,
    Rejected,
    Remedy,
    Search,
    Unsearchable,
)
from bridge.destinations import SlackDestination
from bridge.rendering import SlackPost
from bridge.senders.connections import FAILURES, lost
from bridge.senders.slack_answers import outcome_of, outcome_of_status
from bridge.senders.waits import wait_of

#: what an incoming webhook takes of chat.postMessage's arguments
_ARGUMENTS = ("text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media")
#: how it says that it doesn't like the blocks: slackapi/slack-github-action issue 440
_REFUSED_BLOCKS = Rejected(
    reason="Slack failed without a word (HTTP 500), as it does on blocks that it can't take",
    remedy=Remedy.PLAIN,
)
MAX_WORD_CHARS = 60  # ours: Slack's error words are shorter; a page of HTML is no word


class SlackWebhookSender:
    """Posts to the one channel that the webhook was made for.

    See https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """

    def __init__(self, destination: SlackDestination, session: aiohttp.ClientSession) -> None:
        url = destination.webhook_url
        self._url = "" if url is None else url.get_secret_value()
        self._session = session

    async def send(
        self, post: SlackPost, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Post to the channel; `thread` and `title` mean nothing here."""
        body = {key: value for key, value in post.arguments.items() if key in _ARGUMENTS}
        try:
            async with self._session.post(self._url, json=body, allow_redirects=False) as answer:
                text = (await answer.read()).decode(errors="replace").strip()
                wait = wait_of(answer.headers.get("Retry-After"))
                if answer.status == 500 and not text and post.blocks:
                    return _REFUSED_BLOCKS
                return _outcome(post.part, answer.status, text, wait)
        except FAILURES as error:
            return lost(error, "Slack")

    async def find(
        self,
        post: SlackPost,
        *,
        thread: str | None = None,
        title: str | None = None,
        since: datetime,
    ) -> Search:
        """Say that it can't: an incoming webhook reads nothing."""
        return Unsearchable(reason="an incoming webhook can't look posts up")

    async def edit(
        self, post: SlackPost, earlier: Confirmed, *, thread: str | None = None
    ) -> Outcome:
        """Say that it can't: an incoming webhook has no way to name an earlier post."""
        reason = "an incoming webhook can't edit a post"
        return Rejected(reason=reason, remedy=Remedy.POSTED_AGAIN)

    async def remove(self, part: int, earlier: Confirmed, *, thread: str | None = None) -> Outcome:
        """Leave the post where it is: an incoming webhook can't remove it."""
        return Accepted(confirmed=Confirmed(part=part, post_id=""))


def _outcome(part: int, status: int, text: str, wait: timedelta | None) -> Outcome:
    if status == 200 and text == "ok":
        # There is no `ts` in the answer: the post can never be edited.
        return Accepted(confirmed=Confirmed(part=part, post_id=""))
    is_word = len(text) <= MAX_WORD_CHARS and text.replace("_", "").isalpha() and text.islower()
    if 400 <= status < 600 and status not in (408, 429) and is_word:
        return outcome_of(text, wait)
    return outcome_of_status(status, wait)
