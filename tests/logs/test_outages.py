"""What fails again and again is told, and does not fill the journal."""

import io

from bridge.logs.outages import Outage


def _said(lines: io.StringIO) -> list[str]:
    return [line.partition("event=")[2] for line in lines.getvalue().splitlines()]


def test_a_night_of_failures_is_few_lines(lines: io.StringIO) -> None:
    """The first at once, then ever fewer, each with how many there were."""
    outage = Outage("store_failed", "store_works", destination="support")
    for _ in range(8 * 3600):
        outage.failed("no room")
    first, *_, last = said = _said(lines)

    assert len(said) == 15
    assert first == 'store_failed destination=support reason="no room" times=1'
    assert last == 'store_failed destination=support reason="no room" times=16384'


def test_another_reason_is_told_at_once(lines: io.StringIO) -> None:
    """It is another trouble."""
    outage = Outage("store_failed", "store_works")
    for reason in ("full", "full", "full", "locked", "full"):
        outage.failed(reason)

    assert [line.split()[1:] for line in _said(lines)] == [
        ["reason=full", "times=1"],
        ["reason=full", "times=2"],
        ["reason=locked", "times=1"],
        ["reason=full", "times=1"],
    ]


def test_the_end_is_told_once(lines: io.StringIO) -> None:
    """With the number of all failures; where nothing had failed, nothing is told."""
    outage = Outage("store_failed", "store_works", destination="support")
    outage.worked()
    for reason in ("full", "full", "locked"):
        outage.failed(reason)
    for _ in range(2):
        outage.worked()
    outage.failed("locked")

    assert _said(lines)[3:] == [
        "store_works destination=support times=3",
        "store_failed destination=support reason=locked times=1",
    ]
