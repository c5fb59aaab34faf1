"""What a message says is read leniently: a field of an unexpected shape counts as left out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.events import Agent, File, Kind, Message, introduce, read
from tests.messages import make_body, make_message

NAMED = Agent(id="a1", name="Max Evans", role="Consultant", avatar_url="https://x.test/max.png")


def told(**changes: Any) -> Message:
    """Return the message of a webhook with some fields of its payload changed."""
    message = read(make_body(**changes)).message
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("wire", "agent"),
    [
        ({"first_name": "Max", "last_name": "Evans"}, Agent(name="Max Evans")),
        ({"firstName": "Max", "lastName": "Evans"}, Agent(name="Max Evans")),
        ({"first_name": "Max"}, Agent(name="Max")),
        ({"lastName": "Evans"}, Agent(name="Evans")),
        ({"name": "Max Evans"}, Agent(name="Max Evans")),
        ({"name": "Maxi", "first_name": "Max", "lastName": "Evans"}, Agent(name="Max Evans")),
        ({"first_name": " Max\n", "last_name": "van  der\tBerg"}, Agent(name="Max van der Berg")),
        ({"first_name": "", "firstName": "Max", "last_name": None}, Agent(name="Max")),
        ({"first_name": 5, "last_name": ["Evans"], "name": {}}, Agent()),
        ({"role": "Consultant", "id": "a1"}, Agent(id="a1", role="Consultant")),
        ({"role": 5, "id": 5}, Agent()),
        ({"profile_picture": "https://x.test/a"}, Agent(avatar_url="https://x.test/a")),
        ({"profilePicture": "http://x.test/a"}, Agent(avatar_url="http://x.test/a")),
        ({"profile_picture": "javascript:alert(1)"}, Agent()),
        ({"profile_picture": ""}, Agent()),
        ({}, Agent()),
        (None, Agent()),
        ("Max Evans", Agent()),
        ([{"name": "Max"}], Agent()),
    ],
    ids=str,
)
def test_an_agent_is_read_from_whatever_is_there(wire: Any, agent: Agent) -> None:
    """Names are spelled in two ways and may be missing; what has the wrong type counts as left out."""
    assert told(virtualSenderId=None, virtualSender=wire).agent == agent


def test_the_agents_own_id_comes_first() -> None:
    """The message says who wrote it; the agent's object is only asked if it does not."""
    assert told(virtualSenderId="a1", virtualSender={"id": "a2"}).agent.id == "a1"
    assert told(virtualSenderId=None, virtualSender={"id": "a2"}).agent.id == "a2"


@pytest.mark.parametrize(
    ("wire", "content"),
    [("**Hi**\n", "**Hi**\n"), ("", ""), (None, ""), (5, ""), ("a\ud83d\0", "a\ufffd\ufffd")],
    ids=ascii,
)
def test_content_is_text_that_can_be_stored(wire: Any, content: str) -> None:
    """What is left out is empty; NUL and halves of characters are replaced."""
    assert told(content=wire).content == content


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, Kind.REPLY),
        ({"isNotification": True}, Kind.NOTIFICATION),
        ({"type": "PLAN_PENDING"}, Kind.PLAN),
        ({"type": "PLAN_VALIDATED", "isNotification": True}, Kind.PLAN),
    ],
    ids=str,
)
def test_a_message_is_a_reply_a_plan_or_a_notification(changes: Any, kind: Kind) -> None:
    """The state of a plan makes a plan, and isNotification a notification of its steps."""
    assert told(**changes).kind is kind


@pytest.mark.parametrize(
    ("wire", "plan"),
    [
        (None, None),
        ({"content": None}, None),
        ({}, None),
        ({"content": "1. Ask"}, {"content": "1. Ask"}),
        ({"content": None, "steps": []}, {"content": None, "steps": []}),
        (["Ask"], ["Ask"]),
        ("Ask", "Ask"),
    ],
    ids=str,
)
def test_a_plan_has_any_shape(wire: Any, plan: Any) -> None:
    """Its shape is not documented; an object of nothing but null is no plan."""
    message = told(contentJson=wire, type="PLAN_PENDING")

    assert (message.plan, message.plan_state) == (plan, "PLAN_PENDING")


STEPS = {"steps": ["Ask"]}


@pytest.mark.parametrize(
    ("proposed", "executed", "plan"),
    [
        (None, STEPS, STEPS),
        ({"content": None}, STEPS, STEPS),
        (STEPS, STEPS, STEPS),
        (STEPS, None, STEPS),
        (STEPS, {}, STEPS),
        (STEPS, {"steps": []}, STEPS),
        (["Ask"], STEPS, {"contentJson": ["Ask"], "executionPlan": STEPS}),
        (None, "Ask", "Ask"),
        (None, None, None),
    ],
    ids=str,
)
def test_what_is_carried_out_is_a_plan_too(proposed: Any, executed: Any, plan: Any) -> None:
    """An approved plan may come as `executionPlan`; only if it differs from the proposed one, both."""
    assert told(contentJson=proposed, executionPlan=executed).plan == plan


@pytest.mark.parametrize(
    ("wire", "files"),
    [
        (None, ()),
        ("report.pdf", ()),
        ([], ()),
        (["report.pdf", None], ()),
        ([{"name": "a.pdf", "url": "https://x.test/a"}], (File(name="a.pdf", url="https://x.test/a"),)),
        ([{"filename": "a.pdf", "url": "file:///etc"}, {"id": "7"}], (File(name="a.pdf"), File(name="7"))),
        ([{}, {"name": 5, "url": 5}], (File(name="file"), File(name="file"))),
    ],
    ids=str,
)  # fmt: skip
def test_files_are_read_from_whatever_is_there(wire: Any, files: tuple[File, ...]) -> None:
    """Their fields are not documented: a name and a link that can be followed, if there are any."""
    assert told(files=wire).files == files


@pytest.mark.parametrize(
    ("wire", "moment"),
    [
        ("2023-06-29T08:27:44Z", datetime(2023, 6, 29, 8, 27, 44, tzinfo=UTC)),
        ("2023-06-29T08:27:44", None),
        ("yesterday", None),
        ("2023-06-29T\ud83d", None),
        (1688027264, None),
        (None, None),
    ],
    ids=ascii,
)
def test_a_time_that_can_not_be_read_is_left_out(wire: Any, moment: datetime | None) -> None:
    """Without a time zone a time says nothing."""
    assert told(createdAt=wire).created_at == moment


@pytest.mark.parametrize(
    ("agents", "agent"),
    [
        ({}, Agent(id="a1")),
        ({"a2": NAMED}, Agent(id="a1")),
        ({"a1": NAMED}, NAMED),
        ({"a1": Agent(id="a1", role="Consultant")}, Agent(id="a1", role="Consultant")),
    ],
    ids=str,
)
def test_what_nexusgpt_left_out_is_filled_in(agents: dict[str, Agent], agent: Agent) -> None:
    """The config may know the names of agents that come with an id only."""
    message = make_message(agent=Agent(id="a1"))

    assert introduce(message, agents) == make_message(agent=agent)


def test_what_nexusgpt_says_is_not_replaced() -> None:
    """An agent without id stays unknown, and a name that was told is right."""
    told_name = Agent(id="a1", name="Maxi", role="Boss", avatar_url="https://x.test/new.png")

    assert introduce(make_message(agent=told_name), {"a1": NAMED}).agent == told_name
    assert introduce(make_message(agent=Agent()), {"a1": NAMED}).agent == Agent()


@pytest.mark.parametrize(
    ("changes", "is_new"),
    [
        ({}, False),
        ({"created_at": None}, False),
        ({"files": (File(name="a.pdf", url="https://x.test/?signature=2"),)}, False),
        ({"agent": Agent()}, False),
        ({"kind": Kind.NOTIFICATION}, False),
        ({"content": "Hello!"}, True),
        ({"content": ""}, True),
        ({"kind": Kind.PLAN, "plan_state": "PLAN_PENDING"}, True),
        ({"plan": {"steps": []}}, True),
    ],
    ids=str,
)
def test_a_fingerprint_tells_a_new_revision(changes: dict[str, Any], is_new: bool) -> None:
    """Content, plan and its state make a revision; times, files and the agent's name don't."""
    assert (make_message(**changes).fingerprint != make_message().fingerprint) is is_new


texts = st.text(st.characters(exclude_categories=["Cs"]))
plans = st.builds(
    make_message,
    kind=st.just(Kind.PLAN),
    content=texts,
    plan_state=st.sampled_from(("PLAN_PENDING", "PLAN_VALIDATED")),
    plan=st.none() | texts | st.dictionaries(texts, st.integers()),
)


@given(one=plans, other=plans)
@settings(deadline=None)
def test_fingerprints_are_equal_only_for_equal_plans(one: Message, other: Message) -> None:
    """Words can't move from the content to the plan unseen, and the order of keys doesn't count."""
    assert (one.fingerprint == other.fingerprint) is (
        (one.content, one.plan_state, one.plan) == (other.content, other.plan_state, other.plan)
    )
