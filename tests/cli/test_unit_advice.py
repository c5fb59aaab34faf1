"""What `unit` says is left to do before the service can start."""

from pathlib import Path

import pytest

from bridge.cli.unit.advice import HIDDEN, advice
from bridge.config import load
from tests.cli.conftest import Run

SECRETS = ["not-to-be-shown", "xoxb-sandbox"]


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def test_secrets_in_the_config_have_to_move(run: Run, config: Path) -> None:
    """The service's user can't read a file with secrets: what has to go where is told, secrets aren't."""
    result = run("unit", "--config", config)
    file = config.parent / "credentials/slack__token"

    assert f"to do: [slack] token: move it out of {config} into a file of mode 600: {file}" in (
        result.stderr.splitlines()
    )
    assert f"chmod 644 {config}" in result.stderr
    assert not any(secret in result.output for secret in SECRETS)


def test_credential_that_is_missing_is_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that comes from the environment here will be missing there."""
    run("init", "--credentials", "config.toml")
    (tmp_path / "credentials/slack__token").unlink()
    monkeypatch.setenv("NEXUSGPT_BRIDGE_SLACK__TOKEN", "xoxb-sandbox")
    result = run("unit")

    assert "to do: [slack] token: write it to a file of mode 600: " in result.stderr
    assert "xoxb-sandbox" not in result.output


def test_name_that_no_credential_can_have_is_told(run: Run, config: Path) -> None:
    """With "__" in its name, or "_" at its end, a destination's secret can't be found by its path."""
    config.write_text(config.read_text().replace("alerts", "a__b"))
    result = run("unit", "--config", config)

    assert "to do: [destinations.a__b] webhook_url: can't come from a credential" in result.stderr
    assert "a__b" not in result.stdout


@pytest.mark.parametrize(
    ("listen", "says"),
    [
        ("127.0.0.1:443", True),
        ("unix:/run/bridge.sock", True),
        ("127.0.0.1:8080", False),
        ("127.0.0.1:0", False),
    ],
)
def test_address_that_only_systemd_can_have_is_told(
    run: Run, config: Path, listen: str, says: bool
) -> None:
    """Ports below 1024 and unix sockets need the socket unit."""
    config.write_text(f'[server]\nlisten = "{listen}"\n{config.read_text()}')
    stderr = run("unit", "--config", config).stderr

    assert (
        f'{listen}: only systemd can listen there for the service: "nexusgpt-bridge' in stderr
    ) is says


@pytest.mark.parametrize("folder", HIDDEN)
def test_places_that_the_service_cannot_see_are_told(config: Path, folder: str) -> None:
    """A program in somebody's home would not be found by the service."""
    program = Path(folder, "bridge/bin/nexusgpt-bridge")
    told = list(advice(load(config, {}), program, {}, {}))

    assert f"{program}: the service can't see it there; /etc and /opt are good places" in told


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:////srv/bridge.db", True),
        ("sqlite:///bridge.db", True),
        ("sqlite:////var/lib/nexusgpt-bridge/other.db", False),
    ],
)
def test_store_that_the_service_cannot_write_is_told(
    run: Run, config: Path, url: str, says: bool
) -> None:
    """The service writes to its state directory and nowhere else."""
    config.write_text(f'[store]\nurl = "{url}"\n{config.read_text()}')

    assert (
        "[store] url: the service can write to" in run("unit", "--config", config).stderr
    ) is says


def test_config_that_everyone_can_read_needs_no_other_mode(config: Path) -> None:
    """A readable config in folders that are open, and a program in /opt, need no advice."""
    config.chmod(0o644)
    for folder in config.parents[:3]:  # those that pytest has made
        folder.chmod(0o755)
    told = list(advice(load(config, {}), Path("/opt/bridge/bin/nexusgpt-bridge"), {}, {}))

    assert told == [f"{config}: the service can't see it there; /etc and /opt are good places"]
