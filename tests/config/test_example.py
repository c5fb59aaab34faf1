"""config.example.toml says what is true, and [[tests]] say where messages go."""

import re
import tomllib
from pathlib import Path

import pytest

from bridge.config import load
from bridge.config.expectations import RouteTest
from bridge.destinations import DiscordDestination, SlackDestination
from bridge.events import Agent, Kind
from bridge.routing import RoutingTable
from tests.config.conftest import Load, Write

EXAMPLE = Path(__file__).parents[2].joinpath("config.example.toml").read_text(encoding="utf-8")
MAX = {"a1": Agent(id="a1", name="Max Evans", role="Consultant")}


def test_the_example_loads_without_a_warning(write: Write) -> None:
    """Who starts from it starts well."""
    assert load(write(EXAMPLE), {}).warnings == ()


def test_the_tests_of_the_example_pass(write: Write) -> None:
    """Its routes do what its [[tests]] expect."""
    settings = load(write(EXAMPLE), {}).settings
    table = RoutingTable(settings.routes)
    went = [
        list(table.match(test.message.message(settings.known_agents))) for test in settings.tests
    ]

    assert len(went) == 2
    assert went == [list(test.to) for test in settings.tests]


@pytest.mark.parametrize("table", ["server", "nexusgpt", "delivery", "outbound", "log"])
def test_what_is_commented_out_shows_the_default(write: Write, table: str) -> None:
    """Whoever removes a "#" changes nothing; keys that show an example instead have no default."""
    settings = load(write(EXAMPLE), {}).settings
    (lines,) = re.findall(rf"^\[{table}\].*\n((?:.+\n)*)", EXAMPLE, re.MULTILINE)
    shown = tomllib.loads("\n".join(re.findall(r"^# (\w+ = [^#]*)", lines, re.MULTILINE)))
    for example in ("allow_unverified", "proxy", "ca_file"):
        shown.pop(example, None)
    section = getattr(settings, table)

    assert shown
    assert type(section).model_validate(section.model_dump() | shown) == section


@pytest.mark.parametrize("name", ["support", "ops"])
def test_every_key_of_a_destination_is_shown(write: Write, name: str) -> None:
    """Whoever removes a "#" gets what the comment says; only a header and a footer change anything."""
    table = rf"^\[destinations\.{name}\]\n(?:.+\n)*"
    text = re.sub(
        table, lambda found: re.sub("(?m)^# (?=\\w+ = )", "", found[0]), EXAMPLE, flags=re.M
    )
    before, after = (load(write(each), {}).settings.destinations[name] for each in (EXAMPLE, text))
    changed = {
        key for key in type(after).model_fields if getattr(before, key) != getattr(after, key)
    }

    assert changed == ({"header", "footer"} if name == "support" else set())
    assert after.model_fields_set > before.model_fields_set


def test_every_key_of_every_destination_is_in_the_example() -> None:
    """Nobody has to look into the code for a key."""
    fields = SlackDestination.model_fields | DiscordDestination.model_fields

    assert [key for key in fields if not re.search(rf"^(?:# )?{key} = ", EXAMPLE, re.M)] == []


@pytest.mark.parametrize(
    ("row", "agent", "to"),
    [
        ({"message": {}, "to": []}, Agent(), ()),
        ({"message": {"agent": "a1"}, "to": "ops"}, MAX["a1"], ("ops",)),
        (
            {"message": {"agent": "a1", "role": "Boss"}, "to": ["ops"]},
            Agent(id="a1", name="Max Evans", role="Boss"),
            ("ops",),
        ),
        (
            {"message": {"agent": "Ada"}, "to": ["a", "b"]},
            Agent(id="Ada", name="Ada"),
            ("a", "b"),
        ),
    ],
    ids=str,
)  # fmt: skip
def test_an_agent_of_a_test_is_an_id_or_a_name(
    row: dict[str, object], agent: Agent, to: tuple[str, ...]
) -> None:
    """What the config knows of an id is filled in, as it is for live traffic."""
    test = RouteTest.model_validate(row)

    assert test.message.message(MAX).agent == agent
    assert test.to == to


def test_a_test_says_only_what_matters(loaded: Load) -> None:
    """All that conditions look at can be said; what is not said is plain."""
    config = loaded("""
        [[tests]]
        message = { chat = "c1", content = "Hi", kind = "plan", files = true }
        to = "ops"
        [[tests]]
        message = {}
        to = "ops"
    """)
    full, empty = (test.message.message({}) for test in config.settings.tests)

    assert (full.chat_id, full.content, full.kind, len(full.files)) == ("c1", "Hi", Kind.PLAN, 1)
    assert (empty.chat_id, empty.content, empty.kind, empty.files) == ("test", "", Kind.REPLY, ())
