"""Where lines go: together, in order, to stderr; and what can't be written stops nothing."""

import asyncio
import io
import os
from pathlib import Path
from threading import Thread

import pytest

from bridge.logs import LEVELS, configure, log, reconfigure


def test_stderr_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout is for data."""
    configure(())
    log.info("word")
    captured = capsys.readouterr()

    assert captured.out == ""
    assert captured.err.endswith("level=info event=word\n")


class CountingStream(io.StringIO):
    """Counts how often it is flushed."""

    flushes = 0

    def flush(self) -> None:
        """Count."""
        self.flushes += 1


async def test_lines_of_one_turn_of_the_event_loop_are_written_together() -> None:
    """A burst costs one write, not one per line; nothing waits longer than the turn."""
    stream = CountingStream()
    configure((), stream=stream)

    for number in range(3):
        log.info("counted", number=number)
    await asyncio.sleep(0)

    assert [line[-1] for line in stream.getvalue().splitlines()] == ["0", "1", "2"]
    assert stream.flushes == 1


async def test_a_thread_writes_at_once_and_in_order() -> None:
    """What the event loop has logged before it comes first."""
    stream = io.StringIO()
    configure((), stream=stream)

    log.info("first")
    thread = Thread(target=log.info, args=("second",))
    thread.start()
    thread.join()

    assert [line.rpartition("=")[2] for line in stream.getvalue().splitlines()] == [
        "first",
        "second",
    ]


def test_an_event_loop_that_ended_leaves_no_line_behind() -> None:
    """The last turn of a loop may never come; the next line brings the others along."""
    stream = io.StringIO()
    configure((), stream=stream)
    loop = asyncio.new_event_loop()
    loop.call_soon(log.info, "left")
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()

    log.info("next")

    assert stream.getvalue().count("\n") == 2


class Failing(io.StringIO):
    """A stream that can't be written to while it has a fault."""

    fault: Exception | None = None

    def write(self, text: str) -> int:
        """Write, or fail."""
        if self.fault is not None:
            raise self.fault
        return super().write(text)


@pytest.mark.parametrize("fault", [OSError(28, "No space left"), ValueError("closed")], ids=repr)
def test_lines_that_cannot_be_written_are_counted(fault: Exception) -> None:
    """Whoever logs hears nothing of it; the next line that can be written says how many are lost."""
    stream = Failing()
    configure((), stream=stream)
    stream.fault = fault
    for number in range(3):
        log.info("lost", number=number)
    stream.fault = None
    log.info("first")
    log.info("second")

    assert [line.partition(" ")[2] for line in stream.getvalue().splitlines()] == [
        "level=warning event=lines_lost lines=3",
        "level=info event=first",
        "level=info event=second",
    ]


def test_a_broken_pipe_ends_nothing() -> None:
    """The reader of stderr may go away."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        configure((), stream=stream)
        os.close(reader)
        log.info("word")
        log.info("word")


def test_a_closed_file_ends_nothing(tmp_path: Path) -> None:
    """And what has got its number since is not written to."""
    with (tmp_path / "log").open("w") as stream:
        configure((), stream=stream)
    with (tmp_path / "other").open("w"):
        log.info("word")

    assert (tmp_path / "log").read_text() == (tmp_path / "other").read_text() == ""


def test_a_process_without_stderr_logs_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no `sys.stderr` then."""
    monkeypatch.setattr("sys.stderr", None)
    configure(())
    log.error("word")


def test_a_file_gets_all_of_a_long_line(tmp_path: Path) -> None:
    """However little of it one write takes."""
    path = tmp_path / "log"
    with path.open("w") as stream:
        configure((), stream=stream)
        log.info("word", text="é" * 100_000)

    assert path.read_text().endswith(f"text={'é' * 100_000}\n")


async def test_settings_change_between_two_lines() -> None:
    """Level and form are new from the next line on; what waits to be written is not lost."""
    stream = io.StringIO()
    configure((), stream=stream)
    log.info("before")
    log.debug("unheard")
    reconfigure((), level=LEVELS["debug"], form="json")
    log.debug("after")
    await asyncio.sleep(0)
    before, after = stream.getvalue().splitlines()

    assert before.endswith(" level=info event=before")
    assert after.endswith('"level": "debug", "event": "after"}')


def test_what_was_a_secret_stays_one() -> None:
    """A post that was begun with an old token may still be under way."""
    stream = io.StringIO()
    configure(("old-secret",), stream=stream)
    reconfigure(("new-secret",), level=LEVELS["info"])
    reconfigure(("newest-secret",), level=LEVELS["info"])
    log.info("word", text="old-secret new-secret newest-secret")

    assert stream.getvalue().endswith('text="[secret] [secret] [secret]"\n')
