"""A shell completes commands, options and the names of destinations."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from bridge.cli import COMMANDS, main
from tests.cli.conftest import Run

VARIABLE = "_NEXUSGPT_BRIDGE_COMPLETE"
#: as the README says it, then what bash itself does when somebody presses Tab
SCRIPT = """\
eval "$(_NEXUSGPT_BRIDGE_COMPLETE=bash_source nexusgpt-bridge)"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p nexusgpt-bridge | sed 's/.*-F \\([^ ]*\\) .*/\\1/') nexusgpt-bridge
printf '%s\\n' "${COMPREPLY[@]}"
"""
README = Path(__file__).parents[2] / "README.md"


def _offered(*words: str) -> list[str]:
    """Return what is offered for the last word."""
    *before, last = words
    found = BashComplete(main, {}, "nexusgpt-bridge", VARIABLE).get_completions(before, last)
    return [each.value for each in found]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ([""], list(COMMANDS)),
        (["de"], ["deliveries", "demo"]),
        (["--ver"], ["--version"]),
        (["check", "--on"], ["--online"]),
        (["serve", "--log-level", "w"], ["warning"]),
        (["send", ""], ["support", "alerts", "ops"]),
        (["deliveries", "--destination", "o"], ["ops"]),
        (["replay", "--to", "al"], ["alerts"]),
        (["discard", "--destination", "x"], []),
    ],
    ids=" ".join,
)
def test_what_can_follow_is_offered(
    run: Run, config: Path, words: list[str], offered: list[str]
) -> None:
    """What begins as the last word does."""
    assert _offered(*words) == offered


def test_the_config_that_was_named_is_read(run: Run, config: Path) -> None:
    """Not the one that would be found without a word."""
    other = config.with_name("other.toml")
    other.write_text("[destinations.elsewhere]")

    assert _offered("send", "--config", str(other), "") == ["elsewhere"]


@pytest.mark.parametrize("text", [None, "no = [toml", "destinations = 5", "[nexusgpt]", "\xff"])
def test_a_config_that_is_no_use_offers_nothing(
    run: Run, tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says nothing: the person is in the midst of typing."""
    if text is not None:
        (tmp_path / "config.toml").write_text(text, encoding="latin-1")

    assert _offered("send", "") == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [(["de"], ["deliveries", "demo"]), (["send", "su"], ["support"])],
    ids=["a command", "a destination"],
)
def test_bash_completes(words: list[str], offered: list[str], config: Path) -> None:
    """With the line that the README names, in a bash of its own."""
    done = subprocess.run(  # noqa: S603 -- our own command
        ["/bin/bash", "-c", SCRIPT, "bash", "nexusgpt-bridge", *words],
        cwd=config.parent,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == offered
    assert done.stderr == ""
    assert SCRIPT.splitlines()[0] in README.read_text(encoding="utf-8")
