"""`backup`: a checked copy of the store, whether the service runs or not."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.stored import sample


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    """A store with all states in it."""
    path = tmp_path / "bridge.db"
    sample(path)
    return path


def test_it_says_what_is_in_the_copy(run: Run, config: Path, store: Path) -> None:
    """And the copy is a store like any other."""
    result = run("backup", "copy.db", "--config", config)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "copy.db: 4 messages, 1 deliveries pending, 3 dead\n"
    before = run("deliveries", "--json", "--config", config).stdout
    store.unlink()
    store.with_name("copy.db").rename(store)
    assert run("deliveries", "--json", "--config", config).stdout == before


def test_it_overwrites_nothing(run: Run, config: Path, store: Path) -> None:
    """One sentence, exit code 1."""
    run("backup", "copy.db", "--config", config)
    twice = run("backup", "copy.db", "--config", config)

    assert (twice.exit_code, twice.stdout) == (1, "")
    assert twice.stderr == 'there is a file "copy.db" already: name another one\n'
