"""What a shell completes from the config: names of destinations. Whatever the config holds, it never fails."""

import os
from pathlib import Path

import click

from bridge.config import find
from bridge.config.sources import read_toml
from bridge.errors import ConfigError


def destinations(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the destinations that begin so."""
    option: Path | None = ctx.params.get("config_path")
    try:
        values = read_toml(find(option, os.environ))[1]
    except ConfigError:
        return []
    tables = values.get("destinations")
    names = tables if isinstance(tables, dict) else {}
    return [name for name in names if name.startswith(incomplete)]
