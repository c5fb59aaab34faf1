"""What would keep a service from running as its unit says: one sentence each."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from bridge.config import Config
from bridge.config.sources import read_toml

#: ProtectHome= and PrivateTmp= hide these from the service
HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108
#: the state directory of the unit, where the service may write
STATE = Path("/var/lib/nexusgpt-bridge")
#: ports below this one are for root
UNPRIVILEGED = 1024


def advice(
    config: Config,
    program: Path,
    secrets: Mapping[tuple[str, ...], Path | None],
    listens: Mapping[str, str | None],
) -> Iterator[str]:
    """Yield what has to be done before the service can start.

    `secrets` says for the path of each secret's key in which file it is looked for, `listens` for
    each listener ("public", "admin") where it listens, if it does.
    """
    _, values = read_toml(config.path)
    path = config.path.absolute()
    for keys, file in secrets.items():
        yield from _of_secret(keys, file, path, is_in_file=_holds(values, keys))
    if not _is_open(path):
        yield f"{path}: the service can't read it: chmod 644 {path}, once no secret is in it"
    for each in (path, program):
        if str(each).startswith(tuple(f"{folder}/" for folder in HIDDEN)):
            yield f"{each}: the service can't see it there; /etc and /opt are good places"
    if config.settings.store.url is not None and not config.store_path.is_relative_to(STATE):
        yield f"[store] url: the service can write to {STATE} only; leave the key out"
    for name, listen in listens.items():
        yield from _of_listen(name, listen or "")


def _of_secret(
    keys: tuple[str, ...], file: Path | None, config: Path, *, is_in_file: bool
) -> Iterator[str]:
    key = f"[{'.'.join(keys[:-1])}] {keys[-1]}"
    if file is None:
        yield f'{key}: can\'t come from a credential as long as the name has "__" in it, or "_" at its end'
    elif is_in_file:
        yield f"{key}: move it out of {config} into a file of mode 600: {file}"
    elif not file.is_file():
        yield f"{key}: write it to a file of mode 600: {file}"


def _holds(values: object, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def _is_open(path: Path) -> bool:
    """Whether every user of the machine can read the file."""
    folders = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
    return folders and bool(path.stat().st_mode & stat.S_IROTH)


def _of_listen(name: str, listen: str) -> Iterator[str]:
    port = listen.rpartition(":")[2]
    if listen.startswith("unix:") or (port.isdecimal() and 0 < int(port) < UNPRIVILEGED):
        what = f'"nexusgpt-bridge unit --socket {name}"'
        yield f"{listen}: only systemd can listen there for the service: {what} prints the unit"
