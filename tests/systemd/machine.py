"""A Debian 12 with a systemd of its own, in a container that shares the network: `Machine`.

https://www.freedesktop.org/software/systemd/man/252/systemd-nspawn.html
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RELEASE = "bookworm"
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,python3-venv,sqlite3"
TOOLS = ("systemd-nspawn", "mmdebstrap", "nsenter", "setpriv")
BOOT_SECONDS = 60.0
STEP_SECONDS = 120.0
#: what a command inside sees of its surroundings: a shell of root's, and wheels instead of an index
_ENVIRON = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PIP_NO_INDEX": "1",
    "PIP_FIND_LINKS": "/wheels",
    "PIP_ROOT_USER_ACTION": "ignore",
    "DEBIAN_FRONTEND": "noninteractive",
}


def why_not() -> str | None:
    """Why no machine can be had here; None if one can."""
    if os.geteuid() != 0:
        return "only root can boot a container"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"needs {', '.join(missing)}: apt-get install systemd-container mmdebstrap"
    if sys.version_info[:2] != (3, 11):
        return "needs Python 3.11, as Debian 12 has, to bring the right wheels along"
    return None


@dataclass(frozen=True, slots=True)
class Said:
    """How a command in the machine ended."""

    code: int
    text: str


class Machine:
    """Runs commands as root in a booted container, whose root directory is `tree`."""

    def __init__(self, tree: Path, leader: int) -> None:
        self.tree = tree
        self._leader = leader

    async def run(self, script: str) -> str:
        """Run a script of bash, which has to succeed; return what it has said."""
        said = await self.attempt(script)
        assert said.code == 0, f"{script}\nended with {said.code}:\n{said.text}"
        return said.text

    async def attempt(self, script: str) -> Said:
        """Run a script of bash, and return how it ended."""
        process = await asyncio.create_subprocess_exec(
            *self._inside(script), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        async with asyncio.timeout(STEP_SECONDS):
            output, _ = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, output.decode().strip())

    def write(self, place: str, text: str, *, mode: int = 0o644) -> None:
        """Put a file into the machine."""
        path = self.tree / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def wait_until_booted(self) -> None:
        """Wait until all units are up."""
        deadline = time.monotonic() + BOOT_SECONDS
        while True:
            asking = subprocess.run(  # noqa: S603
                self._inside("systemctl is-system-running"),
                capture_output=True,
                text=True,
                check=False,
            )
            if asking.stdout.strip() == "running":
                return
            assert time.monotonic() < deadline, asking.stdout + asking.stderr
            time.sleep(0.2)

    def _inside(self, script: str) -> list[str]:
        environ = [f"{name}={value}" for name, value in _ENVIRON.items()]
        enter = ["nsenter", "--target", str(self._leader), "--all", "env", "-i", "-C", "/root"]
        return [*enter, *environ, "bash", "-euo", "pipefail", "-c", script]


@contextmanager
def machine(folder: Path, project: Path) -> Iterator[Machine]:
    """Make a Debian 12 below a folder, boot it, and take it away afterwards.

    In its /wheels are those of a project and of all that it needs.
    """
    tree, wheels = folder / "machine", folder / "wheels"
    collect = [sys.executable, "-m", "pip", "wheel", "-q", "-w", str(wheels), str(project)]
    include = f"--include={PACKAGES}"
    bare = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in ("doc", "locale", "man")]
    make = ["mmdebstrap", "--quiet", "--variant=minbase", *bare, include, RELEASE, str(tree)]
    try:
        with subprocess.Popen(collect) as collecting:  # noqa: S603
            subprocess.run(make, check=True)  # noqa: S603
        assert collecting.returncode == 0
        (tree / "etc/hosts").write_text("127.0.0.1 localhost\n")
        with _booted(tree, wheels) as leader:
            booted = Machine(tree, leader)
            booted.wait_until_booted()
            yield booted
    finally:
        shutil.rmtree(tree, ignore_errors=True)


@contextmanager
def _booted(tree: Path, wheels: Path) -> Iterator[int]:
    nspawn = [
        "setpriv",
        "--pdeathsig=TERM",  # it must not outlive a run of tests that is killed
        "systemd-nspawn",
        "--quiet",
        "--register=no",  # there need not be a systemd outside
        "--keep-unit",
        "--boot",
        "--console=pipe",
        f"--directory={tree}",
        f"--bind-ro={wheels}:/wheels",
    ]
    silent = subprocess.DEVNULL
    with subprocess.Popen(nspawn, stdin=silent, stdout=silent, stderr=silent) as process:  # noqa: S603
        try:
            yield _leader(process.pid)
        finally:
            process.terminate()  # it tells the systemd inside to power off
            try:
                process.wait(BOOT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _leader(nspawn: int) -> int:
    """The process that is number 1 inside, once it is there."""
    children = Path(f"/proc/{nspawn}/task/{nspawn}/children")
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        for child in children.read_text().split():
            if _is_first(child):
                return int(child)
        assert time.monotonic() < deadline, "the machine did not come up"
        time.sleep(0.05)


def _is_first(pid: str) -> bool:
    """Whether it is a systemd that is number 1 in its own namespace, and not what prepares it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it was the one that prepares
        return False
    return re.search(r"^Name:\tsystemd\n(?:.*\n)*NSpid:.*\t1\n", status) is not None
