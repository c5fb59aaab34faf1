"""What Slack shows of a message besides its text: its plan, its files, and that there is nothing."""

import pytest

from bridge.events import File, Kind
from tests.rendering.samples import markdown_of, message, on_slack, words_of


def test_a_plan_says_its_state_and_shows_its_steps() -> None:
    """As a list of boxes."""
    (post,) = on_slack(
        message(
            "My plan",
            kind=Kind.PLAN,
            plan_state="PLAN_PENDING",
            plan={"steps": ["Read", "Ärger \ud800"]},
        )
    )
    assert markdown_of(post) == (
        "**Plan awaiting approval**\n\nMy plan\n\n- [ ] Read\n- [ ] Ärger \ufffd"
    )


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("PLAN_VALIDATED", "**Plan approved**"),
        ("PLAN_REJECTED", "**Plan rejected**"),
        ("PLAN_ON_HOLD", "**Plan (PLAN\\_ON\\_HOLD)**"),
        (None, "**Plan**"),
    ],
)
def test_a_plan_without_steps_says_its_state(state: str | None, line: str) -> None:
    """A state that is not documented is shown as it is."""
    (post,) = on_slack(message("", kind=Kind.PLAN, plan_state=state))
    assert markdown_of(post).replace("PLAN_ON_HOLD", "PLAN\\_ON\\_HOLD") == line


def test_an_endless_plan_is_bounded_and_says_so() -> None:
    """What is left out is counted."""
    posts = on_slack(message("", kind=Kind.PLAN, plan=["step"] * 5_000))
    words = "The plan has 50,002 characters; only the first 20,000 are shown."
    assert markdown_of(posts[-1]).endswith(words)


def test_a_plan_nested_without_end_does_not_make_it_fail() -> None:
    """It is said that it can't be shown."""
    plan: list[object] = []
    for _ in range(5_000):
        plan = [plan]
    (post,) = on_slack(message("", kind=Kind.PLAN, plan=plan))
    assert "(a plan that can't be shown)" in markdown_of(post)


def test_files_follow_the_text() -> None:
    """With a link where there is one, and never with a name that pretends to be another address."""
    files = (
        File(name="a_b.pdf", url="https://f.example/1"),
        File(name="bank.example", url="https://f.example/2"),
        File(name=" "),
    )
    (post,) = on_slack(message("See", files=files))
    assert markdown_of(post) == (
        "See\n\n"
        "- 📎 [a_b.pdf](https://f.example/1)\n"
        "- 📎 bank.example (https://f.example/2)\n"
        "- 📎 file"
    )


@pytest.mark.parametrize("content", ["", " \n", "&nbsp;"])
def test_a_message_without_anything_says_so(content: str) -> None:
    """A post must not be empty."""
    (post,) = on_slack(message(content))
    assert markdown_of(post) == "*(no text)*"
    assert words_of(post.text)[-2:] == ["no", "text"]
