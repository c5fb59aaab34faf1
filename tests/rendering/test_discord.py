"""Posts for Discord: their header, their limits and their identity."""

import pytest

from bridge.deliveries import Form
from bridge.events import Kind
from bridge.rendering import DiscordPost, render
from tests.rendering.samples import DISCORD, FORMS, LONG, body_of, by, message, on_discord


def header_of(post: DiscordPost) -> str:
    """Return the first line of the post."""
    return post.content.partition("\n")[0]


def test_a_post_is_small_print_and_the_text_under_it() -> None:
    """It goes out as the agent; links get no previews."""
    assert render(message("Hello **you**"), DISCORD) == (
        DiscordPost(
            content="-# Culture consultant · chat 7833b1ec\nHello **you**",
            username="Max Evans",
            avatar_url="https://x.example/m.png",
            suppress_embeds=True,
            part=1,
            parts=1,
        ),
    )


def test_a_plain_post_has_no_markup() -> None:
    """Only the words."""
    (post,) = on_discord(message("# Hello **you** 2 * 3"), form=Form(plain=True))
    assert post.content == "Culture consultant · chat 7833b1ec\nHello you 2 \\* 3"
    assert (post.size, post.limit) == (len(post.content), 2_000)


def test_an_anonymous_post_names_the_agent_in_its_header() -> None:
    """The webhook's own name and picture stay."""
    (post,) = on_discord(message(), form=Form(anonymous=True))
    assert (post.username, post.avatar_url) == (None, None)
    assert header_of(post) == "-# **Max Evans** · Culture consultant · chat 7833b1ec"
    (post,) = on_discord(message(), form=Form(anonymous=True, plain=True))
    assert header_of(post) == "Max Evans · Culture consultant · chat 7833b1ec"


@pytest.mark.parametrize("name", ["My DisCord bot", "clyde", "Everyone", "everyone", "here"])
def test_a_name_that_discord_refuses_stands_in_the_header(name: str) -> None:
    """The post would not be taken otherwise."""
    (post,) = on_discord(message(agent=by(name=name, role=None)))
    if name == "Everyone":
        assert post.username == name
    else:
        assert post.username is None
        assert header_of(post) == f"-# **{name}** · chat 7833b1ec"


def test_a_long_name_is_shortened() -> None:
    """Discord takes 80 characters; chat ids are shown whole up to 64."""
    (post,) = on_discord(message(agent=by(name="n" * 81), chat_id="c" * 64))
    assert post.username == "n" * 79 + "…"
    assert "c" * 64 in header_of(post)


def test_the_header_says_part_kind_and_change() -> None:
    """Each as far as there is something to say."""
    posts = on_discord(message("word " * 600, kind=Kind.NOTIFICATION), revision=1)
    assert [header_of(post) for post in posts] == [
        f"-# Culture consultant · notification · chat 7833b1ec · {part}/2 · updated"
        for part in (1, 2)
    ]


def test_what_comes_from_outside_is_escaped_in_the_header() -> None:
    """Names, roles and ids are text like any other."""
    (post,) = on_discord(message(agent=by(name="*x* discord", role="a_ <@1>"), chat_id="`c` @here"))
    assert header_of(post) == (
        "-# **\\*x\\* discord** · a\\_ <\u200b@1> · chat \\`c\\` @\u200bhere"
    )


def test_only_an_https_picture_is_sent() -> None:
    """Discord loads no other."""
    (post,) = on_discord(message(agent=by(avatar_url=None)))
    assert post.avatar_url is None


def test_a_table_is_lined_up_and_a_wide_one_is_a_list() -> None:
    """Sixty columns are what a narrow screen can show."""
    narrow = "| Name | Qty |\n|:-----|----:|\n| 苹果 | 3 |\n| b | `12` |"
    (post,) = on_discord(message(narrow))
    assert body_of(post) == "```\nName  Qty\n────  ───\n苹果    3\nb      12\n```"
    wide = f"| Name | {'Long ' * 9}| |\n|--|--|--|\n| x | {'word ' * 12}| y |\n| | | |\n| z | | |"
    (post,) = on_discord(message(wide))
    label = "Long Long Long Long Long Long Long Long…"
    assert body_of(post) == (
        f"Name \\| {'Long ' * 9}\n\n- **Name:** x\n  - **{label}:** {'word ' * 12}".replace(
            " \n", "\n"
        ).rstrip()
        + "\n  - y\n- **Name:** z"
    )


def test_a_huge_wide_table_is_lines_of_text() -> None:
    """A list with a label for each of its values would be far longer than the table."""
    row = "|" + " cell |" * 40 + "\n"
    posts = on_discord(message(row + "|" + "-|" * 40 + "\n" + row * 30))
    assert body_of(posts[0]).startswith("cell \\| cell \\| cell")
    assert sum(post.content.count("cell") for post in posts) == 31 * 40


@pytest.mark.parametrize(
    "content",
    [
        LONG * 20,
        "*_~|`" * 2_000,
        "<@1>" * 2_000,
        "> - " * 4 + "x " * 4_000,
        "# " + "word " * 1_000,
        "```python\n" + "y" * 5_000 + "\n```",
        "1. " + "word " * 1_000 + "\n2. b",
        "| a | b |\n|---|---|\n" + "| c | d |\n" * 350,
        "👨‍👩‍👧" * 1_500,
        "a" + "\u0301" * 5_000,
        "x" * 5_000,
        "日本語" * 1_500,
        f"[{'l' * 199}](https://a.example/{'u' * 780}) " * 9,
    ],
)
def test_every_part_fits_and_is_the_same_in_every_form(content: str) -> None:
    """Two thousand characters, whatever the agent and the chat are called."""
    told = message(content, agent=by(name="*" * 80, role="_" * 80), chat_id="`" * 64)
    counts = set()
    for form in FORMS:
        posts = on_discord(told, form=form, revision=1)
        counts.add(len(posts))
        assert len(posts) < 40
        for post in posts:
            assert len(post.content) <= 2_000
            assert body_of(post).strip()
    assert len(counts) == 1


def test_a_message_without_anything_says_so() -> None:
    """A post must not be empty."""
    (post,) = on_discord(message(""))
    assert body_of(post) == "*(no text)*"
