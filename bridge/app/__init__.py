"""The bridge as a whole: `running` is one at work, and `serve` is one that obeys signals.

Read `running` (what it is built of), then `lanes`, `listening`, `background` and `serving`.
"""

from bridge.app.reality import Reality
from bridge.app.running import Bridge, running
from bridge.app.serving import serve

__all__ = ["Bridge", "Reality", "running", "serve"]
