"""What a message says besides its Markdown: the state of its plan, its steps, its files."""

import pytest

from bridge.events import File, Kind
from bridge.rendering.contents import contents
from bridge.rendering.files import uploads
from bridge.rendering.slack_markdown import SlackMarkdown
from bridge.rendering.tree import Block
from tests.rendering.samples import DISCORD, message

LINKED = File(name="report\n Q3.pdf", url="https://files.example/q3.pdf")
NAMED = File(name="notes.md")


def written(content: str = "Hi", *, files: tuple[File, ...] | None = None, **fields: object) -> str:
    """Return the contents of a message as Slack gets them."""
    told = message(content, **fields)
    return SlackMarkdown().blocks(contents(told, _as_it_is, SlackMarkdown().blocks, files=files))


def _as_it_is(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return blocks


def test_a_plan_stands_around_the_text() -> None:
    """First what became of it, then what the agent wrote, then the steps."""
    plan = {"steps": ["Read", {"title": "Write", "done": True}]}

    assert written(kind=Kind.PLAN, plan_state="PLAN_VALIDATED", plan=plan) == (
        "**Plan approved**\n\nHi\n\n- [ ] Read\n- [x] Write"
    )


def test_files_are_listed_by_name_with_their_link() -> None:
    """A file without an address, or with one that may not be live, is only named."""
    other = File(name="", url="javascript:x")

    assert written(files=(LINKED, NAMED, other)) == (
        "Hi\n\n- 📎 [report Q3.pdf](https://files.example/q3.pdf)\n- 📎 notes.md\n"
        "- 📎 file (javascript:x)"
    )


def test_all_files_are_listed_unless_it_is_said_which() -> None:
    """Those that are uploaded have posts of their own."""
    told = message("Hi", files=(LINKED, NAMED))
    sent = uploads(told, DISCORD.model_copy(update={"files": "upload"}))
    others = tuple(file for file in told.files if file not in sent)

    def shown(**files: tuple[File, ...]) -> str:
        return SlackMarkdown().blocks(contents(told, _as_it_is, SlackMarkdown().blocks, **files))

    assert shown().count("📎") == 2
    assert shown(files=others) == "Hi\n\n- 📎 notes.md"
    assert shown(files=()) == "Hi"


@pytest.mark.parametrize("content", ["", " \n", "\u200b"])
def test_a_message_without_anything_says_so(content: str) -> None:
    """An empty post would be refused."""
    assert written(content) == "*(no text)*"


def test_text_that_writing_would_swell_is_left_as_it_came() -> None:
    """A line in twenty quotes is no text but an attack; the words of the plan stay."""
    text = "> " * 18 + "a\n" * 900
    told = written(text, plan=["Read"])

    assert told.startswith("&gt; &gt;")
    assert told.endswith("- [ ] Read")
