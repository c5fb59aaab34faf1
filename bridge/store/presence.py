"""Sees whether the files of an open store are still in their places: `Presence`.

A file that was removed or replaced goes on taking what is written, and loses all of it when the
process ends: https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
"""

from collections.abc import Iterator
from pathlib import Path

from bridge.errors import StoreUnavailable

#: the file, its log, and the index of the log, by which processes agree on what is in it
_SUFFIXES = ("", "-wal", "-shm")

_Identity = tuple[int, int] | None


class Presence:
    """Remembers which files stand there now. For any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = [path.with_name(path.name + suffix) for suffix in _SUFFIXES]
        self._known = list(self._found())

    def check(self) -> None:
        """Raise StoreUnavailable unless the same files stand there; cheap enough for each commit."""
        for file, known, found in zip(self._files, self._known, self._found(), strict=True):
            if known != found:
                raise StoreUnavailable(
                    f'the store "{self._path}" is not in its place: "{file.name}" was removed or '
                    "replaced while the bridge runs; put it back, or restart the bridge"
                )

    def _found(self) -> Iterator[_Identity]:
        for file in self._files:
            try:
                status = file.stat()
            except OSError:
                yield None
            else:
                yield status.st_dev, status.st_ino
