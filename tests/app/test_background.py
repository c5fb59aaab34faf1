"""What goes on in the background survives faults that nobody thought of."""

import asyncio
import io

from bridge.app import Reality
from bridge.app.background import background


async def test_a_fault_is_told_and_the_work_begins_anew(lines: io.StringIO) -> None:
    """By its kind and its place: what ended silently would be missed much later."""
    begun = asyncio.Event()
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def work() -> None:
        if not slept:
            raise KeyError("xoxb-secret")
        begun.set()
        await asyncio.Event().wait()

    async with background(work, "chore", Reality(sleep=sleep)):
        await begun.wait()

    assert slept == [5.0]
    assert "event=internal_error task=chore error=KeyError at test_background.py:" in (
        lines.getvalue().replace('"', "")
    )
    assert "secret" not in lines.getvalue()
