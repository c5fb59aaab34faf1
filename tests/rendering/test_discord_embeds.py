"""`style = "embed"`: a message framed by an embed, with as many words in each form."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.deliveries import Form
from bridge.events import Kind, Message
from bridge.rendering import DiscordPost, discord
from tests.rendering.samples import DISCORD, FORMS, LONG, by, message, words_of


def framed(told: Message, *, form: Form | None = None, **keys: Any) -> list[DiscordPost]:
    """Return the posts of a destination whose style is "embed"."""
    where = DISCORD.model_copy(update={"style": "embed", **keys})
    posts = discord.render(told, where, form=form or Form(), revision=1, route="support")
    return [post for post in posts if isinstance(post, DiscordPost)]


WRITTEN = datetime(2026, 6, 29, 8, 27, 44, tzinfo=UTC)


def test_the_message_is_the_description() -> None:
    """Author, role and picture stand above it, its date, chat and part below it."""
    (post,) = framed(message("Hello **you**", created_at=WRITTEN))
    assert post == DiscordPost(
        content="",
        embeds=(
            {
                "description": "Hello **you**",
                "color": 0x5865F2,
                "author": {
                    "name": "Max Evans · Culture consultant",
                    "icon_url": "https://x.example/m.png",
                },
                "footer": {"text": "chat 7833b1ec · updated"},
                "timestamp": "2026-06-29T08:27:44+00:00",
            },
        ),
        username="Max Evans",
        avatar_url="https://x.example/m.png",
        suppress_embeds=False,
        part=1,
        parts=1,
    )
    assert (post.size, post.limit) == (13, 4_096)


def test_the_plain_form_has_nothing_that_can_be_refused() -> None:
    """Neither an address nor a date, and no markup."""
    (post,) = framed(message("Hello **you**", created_at=WRITTEN), form=Form(plain=True))
    assert post.embeds == (
        {
            "description": "Hello you",
            "color": 0x5865F2,
            "author": {"name": "Max Evans · Culture consultant"},
            "footer": {"text": "chat 7833b1ec · updated"},
        },
    )


def test_each_kind_has_its_colour() -> None:
    """A notification says so behind the role; what is not known is left out."""
    agent = by(role=None, avatar_url="http://x.example/m.png")
    embeds = [framed(message(kind=kind, agent=agent))[0].embeds[0] for kind in Kind]
    assert len({embed["color"] for embed in embeds}) == 3
    assert [embed["author"] for embed in embeds] == [
        {"name": "Max Evans"},
        {"name": "Max Evans"},
        {"name": "Max Evans · notification"},
    ]


def test_the_operators_lines_stand_in_the_embed() -> None:
    """The header is the first line in small print, the footer stands before the chat, once."""
    lines: dict[str, Any] = {
        "header": "*{{ route }}* {{ part }}",
        "footer": "by **{{ agent.name }}**",
    }
    first, second = framed(message("word " * 1_000), **lines)
    assert first.embeds[0]["description"].startswith("-# *support* 1\nword")
    assert first.embeds[0]["footer"] == {"text": "chat 7833b1ec · 1/2 · updated"}
    assert second.embeds[0]["footer"] == {"text": "by Max Evans · chat 7833b1ec · 2/2 · updated"}


def test_nothing_in_author_and_footer_can_ping() -> None:
    """No marks are known there; names and ids come from outside all the same."""
    agent = by(name="*@everyone*", role="<@1>")
    (post,) = framed(message(agent=agent, chat_id="@here"))
    assert post.embeds[0]["author"]["name"] == "*@\u200beveryone* · <\u200b@1>"
    assert post.embeds[0]["footer"]["text"] == "chat @\u200bhere · updated"


def test_allowed_pings_stand_above_the_embed() -> None:
    """In an embed they would notify nobody."""
    (post,) = framed(message("@everyone, <@12> <@&13> @everyone"), mentions=("everyone", "12"))
    assert post.content == "@everyone <@12>"
    assert post.mentions == ("everyone", "12")
    assert post.embeds[0]["description"] == "@everyone, <@12> <\u200b@&13> @everyone"


@pytest.mark.parametrize("content", [LONG * 40, "*_~|`" * 4_000, "日本語" * 3_000, "x" * 9_000])
def test_every_embed_fits_and_has_the_same_words_in_every_form(content: str) -> None:
    """4,096 characters of description, 6,000 over all of its texts."""
    told = message(content, agent=by(name="*" * 80, role="_" * 80), chat_id="`" * 64)
    lines: dict[str, Any] = {"header": "h" * 290, "footer": f"x{'*' * 290}", "max_parts": 100}
    words = set()
    for form in FORMS:
        posts = framed(told, form=form, **lines)
        for post in posts:
            assert post.size <= post.limit
            texts = (post.embeds[0][key] for key in ("author", "footer"))
            around = sum(len(value) for text in texts for value in text.values())
            assert post.size + around <= 6_000
        words.add(tuple(len(words_of(post.embeds[0]["description"])) for post in posts))
    assert len({len(counts) for counts in words}) == 1
