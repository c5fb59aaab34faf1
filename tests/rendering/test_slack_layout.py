"""How a long message and its files are laid out on Slack: parts of text, a file with all of it, uploads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge.deliveries import Form, Remedy
from bridge.destinations import SlackDestination
from bridge.events import File, Message
from bridge.rendering import FilePost, Post, SlackPost, render
from tests.rendering.samples import SLACK, SLACK_WEBHOOK, message, words_of

LONG = message("".join(f"word{number} " for number in range(6_000)))
FORMS = (Form(), Form(rich_text=True), Form(plain=True), Form(linked=True), Form(anonymous=True))
CHOICES = ((False, False), (True, False), (False, True))
FILES = (
    File(name="a.pdf", url="https://f.example/1"),
    File(name="lost.txt"),
    File(name="b/c.png", url="https://f.example/2"),
)


def at(**fields: Any) -> SlackDestination:
    """Return a channel of Slack."""
    return SlackDestination.model_validate({"platform": "slack", "channel": "C1", **fields})


def posts(told: Message, where: SlackDestination, form: Form | None = None) -> Sequence[Post]:
    """Return the posts of the message."""
    return render(told, where, form=form or Form(), route="support")


def words(post: Post) -> list[str]:
    """Return the words that a post shows below its header."""
    assert isinstance(post, SlackPost)
    return words_of(post.blocks[1]["text"])


def test_a_message_of_many_parts_is_its_first_part_and_a_file() -> None:
    """The file has all of the message, as the agent wrote it."""
    first, whole = posts(LONG, at(max_parts=2))
    assert words(first)[:2] == ["word0", "word1"]
    assert (first.part, first.parts) == (1, 2)
    assert whole == FilePost(
        name="max-evans-m1.md",
        text=LONG.content + "\n",
        comment="Max Evans · Culture consultant · chat 7833b1ec · 2/2",
        otherwise=Remedy.IN_PARTS,
        part=2,
        parts=2,
    )


def test_a_refused_file_is_sent_in_parts() -> None:
    """The first part's words are the same, so that the rest goes on behind it."""
    first, _ = posts(LONG, at(max_parts=2))
    in_parts = posts(LONG, at(max_parts=2), Form(in_parts=True))
    assert len(in_parts) > 2
    assert words(in_parts[0]) == words(first)
    assert [word for post in in_parts for word in words(post)] == words_of(LONG.content)


def test_a_message_of_as_many_parts_as_may_be_is_no_file() -> None:
    """Only more than that are too many."""
    parts = posts(LONG, at(max_parts=100))
    assert posts(LONG, at(max_parts=len(parts))) == parts
    assert len(posts(LONG, at(max_parts=len(parts) - 1))) == 2


def test_an_incoming_webhook_gets_all_parts() -> None:
    """It takes no files."""
    where = SLACK_WEBHOOK.model_copy(update={"max_parts": 1})
    assert len(posts(LONG, where)) == len(posts(LONG, SLACK, Form(in_parts=True)))


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_as_many_parts(form: Form) -> None:
    """Whether there is a file or not, whether files are uploaded or not."""
    told = LONG._replace(files=FILES)
    for where in (at(files="upload", max_parts=2), at(files="upload", max_parts=100)):
        usual, others = posts(told, where), posts(told, where, form)
        assert len(usual) == len(others)
        assert [post.part for post in others] == [*range(1, len(others) + 1)]
        assert {post.parts for post in others} == {len(others)}


def test_files_are_listed_unless_they_are_to_be_uploaded() -> None:
    """One without an address can only be listed."""
    told = message("See", files=FILES)
    (post,) = posts(told, at())
    assert words(post)[:2] == ["See", "a"]
    text, first, second = posts(told, at(files="upload"))
    assert words(text) == ["See", "lost", "txt"]
    assert first == FilePost(
        name="a.pdf",
        url="https://f.example/1",
        comment="Max Evans · Culture consultant · chat 7833b1ec",
        otherwise=Remedy.LINKED,
        part=2,
        parts=3,
    )
    assert isinstance(second, FilePost)
    assert (second.name, second.url, second.part) == ("b-c.png", "https://f.example/2", 3)


def test_a_file_that_can_not_be_uploaded_is_a_line_with_its_link() -> None:
    """In its place, under its own header."""
    told = message("See", files=FILES)
    _, first, second = posts(told, at(files="upload"), Form(linked=True))
    assert isinstance(first, SlackPost)
    assert isinstance(second, SlackPost)
    assert first.blocks[1]["text"] == "- 📎 [a.pdf](https://f.example/1)"
    assert first.blocks[0]["elements"][1]["text"] == "Culture consultant · chat 7833b1ec"
    assert first.text == "Max Evans:\n- 📎 a.pdf (https://f.example/1)"
    assert (second.part, second.parts) == (3, 3)


@pytest.mark.parametrize(
    "file",
    [
        File(name="a.pdf", url="https://f.example/" + "x" * 20_000),
        File(name="x" * 20_000, url="https://f.example/1"),
    ],
)
def test_a_file_whose_link_is_no_line_is_listed(file: File) -> None:
    """Text can be split, the line of a file can't."""
    told = message("See", files=(file,))
    where = at(files="upload", max_parts=100)
    for form in (Form(), Form(linked=True), Form(linked=True, rich_text=True)):
        texts = posts(told, where, form)
        assert all(isinstance(post, SlackPost) and post.size <= post.limit for post in texts)
        assert len(texts) > 2


def test_the_longest_link_of_a_file_fits_into_one_post() -> None:
    """In every form, however it is escaped."""
    told = message("See", files=(File(name="&" * 1_000, url="https://f.example/" + "&" * 3_982),))
    for form in (Form(linked=True, rich_text=rich, plain=plain) for rich, plain in CHOICES):
        _, line = posts(told, at(files="upload"), form)
        assert isinstance(line, SlackPost)
        assert line.size <= line.limit


def test_the_footer_stands_below_the_text_and_not_below_files() -> None:
    """Above the file with all of it, and above uploads."""
    where = at(footer="fin", files="upload", max_parts=2)
    told = LONG._replace(files=FILES)
    first, _, link, _ = posts(told, where, Form(linked=True))
    assert isinstance(first, SlackPost)
    assert isinstance(link, SlackPost)
    assert len(first.blocks) == 3
    assert len(link.blocks) == 2


def test_a_header_of_the_operators_own_stands_above_files_too() -> None:
    """As escaped text: a comment of a file has no blocks."""
    told = replace_name(message("See", files=FILES[:1]), "<M&M>")
    _, post = posts(told, at(files="upload", header="**{{ agent.name }}**"))
    assert isinstance(post, FilePost)
    assert post.comment == "&lt;M&amp;M&gt;"


def replace_name(told: Message, name: str) -> Message:
    """Return the message by an agent of another name."""
    return told._replace(agent=replace(told.agent, name=name))
