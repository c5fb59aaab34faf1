"""`probe`: whether an event gets through the public URL, and where it ends if not."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.app import running
from bridge.config import load
from bridge.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.senders.ways import Stub
from tests.threads import beside

SECRET = "not-to-be-shown"
PATH = "/webhooks/nexusgpt"


@pytest.fixture(name="bridge")
def _bridge(config: Path) -> Iterator[str]:
    """The URL of a bridge that runs with the config."""
    text = config.read_text()
    config.write_text(
        '[server]\nlisten = "127.0.0.1:0"\n'
        + text.replace(f'["{SECRET}"]', f'["{SECRET}", "the-old-secret"]')
    )
    with beside(running(load(config, {}))) as bridge:
        yield bridge.url


def _messages(tmp_path: Path) -> int:
    with closing(sqlite3.connect(tmp_path / "bridge.db")) as store:
        (count,) = store.execute("SELECT count(*) FROM message").fetchone()
    return int(count)


def test_a_probe_comes_through(
    run: Run, config: Path, bridge: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """It is verified by the running bridge, and posted nowhere."""
    result = run("probe", bridge, "--config", config)

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.startswith("came through in ")
    assert result.stdout.endswith(" ms: verified, by secret 1 of 2, and stored\n")
    assert sandbox.calls == []
    assert _messages(tmp_path) == 0


def test_every_secret_can_be_tried(run: Run, config: Path, bridge: str) -> None:
    """While rotating, one sees which of them the running bridge takes."""
    other = config.with_name("other.toml")
    other.write_text(config.read_text().replace('"the-old-secret"', '"a-newer-secret"'))
    result = run("probe", "--all", bridge, "--config", other)

    assert result.exit_code == 1
    assert "verified, by secret 1 of 2, and stored" in result.stdout
    assert result.stderr == (
        'did not come through, by secret 2 of 2: the bridge refused the header "nexus-signature" '
        f"(HTTP 401): it runs with other secrets than {other} has, or something before it takes the "
        "header away\n"
    )
    assert SECRET not in result.output
    assert "a-newer-secret" not in result.output


def test_another_path_is_told_by_the_bridge_itself(run: Run, config: Path, bridge: str) -> None:
    """Where webhooks go, it says."""
    result = run("probe", bridge.replace(PATH, "/"), "--config", config)

    assert result.exit_code == 1
    assert (
        "the bridge is there, but takes no webhooks at / (HTTP 404: there is nothing here; "
        f"webhooks go to {PATH})"
    ) in result.stderr


def test_a_bridge_that_verifies_nothing_is_probed_too(
    run: Run, config: Path, stub: Stub, stranger: str
) -> None:
    """Without a header."""
    text = config.read_text().replace('header = "nexus-signature"\n', "allow_unverified = true\n")
    config.write_text(text.replace(f'secrets = ["{SECRET}"]\n', ""))
    stub.answer(200, b'{"status":"probed"}')
    result = run("probe", stranger, "--config", config)

    assert result.exit_code == 0, result.output
    assert "verified, by no secret, and stored" in result.stdout


def test_what_is_sent_is_marked(run: Run, config: Path, stub: Stub, stranger: str) -> None:
    """An event of its own kind, with an id that is new each time."""
    stub.answer(200, b'{"status":"probed"}')
    for _ in range(2):
        assert run("probe", stranger, "--config", config).exit_code == 0
    events = [json.loads(body) for _, _, body in stub.requests]

    assert [(method, path) for method, path, _ in stub.requests] == [("POST", PATH)] * 2
    assert {event["event"] for event in events} == {"NEXUSGPT_BRIDGE_PROBE"}
    assert len({event["payload"]["id"] for event in events}) == 2


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "https://", "http://[", "x:y"])
def test_what_is_no_url_is_a_wrong_call(run: Run, config: Path, url: str) -> None:
    """It is said before anything is sent."""
    result = run("probe", url, "--config", config)

    assert result.exit_code == 2
    assert result.stderr == (
        "the URL has to begin with https:// (or http://), and to name a host\n"
    )


def test_a_secret_in_the_open_is_warned_of(run: Run, config: Path) -> None:
    """Not on loopback."""
    result = run("probe", "http://no.invalid/x", "--config", config)

    assert "warning: without https:// the secret travels in the open\n" in result.stderr
