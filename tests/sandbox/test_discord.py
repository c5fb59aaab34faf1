"""The sandbox's Discord: what its webhooks take, and how they refuse everything else."""

import io
import json

import aiohttp
import pytest

from bridge.sandbox import DiscordChannel
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import AGENT, Wire


async def test_a_post_is_kept_as_a_reader_would_find_it(wire: Wire, clock: Clock) -> None:
    """Name, picture, content, embeds and body arrive as they were sent, white edges cut."""
    body = {
        "content": " hi\n",
        "username": "Max Evans",
        "avatar_url": "https://example.org/max.png",
        "embeds": [{"title": "x"}],
        "flags": 4,
        "allowed_mentions": {"parse": []},
        "rate_limit_retry": True,
    }
    reply = await wire.discord(body)

    (post,) = wire.sandbox.discord.posts
    assert reply.status == 200
    assert reply.json()["id"] == post.id
    assert reply.json()["channel_id"] == post.channel == "1"
    assert (post.platform, post.username, post.text) == ("discord", "Max Evans", "hi")
    assert (post.avatar, post.embeds) == ("https://example.org/max.png", ({"title": "x"},))
    assert post.time.timestamp() == clock.now
    assert post.unknown_keys == ("rate_limit_retry",)
    assert json.loads(post.body) == body


async def test_without_wait_there_is_no_message_to_read(wire: Wire) -> None:
    """The answer is an empty 204."""
    for wait in ("false", ""):
        reply = await wire.discord({"content": "x"}, wait=wait)
        assert (reply.status, reply.text) == (204, "")


async def test_ids_are_unique_and_grow(wire: Wire) -> None:
    """Two posts of one moment get two ids, in order."""
    ids = [int((await wire.discord({"content": "x"})).json()["id"]) for _ in range(3)]

    assert ids == sorted(set(ids))


async def test_files_come_with_multipart(wire: Wire) -> None:
    """The body is in payload_json; a file alone is a message, and one above 10 MiB is refused."""
    url = wire.sandbox.discord.webhook_url("1")
    for size, status in ((3, 204), (11 * 1024 * 1024, 413)):
        form = aiohttp.FormData()
        form.add_field("payload_json", "{}", content_type="application/json")
        form.add_field("files[0]", io.BytesIO(b"x" * size), filename="reply.md")
        reply = await wire.send("POST", url, data=form, headers=AGENT)
        assert reply.status == status

    assert wire.sandbox.posts[0].files == ("reply.md",)


async def test_a_webhook_tells_what_it_is(wire: Wire) -> None:
    """GET shows its name and channel, and no user."""
    reply = await wire.send("GET", wire.sandbox.discord.webhook_url("ops"), headers=AGENT)

    assert reply.json()["channel_id"] == "1"
    assert "user" not in reply.json()
    assert reply.headers["Via"] == "1.1 google"


CLOSED: dict[str, tuple[str, str, dict[str, str], int, int]] = {
    "deleted": ("3", "", AGENT, 404, 10015),
    "wrong token": ("1", "x", AGENT, 401, 50027),
    "no agent": ("1", "", {"User-Agent": "Python/3.11 aiohttp/3.14"}, 403, 40333),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("channel", "suffix", "headers", "status", "code"), CLOSED.values(), ids=CLOSED.keys()
)
async def test_a_webhook_has_to_be_open(
    wire: Wire,
    method: str,
    channel: str,
    suffix: str,
    headers: dict[str, str],
    status: int,
    code: int,
) -> None:
    """Nobody gets in without a name, the webhook's id and its token."""
    url = wire.sandbox.discord.webhook_url(channel) + suffix
    reply = await wire.send(method, url, headers=headers)

    assert (reply.status, reply.json()["code"]) == (status, code)
    assert wire.sandbox.calls[0].error == str(code)


async def test_a_versioned_path_is_the_same_path(wire: Wire) -> None:
    """/api/v10/webhooks and /api/webhooks are one; a webhook nobody has is unknown."""
    url = wire.sandbox.discord.webhook_url("1").replace("/api/", "/api/v10/")
    known = await wire.send("GET", url, headers=AGENT)
    unknown = await wire.send("GET", url.replace("/91/", "/92345/"), headers=AGENT)

    assert (known.status, unknown.status) == (200, 404)


TEXT = {"content": "x"}


async def test_a_forum_takes_posts_in_threads_only(wire: Wire) -> None:
    """A name opens a thread, its id continues it; neither and both are refused."""
    opened = (await wire.discord({**TEXT, "thread_name": "Refund"}, "2")).json()
    thread = opened["channel_id"]
    answers = [
        await wire.discord(TEXT, "2", thread_id=thread),
        await wire.discord(TEXT, "2"),
        await wire.discord({**TEXT, "thread_name": "x"}, "2", thread_id=thread),
    ]

    assert opened["id"] == thread
    assert [answer.json().get("code") for answer in answers] == [None, 220001, 220002]
    assert [post.thread for post in wire.sandbox.posts] == [thread, thread]
    assert wire.sandbox.discord.thread_name(thread) == "Refund"


async def test_a_text_channel_has_threads_but_opens_none(wire: Wire) -> None:
    """A person's thread can be posted to; one that isn't there, or is elsewhere, can't."""
    thread = wire.sandbox.discord.open_thread("1", "Canary")
    elsewhere = wire.sandbox.discord.open_thread("2", "Forum")
    good = await wire.discord(TEXT, thread_id=thread)
    bad = [
        await wire.discord(TEXT, thread_id="404"),
        await wire.discord(TEXT, thread_id=elsewhere),
        await wire.discord({**TEXT, "thread_name": "x"}),
    ]

    assert good.json()["channel_id"] == thread
    assert [answer.json()["code"] for answer in bad] == [10003, 10003, 220003]


async def test_the_server_can_change_while_it_runs(wire: Wire) -> None:
    """Channels may be put in or changed at any time."""
    wire.sandbox.discord.put(DiscordChannel(id="7", name="new", token="t"))
    reply = await wire.discord(TEXT, "new")

    assert reply.json()["channel_id"] == "7"
    assert wire.sandbox.discord.channels[-1].name == "new"
    with pytest.raises(KeyError):
        wire.sandbox.discord.webhook_url("nowhere")


async def test_a_post_brings_an_archived_thread_back(wire: Wire) -> None:
    """Unless it is locked: then only a moderator could, and a webhook is none."""
    discord = wire.sandbox.discord
    archived, locked, both = (discord.open_thread("2", name) for name in ("a", "b", "c"))
    for thread in (archived, both):
        discord.archive_thread(thread)
    for thread in (locked, both):
        discord.lock_thread(thread)
    replies = [
        await wire.discord(TEXT, "2", thread_id=thread)
        for thread in (archived, archived, locked, both)
    ]

    assert [reply.status for reply in replies] == [200, 200, 403, 400]
    assert [reply.json().get("code") for reply in replies] == [None, None, 160005, 50083]


async def test_a_deleted_thread_is_gone_with_all_that_stood_in_it(wire: Wire) -> None:
    """Its neighbours are not."""
    threads = [wire.sandbox.discord.open_thread("2", name) for name in ("a", "b")]
    for thread in threads:
        await wire.discord(TEXT, "2", thread_id=thread)
    wire.sandbox.discord.delete_thread(threads[0])
    reply = await wire.discord(TEXT, "2", thread_id=threads[0])

    assert reply.json()["code"] == 10003
    assert [post.thread for post in wire.sandbox.posts] == threads[1:]
    with pytest.raises(KeyError):
        wire.sandbox.discord.thread_name(threads[0])
