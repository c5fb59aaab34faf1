"""What tests let an agent write: a message, and the webhook that tells it, realistic by default."""

import json
from datetime import UTC, datetime
from typing import Any

from bridge.events import Agent, Message

_MESSAGE = Message(
    id="5d691de8-47f7-4e67-b12c-0a44fbf0e79b",
    chat_id="7833b1ec-c355-4285-9f3d-60ded2878418",
    agent=Agent(
        id="fa9640f5-5821-40bf-9917-a9a114063590",
        name="Max Evans",
        role="Organizational Culture Consultant",
        avatar_url="https://example.com/max.png",
    ),
    content="Hello! How may I help you?",
    created_at=datetime(2023, 6, 29, 8, 27, 44, 519_000, tzinfo=UTC),
)
_PAYLOAD: dict[str, Any] = {
    "id": _MESSAGE.id,
    "chatId": _MESSAGE.chat_id,
    "senderType": "VIRTUAL_EMPLOYEE",
    "userSenderId": None,
    "virtualSenderId": _MESSAGE.agent.id,
    "content": _MESSAGE.content,
    "contentJson": {"content": None},
    "type": None,
    "files": [],
    "virtualSender": {
        "id": _MESSAGE.agent.id,
        "role": _MESSAGE.agent.role,
        "first_name": "Max",
        "last_name": "Evans",
        "profile_picture": _MESSAGE.agent.avatar_url,
    },
    "status": "PROCESSED",
    "createdAt": "2023-06-29T08:27:44.519Z",
    "updatedAt": "2023-06-29T08:28:19.797Z",
    "executionPlan": None,
}


def make_message(**changes: Any) -> Message:
    """Return what an agent wrote, with some fields of `Message` changed."""
    return _MESSAGE._replace(**changes)


def make_payload(**changes: Any) -> dict[str, Any]:
    """Return the same message as NexusGPT tells it, with some fields changed."""
    return _PAYLOAD | changes


def make_body(**changes: Any) -> bytes:
    """Return the body of the webhook with that payload."""
    return json.dumps({"event": "MESSAGE_FINALIZED", "payload": make_payload(**changes)}).encode()
