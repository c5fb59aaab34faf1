"""Every post is one that Slack takes: it fits slack-sdk's models and passes the sandbox's rules, in every form."""

import copy
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
from slack_sdk.models.blocks import Block

from bridge.deliveries import Form
from bridge.destinations import SlackDestination
from bridge.events import File, Kind, Message
from bridge.rendering import Post, SlackPost, render
from bridge.sandbox import BOT_TOKEN, NO_LIMITS, Sandbox
from tests.rendering.samples import LONG, by, message

CHANNEL = "C024BE91L"
FORMS = [Form(in_parts=True), Form(in_parts=True, rich_text=True), Form(in_parts=True, plain=True)]
MESSAGES = {
    "a day's work": message(LONG * 30),
    "headings": message("# h\n\ntext\n\n" * 120),
    "rules": message("text\n\n---\n\n" * 120),
    "headings in quotes and lists": message("> # h\n>\n> text\n\n- # i\n\n  text\n\n" * 40),
    "tables": message("| a | b |\n|---|---|\n| c | d |\n\ntext\n\n" * 14),
    "a long table": message("| a | b |\n|---|---|\n" + "| c | d |\n" * 350),
    "a wide table": message("|" + " a |" * 40 + "\n|" + "-|" * 40 + "\n|" + " b |" * 40),
    "entities": message("& < > &amp; &lt;!here&gt; " * 1_500),
    "flags": message("🇩🇪" * 12_000),
    "deep lists": message("\n".join("  " * depth + "- x" for depth in range(9)) + "\n\n0. a"),
    "deep quotes": message("".join(f"{'>' * 9} quoted\n" for _ in range(300))),
    "pictures and links": message("![p](https://x.example/p) [**a** b](https://y.example) " * 300),
    "pings": message("<!here> <@U024BE7LH> <!subteam^S024BE7LH|x> <!channel>"),
    "nothing": message(""),
    "empty things": message("```\n```\n\n>\n\n-\n\n- [ ] \n\n#"),
    "a notification": message("Read *everything* & more", kind=Kind.NOTIFICATION),
    "a plan": message("My plan", kind=Kind.PLAN, plan_state="PLAN_PENDING", plan=["a"] * 900),
    "files": message("See", files=(File(name="a_b.pdf", url="https://f.example/1"),)),
    "hostile names": message("Hi", agent=by(name="<!channel> *x*", role="<@U1> `x`"), chat_id="&"),
    "brackets": message("[" * 20_000),
    "one word": message("w" * 60_000),
}


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        yield sandbox


def texts(told: Message, where: SlackDestination, form: Form) -> list[SlackPost]:
    """Return the posts of the message that are no files."""
    posts: Sequence[Post] = render(told, where, form=form, revision=1, route="support")
    return [post for post in posts if isinstance(post, SlackPost)]


def assert_modelled(blocks: Sequence[dict[str, Any]]) -> None:
    """Slack-sdk knows each key, and its checks pass."""
    for block in blocks:
        parsed = Block.parse(copy.deepcopy(block))
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_channel_takes_every_post(name: str, sandbox: Sandbox) -> None:
    """With and without the operator's own lines, in Markdown, rich text and plain text."""
    lines = {
        "header": "**{{ agent.name }}** · {{ part }}/{{ parts }}",
        "footer": "via *nexus* & co",
    }
    plain = SlackDestination(platform="slack", channel=CHANNEL)
    framed = SlackDestination(platform="slack", channel=CHANNEL, mentions=("here",), **lines)
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for where in (plain, framed):
            counts = set()
            for form in FORMS:
                posts = texts(MESSAGES[name], where, form)
                counts.add(len(posts))
                for post in posts:
                    assert_modelled(post.blocks)
                    body = {"channel": CHANNEL, **post.arguments}
                    url = f"{sandbox.slack_api_url}chat.postMessage"
                    async with http.post(url, json=body) as answer:
                        assert (await answer.json()).get("error") is None
            assert len(counts) == 1
    allowed = {"<!here>", "<broadcast here>"} if "!here" in MESSAGES[name].content else set()
    assert {ping for post in sandbox.slack.posts for ping in post.pings} == allowed


@pytest.mark.parametrize("name", MESSAGES)
async def test_an_incoming_webhook_takes_every_post(name: str, sandbox: Sandbox) -> None:
    """It would answer a markdown block with an error that says nothing."""
    url = sandbox.slack.webhook_url(CHANNEL)
    where = SlackDestination.model_validate({"platform": "slack", "webhook_url": url})
    async with aiohttp.ClientSession() as http:
        for form in (Form(), Form(plain=True)):
            for post in texts(MESSAGES[name], where, form):
                assert_modelled(post.blocks)
                async with http.post(url, json=post.arguments) as answer:
                    assert await answer.text() == "ok"
    assert not any(post.pings for post in sandbox.slack.posts)
