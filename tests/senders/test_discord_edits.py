"""What becomes of a post in Discord when its message changes: it is edited, taken away, or posted again."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Outcome, Rejected, Remedy, Unavailable, Unknown
from bridge.rendering import DiscordPost
from bridge.sandbox import DiscordError, Garbage, LostAnswer, RateLimited, Sandbox, ServerError
from bridge.sandbox.faults import Fault
from bridge.senders import Sender
from tests.senders.ways import DISCORD_POST, Stub, discord

NEW_POST = DiscordPost(content="Good bye", username="Another", part=1, parts=1)
EARLIER = Confirmed(part=1, post_id="77", channel="111")


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return discord(session, sandbox.discord.webhook_url("ops"))


@pytest.fixture(name="forum")
def _forum(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return discord(session, sandbox.discord.webhook_url("chats"))


@pytest.fixture(name="at_stub")
def _at_stub(session: aiohttp.ClientSession, stub: Stub) -> Sender:
    return discord(session, f"{stub.url}/api/webhooks/1/t?with_components=true&wait=true")


async def _posted(sender: Sender, post: DiscordPost = DISCORD_POST, **where: str) -> Accepted:
    outcome = await sender.send(post, **where)
    assert isinstance(outcome, Accepted)
    return outcome


async def test_an_edited_post_says_the_new_words_in_its_old_place(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Its id and its author stay; all that may be left of the old post is named."""
    first = await _posted(sender)
    outcome = await sender.edit(NEW_POST, first.confirmed)

    [post] = sandbox.posts
    assert outcome == Accepted(confirmed=first.confirmed)
    assert (post.text, post.username, post.edited) == ("Good bye", "Max Evans", 1)
    assert post.unknown_keys == ()
    assert json.loads(post.body) == {
        "content": "Good bye",
        "embeds": [],
        "attachments": [],
        "allowed_mentions": {"parse": []},
        "flags": 4,
    }


async def test_an_embed_can_become_text_and_text_an_embed(sender: Sender, sandbox: Sandbox) -> None:
    """Nothing of the one stays in the other; the flag that would hide the embed is taken back."""
    framed = DiscordPost(content="", embeds=({"description": "Framed"},), part=1, parts=1)
    first = await _posted(sender)
    await sender.edit(framed, first.confirmed)
    [post] = sandbox.posts
    assert (post.text, post.embeds) == ("", ({"description": "Framed"},))
    assert json.loads(post.body)["flags"] == 0

    await sender.edit(NEW_POST, first.confirmed)
    [post] = sandbox.posts
    assert (post.text, post.embeds) == ("Good bye", ())


async def test_an_edit_finds_a_post_in_its_thread(forum: Sender, sandbox: Sandbox) -> None:
    """And can take it away there."""
    first = await _posted(forum, title="A chat")
    assert first.thread is not None
    edited = await forum.edit(NEW_POST, first.confirmed, thread=first.thread)

    assert edited == Accepted(confirmed=first.confirmed, thread=first.thread)
    assert [post.text for post in sandbox.posts] == ["Good bye"]
    removed = await forum.remove(1, first.confirmed, thread=first.thread)
    assert removed == Accepted(confirmed=Confirmed(part=1, post_id=""))
    assert sandbox.posts == []


async def test_a_removed_post_is_gone(sender: Sender, sandbox: Sandbox) -> None:
    """It is confirmed without an id; to remove it again is fine."""
    first = await _posted(sender)
    gone = Accepted(confirmed=Confirmed(part=2, post_id=""))

    assert await sender.remove(2, first.confirmed) == gone
    assert await sender.remove(2, first.confirmed) == gone
    assert sandbox.posts == []
    assert [call.error for call in sandbox.calls] == ["", "", "10008"]


async def test_a_call_names_the_post_and_keeps_the_configured_query(
    at_stub: Sender, stub: Stub
) -> None:
    """Both wait by themselves; a thread of the configured address is replaced by the post's own."""
    stub.answer(200, b'{"id": "77"}')
    await at_stub.edit(NEW_POST, EARLIER)
    await at_stub.remove(1, EARLIER, thread="5")

    assert [(method, path) for method, path, _ in stub.requests] == [
        ("PATCH", "/api/webhooks/1/t/messages/77?with_components=true"),
        ("DELETE", "/api/webhooks/1/t/messages/77?with_components=true&thread_id=5"),
    ]


async def test_a_post_that_a_person_has_deleted_is_posted_again(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Discord says "Unknown Message"."""
    first = await _posted(sender)
    sandbox.discord.delete(sandbox.posts[0])

    assert await sender.edit(NEW_POST, first.confirmed) == Rejected(
        reason="Discord says Unknown Message (HTTP 404, code 10008)", remedy=Remedy.POSTED_AGAIN
    )


async def test_a_post_in_an_archived_thread_is_posted_again(
    forum: Sender, sandbox: Sandbox
) -> None:
    """An edit can't bring the thread back, a post can; a removal leaves it."""
    first = await _posted(forum, title="A chat")
    assert first.thread is not None
    sandbox.discord.archive_thread(first.thread)
    edited = await forum.edit(NEW_POST, first.confirmed, thread=first.thread)
    removed = await forum.remove(1, first.confirmed, thread=first.thread)

    assert isinstance(edited, Rejected)
    assert edited.remedy is Remedy.POSTED_AGAIN
    assert isinstance(removed, Accepted)
    await _posted(forum, thread=first.thread)
    assert isinstance(await forum.edit(NEW_POST, first.confirmed, thread=first.thread), Accepted)


# status, code -> the remedy of an edit; None: try later
REFUSED_EDITS: dict[tuple[int, int], Remedy | None] = {
    (404, 10008): Remedy.POSTED_AGAIN,
    (404, 10003): Remedy.POSTED_AGAIN,
    (404, 0): Remedy.POSTED_AGAIN,
    (400, 50083): Remedy.POSTED_AGAIN,
    (403, 160005): Remedy.POSTED_AGAIN,
    (403, 50005): Remedy.POSTED_AGAIN,
    (403, 50021): Remedy.POSTED_AGAIN,
    (400, 30046): Remedy.POSTED_AGAIN,
    (400, 50035): Remedy.PLAIN,
    (404, 10015): Remedy.NONE,
    (401, 50027): Remedy.NONE,
    (403, 50013): Remedy.NONE,
    (400, 50006): Remedy.NONE,
    (413, 40005): Remedy.NONE,
    (400, 200000): Remedy.NONE,
    (403, 20016): None,
    (408, 0): None,
    (429, 30046): None,
}


@pytest.mark.parametrize(
    ("status", "code", "remedy"), [(*key, remedy) for key, remedy in REFUSED_EDITS.items()]
)
async def test_each_refusal_of_an_edit_has_its_remedy(
    sender: Sender, sandbox: Sandbox, status: int, code: int, remedy: Remedy | None
) -> None:
    """What is about the old post is posted again; what is about the new words is as in a post."""
    sandbox.discord.faults.add("111", DiscordError(status, code, "No way"))
    outcome = await sender.edit(NEW_POST, EARLIER, thread="5")

    assert type(outcome) is (Unavailable if remedy is None else Rejected)
    if isinstance(outcome, Rejected):
        assert outcome.remedy is remedy


@pytest.mark.parametrize(
    ("status", "code"), [key for key, remedy in REFUSED_EDITS.items() if remedy is not None]
)
async def test_no_refusal_of_a_removal_kills_a_delivery(
    sender: Sender, sandbox: Sandbox, status: int, code: int
) -> None:
    """The words are in the channel: an old one that stays is no loss."""
    sandbox.discord.faults.add("111", DiscordError(status, code))

    assert await sender.remove(3, EARLIER) == Accepted(
        confirmed=Confirmed(part=3, post_id=""), toward_ban=status in (401, 403)
    )


FAULTS: dict[str, tuple[Fault, type[Outcome], type[Outcome]]] = {
    "limited": (RateLimited(retry_after=2), Unavailable, Unavailable),
    "server error": (ServerError(), Unknown, Unknown),
    # aiohttp asks a second time by itself where that is safe: then the post is gone
    "lost answer": (LostAnswer(), Unknown, Accepted),
    "garbage": (Garbage(accepted=True), Unknown, Accepted),
}


@pytest.mark.parametrize(("fault", "edit", "removal"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_on_the_way_is_tried_again(
    sender: Sender, sandbox: Sandbox, fault: Fault, edit: type[Outcome], removal: type[Outcome]
) -> None:
    """To edit or remove a second time does no harm. A removal has no answer to be read."""
    first = await _posted(sender)
    sandbox.discord.faults.add("edit", fault)
    sandbox.discord.faults.add("delete", fault)

    assert type(await sender.edit(NEW_POST, first.confirmed)) is edit
    assert type(await sender.remove(1, first.confirmed)) is removal
    assert isinstance(await sender.remove(1, first.confirmed), Accepted)


async def test_edits_and_removals_keep_the_pace_of_posts(at_stub: Sender, stub: Stub) -> None:
    """They share its limit."""
    limit: dict[str, Any] = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset_After": "1.5"}
    stub.answer(200, b'{"id": "77"}', **limit)
    outcomes = [await at_stub.edit(NEW_POST, EARLIER), await at_stub.remove(1, EARLIER)]

    assert [outcome.pause for outcome in outcomes if isinstance(outcome, Accepted)] == [
        timedelta(seconds=1.5)
    ] * 2
