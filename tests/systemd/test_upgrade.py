"""A newer version, and the way back, by the words of the README."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systemd.readme import ROOT, commands
from tests.systemd.service import Service

pytestmark = pytest.mark.systemd

NEWER = "99.0.0"


@pytest.fixture(name="newer")
def _newer(tmp_path: Path) -> Path:
    """The wheel of a version that is newer by its name alone."""
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "bridge", source / "bridge", ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", "config.example.toml"):
        shutil.copy(ROOT / name, source)
    package = source / "bridge/__init__.py"
    lines = package.read_text().splitlines()
    package.write_text(
        "\n".join(f'__version__ = "{NEWER}"' if "__version__" in each else each for each in lines)
    )
    make = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(make, check=True)  # noqa: S603
    return next(tmp_path.glob("*.whl"))


async def test_upgrade_and_the_way_back(service: Service, newer: Path) -> None:
    """Upgraded and rolled back as the README says, it runs the version meant, on the same store."""
    machine = service.machine
    older = await machine.run("nexusgpt-bridge --version")
    await service.send("m1")
    await service.wait_for(1)
    await machine.run("mkdir -p new && rm -f new/*")
    shutil.copy(newer, machine.tree / "root/new")

    await machine.run("cd new\n" + commands("service-upgrade"))
    assert await machine.run("nexusgpt-bridge --version") == f"nexusgpt-bridge {NEWER}"
    await service.wait_logged(f"event=started version={NEWER}")
    assert await service.send("m1", "m2") == [200, 202]

    await machine.run(commands("service-rollback"))
    assert await machine.run("nexusgpt-bridge --version") == older
    assert await service.send("m2", "m3") == [200, 202]

    await machine.run(commands("service-restore"))
    assert await service.send("m1", "m3") == [200, 202]
    assert (await service.wait_for(4))[:3] == ["m1", "m2", "m3"]
