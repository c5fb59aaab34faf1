"""What all commands have in common: help, version, errors and exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import __version__
from tests.cli.conftest import Run

COMMANDS = [
    "serve",
    "check",
    "explain",
    "send",
    "probe",
    "deliveries",
    "show",
    "replay",
    "discard",
    "backup",
    "demo",
    "init",
    "unit",
]


def test_version_is_printed(run: Run) -> None:
    """`--version` says the name and the version."""
    result = run("--version")

    assert result.exit_code == 0
    assert result.stdout.strip().endswith(f" {__version__}")


def test_help_lists_every_command(run: Run) -> None:
    """`--help` names each command and what the exit codes mean."""
    result = run("--help")

    assert result.exit_code == 0
    assert all(f"\n  {command} " in result.stdout for command in COMMANDS)
    assert "0 fine, 1 the answer is no, 2 the call or the config is wrong" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(run: Run, command: str) -> None:
    """Each command says what it does and how it is called."""
    result = run(command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_unknown_command_is_a_wrong_call(run: Run) -> None:
    """A command that does not exist ends with 2 and one sentence."""
    result = run("explode")

    assert result.exit_code == 2
    assert "No such command 'explode'" in result.stderr


@pytest.mark.parametrize("command", [("serve",), ("check",), ("send", "x"), ("explain", "-")])
def test_missing_config_ends_with_a_sentence(run: Run, command: tuple[str, ...]) -> None:
    """Without a config file, each command says which one it looked for and how to get one."""
    result = run(*command, input="{}")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        'config.toml: there is no such file; "nexusgpt-bridge init" writes one to start from\n'
    )


def test_every_fault_of_a_config_is_told_at_once(run: Run, tmp_path: Path) -> None:
    """A bad config ends with 2 and one line for each fault, without a traceback or a secret."""
    path = tmp_path / "bad.toml"
    path.write_text('[server]\nlisten = 1\n[slak]\ntoken = "xoxb-secret"\n')
    result = run("serve", "--config", path)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 5
    assert "Traceback" not in result.stderr
    assert "xoxb-secret" not in result.stderr


def test_reader_that_leaves_early_is_no_error(config: Path) -> None:
    """`nexusgpt-bridge check | true` ends without a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "bridge", "check", "--config", str(config)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)  # noqa: S603 -- our own command
    os.close(writer)

    assert done.returncode == 1
    assert done.stderr == b""


def test_the_journal_hears_that_it_is_an_error(tmp_path: Path) -> None:
    """Under systemd, why a service does not start is found among the errors."""
    command = [sys.executable, "-m", "bridge", "check", "--config", "no.toml"]
    with (tmp_path / "journal").open("wb") as journal:
        status = os.fstat(journal.fileno())
        environ = {**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        subprocess.run(command, stderr=journal, env=environ, check=False)  # noqa: S603 -- our own command

    assert (tmp_path / "journal").read_text().startswith("<3>no.toml: there is no such file")
