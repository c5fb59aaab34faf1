"""What a chat's thread is called where threads have titles. No I/O."""

from bridge.events import Message
from bridge.rendering.graphemes import shortened
from bridge.rendering.headers import name_of, one_line

#: https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
MAX_TITLE_CHARS = 100
_ENOUGH_CHARS = 1_000  # ours: of the content, most of which a title has no room for


def thread_title(message: Message) -> str:
    """Return the agent and the first words, on one line and short enough for every platform."""
    front = " ".join(message.content.split())[:_ENOUGH_CHARS]
    words = one_line(front, _ENOUGH_CHARS) or f"chat {one_line(message.chat_id, MAX_TITLE_CHARS)}"
    return shortened(f"{name_of(message.agent)}: {words}", MAX_TITLE_CHARS)
