"""`explain`: where a message goes, why, and the exact posts."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox import Sandbox
from tests.cli.conftest import Run

EVENT: dict[str, Any] = {
    "event": "MESSAGE_FINALIZED",
    "payload": {
        "id": "m-1",
        "chatId": "c-1",
        "content": "A **refund**, please",
        "virtualSender": {"first_name": "Max", "last_name": "Evans", "role": "Support agent"},
    },
}

WHY = """\
A reply of Max Evans in chat c-1

refunds: matches, posts to support, ops, continues
    agent = Max * or fa9640f5-*: is "Max Evans": holds
    content = re:(?i)refund: is "A **refund**, please": holds
    unless kind = notification: is "reply": does not hold
route 2: matches, posts to support, stops here
    role = Support *: is "Support agent": holds
rest: not looked at

Goes to support, ops
"""


@pytest.fixture(name="event")
def _event(tmp_path: Path) -> Path:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(EVENT))
    return path


def test_it_shows_every_route_and_why(run: Run, config: Path, event: Path) -> None:
    """Each route, each condition with the actual value, where it stopped, and the destinations."""
    result = run("explain", event, "--config", config)

    assert result.exit_code == 0
    assert result.stdout.startswith(WHY)


def test_it_shows_the_exact_posts(run: Run, config: Path, event: Path) -> None:
    """Each part is shown as it would be sent, with its size against the limit."""
    lines = run("explain", event, "--config", config).stdout.splitlines()

    assert "support, part 1 of 1: 20 of 12000 characters" in lines
    assert "ops, part 1 of 1: 48 of 2000 characters" in lines
    assert '  "content": "-# Support agent · chat c-1\\nA **refund**, please",' in lines


def test_nothing_is_posted(run: Run, config: Path, event: Path, sandbox: Sandbox) -> None:
    """Explaining sends nothing anywhere."""
    run("explain", event, "--config", config)

    assert sandbox.calls == []


def test_json_is_for_programs(run: Run, config: Path, event: Path) -> None:
    """`--json` prints one object with the routes, the destinations and the posts."""
    told = json.loads(run("explain", event, "--json", "--config", config).stdout)

    assert told["message"] == {"id": "m-1", "chat": "c-1", "kind": "reply"}
    assert [route["matched"] for route in told["routes"]] == [True, True, False]
    assert [route["looked_at"] for route in told["routes"]] == [True, True, False]
    assert told["routes"][0]["match"][0] == {
        "key": "agent",
        "patterns": ["Max *", "fa9640f5-*"],
        "actual": ["Max Evans"],
        "holds": True,
    }
    assert told["destinations"] == ["support", "ops"]
    assert told["posts"]["ops"][0]["call"]["allowed_mentions"] == {"parse": []}
    assert told["posts"]["support"][0]["size"] <= told["posts"]["support"][0]["limit"]


def test_preview_draws_the_posts(run: Run, config: Path, event: Path) -> None:
    """`--preview` draws what would be sent below the routes, instead of the calls."""
    result = run("explain", event, "--preview", "--config", config)

    assert result.exit_code == 0
    assert result.stdout.startswith(WHY)
    assert (
        "\nsupport: channel C024BE91L, in the chat's thread · 20 of 12000 characters\n"
        in result.stdout
    )
    assert "\n  Support agent · chat c-1\n  A refund, please\n" in result.stdout
    assert "{" not in result.stdout


def test_preview_is_not_for_programs(run: Run, config: Path, event: Path) -> None:
    """`--preview` and `--json` together are a wrong call."""
    result = run("explain", event, "--preview", "--json", "--config", config)

    assert result.exit_code == 2
    assert result.stderr == "--preview draws for people, --json is for programs: choose one\n"


def test_file_is_told_by_its_name(run: Run, config: Path) -> None:
    """A message of too many parts ends in a file: its name and size are told, not its words."""
    config.write_text(config.read_text().replace("[[routes]]", "max_parts = 1\n\n[[routes]]", 1))
    words = ("explain", "--content", "refund " * 600, "--agent", "Max E", "--config", config)
    told = json.loads(run(*words, "--json").stdout)["posts"]["ops"][1]

    assert told["part"] == told["parts"] == 2
    assert (told["size"], told["limit"]) == (4201, 2_500_000)
    assert told["call"]["file"].endswith(".md")
    assert told["call"]["bytes"] == 4201
    assert "url" not in told["call"]
    assert "ops, part 2 of 2: a file, 4201 of 2500000 characters" in run(*words).stdout.splitlines()


def test_file_to_fetch_is_told_by_its_address(run: Run, config: Path, tmp_path: Path) -> None:
    """A file that is uploaded from elsewhere is told with its address, and without a size."""
    config.write_text(config.read_text().replace("[[routes]]", 'files = "upload"\n\n[[routes]]', 1))
    path = tmp_path / "event.json"
    files = [{"id": "f", "name": "a.pdf", "url": "https://x.org/a.pdf"}]
    path.write_text(json.dumps({**EVENT, "payload": {**EVENT["payload"], "files": files}}))
    told = json.loads(run("explain", path, "--json", "--config", config).stdout)["posts"]["ops"][1]

    assert told["call"]["file"] == "a.pdf"
    assert told["call"]["url"] == "https://x.org/a.pdf"
    assert "bytes" not in told["call"]


def test_nothing_of_a_message_moves_the_cursor(run: Run, config: Path, tmp_path: Path) -> None:
    """Controls and marks that turn the line are shown as signs, in JSON as escapes."""
    payload = {
        **EVENT["payload"],
        "id": "m\x9b1",
        "chatId": "c\x9b1",
        "content": "refund \x9b\x1b\u202e",
    }
    sender = {"virtualSender": {"first_name": "Max\x9b", "last_name": "E"}}
    path = tmp_path / "event.json"
    path.write_text(json.dumps({**EVENT, "payload": {**payload, **sender}}))

    for option in ("--json", "--preview", None):
        words = ("explain", path, "--config", config, *filter(None, [option]))
        shown = run(*words).stdout
        assert not set("\x9b\x1b\u202e") & set(shown)
    told = json.loads(run("explain", path, "--json", "--config", config).stdout)
    assert told["routes"][0]["match"][1]["actual"] == ["refund \x9b\x1b\u202e"]


def test_message_can_be_described_by_options(run: Run, config: Path) -> None:
    """Without an event file, options say what the message is like; what is left out is not given."""
    lines = run("explain", "--chat", "x", "--kind", "plan", "--config", config).stdout.splitlines()

    assert lines[0] == "A plan of an agent without a name in chat x"
    assert "    agent = Max * or fa9640f5-*: is not given: does not hold" in lines
    assert "rest: matches, posts to alerts, stops here" in lines


def test_route_without_conditions_takes_all(run: Run, config: Path) -> None:
    """A route without conditions says so."""
    config.write_text(config.read_text().replace('match = { chat = "*" }', ""))
    result = run("explain", "--content", "x", "--config", config)

    assert "    takes every message" in result.stdout.splitlines()


def test_long_values_are_shortened(run: Run, config: Path) -> None:
    """A long text is shown by its beginning: the conditions stay readable."""
    result = run("explain", "--content", "refund " * 50, "--config", config)
    line = next(line for line in result.stdout.splitlines() if "content =" in line)

    assert len(line) < 160
    assert "…" in line


def test_message_that_goes_nowhere_is_a_no(run: Run, config: Path) -> None:
    """A message that no route takes ends with exit code 1, and says so."""
    config.write_text(config.read_text().replace('chat = "*"', 'chat = "b*"'))
    result = run("explain", "--chat", "a", "--config", config)

    assert result.exit_code == 1
    assert result.stdout.endswith("Goes to no destination\n")


def test_ignored_event_is_a_no(run: Run, config: Path) -> None:
    """An event that the bridge ignores ends with exit code 1 and the reason."""
    body = json.dumps({"event": "CHAT_CLOSED", "payload": {}})
    result = run("explain", "-", "--config", config, input=body)

    assert result.exit_code == 1
    assert result.stderr == 'the event is ignored: unknown event "CHAT_CLOSED"\n'


def test_file_that_is_no_event_is_a_wrong_call(run: Run, config: Path) -> None:
    """A file that the bridge would refuse ends with exit code 2 and the sentence of the refusal."""
    result = run("explain", "-", "--config", config, input="{")

    assert result.exit_code == 2
    assert result.stderr == "the body is not JSON in UTF-8\n"


def test_option_that_is_no_text_is_read_all_the_same(run: Run, config: Path) -> None:
    """Bytes of a shell that are no UTF-8 end in no traceback."""
    result = run("explain", "--content", "refund \udcff", "--agent", "Max E", "--config", config)

    assert result.exit_code == 0
    assert "Traceback" not in result.output


def test_nothing_to_explain_is_a_wrong_call(run: Run, config: Path) -> None:
    """Without an event and options, it says what it needs."""
    result = run("explain", "--config", config)

    assert result.exit_code == 2
    assert result.stderr == "explain needs an event file, or --agent, --chat, --content, …\n"
