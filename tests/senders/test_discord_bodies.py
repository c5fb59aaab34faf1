"""What a post becomes on the wire: its embeds, its flags, and whom it may notify."""

from typing import Any

import aiohttp
import pytest

from bridge.deliveries import Accepted
from bridge.rendering import DiscordPost
from bridge.sandbox import Sandbox
from bridge.senders.discord_bodies import allowed_mentions, payload
from tests.senders.ways import discord

EMBED = {"title": "A title", "description": "Words", "author": {"name": "Max Evans"}}

IDS = [str(number) for number in range(1, 151)]
OPENED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "nobody": ((), {"parse": []}),
    "everyone": (("everyone",), {"parse": ["everyone"]}),
    "here": (("here",), {"parse": ["everyone"]}),
    "both": (("here", "everyone"), {"parse": ["everyone"]}),
    "an id": (("42",), {"parse": [], "users": ["42"], "roles": ["42"]}),
    "all": (
        ("here", "42", "43"),
        {"parse": ["everyone"], "users": ["42", "43"], "roles": ["42", "43"]},
    ),
    "twice": (("42", "42"), {"parse": [], "users": ["42"], "roles": ["42"]}),
    "Slack's": (("channel", "U123", "S1"), {"parse": []}),
    "no digits of Discord's": (("٤٢", "-1", "²"), {"parse": []}),
    "too many": (tuple(IDS), {"parse": [], "users": IDS[:100], "roles": IDS[:100]}),
}


@pytest.mark.parametrize(("allowed", "opened"), OPENED.values(), ids=OPENED)
def test_an_allow_list_opens_what_it_names(
    allowed: tuple[str, ...], opened: dict[str, Any]
) -> None:
    """Nobody else; ids may be a user's or a role's."""
    assert allowed_mentions(allowed) == opened


@pytest.mark.parametrize("allowed", [pings for pings, _ in OPENED.values()], ids=OPENED)
async def test_discord_takes_every_allow_list(
    session: aiohttp.ClientSession, sandbox: Sandbox, allowed: tuple[str, ...]
) -> None:
    """And notifies those of it that the post names."""
    sender = discord(session, sandbox.discord.webhook_url("ops"))
    content = "@everyone <@42> <@&43> <@4200>"
    post = DiscordPost(content=content, mentions=allowed, part=1, parts=1)

    assert isinstance(await sender.send(post), Accepted)
    expected = {
        "@everyone": "everyone" in allowed or "here" in allowed,
        "<@42>": "42" in allowed,
        "<@&43>": "43" in allowed,
    }
    assert sandbox.posts[0].pings == tuple(ping for ping, wanted in expected.items() if wanted)


async def test_a_post_carries_its_embeds(session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """Nothing hides them, and no empty content goes along."""
    post = DiscordPost(content="", embeds=(EMBED,), part=1, parts=1)
    await discord(session, sandbox.discord.webhook_url("ops")).send(post)

    assert sandbox.posts[0].embeds == (EMBED,)
    assert payload(post) == {"embeds": [EMBED], "allowed_mentions": {"parse": []}}


FLAGS = {
    "text": (DiscordPost(content="x", part=1, parts=1), 4),
    "with previews": (DiscordPost(content="x", suppress_embeds=False, part=1, parts=1), 0),
    "embed": (DiscordPost(content="x", embeds=(EMBED,), part=1, parts=1), 0),
    "silent": (DiscordPost(content="x", silent=True, part=1, parts=1), 4 | 4096),
    "silent embed": (DiscordPost(content="x", silent=True, embeds=(EMBED,), part=1, parts=1), 4096),
}


@pytest.mark.parametrize(("post", "flags"), FLAGS.values(), ids=FLAGS)
def test_previews_and_sound_are_switched_off_by_flags(post: DiscordPost, flags: int) -> None:
    """https://discord.com/developers/docs/resources/message#message-object-message-flags."""
    assert payload(post).get("flags", 0) == flags
