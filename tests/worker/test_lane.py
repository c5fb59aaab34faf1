"""A lane brings each message to its channel, part by part, in order, once."""

import re

import pytest

from bridge import worker
from bridge.deliveries import Accepted, Confirmed, Form, Outcome
from bridge.destinations import Destination
from bridge.events import Message
from bridge.rendering import Post, render
from bridge.sandbox import Hang, SlackError, SlackToken
from bridge.worker import Lane, Worker
from tests.conftest import TOKEN
from tests.worker.conftest import House

#: three parts in Discord
LONG = "A sentence of a long answer. " * 150


async def test_messages_arrive_in_the_order_they_were_accepted(house: House) -> None:
    """Whatever chat they are of; each is on record as delivered."""
    for number in range(5):
        await house.accept(f"m{number}", "support", chatId=f"c{number % 2}")
    await house.work_off("support")

    assert house.parts() == [(f"m{number}", 1) for number in range(5)]
    assert house.history() == [(f"m{number}", "delivered", "") for number in range(5)]
    assert "event=delivered destination=support message=m0 seconds=0.0" in house.lines.getvalue()


async def test_a_message_goes_to_every_destination_it_was_routed_to(house: House) -> None:
    """Each in the markup of its platform."""
    await house.accept("m1", "support", "ops", content="**Hello**")
    await house.work_off("support", "ops")

    assert {post.platform for post in house.sandbox.posts} == {"slack", "discord"}
    assert all("Hello" in str(body) for body in house.sent())


async def test_what_comes_later_is_taken_too(house: House) -> None:
    """A lane without work waits for some."""
    async with house.working("support"):
        for number in range(3):
            await house.accept(f"m{number}", "support")
            await house.until_settled()

    assert [part for part, _ in house.parts()] == ["m0", "m1", "m2"]


async def test_a_long_message_is_told_in_parts(house: House) -> None:
    """Each is on record before the next one is sent."""
    await house.accept("m1", "ops", content=LONG)
    await house.accept("m2", "ops", content="The end")
    await house.work_off("ops")

    assert len(house.sandbox.posts) == 4
    assert [f"{n}/3" in post.text for n, post in enumerate(house.sandbox.posts[:3], 1)] == [
        True
    ] * 3
    assert "The end" in house.sandbox.posts[3].text
    assert house.lines.getvalue().count("event=part_delivered") == 2


async def test_confirmed_parts_are_not_sent_again_after_a_restart(house: House) -> None:
    """Stopped after part 1 of 3, the bridge goes on with part 2."""
    house.sandbox.discord.faults.add("111", None, Hang())
    await house.accept("m1", "ops", content=LONG)
    async with house.working("ops"):
        await house.until_logged("part_delivered")
    await house.reopen()
    await house.work_off("ops")

    assert [f"{n}/3" in post.text for n, post in enumerate(house.sandbox.posts, 1)] == [True] * 3
    assert house.history() == [("m1", "delivered", "")]


async def test_a_message_that_has_all_its_parts_is_delivered(house: House) -> None:
    """Even if an earlier version told it in more parts than there are now: no word is missing."""
    await house.accept("m1", "ops")
    delivery = await house.store.claim("ops")
    for part in (1, 2):
        confirmed = Confirmed(part=part, post_id=f"p{part}", channel="111")
        await house.store.confirm(delivery, Accepted(confirmed=confirmed))
    await house.work_off("ops")

    assert house.sandbox.calls == []
    assert house.history() == [("m1", "delivered", "")]


@pytest.mark.parametrize(
    ("refusals", "types"), [(0, ["context", "markdown"]), (1, ["context", "rich_text"]), (2, [])]
)
async def test_refused_markup_steps_down_with_the_same_words(
    house: House, refusals: int, types: list[str]
) -> None:
    """At once, and without counting as a failed attempt; each step is logged with where it leads."""
    house.sandbox.slack.faults.add("C1", *[SlackError("invalid_blocks")] * refusals)
    await house.accept("m1", "support", content="**Hello** world")
    await house.work_off("support")

    [post] = house.sandbox.posts
    assert [block["type"] for block in post.blocks] == types
    assert "Hello world" in post.text
    assert house.history() == [("m1", "delivered", "")]
    assert house.clock.slept == []
    steps = re.findall(r'event=changed_form .* form=("[^"]*"|\S+)', house.lines.getvalue())
    assert steps == ['"rich text"', '"rich text, plain"'][:refusals]


async def test_steps_down_are_counted(house: House) -> None:
    """Each line tells how often this destination has come to that form since the start."""
    refused = SlackError("invalid_blocks")
    house.sandbox.slack.faults.add("C1", refused, None, refused, refused)
    for number in range(2):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")

    told = re.findall(
        r'event=changed_form .* form=("[^"]*"|\S+) times=(\d)', house.lines.getvalue()
    )
    assert told == [('"rich text"', "1"), ('"rich text"', "2"), ('"rich text, plain"', "1")]


async def test_what_is_refused_in_every_form_is_dead(house: House) -> None:
    """With the platform's reason; the next message is not held up."""
    house.sandbox.slack.faults.add("C1", *[SlackError("invalid_blocks")] * 3)
    await house.accept("m1", "support")
    await house.accept("m2", "support")
    await house.work_off("support")

    assert house.history() == [
        ("m1", "dead", "Slack says invalid_blocks"),
        ("m2", "delivered", ""),
    ]
    assert 'event=dead destination=support message=m1 reason="Slack says' in house.lines.getvalue()


async def test_without_the_scope_for_names_messages_arrive_anonymously(house: House) -> None:
    """One refusal for the first, none for the second; the name still stands in the header."""
    scopes = frozenset({"chat:write"})
    house.sandbox.slack.put(SlackToken(value=TOKEN, scopes=scopes))
    for number in (1, 2):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")

    assert [call.error for call in house.sandbox.calls] == ["missing_scope", "", ""]
    assert all(post.username == "NexusGPT" for post in house.sandbox.posts)
    assert all("Max Evans" in post.text for post in house.sandbox.posts)


async def test_a_name_that_discord_refuses_is_left_out(house: House) -> None:
    """The agent's name stands in the post instead."""
    sender = {"first_name": "Clyde", "last_name": "Barrow"}
    await house.accept("m1", "ops", virtualSender=sender)
    await house.work_off("ops")

    [post] = house.sandbox.posts
    assert post.username == "NexusGPT"
    assert "Clyde Barrow" in post.text


async def test_the_config_introduces_agents(house: House) -> None:
    """What the webhook left out is filled in when the message is told."""
    await house.accept("m1", "support", virtualSenderId="a1", virtualSender=None)
    await house.work_off("support")

    assert [post.username for post in house.sandbox.posts] == ["Known Agent"]


UNREADABLE = {
    "no JSON": (b"x", "BadBody"),
    "a user's": (
        b'{"event": "MESSAGE_FINALIZED", "payload": {"senderType": "USER"}}',
        "ValueError",
    ),
}


@pytest.mark.parametrize(("body", "kind"), UNREADABLE.values(), ids=UNREADABLE)
async def test_a_body_that_can_t_be_read_ends_dead_not_the_lane(
    house: House, body: bytes, kind: str
) -> None:
    """The reason names the fault and its place; the next message arrives."""
    await house.accept("m1", "support", body=body)
    await house.accept("m2", "support")
    await house.work_off("support")

    [(_, state, reason), second] = house.history()
    assert state == "dead"
    assert reason.startswith(f"a fault of the bridge itself ({kind} at ")
    assert second == ("m2", "delivered", "")
    assert "event=internal_error destination=support message=m1" in house.lines.getvalue()


@pytest.mark.parametrize(("breaks", "states"), [("markup", "delivered"), ("every form", "dead")])
async def test_a_fault_in_rendering_leaves_the_plain_form(
    house: House, monkeypatch: pytest.MonkeyPatch, breaks: str, states: str
) -> None:
    """If that fails as well, the message is dead, not the lane."""

    def brittle(
        message: Message, destination: Destination, *, form: Form, revision: int, route: str
    ) -> tuple[Post, ...]:
        if message.id == "m1" and (breaks == "every form" or not form.plain):
            raise RuntimeError
        return render(message, destination, form=form, revision=revision, route=route)

    monkeypatch.setattr(worker.renderings, "render", brittle)
    await house.accept("m1", "support")
    await house.accept("m2", "support")
    await house.work_off("support")

    assert [state for _, state, _ in house.history()] == [states, "delivered"]


async def test_a_fault_while_sending_leaves_the_part_in_doubt(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, as any part whose answer was lost."""
    target = house.target("ops")
    send, parts = target.sender.send, []

    async def brittle(
        post: Post, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        parts.append(post.part)
        if len(parts) == 1:
            raise RuntimeError
        return await send(post, thread=thread, title=title)

    monkeypatch.setattr(target.sender, "send", brittle)
    await house.accept("m1", "ops")
    bench = Worker([Lane("ops", target, house.policy, house.around())])
    bench.start()
    await house.until_settled()
    await bench.stop()

    assert parts == [1, 1]
    assert house.history() == [("m1", "delivered", "")]
    assert house.clock.slept == [1.0]
