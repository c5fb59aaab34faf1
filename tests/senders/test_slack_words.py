"""Every error word that Slack documents, and what it means for a post.

The lists are those of https://docs.slack.dev/reference/methods/chat.postMessage as of August 2026,
and of https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
"""

import aiohttp
import pytest

from bridge.deliveries import Rejected, Remedy, Unavailable, Unknown
from bridge.sandbox import Sandbox, SlackError
from bridge.senders import Sender
from tests.senders.ways import (
    PLAIN_POST,
    RICH_POST,
    SLACK_POST,
    Stub,
    at_address,
    reason,
    slack,
    slack_webhook,
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LATER = _words("ratelimited rate_limited service_unavailable request_timeout team_added_to_org")
IN_DOUBT = _words("fatal_error internal_error")
BROKEN = _words("""
    invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type
    no_permission access_denied accesslimited app_access_restricted ekm_access_denied
    enterprise_is_restricted org_login_required team_access_not_granted team_not_found
    two_factor_setup_required channel_not_found not_in_channel is_archived restricted_action
    restricted_action_read_only_channel messages_tab_disabled is_bot message_limit_exceeded
""")
ONE_POST = "restricted_action_thread_only_channel"
REFUSED = _words("""
    invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text
    markdown_text_conflict metadata_too_large invalid_metadata_format invalid_metadata_schema
    metadata_must_be_sent_from_app too_many_attachments attachment_payload_limit_exceeded
    invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data
    invalid_post_type missing_post_type
""")
UNKNOWN_WORDS = _words("as_yet_unheard_of Strange! ✂")
THREAD = _words("cannot_reply_to_message restricted_action_thread_locked thread_not_found")

#: a post -> the form that is next when its markup is refused; plain text has none, it is told again
NEXT_FORMS = (
    (SLACK_POST, Remedy.RICH_TEXT),
    (RICH_POST, Remedy.PLAIN),
    (PLAIN_POST, Remedy.PLAIN),
)

AT_WEBHOOKS: dict[str, tuple[int, Remedy | None]] = {
    "invalid_payload": (400, Remedy.PLAIN),
    "user_not_found": (400, Remedy.NONE),
    "no_text": (400, Remedy.PLAIN),
    "too_many_attachments": (400, Remedy.PLAIN),
    "action_prohibited": (403, Remedy.NONE),
    "invalid_token": (403, Remedy.NONE),
    "team_disabled": (403, Remedy.NONE),
    "channel_not_found": (404, Remedy.NONE),
    "no_service": (404, Remedy.NONE),
    "no_service_id": (404, Remedy.NONE),
    "channel_is_archived": (410, Remedy.NONE),
    "rollup_error": (500, None),
    "as_yet_unheard_of": (400, Remedy.PLAIN),
}


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


@pytest.mark.parametrize("word", LATER)
async def test_what_slack_can_t_do_now_is_tried_later(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """The post was certainly not taken."""
    sandbox.slack.faults.add("C1", SlackError(word))

    assert await sender.send(SLACK_POST) == Unavailable(reason=f"Slack says {word}")


@pytest.mark.parametrize("word", IN_DOUBT)
async def test_what_slack_may_have_done_is_in_doubt(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """Slack says itself that part of the work may have been done."""
    sandbox.slack.faults.add("C1", SlackError(word))

    assert await sender.send(SLACK_POST) == Unknown(reason=f"Slack says {word}")


@pytest.mark.parametrize("word", BROKEN)
async def test_a_broken_destination_is_refused_with_advice(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """No remedy helps, no other post would pass; the reason says what a person should do."""
    sandbox.slack.faults.add("C1", SlackError(word))
    outcome = await sender.send(SLACK_POST)

    assert isinstance(outcome, Rejected)
    assert (outcome.remedy, outcome.is_broken) == (Remedy.NONE, True)
    assert outcome.reason.startswith(f"Slack says {word}: ")


async def test_a_channel_for_replies_only_is_not_broken(sender: Sender, sandbox: Sandbox) -> None:
    """The next post may be a reply."""
    sandbox.slack.faults.add("C1", SlackError(ONE_POST))
    outcome = await sender.send(SLACK_POST)

    said = f"Slack says {ONE_POST}: the channel takes replies in threads only"
    assert outcome == Rejected(reason=said)


@pytest.mark.parametrize("word", REFUSED + UNKNOWN_WORDS)
async def test_refused_markup_can_pass_in_a_plainer_form(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """Markdown as rich text, and that as plain text; so can what Slack has not documented."""
    sandbox.slack.faults.always("C1", SlackError(word))

    for post, remedy in NEXT_FORMS:
        outcome = await sender.send(post)
        assert outcome == Rejected(reason=f"Slack says {word}", remedy=remedy)


@pytest.mark.parametrize("word", THREAD)
async def test_a_lost_thread_can_be_replaced_by_a_new_one(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """The chat goes on, and its next messages find the new thread."""
    sandbox.slack.faults.add("C1", SlackError(word))
    outcome = await sender.send(SLACK_POST, thread="1700000000.000001", title="A chat")

    assert outcome == Rejected(reason=f"Slack says {word}", remedy=Remedy.NEW_THREAD)


async def test_a_channel_without_threads_is_posted_to_itself(
    sender: Sender, sandbox: Sandbox
) -> None:
    """A new thread would be refused as well."""
    word = "restricted_action_non_threadable_channel"
    sandbox.slack.faults.add("C1", SlackError(word))
    outcome = await sender.send(SLACK_POST, thread="1700000000.000001", title="A chat")

    assert outcome == Rejected(reason=f"Slack says {word}", remedy=Remedy.UNTHREADED)


@pytest.mark.parametrize(
    ("word", "status", "remedy"), [(word, *rest) for word, rest in AT_WEBHOOKS.items()]
)
async def test_each_word_of_an_incoming_webhook_has_its_outcome(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    word: str,
    status: int,
    remedy: Remedy | None,
) -> None:
    """A bare word behind an HTTP status; "rollup_error" is in doubt."""
    sandbox.slack.faults.add("C1", SlackError(word, status=status))
    outcome = await slack_webhook(session, sandbox.slack.webhook_url("C1")).send(PLAIN_POST)

    assert reason(outcome).startswith(f"Slack says {word}")
    assert (outcome.remedy if isinstance(outcome, Rejected) else None) is remedy
    assert isinstance(outcome, Rejected | Unknown)
    assert getattr(outcome, "is_broken", False) is (remedy is Remedy.NONE)


@pytest.mark.parametrize("text", ["<html>", "Two Words", "x" * 61, "Word", "42"])
async def test_what_is_no_word_is_not_taken_for_one(
    session: aiohttp.ClientSession, sandbox: Sandbox, text: str
) -> None:
    """A proxy's page does not end up in a reason."""
    sandbox.slack.faults.add("C1", SlackError(text, status=403))
    outcome = await slack_webhook(session, sandbox.slack.webhook_url("C1")).send(PLAIN_POST)

    assert outcome == Rejected(reason="Slack refused the post (HTTP 403)", is_broken=True)


#: a status without a word -> what can help, and whether it says that nothing would pass
WITHOUT_WORD = {
    301: (Remedy.NONE, True),
    307: (Remedy.NONE, True),
    400: (Remedy.PLAIN, False),
    401: (Remedy.NONE, True),
    403: (Remedy.NONE, True),
    404: (Remedy.NONE, True),
    410: (Remedy.NONE, True),
    413: (Remedy.PLAIN, False),
}


@pytest.mark.parametrize("name", ["Slack", "Slack webhook"])
@pytest.mark.parametrize(("status", "meaning"), WITHOUT_WORD.items())
async def test_a_status_without_a_word_says_whether_the_address_is_closed(
    session: aiohttp.ClientSession,
    stub: Stub,
    name: str,
    status: int,
    meaning: tuple[Remedy, bool],
) -> None:
    """Closed, moved or nothing there: that is not the post's fault."""
    sender, _ = at_address(name, session, stub.url)
    stub.answer(status)
    outcome = await sender.send(PLAIN_POST)

    assert isinstance(outcome, Rejected)
    assert (outcome.remedy, outcome.is_broken) == meaning
