"""`probe`, answered by whatever stands where the bridge should be: it says what that is, and what to do."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.senders.ways import Stub

SECRET = "not-to-be-shown"
PATH = "/webhooks/nexusgpt"

#: answer -> what is said of it
ANSWERS = {
    "a redirect": (
        (308, b""),
        "redirects to https://elsewhere.test/\ufffd (HTTP 308): give NexusGPT an address that does not",
    ),
    "a login of something else": (
        (401, b"Unauthorized"),
        "something before the bridge lets nobody through (HTTP 401): a login, a firewall?",
    ),
    "a firewall": (
        (403, b"<html>"),
        "something before the bridge lets nobody through (HTTP 403): a login, a firewall?",
    ),
    "a path that the proxy doesn't know": (
        (404, b"<html>nginx"),
        f"knows no {PATH} (HTTP 404): the bridge takes webhooks at {PATH}, and the reverse proxy has "
        "to pass them on",
    ),
    "a proxy without a bridge": (
        (502, b"<html>"),
        "is up, but the bridge is not behind it (HTTP 502): is it running, and does the proxy pass "
        "on to 127.0.0.1:8080?",
    ),
    "a proxy that tires of waiting": (
        (504, b""),
        "is up, but the bridge is not behind it (HTTP 504)",
    ),
    "a proxy that has nobody": (
        (503, b"[]"),
        "is up, but the bridge is not behind it (HTTP 503)",
    ),
    "a store that can't take it": (
        (503, b'{"error": "the event can\'t be stored now"}'),
        "the bridge is there, but says (HTTP 503): the event can't be stored now",
    ),
    "a mirror": (
        (500, json.dumps({"error": f"{'x' * 195}{SECRET}\x1b[2J"}).encode()),
        f"the bridge is there, but says (HTTP 500): {'x' * 195}[secr\n",
    ),
    "an earlier version": (
        (200, b'{"status": "ignored", "reason": "unknown event"}'),
        "an earlier version of the bridge answers: it verified the probe, but stored nothing",
    ),
    "a page": (
        (200, b"<html>Welcome"),
        f"something else than the bridge answers at 127.0.0.1:PORT{PATH} (HTTP 200)",
    ),
    "endless brackets": (
        (200, b"[" * 200_000),
        f"something else than the bridge answers at 127.0.0.1:PORT{PATH} (HTTP 200)",
    ),
    "anything": (
        (418, b""),
        f"something else than the bridge answers at 127.0.0.1:PORT{PATH} (HTTP 418)",
    ),
}


@pytest.mark.parametrize(("answer", "said"), ANSWERS.values(), ids=ANSWERS)
def test_each_answer_says_where_it_ended(
    run: Run, config: Path, stub: Stub, stranger: str, answer: tuple[int, bytes], said: str
) -> None:
    """A redirect is named, not followed; what the world wrote moves no cursor."""
    status, body = answer
    location = {"Location": "https://elsewhere.test/\u202e"} if status == 308 else {}
    stub.answer(status, body, **location)
    result = run("probe", stranger, "--config", config)
    port = stranger.split(":")[2].partition("/")[0]

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "did not come through, by secret 1 of 1: " in result.stderr
    assert said.replace("PORT", port) in result.stderr
    assert len(stub.requests) == 1
    assert SECRET not in result.output
