"""The sandbox's Slack around the post: ways in, other methods, incoming webhooks, a changing workspace."""

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox import BOT_TOKEN, Sandbox, SlackChannel, SlackToken
from tests.sandbox.blocks import MARKDOWN, section
from tests.sandbox.wire import Wire


async def test_a_body_that_is_no_json_is_refused(wire: Wire) -> None:
    """Broken JSON, and JSON that is no object, have one answer."""
    for body in ("{", "[]"):
        reply = await wire.send(
            "POST",
            wire.sandbox.slack_api_url + "chat.postMessage",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        assert reply.json()["error"] == "invalid_json"


async def test_a_form_is_as_good_as_json(wire: Wire) -> None:
    """Blocks come as JSON inside a form, and the token may come there too."""
    url = wire.sandbox.slack_api_url + "chat.postMessage"
    form = {"token": BOT_TOKEN, "channel": "C1", "blocks": json.dumps([section("hi")])}
    good = await wire.send("POST", url, data=form)
    bad = await wire.send("POST", url, data={**form, "blocks": "["})

    assert good.json()["ok"]
    assert wire.sandbox.posts[0].blocks == (section("hi"),)
    assert bad.json()["error"] == "invalid_blocks_format"


async def test_auth_test_names_the_scopes(wire: Wire) -> None:
    """The scopes of a token stand in a header."""
    reply = await wire.slack({}, "auth.test", token="xoxb-public")

    assert reply.json()["team"] == "Acme"
    assert reply.headers["X-OAuth-Scopes"] == "chat:write,chat:write.public"


async def test_conversations_info_tells_how_the_app_stands(wire: Wire) -> None:
    """Member and archived are told; a private channel without the app isn't there."""
    found = {
        channel: (await wire.slack({"channel": channel}, "conversations.info")).json()
        for channel in ("C1", "C2", "C3", "G1", "G2", "C9")
    }

    assert {c: a["channel"]["is_member"] for c, a in found.items() if a["ok"]} == {
        "C1": True,
        "C2": False,
        "C3": True,
        "G2": True,
    }
    assert found["C3"]["channel"]["is_archived"]
    assert found["G1"]["error"] == found["C9"]["error"] == "channel_not_found"
    told = await wire.slack({"channel": "G2"}, "conversations.info", token="xoxb-plain")
    assert (told.json()["error"], told.json()["needed"]) == ("missing_scope", "groups:read")


async def test_other_methods_are_unknown(wire: Wire) -> None:
    """The sandbox has those that the bridge calls."""
    assert (await wire.slack({}, "chat.unfurl")).json()["error"] == "unknown_method"


async def test_the_official_client_is_understood() -> None:
    """slack-sdk's calls work unchanged, on a workspace as it comes."""
    async with Sandbox() as sandbox:
        client = AsyncWebClient(BOT_TOKEN, base_url=sandbox.slack_api_url, retry_handlers=[])
        await client.auth_test()
        info = await client.conversations_info(channel="C024BE91L")
        posted = await client.chat_postMessage(channel="C024BE91L", text="x", blocks=[MARKDOWN])

    assert info["channel"]["name"] == "support"
    assert posted["ts"] == sandbox.posts[0].id
    assert sandbox.posts[0].unknown_keys == ()


async def test_a_webhook_takes_text_and_answers_ok(wire: Wire) -> None:
    """A webhook's name and picture are its own, whatever the body says."""
    reply = await wire.hook({"text": "x", "username": "Max", "icon_url": "https://x.org/x"})

    (post,) = wire.sandbox.posts
    assert (reply.status, reply.text) == (200, "ok")
    assert (post.channel, post.username, post.avatar) == ("C1", "NexusGPT", None)


FAULTY_HOOKS: dict[str, tuple[str, object, int, str]] = {
    "nothing": ("C1", {}, 400, "no_text"),
    "no object": ("C1", [], 400, "invalid_payload"),
    "markdown": ("C1", {"blocks": [MARKDOWN]}, 500, ""),
    "faulty blocks": ("C1", {"blocks": [{}]}, 400, "invalid_blocks"),
    "unknown thread": ("C1", {"text": "x", "thread_ts": "x"}, 400, "invalid_thread_ts"),
    "archived": ("C3", {"text": "x"}, 410, "channel_is_archived"),
    "removed": ("C4", {"text": "x"}, 404, "no_service"),
}


@pytest.mark.parametrize(
    ("channel", "body", "status", "word"), FAULTY_HOOKS.values(), ids=FAULTY_HOOKS.keys()
)
async def test_a_webhook_refuses_in_bare_words(
    wire: Wire, channel: str, body: Any, status: int, word: str
) -> None:
    """The status tells the kind, the body is one word."""
    reply = await wire.hook(body, channel)

    assert (reply.status, reply.text) == (status, word)
    assert not wire.sandbox.posts


async def test_a_webhook_has_to_be_known_by_its_secret(wire: Wire) -> None:
    """A wrong secret is told from a wrong webhook."""
    url = wire.sandbox.slack.webhook_url("C1")
    wrong = await wire.send("POST", url + "x", json={"text": "x"})
    nobody = await wire.send("POST", url.replace("BC1", "BC9"), json={"text": "x"})

    assert (wrong.status, wrong.text) == (403, "invalid_token")
    assert (nobody.status, nobody.text) == (404, "no_service")


async def test_the_workspace_can_change_while_it_runs(wire: Wire) -> None:
    """Channels and tokens may be put in or changed at any time."""
    wire.sandbox.slack.put(SlackChannel(id="C7", name="new", archived=True))
    wire.sandbox.slack.put(SlackToken(value="xoxb-new"))
    reply = await wire.slack({"channel": "C7", "text": "x"}, token="xoxb-new")

    assert reply.json()["error"] == "is_archived"
    assert wire.sandbox.slack.channels[-1].name == "new"
    with pytest.raises(KeyError):
        wire.sandbox.slack.webhook_url("C9")
