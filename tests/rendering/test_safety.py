"""Nothing that a model wrote is live on any platform, in any form, wherever in a message it stands."""

import re

import pytest

from tests.rendering.samples import FORMS, by, message, on_discord, slack_texts

LIVE_ON_SLACK = re.compile("<[!@#]")
PINGS_ON_DISCORD = re.compile("<[@#]|@everyone|@here", re.IGNORECASE)
LIVE_ON_DISCORD = re.compile("<(?:a?:|t:|/[^>]*:|id:)")
TOKENS = [
    "<!channel>",
    "<!here|here>",
    "<!subteam^S1>",
    "<@U024BE7LH>",
    "<#C024BE7LR>",
    "<@&1234>",
    "<@!1234>",
    "@everyone",
    "@here",
    "<t:1700000000:R>",
    "<:e:1>",
    "<a:e:1>",
    "</c:1>",
    "<id:home>",
]
PLACES = {
    "text": "say {} now",
    "line start": "{}",
    "strong": "**{}**",
    "code": "`{}`",
    "fence": "```\n{}\n```",
    "language": "```{}\nx\n```",
    "info": "```py {}\nx\n```",
    "quote": "> {}",
    "heading": "# {}",
    "deep heading": "##### {}",
    "item": "- {}",
    "table": "| {0} | b |\n|---|---|\n| {0} | `{0}` |",
    "wide table": "| {0} | b |\n|---|---|\n| {0} | " + "word " * 30 + "|",
    "label": "[{}](https://a.example)",
    "alt": "![{}](https://a.example)",
    "title": '[a](https://a.example "{}")',
    "other scheme": "[{0}](javascript:{0})",
    "address": "https://a.example/{}",
    "border": "word " * 2_290 + "{}",
    "too long for markdown": "word\n" * 13_000 + "{}",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", ["as it is", "as entities"])
def test_no_mention_is_live(place: str, spelling: str) -> None:
    """Mentions, timestamps, emoji and commands are only text, also when written as entities."""
    tokens = " ".join(TOKENS) if place not in ("language", "address") else TOKENS[0]
    if spelling == "as entities":
        tokens = tokens.replace("<", "&lt;").replace("@", "&#64;")
    told = message(PLACES[place].format(tokens))
    for text in slack_texts(told):
        assert not LIVE_ON_SLACK.search(text)
    for form in FORMS:
        for post in on_discord(told, form=form):
            assert not PINGS_ON_DISCORD.search(post.content)
            assert not LIVE_ON_DISCORD.search(re.sub(r"(?s)(`+).*?\1", "", post.content))


@pytest.mark.parametrize("ping", ["@everyone", "@HERE"])
def test_an_address_can_not_ping(ping: str) -> None:
    """Discord reads `@everyone` wherever it stands."""
    for form in FORMS:
        (post,) = on_discord(message(f"https://a.example/{ping}"), form=form)
        assert ping not in post.content


def test_names_are_not_live_either() -> None:
    """What NexusGPT says about the agent and the chat comes from outside too."""
    told = message(
        agent=by(name="<!channel> *Max* @everyone", role="<@U1> `x`\n# y"), chat_id="<#C1> @here"
    )
    for text in slack_texts(told):
        assert not LIVE_ON_SLACK.search(text)
    for form in FORMS:
        (post,) = on_discord(told, form=form)
        assert not PINGS_ON_DISCORD.search(post.content)
        assert len(post.content.split("\n")) == 2
