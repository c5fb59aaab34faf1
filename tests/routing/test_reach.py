"""What no message can ever reach."""

import pytest
from hypothesis import given, settings

from bridge.events import Message
from bridge.routing import RoutingTable, Shadow, shadows, unused_destinations
from tests.routing.tables import make_table, messages, rows


def hidden_in(text: str) -> list[str]:
    """Return the titles of the routes that are never reached."""
    return [shadow.hidden for shadow in shadows(make_table(text))]


@pytest.mark.parametrize(
    ("above", "below", "is_hidden"),
    [
        ("", "", True),
        ("", 'match = { agent = "Max *" }', True),
        ("continue = true", 'match = { agent = "Max *" }', False),
        ('match = { agent = "Max *" }', "", False),
        ('match = { agent = "Max *" }', 'match = { agent = "Max *" }', True),
        ('match = { agent = "Max *" }', 'match = { agent = "Max *", files = true }', True),
        ('match = { agent = "Max *", files = true }', 'match = { agent = "Max *" }', False),
        ('match = { agent = ["a", "b"] }', 'match = { agent = "b" }', True),
        ('match = { agent = "b" }', 'match = { agent = ["a", "b"] }', False),
        ('match = { agent = "a" }', 'match = { role = "a" }', False),
        ('unless = { files = true }', "", False),
        ("", 'unless = { files = true }', True),
        ('unless = { files = true }', 'unless = { files = true }', True),
        ('unless = { files = true }', 'unless = { files = false }', False),
    ],
)  # fmt: skip
def test_a_route_is_hidden_behind_one_that_takes_all_its_messages(
    above: str, below: str, is_hidden: bool
) -> None:
    """Only a route that keeps what it matches, and matches no less, hides another."""
    table = f"""
        [[routes]]
        to = "ops"
        {above}
        [[routes]]
        to = "ops"
        {below}
    """

    assert hidden_in(table) == (["route 2"] if is_hidden else [])


def test_a_shadow_names_the_first_route_that_hides() -> None:
    """Each hidden route is told once, by its title."""
    table = make_table("""
        [[routes]]
        name = "everything"
        to = "ops"
        [[routes]]
        to = "ops"
        [[routes]]
        name = "refunds"
        to = "ops"
    """)

    assert shadows(table) == (
        Shadow(hidden="route 2", behind="everything"),
        Shadow(hidden="refunds", behind="everything"),
    )


@given(rows=rows, message=messages)
@settings(deadline=None)
def test_what_is_called_hidden_never_gets_a_message(rows: str, message: Message) -> None:
    """Whatever the table and the message."""
    table = make_table(rows)
    hidden = {shadow.hidden for shadow in shadows(table)}

    assert hidden.isdisjoint(table.match(message).values())


def test_destinations_without_a_route_are_found() -> None:
    """In the order in which they are defined; a route that is never reached counts as a route."""
    table = make_table('[[routes]]\nto = "ops"\n[[routes]]\nto = ["ops", "support"]')

    assert unused_destinations(table, ["b", "ops", "support", "a"]) == ("b", "a")
    assert unused_destinations(RoutingTable([]), ["a"]) == ("a",)
