"""A config file of its own for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.config import Config, load

#: what every config needs; further tables can follow
BASE = """\
[nexusgpt]
header = "nexus-signature"
secrets = ["a-long-random-secret"]

[destinations.ops]
platform = "discord"
webhook_url = "https://discord.com/api/webhooks/1/token"

[[routes]]
to = ["ops"]

"""
Load = Callable[..., Config]
Write = Callable[[str], Path]


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Write:
    """Write a config file that only its owner can read, and return its path."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


@pytest.fixture(name="loaded")
def _loaded(write: Write) -> Load:
    """Load the base with further tables below it, and with variables."""

    def loaded(tables: str = "", *, base: str = BASE, **environ: str) -> Config:
        return load(write(base + tables), environ)

    return loaded


@pytest.fixture(name="credentials")
def _credentials(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Write the files of systemd's credentials, and return the variable that names their directory."""

    def credentials(**contents: str) -> dict[str, str]:
        directory = tmp_path / "run/credentials"
        directory.mkdir(parents=True)
        for name, content in contents.items():
            (directory / name).write_text(content, encoding="utf-8")
        return {"CREDENTIALS_DIRECTORY": str(directory)}

    return credentials
