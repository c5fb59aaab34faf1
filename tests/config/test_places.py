"""The line of the file at which a fault is told."""

import pytest

from bridge.config.places import Path, lines_of

CONFIG = '''\
# comment = 1
[server]
listen = "127.0.0.1:8080"

[nexusgpt]   # [[routes]]
  header="h"
secrets = [
    "a",
    "b = c",
]
slack.token = "t"

[ destinations . "my ops" ]
'web hook' = "u"
"thread" . x = "\u2028"
destinations = """
größe = 1
"""

[agents."a]b.c"]
name = "Max"

[[routes]]
match = { agent = "a", role = "r" }
to = ["ops"]

[[ routes ]]
[routes.match]
agent = "b"
[routes.unless]
role = "c"

[["routes"]]
to = "ops"

[[tests]]
to = []
message.agent = "Max"\r
[tests.message]\r
role = "r"\r
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("server",), 2),
        (("server", "listen"), 3),
        (("nexusgpt",), 5),
        (("nexusgpt", "header"), 6),
        (("nexusgpt", "secrets"), 7),
        (("nexusgpt", "slack", "token"), 11),
        (("destinations",), 13),
        (("destinations", "my ops"), 13),
        (("destinations", "my ops", "web hook"), 14),
        (("destinations", "my ops", "thread", "x"), 15),
        (("agents", "a]b.c"), 20),
        (("agents", "a]b.c", "name"), 21),
        (("routes", 0), 23),
        (("routes", 0, "match"), 24),
        (("routes", 0, "to"), 25),
        (("routes", 1), 27),
        (("routes", 1, "match"), 28),
        (("routes", 1, "match", "agent"), 29),
        (("routes", 1, "unless", "role"), 31),
        (("routes", 2), 33),
        (("routes", 2, "to"), 34),
        (("tests", 0), 36),
        (("tests", 0, "message", "agent"), 38),
        (("tests", 0, "message", "role"), 40),
        (("comment",), None),
        (("routes", 0, "match", "agent"), None),
        (("routes", 3), None),
    ],
    ids=str,
)
def test_a_key_is_found_where_it_stands(path: Path, line: int | None) -> None:
    """In tables, arrays of tables, dotted and quoted keys; not inside inline tables and lists."""
    assert lines_of(CONFIG).get(path) == line
