"""Programs of others, which tests run where they are installed."""

import asyncio
import re
import shutil
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

README = Path(__file__).parents[1].joinpath("README.md").read_text()
#: program -> the package of Debian that has it
PACKAGES = {"nginx": "nginx", "caddy": "caddy", "promtool": "prometheus"}


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where a program is not installed."""
    reason = f"{program} is not installed: apt install {PACKAGES[program]}"
    return pytest.mark.skipif(shutil.which(program) is None, reason=reason)


def snippet(language: str, marker: str) -> str:
    """Return the fenced block of the README below an HTML comment."""
    found = re.search(rf"<!-- {marker} -->\n```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


async def run(directory: Path, *command: str, given: bytes = b"") -> int:  # needs(a program)
    """Run a program to its end; what it says is shown where the test fails."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate(given)
    print(said.decode())  # noqa: T201 -- pytest keeps it
    return process.returncode or 0
