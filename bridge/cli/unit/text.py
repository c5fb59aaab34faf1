"""The text of the units: `service` and `socket`, each filled from a template beside this file."""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bridge import __version__
from bridge.errors import ConfigError

#: the first with RestartSteps=: https://www.freedesktop.org/software/systemd/man/254/systemd.service.html
BACKS_OFF = 254
#: how long a stop may take, unless the config waits longer for answers
STOP = timedelta(seconds=60)
_STEADY = "RestartSec=10s"
_BACKING_OFF = "RestartSec=1s\nRestartSteps=8\nRestartMaxDelaySec=5min"
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def service(
    command: tuple[str, ...],
    config: Path,
    credentials: Mapping[str, Path],
    *,
    answer_timeout: timedelta,
    systemd: int,
) -> str:
    """Return the service unit for a command, a config and credential name -> file.

    `systemd` is the version of systemd that it is for; a stop waits for posts under way, which
    take `answer_timeout` at most.
    """
    lines = [f"LoadCredential={name}:{_literal(path)}" for name, path in credentials.items()]
    return _template("service").format(
        version=__version__,
        command=" ".join([_quoted(command[0]), *map(_argument, command[1:])]),
        config=_argument(str(config)),
        credentials="".join(f"{line}\n" for line in lines),
        stop=math.ceil(max(STOP, answer_timeout + STOP * 0.75).total_seconds()),
        restart=_BACKING_OFF if systemd >= BACKS_OFF else _STEADY,
    )


def socket(name: str, listen: str) -> str:
    """Return the socket unit for "public" or "admin" at an address of the config.

    Raises ConfigError for the name of a host: systemd takes addresses only.
    """
    address = listen.removeprefix("unix:")
    if address == listen:
        host, _, port = listen.rpartition(":")
        host = "127.0.0.1" if host == "localhost" else host
        if not re.fullmatch(r"[\d.]+|\[[0-9a-fA-F:.]+\]", host):
            raise ConfigError([f'a socket unit needs an IP address: "{listen}" names a host'])
        address = f"{host}:{port}"
    return _template("socket").format(version=__version__, name=name, address=_literal(address))


def _template(name: str) -> str:
    return Path(__file__).with_name(f"{name}.conf").read_text(encoding="utf-8")


def _literal(text: str | Path) -> str:
    """Return a text in which systemd sees no specifier."""
    return str(text).replace("%", "%%")


def _argument(text: str) -> str:
    """Return an argument of a command line, in which systemd sees no variable either."""
    return _quoted(text.replace("$", "$$"))


def _quoted(text: str) -> str:
    # https://www.freedesktop.org/software/systemd/man/252/systemd.service.html#Command%20lines
    text = _literal(text)
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
