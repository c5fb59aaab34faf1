"""What thirty realistic messages look like on every rung, as a person has read and approved it."""

from pathlib import Path

import pytest

from tests.rendering.goldens import FOLDER, RUNGS, cases, write


@pytest.fixture(name="written", scope="module")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    write(folder)
    return folder


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("case", cases())
def test_a_message_looks_as_it_was_approved(written: Path, case: str, rung: str) -> None:
    """A change shows in the diff of tests/rendering/golden: python -m tests.rendering.goldens."""
    assert (written / case / rung).read_text() == (FOLDER / case / rung).read_text()


def test_every_approved_file_is_looked_at() -> None:
    """A renamed rung leaves nothing stale behind; there are at least thirty messages."""
    expected = {"content.md", "payload.json", *RUNGS}

    assert len(cases()) >= 30
    assert all({file.name for file in (FOLDER / case).iterdir()} == expected for case in cases())
