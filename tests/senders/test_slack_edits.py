"""How an update of a message is put in the place of its earlier posts in Slack.

The words are those of https://docs.slack.dev/reference/methods/chat.update as of August 2026.
"""

import json
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Rejected, Remedy, Unavailable
from bridge.rendering import SlackPost
from bridge.sandbox import (
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    SlackError,
    SlackToken,
)
from bridge.sandbox.faults import Fault
from bridge.senders import Sender
from tests.conftest import TOKEN
from tests.senders.ways import (
    PLAIN_POST,
    RICH_POST,
    Stub,
    slack,
)

NEW_POST = SlackPost(
    text="Changed",
    blocks=({"type": "markdown", "text": "**Changed**"},),
    username="Max Evans",
    icon_url="https://example.org/max.png",
    metadata={"event_type": "nexusgpt_message", "event_payload": {"part": 1, "revision": 1}},
    part=1,
    parts=1,
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LATER = _words("""
    ratelimited service_unavailable request_timeout team_added_to_org external_channel_migrating
    fatal_error internal_error
""")
MARKUP = _words("""
    invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text invalid_attachments
    too_many_attachments markdown_text_conflict metadata_too_large invalid_metadata_format
    invalid_metadata_schema metadata_must_be_sent_from_app invalid_arguments invalid_arg_name
    invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type
""")
NOT_EDITABLE = _words("""
    message_not_found cant_update_message edit_window_closed is_inactive
    channel_type_not_supported block_mismatch cant_broadcast_message
    no_dual_broadcast_content_update streaming_state_conflict update_failed
    slack_connect_file_link_sharing_blocked as_user_not_supported channel_not_found
    access_denied deprecated_endpoint method_deprecated missing_scope no_permission
    cannot_reply_to_message as_yet_unheard_of
""")
#: the token is closed out, whatever it asks for
CLOSED = _words("""
    team_not_found account_inactive ekm_access_denied enterprise_is_restricted invalid_auth
    not_allowed_token_type not_authed org_login_required token_expired token_revoked
    accesslimited two_factor_setup_required team_access_not_granted
""")


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


async def test_an_edit_puts_the_new_words_in_the_place_of_the_old(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """Same post, same author; nothing is sent that chat.update doesn't know."""
    outcome = await sender.edit(NEW_POST, earlier)

    [post] = sandbox.posts
    assert outcome == Accepted(confirmed=earlier)
    assert (post.id, post.edited, post.username) == (earlier.post_id, 1, "Max Evans")
    assert (post.text, post.blocks) == (NEW_POST.text, NEW_POST.blocks)
    assert post.metadata == NEW_POST.metadata
    assert post.unknown_keys == ()
    assert post.pings == ()
    assert json.loads(post.body)["parse"] == "none"


async def test_a_part_can_take_the_place_of_another(sender: Sender, earlier: Confirmed) -> None:
    """The receipt has the number of the new one."""
    outcome = await sender.edit(replace(NEW_POST, part=2, parts=2), earlier, thread="1.2")

    assert outcome == Accepted(confirmed=replace(earlier, part=2))


async def test_an_edit_goes_to_the_channel_in_which_the_post_stands(
    session: aiohttp.ClientSession, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """Even if the destination has moved; where none is known, to the destination's own."""
    moved = slack(session, sandbox.slack_api_url, channel="C2")
    unmoved = slack(session, sandbox.slack_api_url)

    assert isinstance(await moved.edit(NEW_POST, earlier), Accepted)
    assert isinstance(await unmoved.edit(RICH_POST, replace(earlier, channel="")), Accepted)
    assert sandbox.posts[0].edited == 2


@pytest.mark.parametrize("word", NOT_EDITABLE)
async def test_what_can_t_be_edited_is_posted_again(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, word: str
) -> None:
    """If posting is refused as well, that refusal decides."""
    sandbox.slack.faults.add("chat.update", SlackError(word))
    outcome = await sender.edit(NEW_POST, earlier)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.POSTED_AGAIN
    assert outcome.reason.startswith(f"Slack says {word}")


@pytest.mark.parametrize("word", CLOSED)
async def test_an_edit_waits_until_slack_is_open_again(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, word: str
) -> None:
    """It is the destination that is broken: the post is not to be made a second one for that."""
    sandbox.slack.faults.add("chat.update", SlackError(word))
    outcome = await sender.edit(NEW_POST, earlier)

    assert isinstance(outcome, Rejected)
    assert (outcome.remedy, outcome.is_broken) == (Remedy.NONE, True)
    assert outcome.reason.startswith(f"Slack says {word}: ")


@pytest.mark.parametrize("word", MARKUP)
async def test_refused_markup_is_edited_in_a_plainer_form(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, word: str
) -> None:
    """Markdown as rich text; what stands below that is no matter for an edit."""
    sandbox.slack.faults.always("chat.update", SlackError(word))

    for post, remedy in ((NEW_POST, Remedy.RICH_TEXT), (RICH_POST, Remedy.PLAIN)):
        outcome = await sender.edit(post, earlier)
        assert outcome == Rejected(reason=f"Slack says {word}", remedy=remedy)


#: what can't take the place of a post, or be replaced by one
NO_EDITS: dict[str, tuple[SlackPost, str]] = {
    "plain text": (PLAIN_POST, "1.2"),
    "a post without an id": (NEW_POST, ""),
}


@pytest.mark.parametrize(("post", "ts"), NO_EDITS.values(), ids=NO_EDITS)
async def test_some_edits_are_not_even_tried(
    sender: Sender, sandbox: Sandbox, post: SlackPost, ts: str
) -> None:
    """Plain text would be read as markup, and a file's post has no id."""
    outcome = await sender.edit(post, Confirmed(part=1, post_id=ts, channel="C1"))

    assert outcome == Rejected(reason="Slack can't edit it in place", remedy=Remedy.POSTED_AGAIN)
    assert sandbox.calls == []


TROUBLE: dict[str, Fault] = {
    "lost answer": LostAnswer(),
    "reset": Reset(),
    "hang": Hang(),
    "503": ServerError(),
    "garbage": Garbage(),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_an_edit_in_doubt_is_simply_made_again(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, fault: Fault
) -> None:
    """Twice is as good as once, so nobody has to decide."""
    sandbox.slack.faults.add("chat.update", fault)

    assert isinstance(await sender.edit(NEW_POST, earlier), Unavailable)
    assert isinstance(await sender.edit(NEW_POST, earlier), Accepted)
    assert [post.text for post in sandbox.posts] == [NEW_POST.text]


@pytest.mark.parametrize("word", LATER)
async def test_what_slack_can_t_edit_now_is_edited_later(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed, word: str
) -> None:
    """Also what it may have edited."""
    sandbox.slack.faults.add("C1", SlackError(word))

    assert await sender.edit(NEW_POST, earlier) == Unavailable(reason=f"Slack says {word}")


async def test_slow_down_is_heard(sender: Sender, sandbox: Sandbox, earlier: Confirmed) -> None:
    """With the wait that Slack asks for."""
    sandbox.slack.faults.add("C1", RateLimited(retry_after=3))
    outcome = await sender.edit(NEW_POST, earlier)

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("status", "remedy"), [(302, Remedy.NONE), (403, Remedy.NONE), (400, Remedy.RICH_TEXT)]
)
async def test_a_status_without_a_word_is_judged_as_for_a_post(
    session: aiohttp.ClientSession, stub: Stub, status: int, remedy: Remedy
) -> None:
    """An address that has moved, or is closed, is no reason to post the words again."""
    stub.answer(status)
    outcome = await slack(session, f"{stub.url}/api/").edit(
        NEW_POST, Confirmed(part=1, post_id="1.2")
    )

    assert isinstance(outcome, Rejected)
    assert (outcome.remedy, outcome.is_broken) == (remedy, status != 400)


async def test_a_token_without_its_scope_can_t_edit(
    sender: Sender, sandbox: Sandbox, earlier: Confirmed
) -> None:
    """The names of agents, which an edit never brings, have nothing to do with it."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=frozenset()))
    outcome = await sender.edit(NEW_POST, earlier)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.POSTED_AGAIN
