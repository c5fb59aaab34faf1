"""Secrets as systemd's credentials: which ones a config has, what their files are called, and where.

A credential is named for the path of its key: `bridge.config.sources`.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, SecretStr

from bridge.config import Settings
from bridge.config.places import lines_of
from bridge.config.sources import CREDENTIALS_VARIABLE, FOLDER

_SEPARATOR = "__"
_SECRET_KEYS = ("secrets", "token", "webhook_url")

KeyPath = tuple[str, ...]


class Apart(NamedTuple):
    """A config without its secrets, and the secrets: file name -> text."""

    config: str
    secrets: Mapping[str, str]


def folder(config: Path, environ: Mapping[str, str]) -> Path:
    """Return where the credentials are: where systemd's variable says, or beside the config."""
    return Path(environ.get(CREDENTIALS_VARIABLE) or config.parent / FOLDER).absolute()


def secret_keys(settings: Settings) -> Iterator[KeyPath]:
    """Yield the path of each key that holds a secret."""
    secret = frozenset(settings.secret_texts)
    for name in type(settings).model_fields:
        yield from _secret_keys(getattr(settings, name), (name,), secret)


def _secret_keys(value: object, path: KeyPath, secret: Collection[str]) -> Iterator[KeyPath]:
    match value:
        case SecretStr():
            if value.get_secret_value() in secret:  # the address of a proxy may hold none
                yield path
        case (SecretStr(), *_):
            yield path
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secret_keys(getattr(value, name), (*path, name), secret)
        case Mapping():
            for name, each in value.items():
                yield from _secret_keys(each, (*path, str(name)), secret)


def credential(keys: KeyPath, within: Path = Path()) -> Path | None:
    """Return the file of a key's credential; None if the key can't come from one."""
    name = _SEPARATOR.join(keys)
    return within / name if tuple(name.split(_SEPARATOR)) == keys else None


def taken_apart(config: str) -> Apart:
    """Take the secrets out of a config in which each stands on a line of its own."""
    lines, secrets = config.split("\n"), {}
    for path, number in lines_of(config).items():
        *_, key = keys = tuple(map(str, path))
        file = credential(keys)
        if key in _SECRET_KEYS and file is not None:
            line = lines[number - 1]
            secrets[file.name] = _text(tomllib.loads(line)[key])
            lines[number - 1] = f"# {key}: {FOLDER}/{file}"
    return Apart("\n".join(lines), secrets)


def _text(value: object) -> str:
    return "".join(f"{each}\n" for each in (value if isinstance(value, list) else [value]))
