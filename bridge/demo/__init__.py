"""The whole bridge without any account: real server, store and senders against the sandbox.

Read `samples` (the webhooks), `world` (the sandbox and the config), `play` (what happens).
"""

from bridge.demo.play import Play, Result, play

__all__ = ["Play", "Result", "play"]
