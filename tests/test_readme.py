"""The README says what holds."""

import re
import tomllib
from pathlib import Path

import pytest

from bridge.cli import COMMANDS
from bridge.config import load
from bridge.destinations import DiscordDestination, SlackDestination
from bridge.routing import Key, RoutingTable

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def _block(language: str, marker: str) -> str:
    """The fenced block below an HTML comment."""
    found = re.search(rf"<!-- {marker} -->\n```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_config_of_the_readme_is_well_formed(tmp_path: Path) -> None:
    """The annotated config loads without a warning, and its own [[tests]] pass."""
    path = tmp_path / "config.toml"
    path.write_text(_block("toml", "config"))
    path.chmod(0o600)
    config = load(path, {})
    table = RoutingTable(config.settings.routes)

    assert config.warnings == ()
    for test in config.settings.tests:
        assert tuple(table.match(test.message.message({}))) == test.to


def test_destination_of_the_readme_is_well_formed(tmp_path: Path) -> None:
    """The example of all that a destination can say loads, its templates included."""
    path = tmp_path / "config.toml"
    path.write_text(
        _block("toml", "config") + '[[routes]]\nto = "board"\n' + _block("toml", "destination")
    )
    path.chmod(0o600)
    board = load(path, {}).settings.destinations["board"]

    assert isinstance(board, DiscordDestination)
    assert (board.style, board.files, board.max_parts) == ("embed", "upload", 3)
    assert board.mentions == ("everyone", "80351110224678912")


def test_every_key_of_a_destination_is_explained() -> None:
    """Each key with a default stands in the table of keys; the others are in the examples."""
    fields = SlackDestination.model_fields | DiscordDestination.model_fields
    shown = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    written = set(re.findall(r"^(\w+) = ", README, re.MULTILINE))

    assert set(fields) <= shown | written
    assert {
        name for name in fields if name not in ("platform", "channel", "webhook_url", "token")
    } <= shown


def test_every_block_of_toml_is_well_formed(tmp_path: Path) -> None:
    """The first is a whole config, each other one can be added to it; none names an unknown key."""
    markers = re.findall(r"<!-- ([a-z-]+) -->\n```toml\n", README)
    assert len(markers) == README.count("```toml\n")
    first, *others = markers
    path = tmp_path / "config.toml"
    for marker in others:
        path.write_text(_block("toml", first) + _block("toml", marker))
        path.chmod(0o600)

        assert load(path, {}).settings.routes


@pytest.mark.parametrize("marker", ["demo", "tests"])
def test_the_two_commands_are_one_line_each(marker: str) -> None:
    """Setting up and running is one command to copy; `.ci/run` runs both word for word."""
    assert _block("sh", marker).count("\n") == 1
    assert f"readme {marker}" in (ROOT / ".ci" / "run").read_text()


def test_every_command_of_the_service_is_run() -> None:
    """Each block of the chapter on the service is run on a machine, word for word."""
    chapter = README.partition("## As a service")[2].partition("\n## ")[0]
    markers = re.findall(r"<!-- (service-\w+) -->\n```sh", chapter)
    code = "".join(path.read_text() for path in (ROOT / "tests/systemd").glob("*.py"))

    assert len(markers) == chapter.count("```sh")
    assert all(f'commands("{marker}")' in code for marker in markers)


def test_every_command_is_in_the_readme() -> None:
    """What the command can do is told, and nothing else."""
    told = set(re.findall(r"nexusgpt-bridge ([a-z]+)", README))

    assert set(COMMANDS) <= told


def test_every_key_of_a_route_is_explained() -> None:
    """Each key that a condition can have stands in the table of keys."""
    assert all(f"| `{key}` |" in README for key in Key)


def test_every_room_is_drawn() -> None:
    """Each file and folder of the package stands in the tree of rooms, and each of the tree exists."""
    tree = README.partition("    bridge/\n")[2].partition("\n\n")[0]
    drawn = set(re.findall(r"(?:^ {6}|  )([a-z]+(?:\.py|/))", tree, re.MULTILINE))
    rooms = {
        path.name + ("/" if path.is_dir() else "")
        for path in (ROOT / "bridge").iterdir()
        if not path.name.startswith("__")
    }

    assert drawn == rooms


def test_readme_and_example_name_the_same_version_of_python() -> None:
    """The lowest version of Python is the same for people and for pip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["requires-python"] == ">=3.11"
    assert "Python 3.11 or newer" in README
