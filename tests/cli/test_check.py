"""`check`: one screen that says what a config does."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bridge.sandbox import Sandbox, SlackChannel, SlackToken
from tests.cli.conftest import Run
from tests.network import COMPANY_CA, behind_tls
from tests.threads import beside

SCREEN = """\
{path} is well-formed
Webhooks at 127.0.0.1:8080, POST /webhooks/nexusgpt, verified by nexus-signature; stored in bridge.db

Destination  Platform  Posts to                    Threads
support      Slack     channel C024BE91L           one per chat
alerts       Slack     incoming webhook            -
ops          Discord   webhook 9199737254929760256 -

Route    Takes                                                                                        Posts to      Then
refunds  agent = Max * or fa9640f5-* and content = re:(?i)refund, unless kind = notification  support, ops  continues
route 2  role = Support *                                                                     support       stops
rest     chat = *                                                                             alerts        stops
"""


def _words(text: str) -> list[list[str]]:
    """The words of each line that has any: how columns are aligned is not the promise."""
    return [line.split() for line in text.splitlines() if line.strip()]


def test_it_says_what_it_found(run: Run, config: Path) -> None:
    """Destinations and routes are shown in the words of the config, without any secret."""
    result = run("check", "--config", config)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert _words(result.stdout) == _words(SCREEN.format(path=config))
    assert "not-to-be-shown" not in result.stdout
    assert "sandbox-token" not in result.stdout


def test_columns_are_aligned(run: Run, config: Path) -> None:
    """In a pipe, too, the columns of a table begin at the same place."""
    lines = run("check", "--config", config).stdout.splitlines()
    head = next(line for line in lines if line.startswith("Destination"))
    first = next(line for line in lines if line.startswith("support"))

    assert head.index("Posts to") == first.index("channel")


def test_tests_of_the_config_are_run(run: Run, config: Path) -> None:
    """[[tests]] that pass are counted."""
    with config.open("a") as file:
        file.write('[[tests]]\nmessage = { agent = "Max Evans", content = "refund" }\n')
        file.write('to = ["support", "ops", "alerts"]\n')
    result = run("check", "--config", config)

    assert result.exit_code == 0
    assert "Tests: 1 of 1 pass" in result.stdout


def test_failed_test_is_a_no(run: Run, config: Path) -> None:
    """A [[tests]] entry that fails says where the message went, and the exit code is 1."""
    with config.open("a") as file:
        file.write('[[tests]]\nmessage = { chat = "a" }\nto = ["ops"]\n')
    result = run("check", "--config", config)

    assert result.exit_code == 1
    assert "Tests: 0 of 1 pass" in result.stdout
    assert result.stderr == "[[tests]] 1: expected ops; the message goes to alerts\n"


def test_test_for_nowhere_can_pass(run: Run, config: Path) -> None:
    """A message that no route takes can be expected to go nowhere."""
    text = config.read_text().replace('chat = "*"', 'chat = "b*"')
    config.write_text(text + '[[tests]]\nmessage = { chat = "a" }\nto = []\n')
    result = run("check", "--config", config)

    assert result.exit_code == 0


def test_warnings_are_told(run: Run, config: Path) -> None:
    """What looks like a mistake is told on stderr and changes no exit code."""
    config.chmod(0o644)
    with config.open("a") as file:
        file.write('[[routes]]\nname = "late"\nmatch = { chat = "*" }\nto = "alerts"\n')
    result = run("check", "--config", config)

    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"warning: {config}: holds secrets, and every user of this machine can read it: "
        f"chmod o-r {config}, or move them to the environment or to systemd's credentials",
        'warning: "late" is never reached: "rest" takes all its messages',
    ]


def test_unverified_webhooks_are_named(run: Run, config: Path) -> None:
    """A config without verification is called what it is."""
    text = config.read_text()
    text = text.replace('header = "nexus-signature"\nsecrets = ["not-to-be-shown"]', "")
    config.write_text(text.replace("[nexusgpt]", "[nexusgpt]\nallow_unverified = true"))
    result = run("check", "--config", config)

    assert result.exit_code == 0
    assert "POST /webhooks/nexusgpt, not verified;" in result.stdout
    assert "anyone who can reach the bridge can post through it" in result.stderr


def test_online_asks_without_posting(run: Run, config: Path, sandbox: Sandbox) -> None:
    """`--online` says that token, channel and webhook are good, and nothing is posted."""
    result = run("check", "--online", "--config", config)

    assert result.exit_code == 0
    assert "the bot is a member of #support" in result.stdout
    assert 'the webhook exists and is called "NexusGPT"' in result.stdout
    [line] = [line for line in result.stdout.splitlines() if "incoming webhook can't" in line]
    assert line.split(maxsplit=2)[1:] == [
        "?",
        "an incoming webhook can't be checked without posting",
    ]
    assert sandbox.posts == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (SlackToken(error="token_revoked"), "Slack says token_revoked"),
        (SlackChannel(id="C024BE91L", name="support", member=False), "invite it there"),
    ],
    ids=["revoked", "not a member"],
)
def test_online_says_no(
    run: Run, config: Path, sandbox: Sandbox, change: SlackToken | SlackChannel, sentence: str
) -> None:
    """A destination that can't be posted to is named with its reason, and the exit code is 1."""
    sandbox.slack.put(change)
    result = run("check", "--online", "--config", config)

    assert result.exit_code == 1
    assert sentence in result.stdout
    assert "xoxb-sandbox" not in result.output


def test_online_says_what_looking_posts_up_needs(run: Run, config: Path) -> None:
    """Also where it is [delivery] that wants it, for all destinations."""
    config.write_text('[delivery]\non_unknown = "check"\n\n' + config.read_text())
    result = run("check", "--online", "--config", config)

    assert result.exit_code == 0
    assert "can't be looked up without the scope channels:history" in result.stdout
    assert result.stdout.count("can't be looked up through a webhook") == 2


def test_online_goes_out_as_the_posts_do(run: Run, config: Path, sandbox: Sandbox) -> None:
    """With the authorities of [outbound], and with no others."""
    with beside(behind_tls(urlsplit(sandbox.url).port or 0)) as port:
        text = config.read_text().replace(sandbox.url, f"https://127.0.0.1:{port}")
        config.write_text(text)
        with ThreadPoolExecutor() as threads:
            # Up to 3.11, Python stops tracing a thread when an exception is thrown into a coroutine.
            refused = threads.submit(run, "check", "--online", "--config", config).result()
        config.write_text(f'{text}\n[outbound]\nca_file = "{COMPANY_CA}"\n')
        trusted = run("check", "--online", "--config", config)

    assert refused.exit_code == 1
    assert "can't connect to Slack: its certificate is not trusted" in refused.stdout
    assert trusted.exit_code == 0, trusted.output
    assert "the bot is a member of #support" in trusted.stdout
