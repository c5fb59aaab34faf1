"""`init`: a config to start from."""

import stat
import tomllib
from pathlib import Path

import pytest

from bridge.config import load
from tests.cli.conftest import Run


def test_it_writes_a_config_that_is_well_formed(run: Run, tmp_path: Path) -> None:
    """What `init` writes passes `check` as it is, tests included."""
    assert run("init").exit_code == 0

    result = run("check")
    assert result.exit_code == 0, result.output
    assert load(tmp_path / "config.toml", {}).warnings == ()


def test_secret_is_new_each_time(run: Run, tmp_path: Path) -> None:
    """No two configs share a secret, and none has the example's."""
    run("init", "a.toml")
    run("init", "b.toml")
    secrets = [
        tomllib.loads((tmp_path / name).read_text())["nexusgpt"]["secrets"][0]
        for name in ("a.toml", "b.toml")
    ]

    assert secrets[0] != secrets[1]
    assert all(len(secret) >= 32 for secret in secrets)


def test_only_its_owner_can_read_it(run: Run, tmp_path: Path) -> None:
    """The file that holds the secrets has mode 0600."""
    run("init")

    assert stat.S_IMODE((tmp_path / "config.toml").stat().st_mode) == 0o600


def test_it_replaces_nothing_unless_forced(run: Run, tmp_path: Path) -> None:
    """A file that is there stays, unless `--force` is given."""
    path = tmp_path / "config.toml"
    path.write_text("mine")
    refused = run("init")

    assert refused.exit_code == 2
    assert refused.stderr == "config.toml is there already; --force replaces it\n"
    assert path.read_text() == "mine"

    assert run("init", "--force").exit_code == 0
    assert "[nexusgpt]" in path.read_text()


def test_place_that_cannot_be_written_is_named(run: Run) -> None:
    """A missing folder ends with a sentence."""
    result = run("init", "nowhere/config.toml")

    assert result.exit_code == 2
    assert result.stderr == "nowhere/config.toml can't be written: No such file or directory\n"


@pytest.mark.parametrize("word", ["developer settings", "check --config config.toml"])
def test_it_says_what_to_do_next(run: Run, word: str) -> None:
    """After writing, it says what to fill in and how to check it."""
    assert word in run("init").stderr
