"""What a chat's thread is called."""

import pytest

from bridge.events import Agent
from bridge.rendering.titles import MAX_TITLE_CHARS, thread_title
from tests.messages import make_message


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"content": "Hello,\n\n how  are you?"}, "Max Evans: Hello, how are you?"),
        ({"agent": Agent(id="a-1"), "content": "Hi"}, "a-1: Hi"),
        ({"agent": Agent(), "content": "Hi"}, "agent: Hi"),
        ({"content": "", "chat_id": "c-1"}, "Max Evans: chat c-1"),
    ],
    ids=["one line", "by id", "nameless", "no text"],
)
def test_title_is_the_agent_and_the_first_words(changes: dict[str, object], title: str) -> None:
    """A thread is called after who wrote first, and what."""
    assert thread_title(make_message(**changes)) == title


def test_long_title_ends_at_a_whole_character() -> None:
    """A title fits the platform, and an emoji at its end is not cut in two."""
    title = thread_title(make_message(content="👨‍👩‍👧" * 60))

    assert len(title) <= MAX_TITLE_CHARS
    assert title.endswith("👧…")
