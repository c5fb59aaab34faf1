"""One event can be followed by its message's id, from the webhook to the last part of its post."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge import logs
from bridge.app import running
from bridge.config import load
from bridge.sandbox import RateLimited, Sandbox
from tests.conftest import TOKEN, WEBHOOK_TOKEN
from tests.messages import make_body

SAID = "The secret plan is a walrus. "
CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["shared-secret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "{token}"
api_url = "{api_url}"
posts_per_second = 1000
[delivery]
retry_first = "10ms"
[destinations.support]
platform = "slack"
channel = "C1"
[destinations.ops]
platform = "discord"
webhook_url = "{ops}"
[[routes]]
to = ["support", "ops"]
"""


async def _logged(sandbox: Sandbox, folder: Path, level: int) -> list[dict[str, Any]]:
    """Return the lines about a long message that Slack first asks to wait with."""
    path = folder / "config.toml"
    path.write_text(
        CONFIG.format(
            store=folder / "bridge.db",
            token=TOKEN,
            api_url=sandbox.slack_api_url,
            ops=sandbox.discord.webhook_url("111"),
        )
    )
    stream = io.StringIO()
    logs.configure((), stream=stream, form="json", level=level)
    sandbox.slack.faults.add("C1", RateLimited(retry_after=0))
    body = make_body(id="m1", chatId="c1", content=SAID * 200)
    headers = {"nexus-signature": "shared-secret"}
    async with running(load(path, {})) as bridge, aiohttp.ClientSession() as session:
        async with session.post(bridge.url, data=body, headers=headers) as answer:
            assert answer.status == 202
        async with session.post(bridge.url, data=body, headers=headers) as answer:
            assert answer.status == 200
        await sandbox.wait_for(5)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_every_line_about_an_event_names_its_message(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """And those about a delivery its destination, so that each is a story from begin to end."""
    told = await _logged(sandbox, tmp_path, logging.INFO)
    at = {
        name: [
            (line["event"], line.get("part")) for line in told if line.get("destination") == name
        ]
        for name in ("support", "ops")
    }

    assert {line["message"] for line in told} == {"m1"}
    assert [line["event"] for line in told if "destination" not in line] == [
        "accepted",
        "duplicate",
    ]
    assert at["support"] == [("postponed", None), ("delivered", None)]
    assert at["ops"][-1] == ("delivered", None)
    assert at["ops"][:-1] == [("part_delivered", part + 1) for part in range(len(at["ops"]) - 1)]
    assert len(at["ops"]) > 2


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR])
async def test_no_level_but_debug_tells_what_a_message_says(
    sandbox: Sandbox, tmp_path: Path, level: int
) -> None:
    """Nor who wrote it."""
    told = json.dumps(await _logged(sandbox, tmp_path, level))

    assert "walrus" not in told
    assert "Max" not in told


async def test_debug_tells_what_a_message_says(sandbox: Sandbox, tmp_path: Path) -> None:
    """In a line of its own, for who looks for a fault; no secret is in it all the same."""
    told = await _logged(sandbox, tmp_path, logging.DEBUG)
    texts = [line for line in told if "walrus" in json.dumps(line)]

    assert [line["event"] for line in texts] == ["content", "content"]
    assert {line["message"] for line in told} == {"m1"}
    assert {line["step"] for line in told if line["event"] == "posting"} == {"send"}
    assert texts[0]["message"] == "m1"
    assert texts[0]["text"] == SAID * 200
    assert {line["level"] for line in texts} == {"debug"}
    assert WEBHOOK_TOKEN not in json.dumps(told)
    assert TOKEN not in json.dumps(told)
