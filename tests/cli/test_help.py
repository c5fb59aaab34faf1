"""`--help` of each command is its manual: what it does, each option, and examples that are real."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bridge.cli import COMMANDS, main
from tests.cli.conftest import Run

WIDEST = 100


def _command(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


def _examples(name: str) -> list[str]:
    examples = _command(name).epilog or ""
    assert examples.startswith("\b\nExamples:\n")
    return [line.strip() for line in examples.splitlines()[2:]]


@pytest.mark.parametrize("columns", [80, WIDEST, 200])
@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_help_fits_a_terminal(run: Run, name: str, columns: int) -> None:
    """No line is longer than the terminal, nor than what is easily read."""
    arguments = [name, "--help"] if name else ["--help"]
    result = run(*arguments, terminal_width=None, env={"COLUMNS": str(columns)})
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert max(map(len, lines)) <= WIDEST
    assert "\b" not in result.stdout
    assert "\\b" not in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_their_help_says(name: str) -> None:
    """The list is written down apart, so that it is told without importing all commands."""
    first = (_command(name).help or "").partition("\n\n")[0]

    assert " ".join(first.split()) == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_and_each_argument_is_explained(name: str) -> None:
    """An option by a sentence of its own, an argument by the text."""
    command = _command(name)
    options = [each for each in command.params if isinstance(each, click.Option)]
    arguments = [each for each in command.params if isinstance(each, click.Argument)]

    assert all(option.help and option.help.endswith((".", "…")) for option in options)
    for argument in arguments:
        word = re.sub(r"[^A-Z]", "", argument.make_metavar(click.Context(command)))
        assert word in (command.help or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_example_is_a_call_that_is_understood(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever copies one gets no usage error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "event.json").touch()
    examples = [each for each in _examples(name) if "nexusgpt-bridge " in each]

    assert examples
    for example in examples:
        words = shlex.split(example.partition(" > ")[0].partition(" 2> ")[0], comments=True)
        call = words[words.index("nexusgpt-bridge") + 1 :]
        assert call[0] == name
        with _command(name).make_context(name, call[1:]):
            pass


def test_an_unknown_command_is_unknown() -> None:
    """Also for who asks the group itself."""
    assert main.get_command(click.Context(main), "explode") is None
