"""`init`: a config to start from."""

import os
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


def test_folder_that_cannot_be_made_is_named(run: Run, tmp_path: Path) -> None:
    """A file in the place of the folder of credentials ends with a sentence."""
    (tmp_path / "credentials").write_text("")
    result = run("init", "--credentials")

    assert result.exit_code == 2
    assert result.stderr == "credentials can't be made: File exists\n"
    assert not (tmp_path / "config.toml").exists()


def test_credentials_are_put_apart(run: Run, tmp_path: Path) -> None:
    """For a service, the config has no secret in it, and each is in a file of its own; all is well-formed."""
    result = run("init", "--credentials", "etc/bridge/config.toml")
    folder = tmp_path / "etc/bridge/credentials"
    config = load(tmp_path / "etc/bridge/config.toml", {})
    secrets = {path.name: path.read_text().strip() for path in folder.iterdir()}

    assert result.exit_code == 0
    assert "with a new secret in etc/bridge/credentials/nexusgpt__secrets" in result.stderr
    assert set(secrets) == {
        "nexusgpt__secrets",
        "slack__token",
        "destinations__alerts__webhook_url",
        "destinations__ops__webhook_url",
    }
    assert len(secrets["nexusgpt__secrets"]) >= 32
    assert not any(secret in config.path.read_text() for secret in secrets.values())
    assert not any(secret in result.stderr for secret in secrets.values())
    assert config.warnings == ()
    assert config.store_path == Path("/var/lib/nexusgpt-bridge/bridge.db")
    assert run("check", "--config", config.path).exit_code == 0


def test_only_the_credentials_are_closed(run: Run, tmp_path: Path) -> None:
    """Everyone can read the config, and only its owner the secrets, whatever the umask."""
    before = os.umask(0o077)
    run("init", "--credentials", "etc/config.toml")
    os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "etc").rglob("*")}

    assert modes["config.toml"] == 0o644
    assert modes["credentials"] == 0o700
    assert modes["slack__token"] == 0o600


def test_credentials_replace_nothing_unless_forced(run: Run, tmp_path: Path) -> None:
    """A credential that is there stays, and nothing at all is written."""
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/slack__token").write_text("mine")
    refused = run("init", "--credentials")

    assert refused.exit_code == 2
    assert refused.stderr == "credentials/slack__token is there already; --force replaces it\n"
    assert not (tmp_path / "config.toml").exists()
    assert run("init", "--credentials", "--force").exit_code == 0
    assert (tmp_path / "credentials/slack__token").read_text() != "mine"
