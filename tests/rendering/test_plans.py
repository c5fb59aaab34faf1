"""A plan of a familiar shape is a checklist; every other one is JSON. No word of either is lost."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.rendering.discord_markdown import DiscordMarkdown
from bridge.rendering.plans import MAX_PLAN_CHARS, shown, state_line
from bridge.rendering.slack_markdown import SlackMarkdown
from bridge.rendering.tree import Fence
from tests.rendering.samples import words_of


def written(plan: Any) -> str:
    """Return the plan as Slack gets it."""
    return SlackMarkdown().blocks(shown(plan))


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("PLAN_PENDING", "Plan awaiting approval"),
        ("PLAN_VALIDATED", "Plan approved"),
        ("PLAN_REJECTED", "Plan rejected"),
        ("PLAN_ON\nHOLD", "Plan (PLAN_ON HOLD)"),
        ("x" * 99, f"Plan ({'x' * 79}…)"),
        ("", "Plan"),
        (None, "Plan"),
    ],
    ids=repr,
)
def test_a_line_says_what_became_of_a_plan(state: str | None, line: str) -> None:
    """In plain words; a state that we don't know is shown as it came, shortened."""
    assert state_line(state) == line


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (["Read", "Write"], "- [ ] Read\n- [ ] Write"),
        ({"steps": ["Read"]}, "- [ ] Read"),
        ({"tasks": ["Read"]}, "- [ ] Read"),
        ({"items": ["Read"]}, "- [ ] Read"),
        ({"content": ["Read"]}, "- [ ] Read"),
        ({"plan": {"steps": ["Read"]}}, "- [ ] Read"),
        ({"plan": ["Read"], "content": None}, "- [ ] Read"),
        *(([{key: "Read"}], "- [ ] Read") for key in ("title", "name", "task", "step", "text")),
        ([{"description": "Read"}], "- [ ] Read"),
        ([{"description": "all", "title": "Read"}], "- [ ] Read  \n  all"),
        ([{"title": "Read", "description": "one\ntwo"}], "- [ ] Read  \n  one two"),
        ([{"step": 1, "title": "A"}, {"step": 2, "title": "B"}], "- [ ] A\n- [ ] B"),
        ([{"step": 7, "title": "A"}], "- [ ] A  \n  step: 7"),
        ([{"order": True, "title": "A"}], "- [ ] A  \n  order: true"),
        ([{"title": "A", "subSteps": ["a", {"name": "b", "children": ["c"]}]}],
         "- [ ] A\n  - [ ] a\n  - [ ] b\n    - [ ] c"),
        ([{"title": "A", "sub_tasks": [{"text": "a", "done": True}]}], "- [ ] A\n  - [x] a"),
        ([{"title": "A", "plan": {"title": "B", "steps": ["b"]}}],
         "- [ ] A\n  \n  **B**\n  - [ ] b"),
        ({"title": "Trip", "goal": "sun", "days": 3, "steps": ["Go"]},
         "**Trip**\n\ngoal: sun · days: 3\n\n- [ ] Go"),
        ({"status": "running", "completed": False, "steps": ["Go"]},
         "status: running · completed: false\n\n- [ ] Go"),
        ({"content": "First\n\nsecond"}, "First\n\nsecond"),
        ("First\n\nsecond", "First\n\nsecond"),
        ([{"title": "A", "agent": "Max", "cost": 1.5, "after": [1, "b"], "note": "", "x": []}],
         "- [ ] A  \n  agent: Max · cost: 1.5 · after: 1, b"),
        ({"contentJson": ["a"], "executionPlan": {"steps": ["b"]}},
         "- [ ] a\n\n**Execution plan**\n\n- [ ] b"),
        ({"contentJson": "One", "executionPlan": "Two"}, "One\n\n**Execution plan**\n\nTwo"),
    ],
    ids=repr,
)  # fmt: skip
def test_steps_are_a_checklist(plan: Any, text: str) -> None:
    """Steps may be words or objects, under several names, with more of what is said of them below."""
    assert written(plan) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        *(({"status": word}, "- [x] A") for word in ("COMPLETED", "done", "Finished", "success")),
        *(({"state": word}, "- [ ] A") for word in ("PENDING", "todo", "NOT_STARTED", " ", None)),
        ({"done": True}, "- [x] A"),
        ({"completed": True}, "- [x] A"),
        ({"done": False}, "- [ ] A"),
        ({"done": True, "completed": False}, "- [x] A"),
        ({"status": "IN_PROGRESS"}, "- [ ] A · *in progress*"),
        ({"status": "failed", "done": True}, "- [x] A · *failed*"),
        ({"status": "skipped", "state": "why"}, "- [ ] A · *skipped*  \n  state: why"),
        ({"status": 5, "done": "yes"}, "- [ ] A  \n  status: 5 · done: yes"),
    ],
    ids=repr,
)
def test_a_box_tells_what_is_done(fields: dict[str, Any], text: str) -> None:
    """Another status than done or to do is a word in italics."""
    assert written([{"title": "A"} | fields]) == text


@pytest.mark.parametrize(
    "plan",
    [
        {"a": {"b": 1}},
        {"goal": "sun"},
        {"steps": []},
        {"steps": {"a": 1}},
        {"steps": [{"title": "A", "tool": {"name": "x"}}]},
        {"steps": [{"title": "A", "tools": [{"name": "x"}]}]},
        {"steps": [{"status": "done"}]},
        {"executionPlan": 5},
        ["a", None],
        ["a", 5],
        ["a", ["b"]],
        [],
        5,
        ["a" * 4_000] * 6,
        {"type": "doc", "content": [{"type": "text", "text": "a"}, {"type": "rule"}]},
    ],
    ids=lambda plan: repr(plan)[:40],
)
def test_every_other_shape_is_pretty_json(plan: Any) -> None:
    """What we don't understand is shown whole rather than wrongly."""
    first, *more = shown(plan)
    text = json.dumps(plan, indent=2)

    assert first == Fence(language="json", lines=tuple(text[:MAX_PLAN_CHARS].split("\n")))
    assert bool(more) is (len(text) > MAX_PLAN_CHARS)


def test_steps_in_steps_without_end_are_json() -> None:
    """Nobody reads a list in a list in a list, and no writer should have to indent it."""
    plan: dict[str, Any] = {"title": "A"}
    for _ in range(99):
        plan = {"title": "A", "steps": [plan]}

    assert isinstance(shown(plan)[0], Fence)


def test_a_longer_plan_says_how_much_is_shown() -> None:
    """It is cut at a whole character."""
    (_, note) = shown(["a" + "👨‍👩‍👧" * 9_000])

    assert "The plan has 45,009 characters; only the first 19,996 are shown." in repr(note)


@pytest.mark.parametrize("plan", [{1, 2}, {"a": 10**5_000}], ids=["a set", "an endless number"])
def test_what_is_no_json_is_told(plan: Any) -> None:
    """It can't come from a webhook; nothing fails all the same."""
    assert written(plan) == "```json\n(a plan that can't be shown)\n```"


def test_nothing_in_a_plan_is_live() -> None:
    """Markup, pings and halves of characters in steps, keys and states are only words."""
    token = "**b** <!channel> <@U1> @everyone [x](http://evil.example)\ud800"
    plan = [{"title": token, "status": token, token: token, "steps": [token]}, token]
    slack, discord = written(plan), DiscordMarkdown().blocks(shown(plan))

    assert "<!" not in slack
    assert "<@" not in slack.replace("<@\u200b", "")
    assert "\\*\\*b\\*\\*" in slack
    assert "@everyone" not in discord
    assert "\ud800" not in slack + discord
    assert "](http" not in slack.replace("\\](http", "")


def test_web_addresses_in_steps_are_links() -> None:
    """As in all that agents write."""
    assert "Link(url='https://a.example'" in repr(shown(["Read https://a.example"]))


BOXED = {*("completed", "complete", "done", "finished", "success", "succeeded"), "pending", "open"}
keys = st.sampled_from(
    [
        *("title", "name", "task", "step", "text", "content", "plan", "description", "number"),
        *("steps", "sub_steps", "items", "children", "executionPlan", "other"),
        *("status", "state", "done"),
    ]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.sampled_from(["a", "bc", "done", "open", "failed"])
)
shapes = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def texts_in(plan: Any) -> list[str]:
    """Return all texts in the plan, in any order."""
    if isinstance(plan, dict | list):
        inner = plan.values() if isinstance(plan, dict) else plan
        return [text for value in inner for text in texts_in(value)]
    return [plan] if isinstance(plan, str) else []


@given(shapes)
def test_no_word_of_a_plan_is_lost(plan: Any) -> None:
    """Whatever its shape, each of its texts is shown; only a box may stand for a status."""
    told = words_of(written(plan))
    missing = [text for text in texts_in(plan) if text not in told]

    assert [word for word in missing if word not in BOXED] == []


@pytest.mark.parametrize(
    "plan",
    [["a"] * 200_000, [{"title": "a", "steps": [{"title": "b"}] * 200}] * 200],
    ids=["in a row", "in steps"],
)
def test_endless_steps_are_json(plan: Any) -> None:
    """What nobody reads is not made into a list first: it takes as long as its JSON."""
    start = time.perf_counter()

    assert isinstance(shown(plan)[0], Fence)
    assert time.perf_counter() - start < 5
