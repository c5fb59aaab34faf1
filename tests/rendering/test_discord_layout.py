"""What posts a message becomes on Discord: parts, files, the operator's lines, pings, small print."""

from typing import Any

import pytest

from bridge.deliveries import Form, Remedy
from bridge.events import File, Kind, Message
from bridge.rendering import DiscordPost, FilePost, discord
from tests.rendering.samples import DISCORD, by, message

LONG_MESSAGE = message("word " * 2_000)
PICTURE = File(name="a_1.png", url="https://f.example/a_1.png")
NOTE = File(name="note.txt", url="https://f.example/n")


def posts_of(
    told: Message, *, form: Form | None = None, **keys: Any
) -> tuple[DiscordPost | FilePost, ...]:
    """Return the posts at a destination with such keys."""
    where = DISCORD.model_copy(update=keys)
    return discord.render(told, where, form=form or Form(), revision=0, route="support")


def contents_of(told: Message, **keys: Any) -> list[str]:
    """Return the contents of the posts, which are no files."""
    posts = posts_of(told, **keys)
    assert all(isinstance(post, DiscordPost) for post in posts)
    return [post.content for post in posts if isinstance(post, DiscordPost)]


def test_a_long_message_is_its_first_part_and_a_file() -> None:
    """The file holds all of it, and a line above it says what it belongs to."""
    first, file = posts_of(LONG_MESSAGE, max_parts=2)
    assert isinstance(first, DiscordPost)
    assert first.content.startswith("-# Culture consultant · chat 7833b1ec · 1/2\nword")
    assert file == FilePost(
        name="max-evans-m1.md",
        text="word " * 2_000 + "\n",
        comment="-# Culture consultant · chat 7833b1ec · 2/2",
        username="Max Evans",
        icon_url="https://x.example/m.png",
        otherwise=Remedy.IN_PARTS,
        part=2,
        parts=2,
    )


def test_without_a_file_it_is_all_of_its_parts() -> None:
    """The first part has the same words, so a lane that has sent it goes on behind it."""
    first, _ = posts_of(LONG_MESSAGE, max_parts=2)
    others = posts_of(LONG_MESSAGE, max_parts=2, form=Form(in_parts=True))
    assert isinstance(first, DiscordPost)
    assert isinstance(others[0], DiscordPost)
    assert others[0].content.partition("\n")[2] == first.content.partition("\n")[2]
    assert len(others) > 2
    assert len(posts_of(LONG_MESSAGE, max_parts=len(others))) == len(others)


def test_files_are_uploaded_after_the_text() -> None:
    """Each is a part of its own; a file without a link is listed in the text."""
    told = message(files=(PICTURE, File(name="lost"), NOTE))
    text, picture, note = posts_of(told, files="upload", form=Form(anonymous=True))
    assert isinstance(text, DiscordPost)
    assert text.content.endswith("Hello\n\n- 📎 lost")
    assert picture == FilePost(
        name="a_1.png",
        url="https://f.example/a_1.png",
        comment="-# **Max Evans** · Culture consultant · chat 7833b1ec",
        otherwise=Remedy.LINKED,
        part=2,
        parts=3,
    )
    assert (note.part, note.parts) == (3, 3)


def test_a_file_that_can_not_be_uploaded_is_a_line_with_its_link() -> None:
    """In as many parts."""
    told = message(files=(PICTURE,))
    _, picture = posts_of(told, files="upload", form=Form(linked=True))
    assert isinstance(picture, DiscordPost)
    assert picture.content == (
        "-# Culture consultant · chat 7833b1ec\n- 📎 [a\\_1.png](https://f.example/a_1.png)"
    )
    assert (picture.part, picture.parts) == (2, 2)


def test_a_link_too_long_for_a_post_is_not_cut() -> None:
    """A part of it would lead nowhere."""
    file = File(name="n" * 300, url=f"https://f.example/{'u' * 3_000}")
    _, post = posts_of(message(files=(file,)), files="upload", form=Form(linked=True))
    assert isinstance(post, DiscordPost)
    assert post.content.endswith(f"\n- 📎 {'n' * 199}… (its link is too long for a post)")


def test_a_name_too_long_for_a_post_is_shortened() -> None:
    """Its link still leads to it."""
    file = File(name="_" * 1_000, url="https://f.example/1")
    _, post = posts_of(message(files=(file,)), files="upload", form=Form(linked=True))
    assert isinstance(post, DiscordPost)
    shown = "\\_" * 199 + "…"
    assert post.content.endswith(f"- 📎 [{shown}](https://f.example/1)")


def test_the_operators_lines_stand_around_the_words() -> None:
    """The header above each post, the footer below the last; values are words only."""
    lines = {"header": "**{{ agent.role }}** {{ part }}/{{ parts }}", "footer": "_by_ {{ route }}"}
    told = message("word " * 500, agent=by(role="*boss*"))
    first, second = contents_of(told, **lines)
    assert first.startswith("-# **\\*boss\\*** 1/2\nword")
    assert second.startswith("-# **\\*boss\\*** 2/2\nword")
    assert [content.count("support") for content in (first, second)] == [0, 1]
    assert second.endswith("\n-# *by* support")


def test_lines_have_no_marks_in_plain_form() -> None:
    """And nothing at their front makes them another block."""
    lines = {"header": "**1. {{ agent.name }}**", "footer": "{{ '# x' }}"}
    assert contents_of(message(), form=Form(plain=True), **lines) == [
        "1\\. Max Evans\nHello\n\\# x"
    ]


def test_an_anonymous_post_names_the_agent_before_the_operators_header() -> None:
    """Else nobody would know who wrote it."""
    line = {"header": "{{ chat.id }}", "form": Form(anonymous=True)}
    assert contents_of(message(), **line) == ["-# **Max Evans** · 7833b1ec\nHello"]


def test_an_empty_line_is_no_line() -> None:
    """A header may be switched off, and a line may have nothing to say."""
    assert contents_of(message(), header="", footer="{{ message.plan_state }}") == ["Hello"]


def test_a_line_that_grows_on_some_part_is_not_followed_there() -> None:
    """Room is kept by what the first part and the last would have."""
    long = f"{{% if parts == 2 and part == 2 %}}{'x' * 280}{{% endif %}}"
    told = message("word " * 700)
    first, second = contents_of(told, header=long, footer=long)
    assert first.startswith("word")
    assert second.startswith("-# Culture consultant · chat 7833b1ec · 2/2\nword")
    assert "xx" not in second


def test_lines_leave_room_for_words() -> None:
    """Even when each letter of them has marks of its own."""
    line = "**a** *b* " * 60
    contents = contents_of(message("word " * 700), header=line, footer=line, max_parts=9)
    assert max(map(len, contents)) <= 2_000
    assert all(content.count("word") > 100 for content in contents[:-1])


@pytest.mark.parametrize(
    ("mentions", "shown", "named"),
    [
        ((), "@\u200bEveryone <\u200b@12> <\u200b@!12> <\u200b@&13> @\u200bhereabouts", ()),
        (("everyone",), "@everyone <\u200b@12> <\u200b@!12> <\u200b@&13> @\u200bhereabouts", ("everyone",)),
        (("12", "here"), "@\u200bEveryone <@12> <@!12> <\u200b@&13> @\u200bhereabouts", ("12",)),
        (("13",), "@\u200bEveryone <\u200b@12> <\u200b@!12> <@&13> @\u200bhereabouts", ("13",)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("plain", [False, True])
def test_only_allowed_pings_are_live(
    mentions: tuple[str, ...], shown: str, named: tuple[str, ...], plain: bool
) -> None:
    """The post says whom it names, for Discord to be told; words that only begin alike are none."""
    told = message("@Everyone &lt;@12> <@!12> <@&13> @hereabouts")
    (post,) = posts_of(told, mentions=mentions, form=Form(plain=plain))
    assert isinstance(post, DiscordPost)
    assert post.content.partition("\n")[2] == shown
    assert post.mentions == named


def test_allowed_pings_are_words_in_code() -> None:
    """In code, in a table and in a link's label nobody means them."""
    told = message("`@here` [@here](https://a.example)\n\n| @here |\n|-|\n| @here |")
    (post,) = posts_of(told, mentions=("here",))
    assert isinstance(post, DiscordPost)
    assert post.mentions == ()
    assert "@here" not in post.content


def test_a_notification_is_silent_small_print() -> None:
    """It looks smaller than a reply and makes no sound."""
    told = message("Step **1**\nis `done`  \nnow\n\n# no", kind=Kind.NOTIFICATION)
    (post,) = posts_of(told._replace(content=told.content.removesuffix("\n\n# no") + "\n\nNext"))
    assert isinstance(post, DiscordPost)
    assert post.silent
    assert post.content == (
        "-# Culture consultant · notification · chat 7833b1ec\n"
        "-# Step **1**\n-# is `done`\n-# now\n\n-# Next"
    )


@pytest.mark.parametrize(
    "content", ["# a", "- a", "word " * 200, "a\n" * 11, "**a\nb**", "```\na\n```"]
)
def test_a_notification_that_is_long_or_not_simple_has_its_usual_size(content: str) -> None:
    """Small print ends with its line and is tiring to read."""
    (post,) = posts_of(message(content, kind=Kind.NOTIFICATION))
    assert isinstance(post, DiscordPost)
    assert post.content.count("-# ") == 1
    (plain,) = posts_of(message("a", kind=Kind.NOTIFICATION), form=Form(plain=True))
    assert isinstance(plain, DiscordPost)
    assert plain.content.endswith("\na")
