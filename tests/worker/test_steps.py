"""A step that waited on disk is the step that was planned, whatever it carries."""

import pytest

from bridge.deliveries import Confirmed, Form
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.rendering import FilePost, render
from bridge.worker.steps import Edit, Remove, Send, frozen, steps, thawed
from tests.messages import make_message

EARLIER = Confirmed(part=1, post_id="1", channel="C1")
LONG = "A sentence of a long answer with **bold** words, `code` and a | pipe. " * 400
SLACK = SlackDestination(platform="slack", channel="C1", max_parts=1)
DISCORD = DiscordDestination.model_validate(
    {
        "platform": "discord",
        "webhook_url": "https://discord.com/api/webhooks/1/x",
        "mentions": ["everyone"],
    }
)
EMBED = DISCORD.model_copy(update={"style": "embed"})


@pytest.mark.parametrize(
    "form", [Form(), Form(rich_text=True), Form(plain=True), Form(linked=True)]
)
@pytest.mark.parametrize("destination", [SLACK, DISCORD, EMBED])
@pytest.mark.parametrize("content", ["# Hello\n\n- **you** @everyone\n\n|a|b|\n|-|-|\n|1|2|", LONG])
def test_a_step_comes_back_as_it_was(destination: Destination, form: Form, content: str) -> None:
    """Every kind of post, in every form: as a new one and as an edit."""
    posts = render(make_message(content=content), destination, form=form)
    sends, edits = steps(posts, ()), steps(posts, [EARLIER] * len(posts))

    assert [thawed(frozen(step)) for step in (*sends, *edits)] == [*sends, *edits]
    assert {type(step) for step in sends} == {Send}
    assert {type(step) for step in edits} == {Edit}


def test_a_long_message_has_a_file_among_its_steps() -> None:
    """So that the promise above covers it."""
    *_, last = steps(render(make_message(content=LONG), SLACK), ())

    assert isinstance(last, Send)
    assert isinstance(last.post, FilePost)


def test_a_part_that_is_needed_no_more_is_taken_away() -> None:
    """Under the number it had; that comes back from disk as well."""
    (post,) = render(make_message(), SLACK)
    plan = steps([post], [EARLIER, EARLIER])

    assert plan == (Edit(post=post, earlier=EARLIER), Remove(part=2, earlier=EARLIER))
    assert thawed(frozen(plan[1])) == plan[1]
