"""What the bridge and systemd tell each other: state, watchdog, sockets. Nothing outside systemd.

Read `notices` (ready, reloading, stopping, status), `watchdog` (alive, by real progress only),
`sockets` (listening ones that systemd holds while the bridge restarts), `status` (the one line).
"""

from bridge.systemd.notices import Notifier
from bridge.systemd.sockets import Sockets, take_sockets
from bridge.systemd.status import Waits, status_text
from bridge.systemd.watchdog import Pulse, feed, watchdog_seconds

__all__ = [
    "Notifier",
    "Pulse",
    "Sockets",
    "Waits",
    "feed",
    "status_text",
    "take_sockets",
    "watchdog_seconds",
]
