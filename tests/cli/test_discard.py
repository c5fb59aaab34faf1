"""`discard`: a person lets go of dead deliveries."""

import importlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bridge.store import discards
from bridge.store.records import reading
from tests.cli.conftest import Run
from tests.cli.stored import sample


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    """A store with all states in it."""
    path = tmp_path / "bridge.db"
    sample(path)
    return path


def _standings(path: Path) -> dict[str, str]:
    with reading(path) as records:
        found = [record for each in range(1, 5) for record in records.named(f"m{each}")]
    return {record.id: record.standing for record in found if record.id != "3-support"}


BEFORE = {"1-ops": "dead", "1-support": "dead", "2-support": "dead", "4-support": "pending"}


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
def test_what_is_named_is_discarded(
    run: Run, config: Path, store: Path, options: tuple[str, ...], ids: list[str]
) -> None:
    """By ID or by filter, as a dry run says before, oldest first; nothing else is touched."""
    dry = run("discard", *options, "--dry-run", "--config", config)
    assert dry.exit_code == 0
    assert dry.stdout == "".join(f"{each} would be discarded\n" for each in ids)
    assert dry.stderr == f"{len(ids)} in all; nothing was done\n"
    assert _standings(store) == BEFORE

    result = run("discard", *options, "--config", config)
    assert (result.exit_code, result.stdout) == (0, f"{len(ids)} discarded\n")
    assert _standings(store) == BEFORE | dict.fromkeys(ids, "discarded")


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ((), 2, "name deliveries by ID, or by --destination, --cause and --since"),
        (("1-ops", "--cause", "x"), 2, "name deliveries by ID, or by"),
        (("--cause", "no such cause"), 1, "no dead delivery is like that"),
        (("9-ops",), 1, '"9-ops" is not known; nothing was done'),
        (("1-ops", "4-support"), 1, '"4-support" is pending, and only what is dead is discarded'),
        (("3-support",), 1, '"3-support" is delivered, and only what is dead is discarded'),
    ],
)
def test_what_cannot_be_done_is_done_in_no_part(
    run: Run, config: Path, store: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    """One sentence, and all is as it was."""
    result = run("discard", *options, "--config", config)

    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert _standings(store) == BEFORE


def test_what_is_discarded_is_listed_only_on_request(run: Run, config: Path, store: Path) -> None:
    """It stays dead for programs; `show` says when it was discarded."""
    run("discard", "--cause", "removed", "--config", config)
    usual = json.loads(run("deliveries", "--json", "--config", config).stdout)
    asked = run("deliveries", "--state", "discarded", "--list", "--config", config).stdout
    told = json.loads(run("show", "1-ops", "--json", "--config", config).stdout)

    assert [each["id"] for each in usual] == ["4-support"]
    assert [line.split()[:1] for line in asked.splitlines()[1:]] == [
        ["2-support"],
        ["1-support"],
        ["1-ops"],
    ]
    assert asked.count(" discarded ") == 3
    assert (told["state"], told["discarded_at"][-6:]) == ("dead", "+00:00")
    shown = run("show", "1-ops", "--config", config).stdout.splitlines()
    assert shown[0] == "1-ops: discarded"
    assert " dead: the webhook was removed" in shown[-2]
    assert shown[-1].endswith("+00:00 discarded")


def test_a_discarded_one_is_replayed_by_its_own_id_only(
    run: Run, config: Path, store: Path
) -> None:
    """A filter or the id of its message no longer means it; nor is it discarded twice."""
    run("discard", "1-ops", "--config", config)
    dry = ("--dry-run", "--config", config)

    assert run("replay", "1-ops", *dry).stdout == "1-ops would be sent again\n"
    assert run("replay", "m1", *dry).stdout == "1-support would be sent again\n"
    assert run("replay", "--destination", "ops", *dry).exit_code == 1
    twice = run("discard", "1-ops", "--config", config)
    assert (twice.exit_code, twice.stderr) == (
        1,
        '"1-ops" is discarded, and only what is dead is discarded; nothing was done\n',
    )


def test_who_decides_second_is_told(
    run: Run, config: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the mark, somebody else has discarded one of them."""
    command = importlib.import_module("bridge.cli.discard")  # not the command of that name

    def after_somebody_else(path: Path, keys: Sequence[tuple[int, str]], *, at: datetime) -> int:
        discards.discard(path, keys[:1], at=at)
        return discards.discard(path, keys, at=at)

    monkeypatch.setattr(command, "let_go", after_somebody_else)
    result = run("discard", "--destination", "support", "--config", config)

    assert result.stdout == "1 discarded\n1 not: replayed or discarded meanwhile\n"
