"""A bridge that is going to be killed: `live` runs a command of it, with a kill planted."""

import functools
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from bridge.cli import main
from tests.chaos.planting import Kill, found, plant
from tests.chaos.points import POINTS

# A command is imported when it is called: these here once, and not in each life.
for _command in ("serve", "replay", "discard"):
    import_module(f"bridge.cli.{_command}")

_MOMENT = timedelta(milliseconds=20)
#: the pauses of a bridge that has nothing to do, shorter: a second between looks is most of a life
_HURRY: Mapping[str, float | timedelta] = {
    "bridge.app.background:REVIVE_SECONDS": 0.02,
    "bridge.retention:PAUSE_SECONDS": 0.005,
    "bridge.cli.replay:PATIENCE_SECONDS": 0.3,
    "bridge.retries:PROBE_FIRST": _MOMENT,
    "bridge.retries:PROBE_LONGEST": _MOMENT,
}
#: pages of the log after which it is copied into the file: often, so that kills meet it
_CHECKPOINT_PAGES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A life to be lived."""

    #: of the command `nexusgpt-bridge`
    arguments: tuple[str, ...]
    #: the file that its log is added to
    log: str
    #: None: nothing in it kills it
    kill: Kill | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Order":
        """Return the order that was told as a JSON object."""
        kill = Kill(**told["kill"]) if told["kill"] else None
        return cls(arguments=tuple(told["arguments"]), log=told["log"], kill=kill)


def live(order: Order) -> int:
    """Run the command until it ends by itself, and return its exit code."""
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    hurry()
    if order.kill is not None:
        plant(
            POINTS[order.kill.point],
            order.kill,
            functools.partial(os.kill, os.getpid(), signal.SIGKILL),
        )
    code: object = 0
    try:
        main(order.arguments, prog_name="nexusgpt-bridge")
    except SystemExit as ending:
        code = ending.code
    sys.stdout.flush()
    return code if isinstance(code, int) else 1


def hurry() -> None:
    """Shorten pauses. Raises LookupError if one is not there any more."""
    for name, pause in _HURRY.items():
        module, constant, _ = found(name)
        setattr(module, constant, pause)
    _, _, checkpoints = found("bridge.store.checkpoints:Checkpoints.__init__")
    defaults: dict[str, Any] = checkpoints.__kwdefaults__ or {}
    defaults["every"] = _CHECKPOINT_PAGES
