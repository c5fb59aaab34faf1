"""What a chat's thread is called where threads have titles. No I/O."""

from bridge.events import Message
from bridge.rendering.graphemes import shortened

#: https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
MAX_TITLE_CHARS = 100


def thread_title(message: Message) -> str:
    """Return the agent and the first words, on one line and short enough for every platform."""
    who = message.agent.name or message.agent.id or "agent"
    words = " ".join(message.content.split()) or f"chat {message.chat_id}"
    return shortened(f"{who}: {words}", MAX_TITLE_CHARS)
