"""`show`: the whole story of a delivery."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.store.revivals import Wanted, requesting
from tests.cli.conftest import Run
from tests.cli.stored import SECRET, TEXT, park, sample


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    """A store with all states in it."""
    path = tmp_path / "bridge.db"
    sample(path)
    return path


def _change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_a_story_is_told_line_by_line(run: Run, config: Path, store: Path) -> None:
    """What was accepted, what failed, which posts stand where, and how it ended."""
    result = run("show", "3-support", "--config", config)

    assert result.exit_code == 0, result.stderr
    title, message, chat, accepted, failed, part, thread, ended = result.stdout.splitlines()
    assert title == "3-support: delivered"
    assert message == "    message m3, revision 0"
    assert chat == "    chat c3"
    assert accepted.endswith("+00:00 accepted, route refunds")
    assert failed.endswith("+00:00 part 1 failed: Slack is busy")
    assert part == "    part 1 confirmed, post 1.1"
    assert thread == "    thread 1.1"
    assert ended.endswith("+00:00 delivered")


def test_a_dead_one_tells_why(run: Run, config: Path, store: Path) -> None:
    """Without secrets, and with nothing that a terminal would obey."""
    result = run("show", "1-ops", "--config", config)

    assert result.stdout.splitlines()[-1].endswith(
        " dead: the webhook was removed \N{REPLACEMENT CHARACTER}[31m[secret]"
    )
    assert SECRET not in result.output


def test_a_pending_one_tells_what_it_waits_for(run: Run, config: Path, store: Path) -> None:
    """Its turn, or another attempt."""
    assert run("show", "4-support", "--config", config).stdout.endswith("\n    waits\n")
    _change(store, "UPDATE delivery SET reason = 'busy'")
    assert "waits; last failure: busy" in run("show", "4-support", "--config", config).stdout


def test_a_pending_one_tells_that_its_destination_is_parked(
    run: Run, config: Path, store: Path
) -> None:
    """Since when and why; one that is over does not."""
    at = datetime(2026, 8, 1, tzinfo=UTC)
    park(store, "support", f"token_revoked {SECRET}", at=at)
    told = json.loads(run("show", "4-support", "--json", "--config", config).stdout)

    assert run("show", "4-support", "--config", config).stdout.endswith(
        "\n    waits\n"
        "    support is parked since 2026-08-01T00:00:00.000+00:00: token_revoked [secret]\n"
    )
    parked = {"reason": "token_revoked [secret]", "since": "2026-08-01T00:00:00.000+00:00"}
    assert (told["parked"], told["discarded_at"]) == (parked, None)
    assert "parked" not in run("show", "2-support", "--config", config).stdout


def test_a_replay_is_part_of_the_story(run: Run, config: Path, store: Path) -> None:
    """Asked for, and what became of it."""
    with requesting(store) as requests:
        requests.ask([Wanted(1, "ops", "alerts")], at=datetime.now(UTC))
    waiting = run("show", "1-ops", "--config", config).stdout
    assert "replay to alerts asked for; the bridge has not taken it up yet" in waiting

    _change(store, "UPDATE revival SET done_at = asked_at, revived = 1")
    assert "asked for, sent again from 2" in run("show", "1-ops", "--config", config).stdout
    _change(store, "UPDATE revival SET revived = 0")
    assert "asked for, not needed any more" in run("show", "1-ops", "--config", config).stdout


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_text_is_shown_only_on_request(
    run: Run, config: Path, store: Path, options: tuple[str, ...]
) -> None:
    """What agents wrote is nobody else's business."""
    asked = ("show", "1-ops", *options, "--config", config)

    assert TEXT not in run(*asked).output
    assert TEXT in run(*asked, "--content").stdout


@pytest.mark.parametrize("body", [b"{", b'{"event": "OTHER"}'])
def test_a_body_that_cannot_be_read_has_no_text(
    run: Run, config: Path, store: Path, body: bytes
) -> None:
    """The rest of the story is told all the same."""
    _change(store, "UPDATE message SET body = ?", body)
    result = run("show", "1-ops", "--content", "--json", "--config", config)

    assert json.loads(result.stdout)["content"] == ""


def test_programs_get_an_object(run: Run, config: Path, store: Path) -> None:
    """That of `deliveries --json`, with its route, parts, attempts and replays."""
    told = json.loads(run("show", "3-support", "--json", "--config", config).stdout)

    assert (told["id"], told["state"], told["route"], told["revision"]) == (
        "3-support",
        "delivered",
        "refunds",
        0,
    )
    assert told["parts"] == [{"number": 1, "state": "confirmed", "id": "1.1"}]
    [attempt] = told["attempts"]
    assert (attempt["part"], attempt["reason"]) == (1, "Slack is busy")
    assert told["replays"] == []


def test_a_message_shows_all_its_deliveries(run: Run, config: Path, store: Path) -> None:
    """By NexusGPT's id: one story after the other, or an array of them."""
    stories = run("show", "m1", "--config", config).stdout
    told = json.loads(run("show", "m1", "--json", "--config", config).stdout)

    assert stories.startswith("1-ops: dead\n")
    assert "\n\n1-support: dead\n" in stories
    assert [each["id"] for each in told] == ["1-ops", "1-support"]
    assert [each["id"] for each in json.loads(run("show", "m2", "--json").stdout)] == ["2-support"]


def test_an_unknown_id_is_an_answer(run: Run, config: Path, store: Path) -> None:
    """Exit code 1, and one sentence."""
    result = run("show", "9-ops\x1b", "--config", config)

    assert result.exit_code == 1
    assert result.stderr == 'no delivery and no message is called "9-ops␛"\n'
