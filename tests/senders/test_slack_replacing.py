"""How a file takes the place of an earlier post of its message in Slack."""

import io

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Rejected
from bridge.logs import log
from bridge.sandbox import Sandbox, SlackError
from bridge.senders import Sender
from tests.senders.ways import SLACK_POST, WHOLE, slack


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


async def test_a_file_takes_the_place_of_a_post(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """As a new post, in the thread that is named; then the earlier one is taken away."""
    await sender.send(SLACK_POST)
    outcome = await sender.edit(WHOLE, earlier, thread=sandbox.posts[1].id)

    assert outcome == Accepted(confirmed=Confirmed(part=WHOLE.part, post_id="", channel="C1"))
    assert [post.id for post in sandbox.removed] == [earlier.post_id]
    assert [(post.files, post.thread) for post in sandbox.posts[1:]] == [
        ((WHOLE.name,), sandbox.posts[0].id)
    ]


async def test_a_refused_file_takes_no_post_away(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """The post is edited in the form that helps."""
    sandbox.slack.faults.add("files.getUploadURLExternal", SlackError("missing_scope"))
    outcome = await sender.edit(WHOLE, earlier)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is WHOLE.otherwise
    assert [post.id for post in sandbox.posts] == [earlier.post_id]


@pytest.mark.parametrize("word", ["cant_delete_message", "ratelimited"])
async def test_a_post_that_stays_beside_its_file_is_no_failure(
    sender: Sender,
    sandbox: Sandbox,
    earlier: Confirmed,
    lines: io.StringIO,
    word: str,
) -> None:
    """The file is there, and posting it once more would be worse; the log says so."""
    sandbox.slack.faults.add("chat.delete", SlackError(word))

    assert isinstance(await sender.edit(WHOLE, earlier), Accepted)
    assert len(sandbox.posts) == 2
    log.output.flush()
    assert f'event=not_removed channel=C1 reason="Slack says {word}' in lines.getvalue()
