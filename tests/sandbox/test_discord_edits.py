"""The sandbox's Discord: how its webhooks change their messages and take them away."""

from typing import Any

import pytest

from bridge.sandbox import DiscordError, LostAnswer
from tests.sandbox.wire import AGENT, Reply, Wire

TEXT = {"content": "old", "username": "Max", "embeds": [{"title": "x"}]}


async def call(wire: Wire, method: str, message: str, channel: str = "1", **options: Any) -> Reply:
    """Call a message of a webhook."""
    url = f"{wire.sandbox.discord.webhook_url(channel)}/messages/{message}"
    return await wire.send(method, url, headers=AGENT, **options)


async def posted(wire: Wire, body: dict[str, Any] = TEXT, **options: Any) -> str:
    """Post a message and return its id."""
    return str((await wire.discord(body, **options)).json()["id"])


async def test_an_edit_changes_what_it_names_and_nothing_else(wire: Wire) -> None:
    """The post keeps its place, its id and its author, and says that it was edited."""
    first = await posted(wire)
    await posted(wire, {"content": "next"})
    reply = await call(wire, "PATCH", first, json={"content": " new "})

    assert (reply.status, reply.json()["id"], reply.json()["content"]) == (200, first, "new")
    assert reply.json()["edited_timestamp"] is not None
    assert [post.text for post in wire.sandbox.posts] == ["new", "next"]
    edited = wire.sandbox.posts[0]
    assert (edited.username, edited.embeds, edited.edited) == ("Max", ({"title": "x"},), 1)
    assert edited.body == b'{"content": " new "}'


@pytest.mark.parametrize("nothing", [None, ""])
async def test_null_takes_words_away(wire: Wire, nothing: object) -> None:
    """As long as something is left."""
    first = await posted(wire)
    await call(wire, "PATCH", first, json={"content": nothing})
    empty = await call(wire, "PATCH", first, json={"embeds": None})

    assert wire.sandbox.posts[0].text == ""
    assert empty.json()["code"] == 50006
    assert wire.sandbox.posts[0].embeds == ({"title": "x"},)


async def test_an_edit_can_t_change_the_author(wire: Wire) -> None:
    """Such keys are not known to it."""
    first = await posted(wire)
    body = {"username": "Other", "avatar_url": "https://x.org/a.png", "thread_name": "x"}
    await call(wire, "PATCH", first, json=body)

    [post] = wire.sandbox.posts
    assert (post.username, post.avatar) == ("Max", None)
    assert post.unknown_keys == ("avatar_url", "thread_name", "username")


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "long content": ({"content": "x" * 2_001}, "content"),
    "sound": ({"flags": 4096}, "flags"),
    "embeds": ({"embeds": [{"title": "x" * 257}]}, "embeds"),
    "mentions": ({"allowed_mentions": "x"}, "allowed_mentions"),
}


@pytest.mark.parametrize(("body", "key"), FAULTY.values(), ids=FAULTY)
async def test_an_edit_keeps_the_rules_of_a_post(
    wire: Wire, body: dict[str, Any], key: str
) -> None:
    """Of the flags it takes those about embeds only."""
    first = await posted(wire)
    reply = await call(wire, "PATCH", first, json=body)

    assert (reply.status, reply.json()["code"]) == (400, 50035)
    assert key in reply.json()["errors"]
    assert wire.sandbox.posts[0].edited == 0
    assert (await call(wire, "PATCH", first, json={"flags": 4})).status == 200


async def test_an_edit_that_is_no_json_is_refused(wire: Wire) -> None:
    """As a post is."""
    first = await posted(wire)

    assert (await call(wire, "PATCH", first, data=b"[")).json()["code"] == 50109


async def test_an_edit_says_anew_whom_it_may_notify(wire: Wire) -> None:
    """What was allowed to the post does not count; who was notified before stays on record."""
    first = await posted(wire, {"content": "<@1>", "allowed_mentions": {"parse": ["users"]}})
    muted = {"content": "<@1> <@2>", "allowed_mentions": {"parse": []}}
    pings = []
    for edit in (muted, {"content": "<@1> <@2> @everyone"}):
        await call(wire, "PATCH", first, json=edit)
        pings.append(wire.sandbox.posts[0].pings)

    assert pings == [("<@1>",), ("<@1>", "<@2>")]


async def test_a_deleted_message_is_gone(wire: Wire) -> None:
    """The answer is empty; a second time it is unknown."""
    first = await posted(wire)
    gone = await call(wire, "DELETE", first)
    again = [await call(wire, method, first, json={}) for method in ("DELETE", "PATCH")]

    assert (gone.status, gone.text) == (204, "")
    assert [(reply.status, reply.json()["code"]) for reply in again] == [(404, 10008)] * 2
    assert wire.sandbox.posts == []
    assert [post.id for post in wire.sandbox.removed] == [first]
    assert [call.method for call in wire.sandbox.calls] == ["execute", "delete", "delete", "edit"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_message_is_found_where_it_stands_only(wire: Wire, method: str) -> None:
    """In its thread, by its id, through its own webhook."""
    thread = wire.sandbox.discord.open_thread("1", "Canary")
    other = wire.sandbox.discord.open_thread("1", "Other")
    inside, outside = await posted(wire, thread_id=thread), await posted(wire)
    places: list[tuple[str, dict[str, str]]] = [
        (inside, {}),
        (inside, {"thread_id": other}),
        (outside, {"thread_id": thread}),
        (outside, {"thread_id": "404"}),
        (inside, {"thread_id": thread}),
        (outside, {}),
    ]
    codes = [
        (await call(wire, method, message, json={"content": "new"}, params=params)).status
        for message, params in places
    ]
    elsewhere = await call(wire, method, outside, "2", json={})

    assert codes[:4] == [404] * 4
    assert set(codes[4:]) <= {200, 204}
    assert elsewhere.json()["code"] == 10008
    assert [c.error for c in wire.sandbox.calls[2:6]] == ["10008", "10008", "10008", "10003"]


async def test_a_message_in_an_archived_thread_stays_as_it_is(wire: Wire) -> None:
    """Until a post brings the thread back."""
    thread = wire.sandbox.discord.open_thread("1", "Canary")
    first = await posted(wire, thread_id=thread)
    wire.sandbox.discord.archive_thread(thread)
    inside = {"thread_id": thread}
    refused = [
        await call(wire, method, first, json={"content": "new"}, params=inside)
        for method in ("PATCH", "DELETE")
    ]
    await posted(wire, thread_id=thread)
    taken = await call(wire, "PATCH", first, json={"content": "new"}, params=inside)

    assert [reply.json()["code"] for reply in refused] == [50083, 50083]
    assert taken.status == 200


async def test_a_person_can_delete_a_message(wire: Wire) -> None:
    """The webhook does not find it any more."""
    first = await posted(wire)
    wire.sandbox.discord.delete(wire.sandbox.posts[0])

    assert (await call(wire, "PATCH", first, json={})).json()["code"] == 10008


@pytest.mark.parametrize(("method", "name"), [("PATCH", "edit"), ("DELETE", "delete")])
async def test_faults_wait_for_edits_and_removals(wire: Wire, method: str, name: str) -> None:
    """By the name of the method, or at the channel."""
    first = await posted(wire)
    faults = wire.sandbox.discord.faults
    faults.add("1", DiscordError(403, 160005))
    faults.add(name, DiscordError(400, 50083))
    replies = [await call(wire, method, first, json={"content": "new"}) for _ in range(3)]

    assert [reply.status for reply in replies[:2]] == [403, 400]
    assert replies[2].status in (200, 204)


async def test_a_lost_answer_leaves_the_edit(wire: Wire) -> None:
    """The client can't know."""
    first = await posted(wire)
    wire.sandbox.discord.faults.add("edit", LostAnswer())
    with pytest.raises(Exception, match="disconnected"):
        await call(wire, "PATCH", first, json={"content": "new"})

    assert wire.sandbox.posts[0].text == "new"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_closed_webhook_changes_nothing(wire: Wire, method: str) -> None:
    """Its token is asked for, and who is asking."""
    first = await posted(wire)
    url = f"{wire.sandbox.discord.webhook_url('1')}x/messages/{first}"
    wrong = await wire.send(method, url, headers=AGENT, json={})
    nobody = await wire.send(method, url, json={})

    assert (wrong.status, nobody.status) == (401, 403)
    assert [post.id for post in wire.sandbox.posts] == [first]
