"""TOML + environment + credentials -> `Settings`, or every fault in one error: `load`.

Read `settings` (what can be set), `sources` (the three places it can come from), `faults` and
`crosschecks` (what can be wrong), `warnings` (what is allowed, but looks like a mistake).
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from bridge.config.certificates import fault_of
from bridge.config.crosschecks import Fault, crosscheck
from bridge.config.faults import Reporter
from bridge.config.settings import Settings
from bridge.config.sources import CONFIG_VARIABLE, Given, overlay, read_toml, with_credentials
from bridge.config.warnings import warnings
from bridge.errors import ConfigError

__all__ = ["Config", "Settings", "find", "load"]

_PLACES = (Path("config.toml"), Path("/etc/nexusgpt-bridge/config.toml"))
_STORE_NAME = "bridge.db"


@dataclass(frozen=True, slots=True)
class Config:
    """A checked config: the settings, the file they came from, and what looks like a mistake."""

    path: Path
    settings: Settings
    #: where the SQLite file is
    store_path: Path
    #: one sentence each; nothing here keeps the bridge from running
    warnings: tuple[str, ...]


def find(option: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the config file to read: the option, the variable, else the first that exists."""
    if option is not None:
        return option
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    # `Path.exists` raises an error for a directory that may not be entered.
    return next((place for place in _PLACES if os.access(place, os.F_OK)), _PLACES[0])


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check a config file with what the environment and the credentials say.

    Raises ConfigError with one sentence for each fault; none of them shows a secret.
    """
    text, values = read_toml(path)
    given = overlay(Given(values), with_credentials(path, environ))
    reporter = Reporter(str(path), text, given)
    faults = [reporter.fault(*fault) for fault in crosscheck(given.values)]
    settings = None
    try:
        settings = _checked(given)
    except ValidationError as error:
        faults = reporter.faults(error) + faults
    else:
        faults += [reporter.fault(*fault) for fault in _unusable_files(settings)]
    if settings is None or faults:
        raise ConfigError(list(dict.fromkeys(faults)))
    return Config(
        path=path,
        settings=settings,
        store_path=_store_path(settings, environ),
        warnings=(*_readable_secrets(path, values), *warnings(settings)),
    )


def _unusable_files(settings: Settings) -> Iterator[Fault]:
    file = settings.outbound.ca_file
    if file is not None and (fault := fault_of(file)) is not None:
        yield ("outbound", "ca_file"), f'"ca_file" can\'t be used: {fault}'


def _checked(given: Given) -> Settings:
    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            # One merged source: `overlay` has to know the file's keys to match names to them.
            return (InitSettingsSource(settings_cls, init_kwargs=given.values),)

    return Sourced()


def _store_path(settings: Settings, environ: Mapping[str, str]) -> Path:
    if settings.store.url is not None:
        return Path(settings.store.url.removeprefix("sqlite:///"))
    # systemd may hand over several, separated by ":"; the first is ours.
    directory = environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(directory, _STORE_NAME)


def _readable_secrets(path: Path, values: Mapping[str, object]) -> tuple[str, ...]:
    """Warn of secrets written out in a file that every user of the machine can read."""
    is_open = bool(path.stat().st_mode & stat.S_IROTH)
    if not is_open or not _holds_secret(values):
        return ()
    return (
        f"{path}: holds secrets, and every user of this machine can read it: "
        f"chmod o-r {path}, or move them to the environment or to systemd's credentials",
    )


def _holds_secret(values: object) -> bool:
    if not isinstance(values, dict):
        return False
    return any(
        key in ("token", "secrets", "webhook_url")
        or (key == "proxy" and "@" in str(value))
        or _holds_secret(value)
        for key, value in values.items()
    )
