"""`unit`: the systemd units of this installation."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.cli.unit import text
from tests.cli.conftest import Run

CREDENTIALS = [
    "nexusgpt__secrets",
    "slack__token",
    "destinations__alerts__webhook_url",
    "destinations__ops__webhook_url",
]


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def _lines(unit: str, key: str) -> list[str]:
    """The values of a key, in order."""
    return [
        line.removeprefix(f"{key}=") for line in unit.splitlines() if line.startswith(f"{key}=")
    ]


def test_it_runs_this_installation_with_this_config(run: Run, config: Path) -> None:
    """The unit calls the script beside this Python, and the config by its absolute path."""
    script = Path(sys.executable).with_name("nexusgpt-bridge")
    result = run("unit", "--config", config.name)

    assert result.exit_code == 0
    assert _lines(result.stdout, "ExecStart") == [f"{script} serve --config {config}"]
    assert _lines(result.stdout, "ExecStartPre") == [f"{script} check --config {config}"]


def test_without_a_script_python_runs_it(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation that has no script of its own is called as a module."""
    monkeypatch.setattr(sys, "executable", "/opt/python/bin/python3")

    assert _lines(run("unit", "--config", config).stdout, "ExecStart") == [
        f"/opt/python/bin/python3 -m bridge serve --config {config}"
    ]


def test_config_is_checked_before_a_start_and_a_reload(run: Run, config: Path) -> None:
    """A bad config ends a reload before the running bridge hears of it."""
    check, hang_up = _lines(run("unit", "--config", config).stdout, "ExecReload")

    assert check.endswith(f"check --config {config}")
    assert "kill -HUP" in hang_up


def test_each_secret_is_a_credential(run: Run, config: Path) -> None:
    """Every secret that the config has comes from a file of its own, beside the config."""
    loaded = _lines(run("unit", "--config", config).stdout, "LoadCredential")
    folder = config.parent / "credentials"

    assert loaded == [f"{name}:{folder / name}" for name in CREDENTIALS]


def test_secrets_are_found_beside_the_config(run: Run, tmp_path: Path) -> None:
    """Of a config with its secrets apart, the unit needs no variable, and none has to be moved."""
    run("init", "--credentials", "config.toml")
    result = run("unit")

    assert result.exit_code == 0
    assert "move it" not in result.stderr
    assert f"slack__token:{tmp_path}/credentials/slack__token" in result.stdout


def test_folder_of_credentials_can_be_elsewhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """$CREDENTIALS_DIRECTORY says where the secrets are for the unit as for every command."""
    run("init", "--credentials", "config.toml")
    (tmp_path / "credentials").rename(tmp_path / "elsewhere")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "elsewhere")

    assert f"slack__token:{tmp_path}/elsewhere/slack__token" in run("unit").stdout


@pytest.mark.parametrize(
    ("proxy", "is_secret"),
    [("http://proxy:3128", False), ("http://me:a-password@proxy:3128", True)],
)
def test_proxy_is_a_secret_if_it_has_a_password(
    run: Run, config: Path, proxy: str, is_secret: bool
) -> None:
    """An address without a password may stay in the config."""
    config.write_text(f'[outbound]\nproxy = "{proxy}"\n{config.read_text()}')
    result = run("unit", "--config", config)

    assert ("LoadCredential=outbound__proxy:" in result.stdout) is is_secret
    assert "a-password" not in result.output


def test_bad_config_has_no_unit(run: Run, config: Path) -> None:
    """What `check` would refuse is refused here, with the same sentence."""
    config.write_text(f"{config.read_text()}\nchanel = 1\n")
    result = run("unit", "--config", config)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert 'unknown key "chanel"' in result.stderr


@pytest.mark.parametrize(
    ("said", "backs_off"),
    [("systemd 252 (252.39-1~deb12u2)", False), ("systemd 257 (257.9-1)", True), ("what?", False)],
)
def test_it_backs_off_where_systemd_can(
    run: Run,
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    backs_off: bool,
) -> None:
    """From version 254 on, restarts become more and more seldom; before, the key is not known."""
    systemctl = tmp_path / "bin/systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f"#!/bin/sh\necho '{said}'\n")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(systemctl.parent))
    unit = run("unit", "--config", config).stdout

    assert bool(_lines(unit, "RestartSteps")) is backs_off
    assert len(_lines(unit, "RestartSec")) == 1


def test_without_systemd_the_oldest_is_meant(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the unit is only printed, it is one that every systemd from 252 on takes."""
    monkeypatch.setenv("PATH", "")

    assert _lines(run("unit", "--config", config).stdout, "RestartSteps") == []


@pytest.mark.parametrize(("answer", "stop"), [("30s", "75s"), ("90.2s", "136s")])
def test_stop_waits_for_answers(run: Run, config: Path, answer: str, stop: str) -> None:
    """A post under way may take as long as the config lets it; systemd must not kill it before."""
    config.write_text(f'[outbound]\nanswer_timeout = "{answer}"\n{config.read_text()}')

    assert _lines(run("unit", "--config", config).stdout, "TimeoutStopSec") == [stop]


def test_odd_paths_are_quoted() -> None:
    """Spaces, quotes, backslashes and all that systemd would replace stay what they are."""
    unit = text.service(
        ("/opt/a b%i/python", "-m", "bridge"),
        Path('/etc/$HOME/"%u"\\'),
        {"slack__token": Path("/etc/100%/a b")},
        answer_timeout=timedelta(seconds=30),
        systemd=252,
    )

    assert _lines(unit, "ExecStart") == [
        '"/opt/a b%%i/python" -m bridge serve --config "/etc/$$HOME/\\"%%u\\"\\\\"'
    ]
    assert _lines(unit, "LoadCredential") == ["slack__token:/etc/100%%/a b"]


@pytest.mark.parametrize(
    ("listen", "stream"),
    [
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("localhost:8080", "127.0.0.1:8080"),
        ("[::1]:8080", "[::1]:8080"),
        ("unix:/run/bridge/100%.sock", "/run/bridge/100%%.sock"),
    ],
)
def test_socket_unit_listens_where_the_config_says(
    run: Run, config: Path, listen: str, stream: str
) -> None:
    """`--socket` is for webhooks; systemd gives the socket its name."""
    config.write_text(f'[server]\nlisten = "{listen}"\n{config.read_text()}')
    unit = run("unit", "--socket", "--config", config).stdout

    assert _lines(unit, "ListenStream") == [stream]
    assert _lines(unit, "FileDescriptorName") == ["public"]
    assert _lines(unit, "Service") == ["nexusgpt-bridge.service"]


def test_socket_unit_needs_an_address(run: Run, config: Path) -> None:
    """A host's name is refused with a sentence, since systemd looks none up."""
    config.write_text(f'[server]\nlisten = "bridge.example:8080"\n{config.read_text()}')
    result = run("unit", "--socket", "--config", config)

    assert result.exit_code == 2
    assert (
        result.stderr == 'a socket unit needs an IP address: "bridge.example:8080" names a host\n'
    )


def test_socket_unit_for_admin(run: Run, config: Path) -> None:
    """`--socket admin` prints that of health and metrics, if the config has them."""
    without = run("unit", "--socket", "admin", "--config", config)
    config.write_text(f'[admin]\nlisten = "127.0.0.1:9191"\n{config.read_text()}')
    unit = run("unit", "--socket", "admin", "--config", config).stdout

    assert without.exit_code == 2
    assert without.stderr == f"{config}: has no [admin] table, so nothing would listen there\n"
    assert _lines(unit, "ListenStream") == ["127.0.0.1:9191"]
    assert _lines(unit, "FileDescriptorName") == ["admin"]
