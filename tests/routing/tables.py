"""Routing tables as the config writes them, and messages to go through them."""

import tomllib

from hypothesis import strategies as st

from bridge.events import Agent, File, Kind
from bridge.routing import Route, RoutingTable
from tests.messages import make_message

_CONDITIONS = (
    "",
    'agent = "a"',
    'agent = ["a", "b"]',
    'role = "*"',
    'content = "re:b"',
    'chat = "a?"',
    'kind = ["reply", "plan"]',
    "files = true",
    'files = false, role = "a"',
)
_words = st.text("ab", max_size=2)


def make_table(text: str) -> RoutingTable:
    """Return the table that these lines of TOML describe."""
    return RoutingTable([Route.model_validate(row) for row in tomllib.loads(text)["routes"]])


def _row(match: str, unless: str, to: str, goes_on: str) -> str:
    return (
        f"[[routes]]\nmatch = {{ {match} }}\nunless = {{ {unless} }}\n"
        f'to = ["{to}", "both"]\ncontinue = {goes_on}\n'
    )


_conditions = st.sampled_from(_CONDITIONS)
#: the lines of one to five routes
rows = st.lists(
    st.builds(
        _row, _conditions, _conditions, st.sampled_from("xyz"), st.sampled_from(("true", "false"))
    ),
    min_size=1,
    max_size=5,
).map("".join)
#: messages that such routes may match
messages = st.builds(
    make_message,
    chat_id=_words,
    agent=st.builds(Agent, id=st.none() | _words, name=st.none() | _words, role=st.none() | _words),
    content=_words,
    kind=st.sampled_from(Kind),
    files=st.sampled_from(((), (File(name="a"),))),
)
