"""A wheel works without the repository: all that is read at run time is inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_wheel_holds_all_that_is_needed(tmp_path: Path) -> None:
    """Units, example config and pages of the sandbox; commands run from it alone."""
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(wheel, check=True)  # noqa: S603 -- our own command
    [file] = tmp_path.glob("*.whl")
    inside = tmp_path / "inside"
    with zipfile.ZipFile(file) as opened:
        opened.extractall(inside)
    data = {
        path.relative_to(ROOT)
        for path in (ROOT / "bridge").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {path.relative_to(inside) for path in inside.rglob("*") if path.is_file()}

    assert data - held == set()
    assert Path("bridge/config.example.toml") in held
    assert {path.suffix for path in data} >= {".conf", ".html", ".css", ".js"}
    for call in (
        "import bridge, os; assert bridge.__file__.startswith(os.getcwd())",
        "from bridge.cli import main; main(['init'])",
        "from bridge.cli import main; main(['check'])",
        "from bridge.cli import main; main(['init', '--slack-manifest'])",
        "from bridge.cli import main; main(['unit'])",
        "from bridge.cli import main; main(['unit', '--socket'])",
        "from bridge.cli import main; main(['demo', '--once'])",
    ):
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-c", call],
            cwd=inside,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{call}\n{done.stdout}{done.stderr}"
