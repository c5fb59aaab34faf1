"""`init`: write a commented config to start from."""

import os
import secrets
from pathlib import Path

import click

from bridge.cli.credentials import FOLDER, taken_apart
from bridge.cli.output import stderr
from bridge.errors import ConfigError

_EXAMPLE = "config.example.toml"
_PLACEHOLDER = "a-long-random-secret"
SECRET_BYTES = 24


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("config.toml"))
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option(
    "--credentials",
    is_flag=True,
    help='For a systemd service: put the secrets into a folder "credentials" beside PATH, a file '
    "for each, which only you can read; everyone may read PATH. Missing folders are made.",
)
def init(path: Path, force: bool, credentials: bool) -> None:
    """Write a commented config to PATH (default: config.toml), with a new secret for NexusGPT.

    Only you can read the file. It never replaces one that is there, unless forced to.
    """
    text = example().replace(_PLACEHOLDER, secrets.token_urlsafe(SECRET_BYTES))
    if credentials:
        _write_apart(path, text, force=force)
    else:
        _write(path, text, force=force)
    place = path.parent / FOLDER / "nexusgpt__secrets" if credentials else path
    stderr().print(
        f"wrote {path}, with a new secret in {'it' if place == path else place}.\n"
        "Next: fill in your destinations and routes, enter the header and the secret in NexusGPT's\n"
        f"developer settings, then run: nexusgpt-bridge check --config {path}",
        soft_wrap=True,
    )


def _write_apart(path: Path, text: str, *, force: bool) -> None:
    """Write a config that everyone may read, and its secrets, which nobody else may."""
    apart = taken_apart(text)
    folder = path.parent / FOLDER
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError([f"{folder} can't be made: {error.strerror}"]) from None
    _write(path, apart.config, force=force, mode=0o644)
    for name, secret in apart.secrets.items():
        _write(folder / name, secret, force=force)


def _write(path: Path, text: str, *, force: bool, mode: int = 0o600) -> None:
    try:
        path.unlink(missing_ok=True) if force else None
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        raise ConfigError([f"{path} is there already; --force replaces it"]) from None
    except OSError as error:
        raise ConfigError([f"{path} can't be written: {error.strerror}"]) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def example() -> str:
    """Return the commented example config."""
    # A wheel has it inside the package; a clone keeps it at its top, where people look for it.
    package = Path(__file__).parents[1]
    places = (package / _EXAMPLE, package.parent / _EXAMPLE)
    return next(place for place in places if place.is_file()).read_text(encoding="utf-8")
