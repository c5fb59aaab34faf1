"""What the tests of this folder share: a message, its destinations, and its posts in every form."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bridge.deliveries import Form
from bridge.destinations import DiscordDestination, SlackDestination
from bridge.events import Agent, Message
from bridge.rendering import DiscordPost, SlackPost, discord, slack

SLACK = SlackDestination(platform="slack", channel="C024BE91L")
SLACK_WEBHOOK = SlackDestination.model_validate(
    {"platform": "slack", "webhook_url": "https://hooks.slack.com/services/T0/B0/x"}
)
DISCORD = DiscordDestination.model_validate(
    {"platform": "discord", "webhook_url": "https://discord.com/api/webhooks/1/x"}
)
FORMS = (
    *(Form(plain=p, anonymous=a) for p in (False, True) for a in (False, True)),
    Form(rich_text=True),
)
MAX = Agent(
    id="fa9640f5", name="Max Evans", role="Culture consultant", avatar_url="https://x.example/m.png"
)
LONG = """\
# Quarterly review

Hi **team**, here is the *summary* for `Q3`: see https://example.com/report_q3_final.pdf.

1. Install the tools:
   ```bash
   pip install tool
   ```
2. Configure
   - nested *bullet*
     - deeper

> A quote with **bold** words
> - and a list

| Name | Qty |
|:-----|----:|
| 苹果 apple | 3 |
| Banana 🍌 | 12 |

これは日本語の文です。**重要**な点があります。👨‍👩‍👧 family and 🇩🇪 flags.

![chart](https://example.com/chart.png)

```python
def twice(number):
    return number * 2
```

"""


def message(content: str = "Hello", **fields: Any) -> Message:
    """Return a message of Max Evans."""
    known: dict[str, Any] = {"id": "m1", "chat_id": "7833b1ec", "agent": MAX}
    return Message(content=content, **(known | fields))


def by(**fields: Any) -> Agent:
    """Return Max Evans, changed."""
    return replace(MAX, **fields)


def on_slack(
    told: Message, *, form: Form | None = None, revision: int = 0
) -> tuple[SlackPost, ...]:
    """Return the posts for a channel of Slack, however many they are."""
    in_parts = replace(form or Form(), in_parts=True)
    posts = slack.render(told, SLACK, form=in_parts, revision=revision, route="")
    return tuple(post for post in posts if isinstance(post, SlackPost))


def slack_posts(
    told: Message, destination: SlackDestination, *, form: Form | None = None
) -> tuple[SlackPost, ...]:
    """Return the posts for a destination at Slack that are no files."""
    posts = slack.render(told, destination, form=form or Form(), revision=0, route="")
    return tuple(post for post in posts if isinstance(post, SlackPost))


def on_discord(
    told: Message, *, form: Form | None = None, revision: int = 0
) -> tuple[DiscordPost, ...]:
    """Return the posts for a channel of Discord, however many they are."""
    in_parts = replace(form or Form(), in_parts=True)
    posts = discord.render(told, DISCORD, form=in_parts, revision=revision, route="")
    return tuple(post for post in posts if isinstance(post, DiscordPost))


def markdown_of(post: SlackPost) -> str:
    """Return the text of the post's markdown block."""
    return str(post.blocks[1]["text"])


def body_of(post: DiscordPost) -> str:
    """Return what stands under the header."""
    return post.content.partition("\n")[2]


def slack_texts(told: Message) -> list[str]:
    """Return every text of every Slack form that Slack does not take literally."""
    posts = [*slack.render(told, SLACK_WEBHOOK, form=Form(), revision=0, route="")]
    for form in FORMS:
        posts.extend(on_slack(told, form=form))
    texts = []
    for post in posts:
        assert isinstance(post, SlackPost)
        texts.append(post.text)
        for block in post.blocks:
            parts = [*leaves_of(block)]
            # In rich text, texts and links are taken literally, and all else acts.
            literal = {"plain_text", "text", "link"}
            texts.extend(part.get("text", "<!>") for part in parts if part["type"] not in literal)
    return texts


def leaves_of(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the innermost elements of a block, in order."""
    if "elements" not in element:
        yield element
    for inner in element.get("elements", ()):
        yield from leaves_of(inner)


def words_of(text: str) -> list[str]:
    """Return the words of the text: letters and digits only."""
    return re.findall(r"[^\W_]+", text.replace("\u200b", ""))
