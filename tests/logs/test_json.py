"""Log lines for programs: one JSON object each, with the words and fields of logfmt."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.deliveries import State
from bridge.logs import configure, log


def _logged(secrets: tuple[str, ...] = (), **fields: object) -> dict[str, Any]:
    stream = io.StringIO()
    configure(secrets, stream=stream, form="json")
    log.warning("word", **fields)
    (line,) = stream.getvalue().splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def test_a_line_is_one_object() -> None:
    """Time, level and event come first, then the fields."""
    told = _logged(message="m1", part=2)
    time = datetime.fromisoformat(told.pop("time"))

    assert list(told.items()) == [
        ("level", "warning"),
        ("event", "word"),
        ("message", "m1"),
        ("part", 2),
    ]
    assert time.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("value", "read_back"),
    [
        (3, 3),
        (0.25, 0.25),
        (True, True),
        (None, None),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (timedelta(hours=1), "1:00:00"),
        (State.DEAD, "dead"),
        ('a "b"\n\\c', 'a "b"\n\\c'),
        ("a\x1b[2J\u202eb\ud800", "a\x1b[2J\ufffdb\ufffd"),
        ("Zoë🙂", "Zoë🙂"),
    ],
    ids=repr,
)
def test_a_value_is_what_it_was(value: object, read_back: object) -> None:
    """Numbers stay numbers; what JSON has no word for is text."""
    assert _logged(key=value)["key"] == read_back


def test_no_line_moves_a_cursor() -> None:
    """Whoever looks at the raw lines in a terminal is safe, too."""
    stream = io.StringIO()
    configure((), stream=stream, form="json")
    log.info("word", text="\x1b[2J\u202e\u2028\n")

    assert stream.getvalue()[:-1].isprintable()


@pytest.mark.parametrize("secret", ["xoxb-secret", 'pass"word\\', "two\nlines"])
def test_secrets_are_blackened(secret: str) -> None:
    """And what is left is still JSON."""
    told = _logged((secret,), text=f"at {secret}/y", key=secret)

    assert (told["text"], told["key"]) == ("at [secret]/y", "[secret]")
