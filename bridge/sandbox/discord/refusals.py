"""Discord's ways to say no, and its rate limits. No I/O."""

from bridge.sandbox.answers import Answer, in_json, retry_after
from bridge.sandbox.discord.guild import DiscordChannel
from bridge.sandbox.discord.rules import error_tree
from bridge.sandbox.discord.values import Fault
from bridge.sandbox.pace import Limits, Room, Window


def refusal(status: int, code: int, message: str, **more: object) -> Answer:
    """Return Discord's way to say no: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json ."""
    return in_json({"message": message, "code": code, **more}, status, error=str(code))


def form_refusal(*faults: Fault) -> Answer:
    """Return Discord's answer to a body that breaks its rules."""
    return refusal(400, 50035, "Invalid Form Body", errors=error_tree(faults))


def rate_limited(seconds: float | None) -> Answer:
    """Return Discord's 429; without *seconds* the header is missing, the body still has a number."""
    value = {
        "message": "You are being rate limited.",
        "retry_after": float(1 if seconds is None else round(seconds, 3)),
        "global": False,
    }
    headers = {**retry_after(seconds), "X-RateLimit-Scope": "shared"}
    return in_json(value, 429, headers=headers, error="429")


class Pace:
    """Discord's two rate limits: the one its headers show, and the one they don't."""

    def __init__(self, limits: Limits) -> None:
        self._webhook = Window(limits.discord_webhook) if limits.discord_webhook else None
        self._channel = Window(limits.discord_channel) if limits.discord_channel else None

    def enter(
        self, channel: DiscordChannel, now: float, *, is_post: bool
    ) -> tuple[Answer | None, dict[str, str]]:
        """Return a 429 or None, and the headers that go with whatever is answered.

        Posts, edits and removals share the first limit (discord-api-docs 2243); the hidden one was
        seen with posts only.
        """
        room = self._webhook.enter(channel.webhook_id, now) if self._webhook else None
        headers = _headers(room) if room else {}
        if room and not room.passed:
            return rate_limited(room.reset_after), headers
        hidden = self._channel.enter(channel.id, now) if self._channel and is_post else None
        if hidden and not hidden.passed:
            return rate_limited(hidden.reset_after), headers
        return None, headers


def _headers(room: Room) -> dict[str, str]:
    # https://docs.discord.com/developers/topics/rate-limits#header-format - the bucket leaves out
    # the webhook: the same for all of them.
    return {
        "X-RateLimit-Limit": str(room.limit),
        "X-RateLimit-Remaining": str(room.remaining),
        "X-RateLimit-Reset-After": f"{room.reset_after:.3f}",
        "X-RateLimit-Bucket": "b0a7d1ef5a4d3f2c",
    }
