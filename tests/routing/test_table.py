"""Which destinations a message goes to, and why: live traffic and explanations agree."""

from typing import Any

import pytest
from hypothesis import given, settings

from bridge.events import Agent, File, Kind, Message
from bridge.routing import Key, Row, actual
from tests.messages import make_message
from tests.routing.tables import make_table, messages, rows

TABLE = make_table("""
    [[routes]]
    name = "refunds"
    match = { agent = ["Max *", "fa9640f5-*"], content = "re:(?i)refund" }
    unless = { kind = "notification" }
    to = ["support", "ops"]
    continue = true

    [[routes]]
    name = "papers"
    match = { files = true, kind = ["reply", "plan"] }
    to = "archive"

    [[routes]]
    name = "legal"
    match = { role = ["*lawyer*", "*counsel*"], files = false }
    unless = { chat = "test-*", content = "*test*" }
    to = ["legal", "support", "legal"]
    continue = true

    [[routes]]
    to = ["alerts", "support"]
""")
MAX = Agent(id="fa9640f5-5821", name="Max Evans")
ADA = Agent(id="7b1f", name="Ada Moore", role="General Counsel")
PAPER = (File(name="a.pdf"),)
REFUND = "A REFUND, please"


@pytest.mark.parametrize(
    ("changes", "routed"),
    [
        ({"agent": ADA, "chat_id": "test-1", "content": "a test"}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": Agent()}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": MAX}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": MAX, "content": REFUND}, {"support": "refunds", "ops": "refunds", "alerts": "route 4"}),
        ({"agent": Agent(id="FA9640F5-1"), "content": REFUND}, {"support": "refunds", "ops": "refunds", "alerts": "route 4"}),
        ({"agent": Agent(name="max b"), "content": REFUND}, {"support": "refunds", "ops": "refunds", "alerts": "route 4"}),
        ({"agent": Agent(), "content": REFUND}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": MAX, "content": REFUND, "kind": Kind.NOTIFICATION}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": MAX, "content": REFUND, "files": PAPER}, {"support": "refunds", "ops": "refunds", "archive": "papers"}),
        ({"files": PAPER}, {"archive": "papers"}),
        ({"files": PAPER, "kind": Kind.PLAN}, {"archive": "papers"}),
        ({"files": PAPER, "kind": Kind.NOTIFICATION}, {"alerts": "route 4", "support": "route 4"}),
        ({"agent": ADA}, {"legal": "legal", "support": "legal", "alerts": "route 4"}),
        ({"agent": ADA, "chat_id": "test-1"}, {"legal": "legal", "support": "legal", "alerts": "route 4"}),
        ({"agent": ADA, "content": "a test"}, {"legal": "legal", "support": "legal", "alerts": "route 4"}),
        ({"agent": Agent(name="Lawyer")}, {"alerts": "route 4", "support": "route 4"}),
    ],
    ids=str,
)  # fmt: skip
def test_a_message_goes_where_the_table_says(
    changes: dict[str, Any], routed: dict[str, str]
) -> None:
    """Top to bottom: the first match wins unless it continues; each destination once, by its first route."""
    found = TABLE.match(make_message(**changes))

    assert list(found.items()) == list(routed.items())


def test_a_message_that_no_route_takes_goes_nowhere() -> None:
    """Without a route that takes everything, a message may be unrouted."""
    table = make_table('[[routes]]\nmatch = { role = "*" }\nto = "ops"')

    assert table.match(make_message(agent=Agent(id="a1"))) == {}


@pytest.mark.parametrize("key", ["agent", "role"])
@pytest.mark.parametrize("pattern", ["*", "re:", ""])
def test_what_nexusgpt_left_out_matches_nothing(key: str, pattern: str) -> None:
    """Not even the pattern for everything: there is nothing to compare."""
    table = make_table(f'[[routes]]\nmatch = {{ {key} = "{pattern}" }}\nto = "ops"')

    assert table.match(make_message(agent=Agent())) == {}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (Key.CHAT, ("c1",)),
        (Key.AGENT, ("7b1f", "Ada Moore")),
        (Key.ROLE, ("General Counsel",)),
        (Key.CONTENT, ("Hello",)),
        (Key.KIND, ("plan",)),
        (Key.FILES, ("true",)),
    ],
)
def test_a_condition_compares_what_the_message_says(key: Key, values: tuple[str, ...]) -> None:
    """An explanation can show beside each condition what it was compared with."""
    message = make_message(chat_id="c1", agent=ADA, content="Hello", kind=Kind.PLAN, files=PAPER)

    assert actual(key, message) == values


def test_an_explanation_tells_which_routes_were_not_looked_at() -> None:
    """Matching ends at the route that keeps the message; those below are shown all the same."""
    message = make_message(agent=MAX, content=REFUND, files=PAPER)
    explanation = TABLE.explain(message)

    assert [
        (each.row.title, each.looked_at, each.matched, each.stopped)
        for each in explanation.verdicts
    ] == [
        ("refunds", True, True, False),
        ("papers", True, True, True),
        ("legal", False, False, False),
        ("route 4", False, False, False),
    ]
    assert explanation.message is message
    assert explanation.routed == {"support": "refunds", "ops": "refunds", "archive": "papers"}


def test_conditions_can_be_shown_as_they_were_written() -> None:
    """What `check` and `explain` print are the words of the config."""
    first, papers = TABLE.rows[:2]

    assert [(each.key, each.texts) for each in (*first.match, *first.unless)] == [
        (Key.AGENT, ("Max *", "fa9640f5-*")),
        (Key.CONTENT, ("re:(?i)refund",)),
        (Key.KIND, ("notification",)),
    ]
    assert [each.texts for each in papers.match] == [("reply", "plan"), ("true",)]


@given(text=rows, message=messages)
@settings(max_examples=300, deadline=None)
def test_explanations_agree_with_live_traffic(text: str, message: Message) -> None:
    """What the verdicts add up to is where the message goes, whatever the table and the message."""
    table = make_table(text)
    explanation = table.explain(message)
    expected: dict[str, str] = {}
    looked_at: list[Row] = []
    for verdict in explanation.verdicts:
        if verdict.looked_at:
            looked_at.append(verdict.row)
            assert verdict.matched is verdict.row.takes(message)
        for destination in verdict.row.to if verdict.matched else ():
            expected.setdefault(destination, verdict.row.title)

    assert list(table.match(message).items()) == list(expected.items())
    assert explanation.routed == expected
    assert looked_at == list(table.rows[: len(looked_at)])
    assert all(not verdict.stopped for verdict in explanation.verdicts[: len(looked_at) - 1])
