"""How a post that a message no longer needs is taken away from Slack, or left.

The words are those of https://docs.slack.dev/reference/methods/chat.delete as of August 2026.
"""

import io
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Unavailable
from bridge.logs import log
from bridge.sandbox import (
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    SlackError,
)
from bridge.sandbox.faults import Fault
from bridge.senders import Sender
from tests.senders.ways import slack


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LATER = _words("""
    ratelimited service_unavailable request_timeout team_added_to_org fatal_error internal_error
""")
NOT_REMOVABLE = _words("""
    cant_delete_message compliance_exports_prevent_deletion channel_not_found missing_scope
    not_authed invalid_auth account_inactive token_revoked no_permission access_denied
    invalid_arg_name invalid_array_arg invalid_charset invalid_form_data as_yet_unheard_of
""")


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


async def test_a_post_that_is_no_longer_needed_is_removed(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """It is fine if somebody was quicker."""
    expected = Accepted(confirmed=Confirmed(part=2, post_id=""))

    assert await sender.remove(2, earlier, thread="1.2") == expected
    assert [post.id for post in sandbox.removed] == [earlier.post_id]
    assert await sender.remove(2, earlier) == expected
    assert [call.error for call in sandbox.calls] == ["", "", "message_not_found"]


async def test_a_post_is_removed_from_the_channel_in_which_it_stands(
    session: aiohttp.ClientSession, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """Even if the destination has moved; where none is known, from the destination's own."""
    moved = slack(session, sandbox.slack_api_url, channel="C2")
    await moved.remove(1, earlier)
    await moved.remove(1, replace(earlier, channel=""))

    assert [call.channel for call in sandbox.calls] == ["C1", "C1", "C2"]
    assert sandbox.posts == []


@pytest.mark.parametrize("word", NOT_REMOVABLE)
async def test_what_can_t_be_removed_is_left_and_told(
    sender: Sender,
    sandbox: Sandbox,
    earlier: Confirmed,
    lines: io.StringIO,
    word: str,
) -> None:
    """The new words are there: an old post too many is no reason to call the message dead."""
    sandbox.slack.faults.add("chat.delete", SlackError(word))
    outcome = await sender.remove(2, earlier)

    assert outcome == Accepted(confirmed=Confirmed(part=2, post_id=""))
    assert len(sandbox.posts) == 1
    log.output.flush()
    assert f'event=not_removed channel=C1 reason="Slack says {word}' in lines.getvalue()


async def test_a_file_is_left_since_its_post_is_not_known(
    sender: Sender, sandbox: Sandbox, lines: io.StringIO
) -> None:
    """Slack tells no `ts` for it."""
    outcome = await sender.remove(2, Confirmed(part=2, post_id="", channel="C1"))

    assert outcome == Accepted(confirmed=Confirmed(part=2, post_id=""))
    assert sandbox.calls == []
    log.output.flush()
    assert 'event=not_removed channel=C1 reason="Slack told no id of it"' in lines.getvalue()


TROUBLE: dict[str, Fault] = {
    "lost answer": LostAnswer(),
    "reset": Reset(),
    "hang": Hang(),
    "503": ServerError(),
    "garbage": Garbage(),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_removal_in_doubt_is_simply_made_again(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, fault: Fault
) -> None:
    """What is gone is gone, so nobody has to decide."""
    sandbox.slack.faults.add("chat.delete", fault)

    assert isinstance(await sender.remove(1, earlier), Unavailable)
    assert isinstance(await sender.remove(1, earlier), Accepted)
    assert sandbox.posts == []


@pytest.mark.parametrize("word", LATER)
async def test_what_slack_can_t_remove_now_is_removed_later(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, word: str
) -> None:
    """Also what it may have removed."""
    sandbox.slack.faults.add("C1", SlackError(word))

    assert await sender.remove(1, earlier) == Unavailable(reason=f"Slack says {word}")


async def test_slow_down_is_heard(sender: Sender, sandbox: Sandbox, earlier: Confirmed) -> None:
    """With the wait that Slack asks for."""
    sandbox.slack.faults.add("C1", RateLimited(retry_after=4))
    outcome = await sender.remove(1, earlier)

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after == timedelta(seconds=4)
