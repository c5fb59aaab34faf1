"""Kills bridges: `python -m tests.chaos --help`."""

import sys

from tests.chaos.command import main

sys.exit(main())
