"""`unit`: print the systemd units of this installation."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import click

from bridge.cli.credentials import credential, folder, secret_keys
from bridge.cli.options import config_option, read_config
from bridge.cli.output import stderr
from bridge.cli.unit import text
from bridge.cli.unit.advice import advice
from bridge.config import Config
from bridge.errors import ConfigError

#: the oldest that the units are made for: Debian 12's
OLDEST = 252
_SCRIPT = "nexusgpt-bridge"

Listener = Literal["public", "admin"]


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge unit > /etc/systemd/system/nexusgpt-bridge.service
  nexusgpt-bridge unit --socket > /etc/systemd/system/nexusgpt-bridge.socket
"""
)
@click.option(
    "--socket",
    type=click.Choice(["public", "admin"]),
    is_flag=False,
    flag_value="public",
    help="Print a socket unit instead: systemd listens, also while the service restarts. "
    '"public" (the default) is for webhooks, "admin" for health and metrics.',
)
@config_option
def unit(socket: Listener | None, config_path: Path | None) -> None:
    """Print a systemd unit for this installation and this config.

    The unit goes to stdout, and what is left to be done before it can start goes to stderr. The
    config has to be good. Secrets are looked for in a folder "credentials" beside the config, one
    file for each, or where $CREDENTIALS_DIRECTORY says.
    """
    config = read_config(config_path)
    if socket is None:
        _print_service(config)
    else:
        click.echo(text.socket(socket, _listen(config, socket)), nl=False)


def _print_service(config: Config) -> None:
    settings, secrets = config.settings, folder(config.path, os.environ)
    files = {keys: credential(keys, secrets) for keys in secret_keys(settings)}
    listens = {"public": settings.server.listen, "admin": settings.admin_listen}
    for sentence in advice(config, Path(_command()[0]), files, listens):
        stderr().print(f"to do: {sentence}", style="yellow", soft_wrap=True)
    click.echo(
        text.service(
            _command(),
            config.path.absolute(),
            {file.name: file for file in files.values() if file is not None},
            answer_timeout=settings.outbound.answer_timeout,
            systemd=_systemd(),
        ),
        nl=False,
    )


def _listen(config: Config, name: Listener) -> str:
    if name == "public":
        return config.settings.server.listen
    if config.settings.admin_listen is None:
        raise ConfigError([f"{config.path}: has no [admin] table, so nothing would listen there"])
    return config.settings.admin_listen


def _command() -> tuple[str, ...]:
    """Return how this installation is called: its script, beside the Python that runs it."""
    # Not resolved: a virtual environment's Python is a link to one that knows nothing of it.
    script = Path(sys.executable).with_name(_SCRIPT)
    return (str(script),) if script.is_file() else (sys.executable, "-m", "bridge")


def _systemd() -> int:
    """Return the version of systemd on this machine; of none, the oldest that will do."""
    if (systemctl := shutil.which("systemctl")) is None:
        return OLDEST
    said = subprocess.run([systemctl, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 # nothing of a stranger's is in it
    found = re.match(r"systemd (\d+)", said.stdout)
    return int(found[1]) if found else OLDEST
