"""What an incoming webhook of Slack's takes, how it refuses, and what it can't do at all."""

import json

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Rejected, Remedy, Unknown
from bridge.rendering import SlackPost
from bridge.sandbox import Sandbox, ServerError, SlackError
from tests.senders.ways import PLAIN_POST, RICH_POST, SLACK_POST, slack_webhook


async def test_an_incoming_webhook_gets_only_what_it_takes(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """No name, no picture, no metadata, no thread; the answer brings no id."""
    sender = slack_webhook(session, sandbox.slack.webhook_url("C1"))
    outcome = await sender.send(
        SlackPost(text="Hi", username="Max", part=2, parts=2), thread="1.2", title="A"
    )

    assert outcome == Accepted(confirmed=Confirmed(part=2, post_id=""))
    [post] = sandbox.posts
    assert json.loads(post.body) == {
        "text": "Hi",
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }


#: what an incoming webhook answers to blocks that it can't take -> what the reason says
REFUSALS = {
    "without a word": (SlackError("", status=500), "(HTTP 500)"),
    "invalid_blocks": (SlackError("invalid_blocks"), "Slack says invalid_blocks"),
    "invalid_payload": (SlackError("invalid_payload"), "Slack says invalid_payload"),
}


@pytest.mark.parametrize(("fault", "says"), REFUSALS.values(), ids=REFUSALS)
async def test_blocks_that_an_incoming_webhook_refuses_come_as_plain_text(
    session: aiohttp.ClientSession, sandbox: Sandbox, fault: SlackError, says: str
) -> None:
    """Its empty 500 is how it says so, and no doubt about what it did."""
    sandbox.slack.faults.add("C1", fault)
    outcome = await slack_webhook(session, sandbox.slack.webhook_url("C1")).send(RICH_POST)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.PLAIN
    assert says in outcome.reason


async def test_a_markdown_block_is_what_an_incoming_webhook_fails_on(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """Rich text passes."""
    sender = slack_webhook(session, sandbox.slack.webhook_url("C1"))
    refused = await sender.send(SLACK_POST)

    assert isinstance(refused, Rejected)
    assert refused.remedy is Remedy.PLAIN
    assert isinstance(await sender.send(RICH_POST), Accepted)


@pytest.mark.parametrize(
    ("fault", "post"),
    [(SlackError("", status=500), PLAIN_POST), (ServerError(status=500), RICH_POST)],
    ids=["without blocks", "with a page"],
)
async def test_any_other_failure_of_an_incoming_webhook_is_in_doubt(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    fault: SlackError | ServerError,
    post: SlackPost,
) -> None:
    """Slack, or something in front of it, was in trouble."""
    sandbox.slack.faults.add("C1", fault)
    outcome = await slack_webhook(session, sandbox.slack.webhook_url("C1")).send(post)

    assert outcome == Unknown(reason="Slack failed (HTTP 500)")


async def test_an_incoming_webhook_can_neither_edit_nor_remove(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """The words are posted again, and what is too much is left."""
    sender = slack_webhook(session, sandbox.slack.webhook_url("C1"))
    earlier = Confirmed(part=1, post_id="")

    assert await sender.edit(RICH_POST, earlier) == Rejected(
        reason="an incoming webhook can't edit a post", remedy=Remedy.POSTED_AGAIN
    )
    assert await sender.remove(2, earlier) == Accepted(confirmed=Confirmed(part=2, post_id=""))
    assert sandbox.calls == []
