"""What `check --online` finds out, without posting anything."""

from dataclasses import replace

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.destinations import SlackDestination
from bridge.sandbox import (
    BRIDGE_SCOPES,
    Garbage,
    Hang,
    Reset,
    Sandbox,
    ServerError,
    Shape,
    SlackChannel,
    SlackError,
    SlackToken,
)
from bridge.sandbox.faults import Fault
from bridge.senders import Finding, check_online
from tests.conftest import TOKEN
from tests.senders.asking import at_url, discord
from tests.senders.ways import Stub

SUPPORT = SlackChannel(id="C1", name="support")
OWNER = Finding(True, 'the token belongs to "nexusgpt" in "Acme"')
MAY_POST = Finding(True, "the scope chat:write is there")
NAMELESS = Finding(True, "without the scope chat:write.customize, agents post under the app's name")
FILELESS = Finding(
    True, "without the scope files:write, long messages come in parts, not as a file"
)
MEMBER = Finding(True, "the bot is a member of #support")
PUBLIC = BRIDGE_SCOPES | {"chat:write.public"}

# what the world is like -> what is found
WORLDS: dict[str, tuple[tuple[SlackChannel | SlackToken, ...], list[Finding]]] = {
    "fine": ((), [OWNER, MAY_POST, MEMBER]),
    "archived": (
        (replace(SUPPORT, archived=True),),
        [OWNER, MAY_POST, Finding(False, "#support is archived")],
    ),
    "not a member": (
        (replace(SUPPORT, member=False),),
        [OWNER, MAY_POST, Finding(False, "the bot is not a member of #support: invite it there")],
    ),
    "public": (
        (replace(SUPPORT, member=False), SlackToken(value=TOKEN, scopes=PUBLIC)),
        [
            OWNER,
            MAY_POST,
            Finding(True, "#support is public, and the bot may post without being a member"),
        ],
    ),
    "private, of another": (
        (replace(SUPPORT, member=False, private=True), SlackToken(value=TOKEN, scopes=PUBLIC)),
        [
            OWNER,
            MAY_POST,
            Finding(
                False,
                "conversations.info: Slack says channel_not_found: "
                "check the channel id, or invite the bot to the private channel",
            ),
        ],
    ),
    "no names": (
        (SlackToken(value=TOKEN, scopes=frozenset({"chat:write", "channels:read"})),),
        [OWNER, MAY_POST, NAMELESS, FILELESS, MEMBER],
    ),
    "no files": (
        (SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES - {"files:write"}),),
        [OWNER, MAY_POST, FILELESS, MEMBER],
    ),
    "may not post": (
        (SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES - {"chat:write"}),),
        [OWNER, Finding(False, "the scope chat:write is missing"), MEMBER],
    ),
    "may not look": (
        (SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES - {"channels:read"}),),
        [
            OWNER,
            MAY_POST,
            Finding(
                False,
                "conversations.info: Slack says missing_scope: the app needs chat:write, and "
                "chat:write.customize for agents' names (needs the scope channels:read)",
            ),
        ],
    ),
    "revoked": (
        (SlackToken(value=TOKEN, error="token_revoked"),),
        [
            Finding(
                False,
                "auth.test: Slack says token_revoked: install the app again and set its new token",
            )
        ],
    ),
}


async def _check_slack(
    session: aiohttp.ClientSession, api_url: str, channel: str = "C1", token: str | None = TOKEN
) -> list[Finding]:
    destination = SlackDestination(platform="slack", channel=channel)
    secret = None if token is None else SecretStr(token)
    return await check_online(destination, session, slack_token=secret, slack_api_url=api_url)


@pytest.mark.parametrize(("things", "findings"), WORLDS.values(), ids=WORLDS)
async def test_slack_is_asked_for_the_token_and_the_channel(
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    things: tuple[SlackChannel | SlackToken, ...],
    findings: list[Finding],
) -> None:
    """Each fault that would make posts fail is found, and nothing is posted."""
    for thing in things:
        sandbox.slack.put(thing)

    assert await _check_slack(session, sandbox.slack_api_url) == findings
    assert sandbox.posts == []


async def test_without_the_scope_for_it_a_destination_that_uploads_files_links_them(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """Posts can be made all the same, so it is no fault, but it is said."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES - {"files:write"}))
    destination = SlackDestination(platform="slack", channel="C1", files="upload")
    findings = await check_online(
        destination, session, slack_token=SecretStr(TOKEN), slack_api_url=sandbox.slack_api_url
    )

    text = FILELESS.text + ", and files as links"
    assert findings == [OWNER, MAY_POST, Finding(True, text), MEMBER]


@pytest.mark.parametrize(("token", "word"), [("xoxb-wrong", "invalid_auth"), (None, "not_authed")])
async def test_a_bad_token_ends_the_check(
    session: aiohttp.ClientSession, sandbox: Sandbox, token: str | None, word: str
) -> None:
    """Without one, nothing can be said about the channel."""
    [finding] = await _check_slack(session, sandbox.slack_api_url, token=token)

    assert not finding.is_good
    assert finding.text.startswith(f"auth.test: Slack says {word}: ")


async def test_an_unknown_channel_is_found(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """The token is fine all the same."""
    findings = await _check_slack(session, sandbox.slack_api_url, channel="C0NOWHERE")

    assert [finding.is_good for finding in findings] == [True, True, False]
    assert "channel_not_found" in findings[-1].text


FAULTS: dict[str, tuple[Fault, str]] = {
    "reset": (Reset(), "the connection to {} broke before the answer"),
    "hang": (Hang(), "{} did not answer in time"),
    "503": (ServerError(), "{} failed (HTTP 503)"),
}


@pytest.mark.parametrize(("fault", "text"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_on_the_way_is_a_finding(
    session: aiohttp.ClientSession, sandbox: Sandbox, fault: Fault, text: str
) -> None:
    """Either platform may be out of reach."""
    sandbox.slack.faults.add("auth.test", fault)
    sandbox.discord.faults.always("get", fault)  # what only asks may be asked again
    [slack] = await _check_slack(session, sandbox.slack_api_url)
    [hook] = await at_url(session, discord(sandbox.discord.webhook_url("ops")))

    assert slack.text.removeprefix("auth.test: ") == text.format("Slack")
    assert hook.text == text.format("Discord")
    assert not slack.is_good
    assert not hook.is_good


@pytest.mark.parametrize("shape", Shape)
async def test_an_answer_that_makes_no_sense_is_a_finding(
    session: aiohttp.ClientSession, sandbox: Sandbox, shape: Shape
) -> None:
    """A captive portal is no platform."""
    sandbox.slack.faults.add("auth.test", Garbage(shape=shape))
    sandbox.discord.faults.add("get", Garbage(shape=shape))
    [slack] = await _check_slack(session, sandbox.slack_api_url)
    [hook] = await at_url(session, discord(sandbox.discord.webhook_url("ops")))

    assert slack == Finding(False, "auth.test: Slack's answer can't be read")
    assert hook == Finding(False, "Discord's answer can't be read")


async def test_a_channel_s_fault_is_a_finding(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """The answers about the token stand beside it."""
    sandbox.slack.faults.add("conversations.info", SlackError("fatal_error"))
    findings = await _check_slack(session, sandbox.slack_api_url)

    assert findings == [
        OWNER,
        MAY_POST,
        Finding(False, "conversations.info: Slack says fatal_error"),
    ]


async def test_a_slack_that_says_little_is_taken_at_its_word(
    session: aiohttp.ClientSession, stub: Stub
) -> None:
    """Without a header of scopes nothing is said about them; without a channel it is not joined."""
    stub.answer(200, b'{"ok": true}', Content_Type="application/json")

    assert await _check_slack(session, f"{stub.url}/api/") == [
        Finding(True, 'the token belongs to "None" in "None"'),
        Finding(False, "the bot is not a member of #None: invite it there"),
    ]
