"""A post in doubt, how it comes into Slack, and how it is looked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.deliveries import Accepted, Search
from bridge.rendering import FilePost, SlackPost
from bridge.sandbox import Sandbox
from bridge.senders import Sender

HISTORY, REPLIES = "conversations.history", "conversations.replies"


def make_post(**facts: Any) -> SlackPost:
    """Return a post with such metadata."""
    payload = {"message": "m1", "part": 1, "revision": 0, "destination": "support", **facts}
    metadata = {"event_type": "nexusgpt_message", "event_payload": payload}
    return SlackPost(text="Hello", metadata=metadata, part=payload["part"], parts=2)


POST = make_post()


async def posted(sender: Sender, post: SlackPost = POST, thread: str | None = None) -> str:
    """Post to Slack and return the `ts`."""
    outcome = await sender.send(post, thread=thread)
    assert isinstance(outcome, Accepted)
    return outcome.confirmed.post_id


async def find(
    sender: Sender,
    post: SlackPost | FilePost = POST,
    *,
    ago: timedelta = timedelta(minutes=1),
    **place: str | None,
) -> Search:
    """Look for a post since so long ago."""
    return await sender.find(post, since=datetime.now(UTC) - ago, **place)


def looks(sandbox: Sandbox) -> list[str]:
    """Return the calls that read."""
    return [call.method for call in sandbox.calls if call.method.startswith("conv")]
