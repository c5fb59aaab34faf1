"""Where a post can go, and what of it may be shown."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bridge.destinations import NAME, Destination

SLACK_URL = "https://hooks.slack.com/services/T00000000/B00000000/slack-secret"
DISCORD_URL = "https://discord.com/api/webhooks/199737254929760256/discord-secret"


def make_destination(**fields: Any) -> Destination:
    """Return a destination as the config makes it."""
    destination: Destination = TypeAdapter(Destination).validate_python(fields)
    return destination


def refusal_of(**fields: Any) -> str:
    """Return the one sentence with which these fields are refused."""
    with pytest.raises(ValidationError) as error:
        make_destination(**fields)
    (fault,) = error.value.errors()
    return fault["msg"]


def test_what_is_left_out_has_a_default() -> None:
    """Posts stand in the channel itself, and a lost answer is treated as [delivery] says."""
    destination = make_destination(platform="discord", webhook_url=DISCORD_URL)

    assert destination.thread == "none"
    assert destination.on_unknown is None
    assert destination.max_parts == 6
    assert destination.files == "link"
    assert destination.mentions == ()
    assert (destination.header, destination.footer) == (None, None)


@pytest.mark.parametrize(
    "fields", [{}, {"channel": "C024BE91L", "webhook_url": SLACK_URL}], ids=["neither", "both"]
)
def test_slack_has_exactly_one_way_in(fields: dict[str, str]) -> None:
    """A channel or an incoming webhook, and not both."""
    assert refusal_of(platform="slack", **fields) == 'needs either "channel" or "webhook_url"'


def test_an_incoming_webhook_has_no_threads() -> None:
    """Slack's incoming webhooks don't tell where a post stands, so nothing can be put below it."""
    assert refusal_of(platform="slack", webhook_url=SLACK_URL, thread="chat") == (
        'an incoming webhook can\'t post to threads: leave out thread = "chat"'
    )
    assert make_destination(platform="slack", webhook_url=SLACK_URL).thread == "none"
    assert make_destination(platform="slack", channel="C1", thread="chat").thread == "chat"


def test_an_incoming_webhook_takes_neither_files_nor_replies() -> None:
    """What Slack offers only to bots is refused, instead of being done otherwise unseen."""
    assert refusal_of(platform="slack", webhook_url=SLACK_URL, long="thread") == (
        'an incoming webhook can\'t post to threads: leave out long = "thread"'
    )
    assert refusal_of(platform="slack", webhook_url=SLACK_URL, files="upload") == (
        'an incoming webhook takes no files: leave out files = "upload"'
    )


def test_a_long_message_may_be_in_its_chats_thread_anyway() -> None:
    """The two keys don't contradict each other."""
    fields = {"thread": "chat", "long": "thread", "files": "upload"}

    assert make_destination(platform="slack", channel="C1", **fields).thread == "chat"


@pytest.mark.parametrize(
    ("place", "mentions", "names"),
    [
        ({"platform": "slack", "channel": "C1"}, "everyone", ("everyone",)),
        ({"platform": "slack", "channel": "C1"}, ["channel", "here"], ("channel", "here")),
        ({"platform": "slack", "channel": "C1"}, "U024BE7LH, S0614TZR7", ("U024BE7LH", "S0614TZR7")),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "everyone here", ("everyone", "here")),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, ["80351110224678912"], ("80351110224678912",)),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, [], ()),
    ],
)  # fmt: skip
def test_mentions_name_groups_or_ids(
    place: dict[str, str], mentions: Any, names: tuple[str, ...]
) -> None:
    """As a list, or as text where a variable holds it."""
    assert make_destination(**place, mentions=mentions).mentions == names


@pytest.mark.parametrize(
    ("place", "name", "meant"),
    [
        ({"platform": "slack", "channel": "C1"}, "Everyone", "everyone"),
        ({"platform": "slack", "channel": "C1"}, "<!here>", "here"),
        ({"platform": "slack", "channel": "C1"}, "<@U024BE7LH>", "U024BE7LH"),
        ({"platform": "slack", "channel": "C1"}, "u024be7lh", None),
        ({"platform": "slack", "channel": "C1"}, "U1", None),
        ({"platform": "slack", "channel": "C1"}, "C024BE91L", None),
        ({"platform": "slack", "channel": "C1"}, "1234", None),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "@everyone", "everyone"),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "<@!1234>", "1234"),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "channel", None),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "U024BE7LH", None),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "", None),
    ],
)
def test_all_else_is_no_mention(place: dict[str, str], name: str, meant: str | None) -> None:
    """What would never open anything is refused, with what was probably meant."""
    refusal = refusal_of(**place, mentions=[name])

    assert refusal.startswith('takes "everyone", ')
    assert refusal.endswith(f'; did you mean "{meant}"?') is (meant is not None)


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize("url", ["discord.com/api", "ftp://discord.com", ""])
def test_a_url_is_http(platform: str, url: str) -> None:
    """Only http and https are called."""
    assert refusal_of(platform=platform, webhook_url=url) == (
        "must begin with https:// (or http://)"
    )


@pytest.mark.parametrize("tail", ["/slack", "/github", "/slack/", "/slack?wait=true"])
def test_a_url_for_other_formats_is_refused(tail: str) -> None:
    """Discord's webhooks take Slack's and GitHub's formats at these paths, and ours at none of them."""
    assert refusal_of(platform="discord", webhook_url=DISCORD_URL + tail) == (
        'must end with its token: leave out "/slack"'
    )


NO_WEBHOOKS = (
    "https://discord.com",
    "https://discord.com/",
    "https://discord.com/channels/41771983423143937/199737254929760256",
    "https://discord.com/api/webhooks/199737254929760256",
    "https://discord.com/api/webhooks/199737254929760256/",
    "https://discord.com/api/webhooks/name/token",
    "https://discordapp.com/webhooks/1/token",
    "https://DISCORD.com/api/webhooks/1/token/more",
    "https://ptb.discord.com/invite/support",
)


@pytest.mark.parametrize("url", NO_WEBHOOKS)
def test_an_address_at_discord_is_that_of_a_webhook(url: str) -> None:
    """A channel's or a server's is easily copied instead."""
    assert refusal_of(platform="discord", webhook_url=url) == (
        'must be the address of a webhook, ".../api/webhooks/ID/TOKEN": copy it again'
    )


@pytest.mark.parametrize("host", ["discord.com", "canary.discord.com", "discordapp.com"])
@pytest.mark.parametrize("path", ["/api", "/api/v10"])
@pytest.mark.parametrize("tail", ["", "/", "?thread_id=5"])
def test_every_form_of_a_webhook_s_address_is_taken(host: str, path: str, tail: str) -> None:
    """With a version, a thread, or the slash that people copy along."""
    url = f"https://{host}{path}/webhooks/199737254929760256/a-Token_1{tail}"

    assert make_destination(platform="discord", webhook_url=url).address == (
        "webhook 199737254929760256"
    )


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"platform": "slack", "channel": "C024BE91L", "token": "xoxb-s"}, "channel C024BE91L"),
        ({"platform": "slack", "webhook_url": SLACK_URL}, "incoming webhook"),
        ({"platform": "discord", "webhook_url": DISCORD_URL}, "webhook 199737254929760256"),
        ({"platform": "discord", "webhook_url": DISCORD_URL + "/"}, "webhook 199737254929760256"),
        (
            {"platform": "discord", "webhook_url": DISCORD_URL + "?a=b"},
            "webhook 199737254929760256",
        ),
        ({"platform": "discord", "webhook_url": "https://proxy.test/hidden/discord"}, "webhook"),
        ({"platform": "discord", "webhook_url": "https://proxy.test"}, "webhook"),
    ],
)
def test_the_address_tells_the_place_but_no_secret(fields: dict[str, str], address: str) -> None:
    """The id of a channel or of a webhook is no secret; a URL and its token are."""
    assert make_destination(**fields).address == address


@pytest.mark.parametrize(
    ("fields", "secrets"),
    [
        ({"platform": "slack", "channel": "C1"}, ()),
        ({"platform": "slack", "channel": "C1", "token": "xoxb-secret"}, ("xoxb-secret",)),
        (
            {"platform": "slack", "webhook_url": SLACK_URL},
            (SLACK_URL, "services/T00000000/B00000000/slack-secret", "slack-secret"),
        ),
        (
            {"platform": "discord", "webhook_url": DISCORD_URL + "?thread_id=5"},
            (
                DISCORD_URL + "?thread_id=5",
                "api/webhooks/199737254929760256/discord-secret",
                "discord-secret",
            ),
        ),
        ({"platform": "discord", "webhook_url": "http://host.test/"}, ("http://host.test/",)),
    ],
)
def test_all_that_opens_the_door_is_secret(fields: dict[str, str], secrets: tuple[str]) -> None:
    """The URL, its path and its token, since each may show up alone in somebody's error."""
    assert make_destination(**fields).secrets == secrets


@pytest.mark.parametrize(
    "fields",
    [
        {"platform": "slack", "webhook_url": SLACK_URL},
        {"platform": "slack", "channel": "C1", "token": "xoxb-secret"},
        {"platform": "discord", "webhook_url": DISCORD_URL},
    ],
    ids=["incoming webhook", "token", "discord"],
)
def test_no_secret_is_shown(fields: dict[str, str]) -> None:
    """Neither in the repr nor in what is printed."""
    destination = make_destination(**fields)

    assert "secret" not in repr(destination).replace("SecretStr", "")
    assert "secret" not in str(destination).replace("SecretStr", "")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *((name, True) for name in ("ops", "Ops-2_b", "2")),
        *((name, False) for name in ("", "-a", "a b", "a.b", "a/b", "ä", "a\n")),
    ],
    ids=repr,
)
def test_a_name_can_stand_anywhere(name: str, is_one: bool) -> None:
    """Names are shown in logs, in URLs and as variables: plain letters, digits, "-" and "_"."""
    assert bool(NAME.fullmatch(name)) is is_one
