"""What the commands have in common: the config they read."""

import os
from pathlib import Path
from typing import Any

import click

from bridge.config import Config, find, load


def read_config(option: Path | None) -> Config:
    """Return the checked config that a command works with. Raises ConfigError."""
    return load(find(option, os.environ), os.environ)


def config_option(command: Any) -> Any:
    """Add `--config FILE` to a command."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The config file. Default: $NEXUSGPT_BRIDGE_CONFIG, ./config.toml, "
        "/etc/nexusgpt-bridge/config.toml; the first that is there.",
    )(command)
