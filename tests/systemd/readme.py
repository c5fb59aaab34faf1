"""The commands of the README's chapter on the service, word for word."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def commands(marker: str) -> str:
    """The block of shell below a marker."""
    readme = (ROOT / "README.md").read_text()
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", readme, re.DOTALL)
    assert found is not None, marker
    return found[1]
