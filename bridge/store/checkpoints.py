"""Keeps the write-ahead log short without keeping the writer waiting: `Checkpoints`.

A checkpoint copies what is committed from the log into the file. It runs in its own thread and
on its own connection, since with its writing and syncing a commit would take many times as long.
"""

import sqlite3
from contextlib import suppress
from threading import Event, Lock, Thread

from bridge.store.statements import CHECKPOINT, LAST_CHECKPOINT

EVERY_PAGES = 2_000  # about 8 MB: few syncs, and hot pages are copied once for many commits
MAX_LOG_PAGES = 16_000  # about 64 MB


class Checkpoints:
    """Copies the log into the file each time about `every` pages were written.

    The log starts over only when it is copied to its end, and a writer that never rests adds to
    it while it is copied: past `at_most` pages the writer is kept waiting for one checkpoint.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        every: int = EVERY_PAGES,
        at_most: int = MAX_LOG_PAGES,
    ) -> None:
        self._connection = connection
        self._every = every
        self._at_most = at_most
        self._pages = 0
        self._log_pages = 0
        self._is_open = True
        self._is_due = Event()
        self._one_at_a_time = Lock()
        self._thread = Thread(target=self._run, name="store-checkpoints", daemon=True)
        self._thread.start()

    def wrote(self, pages: int) -> None:
        """Tell that a commit wrote about this many pages. Call it in the writer's thread."""
        self._pages += pages
        if self._pages < self._every:
            return
        self._pages = 0
        if self._log_pages > self._at_most:
            self._checkpoint()
        else:
            self._is_due.set()

    def hurry(self) -> None:
        """Copy what is committed as soon as possible, without keeping anybody waiting."""
        self._is_due.set()

    def close(self) -> None:
        """End the thread, blocking, and empty the log as far as no other process reads it."""
        self._is_open = False
        self._is_due.set()
        self._thread.join()
        with suppress(sqlite3.Error):  # what can't be copied stays in the log, and is read from it
            self._connection.execute(LAST_CHECKPOINT).fetchall()

    def _run(self) -> None:
        while self._is_due.wait() and self._is_open:
            self._is_due.clear()
            self._checkpoint()

    def _checkpoint(self) -> None:
        with self._one_at_a_time, suppress(sqlite3.Error):  # a full disk: the next one may do it
            [(_, self._log_pages, _)] = self._connection.execute(CHECKPOINT).fetchall()
