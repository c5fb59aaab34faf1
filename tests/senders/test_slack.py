"""What a post in Slack looks like, and how names and threads fall away one by one."""

import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.deliveries import Accepted, Confirmed, Rejected, Remedy
from bridge.destinations import SlackDestination
from bridge.logs import log
from bridge.sandbox import (
    NO_LIMITS,
    LostAnswer,
    Sandbox,
    SlackChannel,
    SlackError,
    SlackToken,
    Workspace,
)
from bridge.senders import Sender, open_sender
from tests.conftest import TOKEN, WORKSPACE
from tests.senders.ways import (
    PLAIN_POST,
    SLACK_POST,
    Stub,
    sent,
    slack,
)


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


@pytest.fixture(name="nameless")
def _nameless(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    """A sender whose token may post, but not under the names of agents."""
    return slack(session, sandbox.slack_api_url, token="xoxb-nameless")


async def test_a_post_stands_under_the_agent_s_name_with_all_its_parts(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Blocks, text, picture and metadata arrive; the answer's `ts` is on record."""
    outcome = await sender.send(SLACK_POST)

    [post] = sandbox.posts
    assert outcome == Accepted(confirmed=Confirmed(part=1, post_id=post.id, channel="C1"))
    assert post.username == "Max Evans"
    assert post.avatar == "https://example.org/max.png"
    assert post.blocks == SLACK_POST.blocks
    assert post.metadata == SLACK_POST.metadata
    assert post.thread is None
    assert json.loads(post.body)["unfurl_links"] is False


async def test_a_post_with_a_title_becomes_the_thread_of_its_chat(
    sender: Sender, sandbox: Sandbox
) -> None:
    """The first one is the parent; with its `ts` the next ones are replies."""
    first = await sender.send(SLACK_POST, title="A chat")
    assert isinstance(first, Accepted)
    second = await sender.send(SLACK_POST, thread=first.thread, title="A chat")

    assert isinstance(second, Accepted)
    assert first.thread == second.thread == sandbox.posts[0].id
    assert [post.thread for post in sandbox.posts] == [None, first.thread]


async def test_a_reply_to_what_is_gone_becomes_the_new_thread(
    sender: Sender, sandbox: Sandbox, lines: io.StringIO
) -> None:
    """Slack puts it into the channel and says so only by what the answer lacks."""
    outcome = await sender.send(SLACK_POST, thread="1700000000.000001", title="A chat")

    [post] = sandbox.posts
    assert post.thread is None
    assert isinstance(outcome, Accepted)
    assert outcome.thread == outcome.confirmed.post_id == post.id
    log.output.flush()
    assert "event=thread_gone channel=C1 thread=1700000000.000001\n" in lines.getvalue()


async def test_a_part_below_what_is_gone_opens_no_thread(sender: Sender) -> None:
    """Without a title, there is no chat to have one."""
    outcome = await sender.send(SLACK_POST, thread="1700000000.000001")

    assert isinstance(outcome, Accepted)
    assert outcome.thread is None


async def test_an_answer_that_shows_no_message_is_taken_at_its_word(
    session: aiohttp.ClientSession, stub: Stub
) -> None:
    """Other servers than Slack's say less."""
    stub.answer(200, b'{"ok": true, "ts": "2.2"}', Content_Type="application/json")
    sender = slack(session, f"{stub.url}/api/")
    outcome = await sender.send(SLACK_POST, thread="1.2", title="A chat")

    assert isinstance(outcome, Accepted)
    assert outcome.thread == "1.2"


async def test_a_channel_that_takes_no_threads_is_asked_for_one_once(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Later posts stand in the channel at once, and are no threads to come back to."""
    word = "restricted_action_non_threadable_channel"
    sandbox.slack.faults.add("C1", SlackError(word))
    refused = await sender.send(SLACK_POST, thread="1700000000.000001", title="A chat")
    later = await sender.send(SLACK_POST, thread="1700000000.000001", title="A chat")

    assert refused == Rejected(reason=f"Slack says {word}", remedy=Remedy.UNTHREADED)
    assert isinstance(later, Accepted)
    assert later.thread is None
    assert "thread_ts" not in json.loads(sandbox.posts[0].body)


async def test_without_the_scope_for_names_posts_are_anonymous_after_one_refusal(
    nameless: Sender, sandbox: Sandbox
) -> None:
    """The first is refused, to be sent anonymously; later ones leave the name out by themselves."""
    first = await nameless.send(SLACK_POST)
    second = await nameless.send(SLACK_POST)

    assert isinstance(first, Rejected)
    assert first.remedy is Remedy.ANONYMOUS
    assert isinstance(second, Accepted)
    assert [post.username for post in sandbox.posts] == ["NexusGPT"]
    assert [call.error for call in sandbox.calls] == ["missing_scope", ""]


async def test_without_any_scope_a_post_is_dead_after_one_try_for_each_form(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """When no name was sent, the missing scope is the one to post at all."""
    sandbox.slack.put(SlackToken(value="xoxb-mute", scopes=frozenset()))
    sender = slack(session, sandbox.slack_api_url, token="xoxb-mute")
    remedies = []
    for _ in range(2):
        outcome = await sender.send(SLACK_POST)
        assert isinstance(outcome, Rejected)
        assert "the app needs chat:write" in outcome.reason
        remedies.append((outcome.remedy, outcome.is_broken))

    assert remedies == [(Remedy.ANONYMOUS, False), (Remedy.NONE, True)]


async def test_a_post_without_a_name_is_dead_when_posting_is_not_allowed(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """There is nothing left to leave out."""
    sandbox.slack.put(SlackToken(value="xoxb-mute", scopes=frozenset()))
    outcome = await slack(session, sandbox.slack_api_url, token="xoxb-mute").send(PLAIN_POST)

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.NONE


@pytest.fixture(name="forgiving")
async def _forgiving() -> AsyncIterator[Sandbox]:
    """A Slack that ignores names for which the scope is missing."""
    workspace = Workspace(
        channels=WORKSPACE.channels, tokens=WORKSPACE.tokens, without_customize="ignored"
    )
    async with Sandbox(workspace=workspace, limits=NO_LIMITS) as sandbox:
        yield sandbox


async def test_a_name_that_slack_ignores_does_no_harm(
    session: aiohttp.ClientSession, forgiving: Sandbox
) -> None:
    """The post passes at once, under the app's name."""
    outcome = await slack(session, forgiving.slack_api_url, token="xoxb-nameless").send(SLACK_POST)

    assert isinstance(outcome, Accepted)
    assert [post.username for post in forgiving.posts] == ["NexusGPT"]


async def test_a_lost_answer_is_not_answered_by_a_second_post(
    sender: Sender, sandbox: Sandbox
) -> None:
    """slack-sdk would send again by itself: this is for the retry policy to decide."""
    sandbox.slack.faults.always("C1", LostAnswer())
    await sent(sender, SLACK_POST)

    assert len(sandbox.calls) == len(sandbox.posts) == 1


@pytest.mark.parametrize(
    ("own", "common", "error"),
    [(TOKEN, "xoxb-wrong", ""), (None, TOKEN, ""), (None, None, "not_authed")],
)
async def test_a_destination_s_own_token_counts_before_the_common_one(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    own: str | None,
    common: str | None,
    error: str,
) -> None:
    """Without any token, Slack says so itself."""
    token = None if own is None else SecretStr(own)
    destination = SlackDestination(platform="slack", channel="C1", token=token)
    sender = open_sender(
        destination,
        session,
        slack_token=None if common is None else SecretStr(common),
        slack_api_url=sandbox.slack_api_url,
    )
    await sender.send(SLACK_POST)

    assert [call.error for call in sandbox.calls] == [error]


STATES: dict[str, tuple[SlackChannel | SlackToken, str]] = {
    "archived": (SlackChannel(id="C1", name="support", archived=True), "unarchive the channel"),
    "not a member": (SlackChannel(id="C1", name="support", member=False), "invite the bot"),
    "private": (SlackChannel(id="C1", name="s", private=True, member=False), "invite the bot"),
    "revoked": (SlackToken(value=TOKEN, error="token_revoked"), "install the app again"),
}


@pytest.mark.parametrize(("thing", "advice"), STATES.values(), ids=STATES)
async def test_a_broken_channel_is_refused_with_advice(
    sender: Sender, sandbox: Sandbox, thing: SlackChannel | SlackToken, advice: str
) -> None:
    """The reason says what a person should do."""
    sandbox.slack.put(thing)
    outcome = await sender.send(SLACK_POST)

    assert isinstance(outcome, Rejected)
    assert (outcome.remedy, outcome.is_broken) == (Remedy.NONE, True)
    assert advice in outcome.reason


async def test_an_answer_without_a_channel_is_enough(
    session: aiohttp.ClientSession, stub: Stub
) -> None:
    """`ts` is what counts."""
    stub.answer(200, b'{"ok": true, "ts": "1.2"}', Content_Type="application/json")
    outcome = await slack(session, f"{stub.url}/api/").send(SLACK_POST)

    assert outcome == Accepted(confirmed=Confirmed(part=1, post_id="1.2", channel=""))
