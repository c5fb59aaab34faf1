"""Every post is one that Discord takes, in both styles and in every form, and nobody is pinged."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import product

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.deliveries import Accepted, Form
from bridge.destinations import DiscordDestination
from bridge.events import File, Kind, Message
from bridge.rendering import DiscordPost, Post, render
from bridge.sandbox import NO_LIMITS, Sandbox
from bridge.senders import open_sender
from tests.rendering.samples import LONG, by, message

FORMS = [
    Form(plain=plain, anonymous=anonymous, in_parts=in_parts, linked=True)
    for plain, anonymous, in_parts in product((False, True), repeat=3)
]
MESSAGES = {
    "a day's work": message(LONG * 30, created_at=datetime(2026, 6, 29, tzinfo=UTC)),
    "marks": message("*_~|`[\\" * 1_000),
    "a long table": message("| a | b |\n|---|---|\n" + "| c | d |\n" * 350),
    "a wide table": message("|" + " a |" * 40 + "\n|" + "-|" * 40 + "\n|" + " b |" * 40),
    "families": message("👨‍👩‍👧" * 1_500),
    "pings": message("@everyone @here <@1> <@!1> <@&1> `@everyone` https://a.example/@here"),
    "nothing": message(""),
    "empty things": message("```\n```\n\n>\n\n-\n\n- [ ] \n\n#"),
    "a notification": message("Read *everything* & more", kind=Kind.NOTIFICATION),
    "a plan": message("My plan", kind=Kind.PLAN, plan_state="PLAN_PENDING", plan=["a"] * 900),
    "files": message("See", files=(File(name="a_b.pdf", url="https://f.example/1"),)),
    "hostile names": message(
        "Hi", agent=by(name="@everyone discord", role="<@1> `x`" * 20), chat_id="@here"
    ),
    "one word": message("w" * 30_000),
}


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        yield sandbox


def posts_of(told: Message, where: DiscordDestination) -> Iterator[Post]:
    """Yield the posts of the message in every form."""
    for form in FORMS:
        yield from render(told, where, form=form, revision=1, route="support")


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("style", ["text", "embed"])
async def test_discord_takes_every_post(style: str, name: str, sandbox: Sandbox) -> None:
    """No length, no name, no embed is refused, and nothing in it is unknown to Discord."""
    where = DiscordDestination.model_validate(
        {
            "platform": "discord",
            "webhook_url": SecretStr(sandbox.discord.webhook_url("ops")),
            "style": style,
            "files": "upload",
            "header": "**{{ agent.name }}** {{ chat.id }}" if name == "marks" else None,
            "footer": "{{ agent.role }} {{ part }}",
        }
    )
    posts = [*posts_of(MESSAGES[name], where)]
    async with aiohttp.ClientSession() as session:
        sender = open_sender(where, session, slack_token=None, slack_api_url="")
        outcomes = [await sender.send(post) for post in posts]
    assert [type(outcome) for outcome in outcomes] == [Accepted] * len(posts)
    assert len(sandbox.posts) == len(posts)
    assert not any(post.pings or post.unknown_keys for post in sandbox.posts)
    assert all(post.size <= post.limit for post in posts)
    small = [post for post in posts if isinstance(post, DiscordPost)]
    assert all(post.silent == (name == "a notification") for post in small)


@pytest.mark.parametrize("style", ["text", "embed"])
async def test_those_who_may_be_pinged_are(style: str, sandbox: Sandbox) -> None:
    """And nobody else, in an embed as well."""
    where = DiscordDestination.model_validate(
        {
            "platform": "discord",
            "webhook_url": SecretStr(sandbox.discord.webhook_url("ops")),
            "style": style,
            "mentions": ["here", "12", "13"],
        }
    )
    (post,) = render(message("@here @everyone <@12> <@&13> <@14> `<@12>`"), where)
    async with aiohttp.ClientSession() as session:
        sender = open_sender(where, session, slack_token=None, slack_api_url="")
        assert isinstance(await sender.send(post), Accepted)
    assert sandbox.posts[0].pings == ("@here", "<@12>", "<@&13>")
