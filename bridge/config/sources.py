"""The three places a setting can come from: the TOML file, the environment, systemd's credentials.

A credential beats the environment, which beats the file. A variable is named for the path of its
key (`NEXUSGPT_BRIDGE_SLACK__TOKEN`), and so is a credential's file (`slack__token`). Case and the
difference of "-" and "_" don't count in either. Where systemd has handed over no credentials, as in
an operator's shell, they are those in the folder "credentials" beside the file.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.errors import ConfigError

PREFIX = "NEXUSGPT_BRIDGE_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
#: where credentials are kept, beside the config
FOLDER = "credentials"
_SEPARATOR = "__"


@dataclass(frozen=True, slots=True)
class Given:
    """What was set, and where: `values` is nested like the TOML file."""

    values: dict[str, Any]
    #: path of keys -> the variable or credential that set it; what is missing came from the file
    origins: dict[tuple[str | int, ...], str] = field(default_factory=dict)


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of the file and what it says. Raises ConfigError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        advice = '"nexusgpt-bridge init" writes one to start from'
        raise ConfigError([f"{path}: there is no such file; {advice}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: is not UTF-8 text"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: can't be read: {error.strerror}"]) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from None
    except (ValueError, RecursionError):
        raise ConfigError([f"{path}: holds a number or a list without end"]) from None


def with_credentials(path: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment for the config at `path`: it names the credentials, if there are any."""
    beside = path.parent / FOLDER
    if environ.get(CREDENTIALS_VARIABLE) or not beside.is_dir():
        return environ
    return {**environ, CREDENTIALS_VARIABLE: str(beside)}


def overlay(given: Given, environ: Mapping[str, str]) -> Given:
    """Return what was given in the file, with the environment and the credentials laid over it."""
    values, origins = given.values, dict(given.origins)
    for origin, name, text in (*_variables(environ), *_credentials(environ)):
        path = _known_path(values, name.split(_SEPARATOR))
        values = _with(values, path, text, origin)
        origins[path] = origin
    return Given(values, origins)


def _variables(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for variable, text in environ.items():
        # An empty variable is how a unit file or a shell says "not set".
        if variable.startswith(PREFIX) and variable != CONFIG_VARIABLE and text:
            yield f"the variable {variable}", variable.removeprefix(PREFIX), text


def _credentials(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    if not (directory := environ.get(CREDENTIALS_VARIABLE)):
        return
    for file in _files(Path(directory)):
        # Files without the separator name no key of ours: units may carry other credentials too.
        if _SEPARATOR in file.name:
            yield f"the credential {file.name}", file.name, _read_credential(file)


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.is_file())
    except OSError as error:
        raise ConfigError(
            [f"${CREDENTIALS_VARIABLE}: {directory} can't be read: {error.strerror}"]
        ) from None


def _read_credential(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError([f"the credential {file.name} can't be read as UTF-8 text"]) from None


def _known_path(values: Any, parts: list[str]) -> tuple[str, ...]:
    """Return the path as the file spells it; what the file does not have is in lower case."""
    path: list[str] = []
    for part in parts:
        keys = values if isinstance(values, dict) else {}
        known = next((key for key in keys if _folded(key) == _folded(part)), part.lower())
        path.append(known)
        values = keys.get(known)
    return tuple(path)


def _folded(key: str) -> str:
    return key.lower().replace("-", "_")


def _with(values: dict[str, Any], path: tuple[str, ...], text: str, origin: str) -> dict[str, Any]:
    """Return a copy of nested tables with one value set."""
    head, *rest = path
    if not rest:
        return {**values, head: text}
    inner = values.get(head, {})
    if not isinstance(inner, dict):
        raise ConfigError([f'{origin}: "{head}" is not a table, so no key of it can be set'])
    return {**values, head: _with(inner, tuple(rest), text, origin)}
