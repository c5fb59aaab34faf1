"""Posts for Slack: their header, their limits, their identity and what is sent of them."""

import pytest

from bridge.deliveries import Form
from bridge.events import Agent, File, Kind
from bridge.rendering import SlackPost, render, slack
from tests.rendering.samples import (
    FORMS,
    LONG,
    SLACK,
    SLACK_WEBHOOK,
    by,
    markdown_of,
    message,
    on_slack,
    words_of,
)


def header_of(post: SlackPost) -> list[str]:
    """Return the texts of the post's header."""
    return [element["text"] for element in post.blocks[0]["elements"]]


def test_a_post_is_a_header_and_the_markdown_under_it() -> None:
    """It goes out as the agent, with a readable text for notifications and facts for programs."""
    (post,) = render(message("Hello **you** <b>"), SLACK)
    assert isinstance(post, SlackPost)
    assert post.arguments == {
        "text": "Max Evans · Culture consultant · chat 7833b1ec\nHello you &lt;b&gt;",
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {
                "type": "context",
                "elements": [
                    {"type": "mrkdwn", "text": "*Max Evans*", "verbatim": True},
                    {
                        "type": "plain_text",
                        "text": "Culture consultant · chat 7833b1ec",
                        "emoji": False,
                    },
                ],
            },
            {"type": "markdown", "text": "Hello **you** &lt;b&gt;"},
        ],
        "username": "Max Evans",
        "icon_url": "https://x.example/m.png",
        "metadata": {
            "event_type": "nexusgpt_message",
            "event_payload": {"message": "m1", "chat": "7833b1ec", "part": 1, "revision": 0},
        },
    }
    assert (post.size, post.limit) == (23, 12_000)


def test_a_plain_post_has_all_words_in_its_text() -> None:
    """No blocks, and `*` is no mark."""
    (post,) = on_slack(message("Hello **you** & me"), form=Form(plain=True))
    assert post.text == "Max Evans · Culture consultant · chat 7833b1ec\nHello you &amp; me"
    assert post.blocks == ()
    assert post.arguments["mrkdwn"] is False
    assert (post.size, post.limit) == (len(post.text), 40_000)


def test_an_anonymous_post_names_the_agent_only_in_its_header() -> None:
    """The app's own name and picture stay."""
    (post,) = on_slack(message(), form=Form(anonymous=True))
    assert (post.username, post.icon_url) == (None, None)
    assert header_of(post)[0] == "*Max Evans*"


def test_an_incoming_webhook_gets_plain_text_and_nothing_else() -> None:
    """It refuses markdown blocks and has an identity of its own."""
    (post,) = render(message("# Hi"), SLACK_WEBHOOK)
    assert isinstance(post, SlackPost)
    assert post.arguments == {
        "text": "Max Evans · Culture consultant · chat 7833b1ec\nHi",
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (by(name=None), "fa9640f5"),
        (Agent(), "agent"),
        (by(name=" \u202e\n"), "fa9640f5"),
        (by(name="a\nb\u200bc"), "a b c"),
        (by(name="x" * 100), "x" * 79 + "…"),
    ],
)
def test_the_sender_is_always_named(agent: Agent, name: str) -> None:
    """By name, else by id, else as an agent; on one line and not at any length."""
    (post,) = on_slack(message(agent=agent))
    assert post.username == name
    assert header_of(post)[0] == f"*{name}*"


def test_a_name_with_marks_in_it_is_shown_plainly() -> None:
    """In mrkdwn they could not be escaped."""
    (post,) = on_slack(message(agent=by(name="snake_case <x>", role=None)))
    assert post.blocks[0]["elements"][0] == {
        "type": "plain_text",
        "text": "snake_case <x>",
        "emoji": False,
    }


def test_the_header_says_part_kind_and_change() -> None:
    """Each as far as there is something to say."""
    told = message("word " * 5_000, kind=Kind.NOTIFICATION)
    first, second, third = on_slack(told, revision=2)
    assert header_of(second)[1] == (
        "Culture consultant · notification · chat 7833b1ec · 2/3 · updated"
    )
    assert [post.part for post in (first, second, third)] == [1, 2, 3]
    assert {post.parts for post in (first, second, third)} == {3}
    assert second.metadata is not None
    assert second.metadata["event_payload"]["part"] == 2


def test_only_an_https_picture_is_sent() -> None:
    """Slack would refuse or not load another one."""
    (post,) = on_slack(message(agent=by(avatar_url="http://x.example/m.png")))
    assert post.icon_url is None


@pytest.mark.parametrize("unit", ["a", "&", "&lt;", "🇩🇪", "<"])
def test_the_text_for_notifications_is_short(unit: str) -> None:
    """It ends with an ellipsis, not inside an entity or a character."""
    (post, *_) = on_slack(message(unit * 9_000))
    assert len(post.text) <= 3_900
    assert post.text.endswith("…")
    body = post.text.partition("\n")[2].removesuffix("…")
    whole = {"&": "&amp;", "<": "&lt;"}.get(unit, unit)
    assert body == whole * (len(body) // len(whole))


@pytest.mark.parametrize(
    "content",
    [
        LONG * 30,
        "& " * 12_000,
        "<" * 12_000,
        "🇩🇪" * 12_000,
        "# h\n\ntext\n\n" * 120,
        "---\n" * 120,
        "| a | b |\n|---|---|\n" + "| c | d |\n" * 350,
        "| a | b |\n|---|---|\n" + f"| {'c' * 900} | d |\n" * 30,
        "| a |\n|---|\n" + f"| {'word ' * 2_500} |\n",
        "> | a |\n> |---|\n" + f"> | {'word ' * 2_500} |\n",
        "|" + " a |" * 21 + "\n|" + "-|" * 21 + "\n|" + " b |" * 21,
        "| a |\n|---|\n| b |\n\n" * 14,
        f"| {'a' * 1_001} |\n|---|\n| b |\n",
        "|" + " a |" * 40 + "\n|" + "-|" * 40 + "\n" + ("|" + " b |" * 40 + "\n") * 30,
    ],
)
def test_every_part_keeps_every_limit_in_every_form(content: str) -> None:
    """Characters, headings and rules, cells, rows, columns and tables of one post."""
    counts = set()
    for form in FORMS:
        posts = on_slack(message(content), form=form)
        counts.add(len(posts))
        for post in posts:
            assert 0 < post.size <= (39_000 if form.plain else 11_500)
            if not form.plain:
                assert_within_limits(markdown_of(post))
    assert len(counts) == 1


def assert_within_limits(markdown: str) -> None:
    """Count in the text itself."""
    lines = markdown.split("\n")
    assert sum(line.startswith("#") or line == "---" for line in lines) <= 45
    rows = [line for line in lines if line.lstrip("> -").startswith("| ")]
    assert sum("| ---" in row for row in rows) <= 1
    assert len(rows) <= 101
    assert sum(map(len, rows)) <= 9_000 + 10 * 101
    assert all(row.count(" | ") < 20 for row in rows)


def test_a_table_with_too_many_columns_becomes_a_list() -> None:
    """With the name of the column in front of each value."""
    (post,) = on_slack(message("|" + "a|" * 21 + "\n|" + "-|" * 21 + "\n|" + "b|" * 21))
    assert markdown_of(post).startswith("- **a:** b\n  - **a:** b\n  - **a:** b")


def test_a_plan_says_its_state_and_shows_its_steps() -> None:
    """As JSON, since its shape is not documented."""
    (post,) = on_slack(
        message(
            "My plan",
            kind=Kind.PLAN,
            plan_state="PLAN_PENDING",
            plan={"steps": ["Read", "Ärger \ud800"]},
        )
    )
    assert markdown_of(post) == (
        "**Plan awaiting approval**\n\nMy plan\n\n"
        '```json\n{\n  "steps": [\n    "Read",\n    "Ärger \ufffd"\n  ]\n}\n```'
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


def test_a_destination_of_no_known_platform_is_a_bug() -> None:
    """There is nothing that could be posted there."""
    with pytest.raises(AssertionError):
        render(message(), None)  # type: ignore[arg-type]


def test_units_are_the_larger_of_what_slack_may_count() -> None:
    """An emoji is two UTF-16 units."""
    assert slack.units("aé👍") == 4
