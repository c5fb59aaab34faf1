"""`deliveries`: what is not delivered, and why."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.cli.moments import age
from tests.cli.conftest import Run
from tests.cli.stored import GONE, SECRET, TEXT, arrival, fill, park, sample


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    """A store with all states in it."""
    path = tmp_path / "bridge.db"
    sample(path)
    return path


def _table(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.split("\n")
    ][:-1]


def _ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_what_is_not_delivered_is_grouped(run: Run, config: Path, store: Path) -> None:
    """By destination, state and cause, with a count and the ages of the oldest and the newest."""
    result = run("deliveries", "--config", config)

    assert result.exit_code == 0, result.stderr
    header, *rows = _table(result.stdout)
    assert header == ["Destination", "State", "Count", "Oldest", "Newest", "Cause"]
    assert [row[:4] for row in rows] == [
        ["ops", "dead", "1", "3d"],
        ["support", "dead", "2", "3d"],
        ["support", "pending", "1", rows[2][3]],
    ]
    assert rows[2][5] == "-"


def test_no_secret_and_no_control_is_shown(run: Run, config: Path, store: Path) -> None:
    """Whatever a reason holds; nor is the message's text."""
    for options in ((), ("--list",), ("--json",)):
        shown = run("deliveries", *options, "--config", config).output
        assert "the webhook was removed" in shown
        assert SECRET not in shown
        assert TEXT not in shown
        assert "\x1b" not in shown


def test_a_list_has_one_line_per_delivery(run: Run, config: Path, store: Path) -> None:
    """The newest first, and what was delivered only if it is asked for."""
    result = run("deliveries", "--list", "--config", config)

    assert _ids(result.stdout) == ["4-support", "2-support", "1-support", "1-ops"]
    newest = _table(result.stdout)[1]
    assert newest[1:6] == ["m4", "c4", "support", "pending", "0"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--destination", "ops"), ["1-ops"]),
        (("--chat", "c4"), ["4-support"]),
        (("--state", "pending"), ["4-support"]),
        (("--state", "delivered"), ["3-support"]),
        (("--state", "all"), ["4-support", "3-support", "2-support", "1-support", "1-ops"]),
        (("--older", "1d", "--destination", "support"), ["1-support"]),
        (("--since", "2000-01-01", "--destination", "ops"), ["1-ops"]),
        (("--cause", "WEBHOOK", "--since", "1h"), ["2-support"]),
        (("--after", "2-support"), ["1-support", "1-ops"]),
    ],
)
def test_a_filter_that_leaves_one_group_lists_it(
    run: Run, config: Path, store: Path, options: tuple[str, ...], ids: list[str]
) -> None:
    """So does asking for what was delivered, and going on behind an ID."""
    assert _ids(run("deliveries", *options, "--config", config).stdout) == ids


def test_a_page_says_how_to_go_on(run: Run, config: Path, store: Path) -> None:
    """With the ID to go on behind; the last page says nothing."""
    first = run("deliveries", "--list", "--limit", 2, "--config", config)
    last = run("deliveries", "--list", "--limit", 2, "--after", "2-support", "--config", config)

    assert _ids(first.stdout) == ["4-support", "2-support"]
    assert first.stderr == "there are more: --after 2-support\n"
    assert _ids(last.stdout) == ["1-support", "1-ops"]
    assert last.stderr == ""


def test_programs_get_an_array(run: Run, config: Path, store: Path) -> None:
    """One object per delivery, with moments in UTC."""
    told = json.loads(run("deliveries", "--json", "--config", config).stdout)

    assert [each["id"] for each in told] == ["4-support", "2-support", "1-support", "1-ops"]
    pending, dead, *_ = told
    keys = "id message chat destination state attempts reason accepted_at settled_at"
    assert " ".join(pending) == keys
    assert (pending["state"], pending["settled_at"], pending["reason"]) == ("pending", None, "")
    assert dead["settled_at"].endswith("+00:00")
    assert (dead["message"], dead["chat"], dead["destination"]) == ("m2", "c2", "support")


def test_what_is_parked_is_said_first(run: Run, config: Path, store: Path) -> None:
    """Since when and why, without secrets; to programs that read the list, on stderr."""
    park(store, "support", GONE, at=datetime.now(UTC) - timedelta(hours=3))
    reason = "the webhook was removed \N{REPLACEMENT CHARACTER}[31m[secret]"
    said = re.compile(rf"support is parked since \S+\+00:00 \(3h\): {re.escape(reason)}\n")

    for options in ((), ("--list",), ("--state", "pending"), ("--destination", "support")):
        assert said.match(run("deliveries", *options, "--config", config).stdout)
    for_programs = run("deliveries", "--json", "--config", config)
    assert said.fullmatch(for_programs.stderr)
    assert len(json.loads(for_programs.stdout)) == 4


@pytest.mark.parametrize("options", [("--destination", "ops"), ("--state", "dead")])
def test_what_is_parked_is_not_said_where_it_explains_nothing(
    run: Run, config: Path, store: Path, options: tuple[str, ...]
) -> None:
    """Of another destination, or of what does not wait."""
    park(store, "support", "gone", at=datetime.now(UTC))

    assert "parked" not in run("deliveries", *options, "--config", config).output


def test_nothing_is_said_plainly(run: Run, config: Path, tmp_path: Path) -> None:
    """An empty list is no error, and no table."""
    fill(tmp_path / "bridge.db", arrival(1, "support"), dead=0)
    result = run("deliveries", "--state", "dead", "--config", config)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no delivery is like that\n"
    assert run("deliveries", "--state", "dead", "--json", "--config", config).stdout == "[]\n"


def test_a_long_reason_is_cut_in_a_list(run: Run, config: Path, tmp_path: Path) -> None:
    """`--json` and `show` have all of it."""
    sample(tmp_path / "bridge.db")
    long = "x" * 300
    with_reason(tmp_path / "bridge.db", long)

    assert long not in run("deliveries", "--list", "--config", config).stdout
    assert long in run("deliveries", "--json", "--config", config).stdout


def with_reason(path: Path, reason: str) -> None:
    """Let all dead ones have this reason."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE history SET reason = ? WHERE state = 'dead'", (reason,))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--since", "yesterday"), '"yesterday" is neither an age'),
        (("--after", "support"), '"support" is no ID of a delivery'),
        (("--state", "lost"), "'lost' is not one of"),
    ],
)
def test_a_wrong_call_is_told(
    run: Run, config: Path, store: Path, options: tuple[str, ...], sentence: str
) -> None:
    """With exit code 2 and what would be right."""
    result = run("deliveries", *options, "--config", config)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_without_a_store_it_says_so(run: Run, config: Path, tmp_path: Path) -> None:
    """And makes none."""
    result = run("deliveries", "--config", config)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == 'there is no store "bridge.db": "nexusgpt-bridge serve" makes it\n'
    assert not (tmp_path / "bridge.db").exists()


@pytest.mark.parametrize(
    ("ago", "shown"), [({"seconds": 5}, "5s"), ({"minutes": 61}, "1h"), ({"seconds": -9}, "0s")]
)
def test_an_age_is_in_its_largest_unit(ago: dict[str, int], shown: str) -> None:
    """Also with a clock that went back meanwhile."""
    now = datetime.now(UTC)

    assert age(now - timedelta(**ago), now) == shown
