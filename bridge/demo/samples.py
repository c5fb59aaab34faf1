"""A dozen webhooks as NexusGPT sends them, and what has to become of each. No I/O."""

from dataclasses import dataclass
from typing import Any

REPORT = """\
# Churn in October

Churn fell to **3.1 %**, the lowest since spring. Three things stand out:

1. *Annual plans* hold: only 4 of 812 customers left.
2. Small teams leave in week two.
   - most never invited a colleague
   - half of them came through the `spring-24` campaign
3. Support answers within an hour keep nine in ten.

| Plan    | Customers | Left | Churn |
|:--------|----------:|-----:|------:|
| Free    |     4,210 |  187 | 4.4 % |
| Team    |     1,377 |   34 | 2.5 % |
| Annual  |       812 |    4 | 0.5 % |

## How it was counted

```sql
SELECT plan, count(*) FILTER (WHERE left_at >= '2026-10-01') AS gone
FROM customers
GROUP BY plan
ORDER BY gone DESC;
```

> A customer who pauses counts as gone, and as new on return.

Next: ask the small teams why. See [the dashboard](https://example.com/churn?month=10&by=plan).
"""

NOTES = "\n\n".join(
    f"## Interview {number}\n\n"
    f"Participant {number} set up the workspace in about {3 + number} minutes, then looked for a way "
    "to bring in colleagues and did not find it. “I thought that came later,” they said, and closed "
    "the page. The same happened in the second session, although the button had moved.\n\n"
    "- wants: an invitation by link\n- fears: inviting the wrong people\n- tried: the help page, twice"
    for number in range(1, 8)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent of the demo, in the words of NexusGPT's wire."""

    id: str
    first_name: str
    last_name: str
    role: str

    def wire(self) -> dict[str, str]:
        """Return what the webhook says of the agent."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "role": self.role,
        }


MAX = Agent(
    id="fa9640f5-5821-40bf-9917-a9a114063590",
    first_name="Max",
    last_name="Evans",
    role="Support agent",
)
ADA = Agent(
    id="0b6d1f6e-9a55-4c47-b1f2-7f2f6f2f9d01", first_name="Ada", last_name="Moore", role="Analyst"
)
KEI = Agent(
    id="77f0c1d2-23aa-4d0e-8f4c-1b7f0a4e5c02",
    first_name="Kei",
    last_name="Tanaka",
    role="Release manager",
)
SAM = Agent(
    id="2c9e0b57-8d0f-4b3c-9a51-52d1c1a0e303", first_name="Sam", last_name="Ortiz", role="Watchman"
)


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
_PLAN = {"steps": [{"name": "Freeze main"}, {"name": "Run the smoke tests"}, {"name": "Ship 4.2"}]}

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
        payload=message(3, ADA, REPORT_CHAT, REPORT),
        reaches=("reports", "ops"),
    ),
    Sample(
        title="long notes, in several parts",
        payload=message(4, ADA, REPORT_CHAT, NOTES),
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
            5, KEI, RELEASE_CHAT, "Here is my plan.", type="PLAN_VALIDATED", contentJson=_PLAN
        ),
        reaches=("releases",),
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
        reaches=("alerts", "ops"),
    ),
    Sample(
        title="Japanese, emoji and a file",
        payload=message(
            8,
            KEI,
            RELEASE_CHAT,
            "リリース 4.2 の準備ができました 🎉 詳細は添付をご覧ください。",
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
