"""Log lines under systemd: the journal has times of its own, and reads priorities."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from bridge.logs import LEVELS, Format, configure, log


@pytest.fixture(name="stream")
def _stream(tmp_path: Path) -> Iterator[TextIO]:
    """A file that can be logged to."""
    with (tmp_path / "log").open("w+") as stream:
        yield stream


@pytest.fixture(name="journal")
def _journal(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> TextIO:
    """A file of which systemd says that it is the journal."""
    status = os.fstat(stream.fileno())
    monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
    return stream


def _logged(stream: TextIO, form: Format = "logfmt") -> list[str]:
    configure((), stream=stream, level=LEVELS["debug"], form=form)
    log.debug("word", key=1)
    log.info("word")
    log.warning("word")
    log.error("word")
    stream.seek(0)
    return stream.read().splitlines()


def test_a_line_begins_with_its_priority(journal: TextIO) -> None:
    """As sd-daemon(3) numbers them; the time is the journal's."""
    assert _logged(journal) == [
        "<7>level=debug event=word key=1",
        "<6>level=info event=word",
        "<4>level=warning event=word",
        "<3>level=error event=word",
    ]


def test_json_has_its_priority_too(journal: TextIO) -> None:
    """The journal takes it off, and what is left is the object."""
    lines = _logged(journal, "json")

    assert [line[:3] for line in lines] == ["<7>", "<6>", "<4>", "<3>"]
    assert all(json.loads(line[3:])["event"] == "word" for line in lines)


@pytest.mark.parametrize("field", [0, 1], ids=["device", "inode"])
def test_another_stream_is_not_the_journal(
    journal: TextIO, monkeypatch: pytest.MonkeyPatch, field: int
) -> None:
    """Who redirects stderr inside a service inherits the variable, and gets no priorities."""
    numbers = os.environ["JOURNAL_STREAM"].split(":")
    numbers[field] += "1"
    monkeypatch.setenv("JOURNAL_STREAM", ":".join(numbers))

    assert all(line.startswith("time=") for line in _logged(journal))


def test_what_is_no_file_is_not_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the variable says."""
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    stream = io.StringIO()

    assert all(line.startswith("time=") for line in _logged(stream))
