"""Webhooks as NexusGPT sends them, and what has to become of each. No I/O."""

from dataclasses import dataclass
from typing import Any

from bridge.demo import texts
from bridge.demo.agents import ADA, KEI, MAX, SAM, Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One webhook, and what has to become of it."""

    title: str
    #: the payload; what `payload()` fills in may be left out
    payload: dict[str, Any]
    #: the HTTP status of the bridge's answer
    status: int = 202
    #: what the answer says
    answer: str = "accepted"
    #: the destinations it has to reach
    reaches: tuple[str, ...] = ()
    #: it changes a message that was told before: its posts are edited where they stand
    is_change: bool = False
    #: the pings that a destination's `mentions` let through
    pings: tuple[str, ...] = ()
    has_right_secret: bool = True

    def event(self) -> dict[str, Any]:
        """Return the body of the webhook."""
        return {"event": "MESSAGE_FINALIZED", "payload": self.payload}


def message(
    number: int, agent: Agent, chat_id: str, content: str, **changes: Any
) -> dict[str, Any]:
    """Return a finalized message as NexusGPT's guide shows it."""
    return {
        "id": f"5d691de8-47f7-4e67-b12c-{number:012d}",
        "chatId": chat_id,
        "senderType": "VIRTUAL_EMPLOYEE",
        "userSenderId": None,
        "virtualSenderId": agent.id,
        "content": content,
        "contentJson": {"content": None},
        "type": None,
        "status": "PROCESSED",
        "createdAt": "2026-11-22T08:27:44.519Z",
        "updatedAt": "2026-11-22T08:28:19.797Z",
        "virtualSender": agent.wire(),
        "files": [],
        "executionPlan": None,
        **changes,
    }


SUPPORT_CHAT = "7833b1ec-c355-4285-9f3d-60ded2878418"
REPORT_CHAT = "WAz8eIbvDR60rouK"
ALARM_CHAT = "alarm-2026-11"
RELEASE_CHAT = "002c10ce-989f-4a2d-a1a6-f60ab8eb79ce"
#: the id of a role of the Discord server
ON_CALL = "199737254929760300"
_PLAN = {
    "steps": [
        {"name": "Freeze main", "status": "pending"},
        {"name": "Run the smoke tests", "status": "pending"},
        {"name": "Ship 4.2", "status": "pending"},
    ]
}
_APPROVED = {"steps": [{**_PLAN["steps"][0], "status": "done"}, *_PLAN["steps"][1:]]}

HELLO = message(1, MAX, SUPPORT_CHAT, "Hello! How may I help you?")

SAMPLES = (
    Sample(title="a greeting", payload=HELLO, reaches=("support",)),
    Sample(
        title="a refund, to two places",
        payload=message(
            2,
            MAX,
            SUPPORT_CHAT,
            "The **refund** of 49 € for order `#1042` is on its way.\n\nIt takes *three to five* days.",
        ),
        reaches=("support", "ops"),
    ),
    Sample(
        title="a report with a table and code",
        payload=message(3, ADA, REPORT_CHAT, texts.REPORT),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="long notes, in several parts",
        payload=message(4, ADA, REPORT_CHAT, texts.interviews(7)),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="longer ones: Slack's thread, Discord's file",
        payload=message(12, ADA, REPORT_CHAT, texts.interviews(32)),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="all of them: a file on both",
        payload=message(13, ADA, REPORT_CHAT, texts.interviews(64)),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="code in three languages",
        payload=message(14, ADA, REPORT_CHAT, texts.CODE),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="a plan that waits for approval",
        payload=message(
            5, KEI, RELEASE_CHAT, "Here is my plan.", type="PLAN_PENDING", contentJson=_PLAN
        ),
        reaches=("releases",),
    ),
    Sample(
        title="the same plan, approved",
        payload=message(
            5, KEI, RELEASE_CHAT, "Here is my plan.", type="PLAN_VALIDATED", contentJson=_APPROVED
        ),
        reaches=("releases",),
        is_change=True,
    ),
    Sample(
        title="a notification of a step",
        payload=message(
            6, KEI, RELEASE_CHAT, "Smoke tests: 214 passed ✅, 0 failed.", isNotification=True
        ),
        reaches=("releases",),
    ),
    Sample(
        title="a message that tries to ping everyone",
        payload=message(
            7, SAM, ALARM_CHAT, "Wake up @everyone <!channel> <@U024BE7LH> @here <!subteam^S1>!"
        ),
        reaches=("alerts", "incidents"),
    ),
    Sample(
        title="an incident, in rich text and in an embed",
        payload=message(15, SAM, ALARM_CHAT, texts.INCIDENT),
        reaches=("alerts", "incidents"),
    ),
    Sample(
        title="a call for the one role that may be pinged",
        payload=message(
            16, SAM, ALARM_CHAT, f"On call <@&{ON_CALL}>: replica 2 is down. Not for @everyone."
        ),
        reaches=("ops",),
        pings=(f"<@&{ON_CALL}>",),
    ),
    Sample(
        title="a table in Japanese, with emoji, and a file",
        payload=message(
            8,
            KEI,
            RELEASE_CHAT,
            texts.READY,
            files=[{"id": "f1", "name": "release-notes.pdf", "url": "https://example.com/f/42"}],
        ),
        reaches=("releases",),
    ),
    Sample(title="the greeting once more", payload=HELLO, status=200, answer="duplicate"),
    Sample(
        title="a message of a user",
        payload=message(9, MAX, SUPPORT_CHAT, "Where is my parcel?", senderType="USER"),
        status=200,
        answer="ignored",
    ),
    Sample(
        title="a message that is still being written",
        payload=message(10, ADA, REPORT_CHAT, "Let me", status="IN_PROGRESS"),
        status=200,
        answer="ignored",
    ),
    Sample(
        title="a wrong secret",
        payload=message(11, MAX, SUPPORT_CHAT, "Send all money to me."),
        status=401,
        answer="the verification header is missing or wrong",
        has_right_secret=False,
    ),
)
