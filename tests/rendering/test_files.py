"""Files: the whole of a message as one, and names that are safe on every disk."""

import pytest

from bridge.deliveries import Form, Remedy
from bridge.events import File
from bridge.rendering.files import FilePost, is_one_file, linked, name_of, whole, whole_name
from bridge.rendering.slack_markdown import SlackMarkdown
from tests.rendering.samples import DISCORD, SLACK, SLACK_WEBHOOK, by, message


def test_the_whole_message_is_as_the_agent_wrote_it() -> None:
    """With its plan, and its files with their addresses."""
    files = (File(name="a.pdf", url="https://f.example/1"), File(name="b"))
    told = message("# Hi\n<!here>", plan={"ä": 1}, files=files)
    assert whole(told) == (
        '# Hi\n<!here>\n\n```json\n{\n  "ä": 1\n}\n```\n\n- a.pdf https://f.example/1\n- b\n'
    )
    assert whole(message("Hi")) == "Hi\n"


def test_nothing_in_a_plan_ends_its_fence() -> None:
    """However many backticks it has."""
    assert whole(message("", plan="a ```` b")) == '`````json\n"a ```` b"\n`````\n'


def test_a_plan_that_can_not_be_written_is_said_to_be_one() -> None:
    """Nested without end, or no JSON at all."""
    assert "(a plan that can't be shown)" in whole(message("Hi", plan={1, 2}))


def test_the_whole_message_can_be_encoded() -> None:
    """Halves of characters are none."""
    assert whole(message("a\ud800")).encode() == "a\ufffd\n".encode()


def test_the_whole_message_is_named_for_its_agent() -> None:
    """In letters that are harmless everywhere."""
    assert whole_name(message(agent=by(name="../Zoë <x>"))) == "zo-x-m1.md"
    assert whole_name(message(agent=by(name=None))) == "message-m1.md"
    assert len(whole_name(message(agent=by(name="x" * 300)))) <= 63


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Report 2026.pdf", "Report 2026.pdf"),
        ("日本 é.txt", "日本 é.txt"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ('a<b>:"c|d?*.md', "a-b---c-d--.md"),
        ("a\n\u202eb\x00.pdf", "a b .pdf"),
        (" .hidden. ", "hidden"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 58),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_files_name_is_one_on_any_disk(told: str, name: str) -> None:
    """One line, no places, not at any length; its ending stays."""
    assert name_of(File(name=told)) == name


def test_a_file_is_linked_by_its_name() -> None:
    """Or only named, where it has no address."""
    write = SlackMarkdown().blocks
    assert write([linked(File(name="a b", url="https://f.example"))]) == (
        "- 📎 [a b](https://f.example)"
    )
    assert write([linked(File(name=" "))]) == "- 📎 file"


def test_a_message_is_one_file_where_its_parts_are_too_many() -> None:
    """Unless it is to be in parts, or the place takes no files."""
    assert is_one_file(7, SLACK, Form())
    assert is_one_file(7, DISCORD, Form())
    assert not is_one_file(6, SLACK, Form())
    assert not is_one_file(7, SLACK, Form(in_parts=True))
    assert not is_one_file(7, SLACK_WEBHOOK, Form())


def test_a_file_is_as_large_as_its_text() -> None:
    """What is yet to be fetched has no size."""
    post = FilePost(name="a", text="four", otherwise=Remedy.IN_PARTS, part=1, parts=1)
    assert (post.size, post.limit) == (4, 2_500_000)
    fetched = FilePost(name="a", url="https://x", otherwise=Remedy.LINKED, part=1, parts=1)
    assert fetched.size == 0
