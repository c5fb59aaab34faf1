"""What becomes of a file on its way to Slack when one of the three steps fails.

The words are those of https://docs.slack.dev/reference/methods/files.getUploadURLExternal and of
https://docs.slack.dev/reference/methods/files.completeUploadExternal as of August 2026.
"""

from datetime import timedelta

import aiohttp
import pytest

from bridge.deliveries import Accepted, Rejected, Remedy, Unavailable, Unknown
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
from tests.senders.ways import WHOLE, Stub, sent, slack

ANNOUNCE = "files.getUploadURLExternal"
UPLOAD = "upload"
SHARE = "files.completeUploadExternal"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COMMON = """
    access_denied account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    invalid_auth method_deprecated missing_scope not_allowed_token_type not_authed no_permission
    org_login_required token_expired token_revoked two_factor_setup_required accesslimited
    team_access_not_granted invalid_arg_name invalid_arguments invalid_array_arg invalid_charset
    invalid_form_data invalid_post_type missing_post_type as_yet_unheard_of
"""
REFUSED = {
    ANNOUNCE: _words(
        "missing_argument storage_limit_reached file_uploads_disabled file_upload_size_restricted"
        " file_type_not_allowed file_uploads_except_images_disabled snippet_too_large"
        " unknown_snippet_type unknown_subtype alt_txt_too_large" + _COMMON
    ),
    SHARE: _words(
        "invalid_channel channel_not_found not_in_channel posting_to_channel_denied file_not_found"
        " file_update_failed cannot_reply_to_message" + _COMMON
    ),
}
LATER = _words("ratelimited service_unavailable request_timeout team_added_to_org")
IN_DOUBT = _words("fatal_error internal_error")


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


@pytest.mark.parametrize(
    ("step", "word"), [(step, word) for step, words in REFUSED.items() for word in words]
)
async def test_a_refused_file_comes_another_way(
    sender: Sender, sandbox: Sandbox, step: str, word: str
) -> None:
    """Whatever the reason: if posting itself is refused, the other way is told so."""
    sandbox.slack.faults.add(step, SlackError(word))
    outcome = await sender.send(WHOLE)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.IN_PARTS
    assert outcome.reason.startswith(f"Slack says {word}")
    assert sandbox.posts == []


@pytest.mark.parametrize("step", [ANNOUNCE, SHARE])
@pytest.mark.parametrize("word", LATER)
async def test_what_slack_can_t_do_now_is_tried_later(
    sender: Sender, sandbox: Sandbox, step: str, word: str
) -> None:
    """From the first step on."""
    sandbox.slack.faults.add(step, SlackError(word))

    assert await sender.send(WHOLE) == Unavailable(reason=f"Slack says {word}")
    assert isinstance(await sender.send(WHOLE), Accepted)


@pytest.mark.parametrize("word", IN_DOUBT)
async def test_only_the_last_step_can_be_in_doubt_by_slack_s_word(
    sender: Sender, sandbox: Sandbox, word: str
) -> None:
    """Before it, nothing can stand in the channel."""
    sandbox.slack.faults.add(ANNOUNCE, SlackError(word))
    sandbox.slack.faults.add(SHARE, SlackError(word))

    assert await sender.send(WHOLE) == Unavailable(reason=f"Slack says {word}")
    assert await sender.send(WHOLE) == Unknown(reason=f"Slack says {word}")


TROUBLE: dict[str, Fault] = {
    "lost answer": LostAnswer(),
    "reset": Reset(),
    "hang": Hang(),
    "500": ServerError(status=500),
    "503": ServerError(),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize(
    ("step", "kind"), [(ANNOUNCE, Unavailable), (UPLOAD, Unavailable), (SHARE, Unknown)]
)
async def test_only_the_last_step_can_be_in_doubt(
    sender: Sender, sandbox: Sandbox, step: str, kind: type[Unavailable | Unknown], fault: Fault
) -> None:
    """Before it, sending again can't post twice."""
    sandbox.slack.faults.add(step, fault)

    assert type(await sent(sender, WHOLE)) is kind
    assert len(sandbox.posts) == (1 if (step, fault) == (SHARE, LostAnswer()) else 0)


@pytest.mark.parametrize(("step", "kind"), [(ANNOUNCE, Unavailable), (SHARE, Unknown)])
async def test_an_answer_that_can_t_be_read_is_like_a_lost_one(
    sender: Sender, sandbox: Sandbox, step: str, kind: type[Unavailable | Unknown]
) -> None:
    """A captive portal is no Slack."""
    sandbox.slack.faults.add(step, Garbage())

    assert await sender.send(WHOLE) == kind(reason="Slack's answer can't be read")


async def test_a_ticket_that_names_no_address_is_like_a_lost_answer(
    session: aiohttp.ClientSession, stub: Stub
) -> None:
    """It is asked for again."""
    stub.answer(200, b'{"ok": true, "file_id": 1}', Content_Type="application/json")
    outcome = await slack(session, f"{stub.url}/api/").send(WHOLE)

    assert outcome == Unavailable(reason="Slack's answer can't be read")


@pytest.mark.parametrize("step", [ANNOUNCE, UPLOAD, SHARE])
async def test_slow_down_is_heard_at_each_step(sender: Sender, sandbox: Sandbox, step: str) -> None:
    """With the wait that Slack asks for."""
    sandbox.slack.faults.add(step, RateLimited(retry_after=3))
    outcome = await sender.send(WHOLE)

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after == timedelta(seconds=3)


@pytest.mark.parametrize("status", [201, 302, 400, 403, 404, 413])
async def test_refused_bytes_come_another_way(
    sender: Sender, sandbox: Sandbox, status: int
) -> None:
    """Only HTTP 200 says that the bytes are there."""
    sandbox.slack.faults.add(UPLOAD, SlackError("no", status=status))
    outcome = await sender.send(WHOLE)

    if status == 201:
        assert outcome == Unavailable(reason="Slack's answer can't be read")
    else:
        assert isinstance(outcome, Rejected)
        assert outcome.remedy is Remedy.IN_PARTS
        assert f"(HTTP {status})" in outcome.reason
    assert sandbox.posts == []


async def test_a_file_server_out_of_reach_does_not_hold_the_words_back(
    session: aiohttp.ClientSession, stub: Stub
) -> None:
    """Slack has just answered, so a firewall knows slack.com but not files.slack.com."""
    ticket = b'{"ok": true, "file_id": "F1", "upload_url": "http://files.invalid/upload/v1/x"}'
    stub.answer(200, ticket, Content_Type="application/json")
    outcome = await sent(slack(session, f"{stub.url}/api/"), WHOLE)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.IN_PARTS
    assert outcome.reason.startswith("can't connect to Slack's file server: ")
