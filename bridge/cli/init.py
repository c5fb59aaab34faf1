"""`init`: write a commented config to start from."""

import json
import os
import secrets
from pathlib import Path

import click

from bridge.cli.credentials import taken_apart
from bridge.cli.manifest import manifest, scopes_for
from bridge.cli.output import stderr
from bridge.config import Settings, find, load
from bridge.config.sources import FOLDER, PREFIX
from bridge.errors import BridgeError, ConfigError

_EXAMPLE = "config.example.toml"
_PLACEHOLDER = "a-long-random-secret"
_STORE = 'url = "sqlite:////var/lib/nexusgpt-bridge/bridge.db"'
_TOKEN_VARIABLE = f"{PREFIX}SLACK__TOKEN"
_ADVICE = """\
Paste it at https://api.slack.com/apps: Create New App > From a manifest > your workspace > JSON.
Then: Install to Workspace; copy the "Bot User OAuth Token" (OAuth & Permissions) into [slack] token;
and invite the bot to each channel: /invite @NexusGPT"""
SECRET_BYTES = 24


class _NoSlack(BridgeError):
    """A config without Slack needs no Slack app."""


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge init
  nexusgpt-bridge init --credentials /etc/nexusgpt-bridge/config.toml
  nexusgpt-bridge init --slack-manifest    # the Slack app for ./config.toml
"""
)
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option(
    "--credentials",
    is_flag=True,
    help='For a systemd service: put the secrets into a folder "credentials" beside PATH, a file '
    "for each, which only you can read; everyone may read PATH. Missing folders are made.",
)
@click.option(
    "--slack-manifest",
    is_flag=True,
    help="Write nothing: print the manifest of a Slack app with the scopes that the config at PATH "
    "needs.",
)
@click.option(
    "--for-check",
    is_flag=True,
    help="With --slack-manifest: also with the scopes that `check --online` needs.",
)
def init(
    path: Path | None, force: bool, credentials: bool, slack_manifest: bool, for_check: bool
) -> None:
    """Write a commented config to PATH, with a new secret for NexusGPT.

    Only you can read the file. It never replaces one that is there, unless forced to. Without
    PATH, it is config.toml; for --slack-manifest, the config that all commands read.

    The manifest needs no token in the config yet: it is how to get one.
    """
    if slack_manifest:
        _print_manifest(find(path, os.environ), for_check=for_check)
    elif for_check:
        raise ConfigError(["--for-check is for --slack-manifest"])
    else:
        _write_all(path or Path("config.toml"), with_credentials=credentials, force=force)


def _write_all(path: Path, *, with_credentials: bool, force: bool) -> None:
    """Write a config, and say what is next."""
    text = example().replace(_PLACEHOLDER, secrets.token_urlsafe(SECRET_BYTES))
    if with_credentials:
        _write_apart(path, text, force=force)
    else:
        _write(path, text, force=force)
    place = path.parent / FOLDER / "nexusgpt__secrets" if with_credentials else path
    stderr().print(
        f"wrote {path}, with a new secret in {'it' if place == path else place}.\n"
        "Next: fill in your destinations and routes, enter the header and the secret in NexusGPT's\n"
        f"developer settings, then run: nexusgpt-bridge check --config {path}",
        soft_wrap=True,
    )


def _write_apart(path: Path, text: str, *, force: bool) -> None:
    """Write a config that everyone may read, and its secrets, which nobody else may."""
    apart = taken_apart(text)
    beside = path.parent / FOLDER
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError([f"{beside} can't be made: {error.strerror}"]) from None
    for name, secret in apart.secrets.items():
        _write(beside / name, secret, force=force)
    # Named, so that commands find the service's store in an operator's shell.
    _write(path, apart.config.replace(f"# {_STORE}", _STORE), force=force)
    path.chmod(0o644)


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        path.unlink(missing_ok=True) if force else None
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise ConfigError([f"{path} is there already; --force replaces it"]) from None
    except OSError as error:
        raise ConfigError([f"{path} can't be written: {error.strerror}"]) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _print_manifest(path: Path, *, for_check: bool) -> None:
    settings = _settings(path)
    scopes = scopes_for(settings, with_check=for_check)
    if not scopes:
        raise _NoSlack(f'{path} posts nothing to Slack: no destination has platform = "slack"')
    click.echo(json.dumps(manifest(scopes), indent=2))
    if settings is None:
        stderr().print(f"{path} is not there: these are the scopes of a channel", soft_wrap=True)
    stderr().print(_ADVICE, soft_wrap=True)


def _settings(path: Path) -> Settings | None:
    """Return what a config says; None if there is none. It may lack the token: that comes next."""
    if not path.exists():
        return None
    return load(path, {_TOKEN_VARIABLE: "none-yet", **os.environ}).settings


def example() -> str:
    """Return the commented example config."""
    # A wheel has it inside the package; a clone keeps it at its top, where people look for it.
    package = Path(__file__).parents[1]
    places = (package / _EXAMPLE, package.parent / _EXAMPLE)
    return next(place for place in places if place.is_file()).read_text(encoding="utf-8")
