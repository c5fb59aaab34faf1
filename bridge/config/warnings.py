"""What a config is allowed to say but hardly means: one sentence each. No I/O."""

from collections import Counter
from collections.abc import Iterator

from bridge.config.settings import Settings
from bridge.routing import RoutingTable, shadows, unused_destinations


def warnings(settings: Settings) -> Iterator[str]:
    """Yield a sentence for everything that looks like a mistake."""
    table = RoutingTable(settings.routes)
    for shadow in shadows(table):
        yield f'"{shadow.hidden}" is never reached: "{shadow.behind}" takes all its messages'
    for name in unused_destinations(table, settings.destinations):
        if name != settings.operations.notify:
            yield f'no route uses the destination "{name}"'
    for title, count in Counter(row.title for row in table.rows).items():
        if count > 1:
            yield f'{count} routes are called "{title}": logs can\'t tell them apart'
    if settings.nexusgpt.header is None:
        yield "allow_unverified = true: anyone who can reach the bridge can post through it"
