"""`replay`: dead deliveries go out again, by the service that runs."""

import importlib
from pathlib import Path

import pytest

from bridge.deliveries import State
from bridge.store.records import reading
from bridge.store.stories import Filter
from tests.cli.conftest import Run
from tests.cli.stored import arrival, fill, sample


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    """A store with all states in it."""
    path = tmp_path / "bridge.db"
    sample(path)
    return path


@pytest.fixture(name="impatient")
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bridge runs, and nobody waits for it."""
    command = importlib.import_module("bridge.cli.replay")  # not the command of that name
    monkeypatch.setattr(command, "PATIENCE_SECONDS", 0.05)


def _asked(path: Path) -> list[tuple[str, str]]:
    with reading(path) as records:
        dead = records.dead(Filter(states=(State.DEAD,)))
        return [(each.id, replay.to) for each in dead for replay in records.story(each).replays]


def test_without_a_bridge_it_waits_for_one(
    run: Run, config: Path, store: Path, impatient: None
) -> None:
    """It says so, and asking again asks for nothing more."""
    asked = ("replay", "1-ops", "m2", "--config", config)
    first, again = run(*asked), run(*asked)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == (
        "0 taken up by the running bridge\n2 wait for it: they go out when it runs\n"
    )
    assert again.stdout.endswith("2 not needed: asked for, on the way or delivered already\n")
    assert _asked(store) == [("1-ops", "ops"), ("2-support", "support")]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("1-ops",), ["1-ops"]),
        (("m1", "1-ops"), ["1-ops", "1-support"]),
        (("--destination", "support"), ["1-support", "2-support"]),
        (("--cause", "Removed"), ["1-ops", "1-support", "2-support"]),
        (("--since", "1h"), ["2-support"]),
    ],
)
def test_a_dry_run_only_says_what_it_would_do(
    run: Run, config: Path, store: Path, options: tuple[str, ...], ids: list[str]
) -> None:
    """One line for each, oldest first."""
    result = run("replay", *options, "--dry-run", "--config", config)

    assert result.exit_code == 0
    assert result.stdout == "".join(f"{each} would be sent again\n" for each in ids)
    assert result.stderr == f"{len(ids)} in all; nothing was done\n"
    assert _asked(store) == []


def test_a_dry_run_names_the_other_destination(run: Run, config: Path, store: Path) -> None:
    """If it is to go to one."""
    result = run("replay", "1-ops", "--to", "alerts", "--dry-run", "--config", config)

    assert result.stdout == "1-ops would be sent again to alerts\n"


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ((), 2, "name deliveries by ID, or by --destination, --cause and --since"),
        (("1-ops", "--cause", "x"), 2, "name deliveries by ID, or by"),
        (("--cause", "no such cause"), 1, "no dead delivery is like that"),
        (("9-ops",), 1, '"9-ops" is not known; nothing was done'),
        (("1-ops", "4-support"), 1, '"4-support" is pending, and only what is dead is replayed'),
        (("3-support",), 1, '"3-support" is delivered, and only what is dead is replayed'),
        (("1-ops", "--to", "alert"), 2, 'there is no destination "alert"'),
    ],
)
def test_what_cannot_be_done_is_done_in_no_part(
    run: Run, config: Path, store: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    """One sentence, and no request."""
    result = run("replay", *options, "--config", config)

    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert _asked(store) == []


def test_a_destination_that_is_gone_needs_another(run: Run, config: Path, tmp_path: Path) -> None:
    """What no lane would ever take is not asked for."""
    fill(tmp_path / "bridge.db", arrival(1, "former"), dead=1)
    result = run("replay", "1-former", "--config", config)

    assert result.exit_code == 2
    assert 'there is no destination "former"' in result.stderr
    assert "--to sends them to another destination" in result.stderr
