"""Disks in trouble: a `small_disk`, which is real, can be `full` or read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOM = 4 * 1024 * 1024  # bytes; a store and its log need about a tenth of it


@contextmanager
def small_disk(directory: Path) -> Iterator[Path]:
    """Mount a disk of a few megabytes at a new directory; skip the test where that is not allowed."""
    directory.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(directory))
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 -- our words
        pytest.skip("to mount a small disk, the tests have to run as root")  # pragma: no cover
    try:
        yield directory
    finally:
        subprocess.run(("umount", "--lazy", str(directory)), check=True)  # noqa: S603, S607 -- ours


def make_read_only(disk: Path) -> None:
    """Let nobody write to the disk any more; no file may be open."""
    mount = ("mount", "-o", "remount,ro", str(disk))
    subprocess.run(mount, check=True)  # noqa: S603 -- our words


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill the disk to its last byte, until the context ends."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            for size in (65_536, 4_096, 1):
                _fill(file.fileno(), size)
            yield
        finally:
            ballast.unlink()


def _fill(file: int, size: int) -> None:
    try:
        while os.write(file, bytes(size)) == size:
            pass
    except OSError:  # no space left on device
        return
