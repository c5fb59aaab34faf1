"""What is told when a config is wrong: each file of broken/ begins with the sentences about it."""

from pathlib import Path

import pytest

from bridge.config import load
from bridge.errors import ConfigError
from tests.config.conftest import BASE, Load, Write

BROKEN = sorted(Path(__file__).parent.joinpath("broken").glob("*.toml"))
SECRETS = {
    "HEADER": "s3cret-header",
    "BOT": "xoxb-s3cret",
    "OWN": "xoxb-0wn-s3cret",
    "HOOK": "https://hooks.slack.com/services/T1/B1/s3cret-hook",
    "DISCORD": "https://discord.com/api/webhooks/1/s3cret-discord",
}
FULL_OF_SECRETS = """\
[nexusgpt]
header = "nexus-signature"
secrets = ["HEADER"]
[slack]
token = "BOT"
[destinations.support]
platform = "slack"
channel = "C1"
token = "OWN"
[destinations.alerts]
platform = "slack"
webhook_url = "HOOK"
[destinations.ops]
platform = "discord"
webhook_url = "DISCORD"
[[routes]]
to = ["support", "alerts", "ops"]
"""


def faults_of(path: Path, **environ: str) -> tuple[str, ...]:
    """Return the sentences with which a config is refused."""
    with pytest.raises(ConfigError) as error:
        load(path, environ)
    assert str(error.value) == "\n".join(error.value.faults)
    return error.value.faults


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_config_is_told_to_the_letter(path: Path) -> None:
    """Every fault at once, each in one sentence with its place, its key and what to do."""
    lines = path.read_text(encoding="latin-1").splitlines()
    head = lines[: lines.index("")]
    expected = [line.removeprefix("# ").replace("FILE", str(path)) for line in head]

    assert list(faults_of(path)) == expected


def test_a_missing_file_is_told() -> None:
    """The sentence says how to get one."""
    assert faults_of(Path("no/config.toml")) == (
        'no/config.toml: there is no such file; "nexusgpt-bridge init" writes one to start from',
    )


def test_a_directory_is_no_config(tmp_path: Path) -> None:
    """What can't be read is told in the words of the system."""
    assert faults_of(tmp_path) == (f"{tmp_path}: can't be read: Is a directory",)


@pytest.mark.parametrize(
    "value", ["9" * 5_000, "[" * 10_000 + "]" * 10_000], ids=["number", "list"]
)
def test_what_python_can_not_read_is_told(write: Write, value: str) -> None:
    """TOML has no limits, Python has."""
    path = write(f"endless = {value}\n")

    assert faults_of(path) == (f"{path}: holds a number or a list without end",)


def test_a_byte_order_mark_is_no_fault(write: Write) -> None:
    """Some editors write one."""
    assert load(write("\ufeff" + BASE), {}).settings.routes


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('secrets = ["HEADER"]', "secrets = HEADER"),
        ('secrets = ["HEADER"]', 'secrets = [["HEADER"]]'),
        ('secrets = ["HEADER"]', 'secrets = { first = "HEADER" }'),
        ('secrets = ["HEADER"]', 'secrets = ["HEADER", ""]'),
        ('secrets = ["HEADER"]', 'secrets = ["HEADER", 5]'),
        ('secrets = ["HEADER"]', 'secrets = ["HEADER"'),
        ('secrets = ["HEADER"]', 'secret = ["HEADER"]'),
        ('header = "nexus-signature"', 'header = "HEADER HEADER"'),
        ('header = "nexus-signature"', ""),
        ('token = "BOT"', 'token = ["BOT"]'),
        ('token = "BOT"', 'token = { bot = "BOT" }'),
        ('token = "BOT"', 'tokn = "BOT"'),
        ('token = "BOT"', 'token = "BOT'),
        ('[slack]\ntoken = "BOT"', '[[slack]]\ntoken = "BOT"'),
        ('token = "BOT"', 'api_url = "BOT"'),
        ('token = "OWN"', 'token = ["OWN"]'),
        ('token = "OWN"', 'tokens = "OWN"'),
        ('channel = "C1"', ""),
        ('platform = "slack"\nchannel', "channel"),
        ('webhook_url = "HOOK"', 'webhook_url = ["HOOK"]'),
        ('webhook_url = "HOOK"', 'webhook = "HOOK"'),
        ('webhook_url = "HOOK"', 'webhook_url = "HOOK"\nthread = "chat"'),
        ('webhook_url = "HOOK"', 'webhook_url = "x:HOOK"'),
        ('webhook_url = "DISCORD"', 'webhook_url = { url = "DISCORD" }'),
        ('webhook_url = "DISCORD"', 'webhook_url = "x:DISCORD"'),
        ('webhook_url = "DISCORD"', 'webhook_url = "DISCORD/slack"'),
        ('webhook_url = "DISCORD"', 'url = "DISCORD"'),
        ('[destinations.ops]\nplatform = "discord"\nwebhook_url', "[destinations]\nops"),
        ('"ops"]', '"DISCORD"]'),
        ('"ops"]', '"ops"]\nmatch = 5'),
    ],
)  # fmt: skip
def test_no_sentence_shows_a_secret(write: Write, right: str, wrong: str) -> None:
    """Whatever is wrong, and wherever secrets stand; one more fault makes sure that all is looked at."""
    text = FULL_OF_SECRETS.replace(right, wrong, 1)
    assert text != FULL_OF_SECRETS
    for name, secret in SECRETS.items():
        text = text.replace(name, secret)
    told = "\n".join(faults_of(write(text), NEXUSGPT_BRIDGE_SERVER__MAX_BODY_BYTES="s3cret"))

    assert "s3cret" not in told


@pytest.mark.parametrize(
    "variable",
    [
        *("SLACK", "SLACK__TOKN", "SLACK__TOKEN__X", "SERVER__LISTEN", "NEXUSGPT__HEADER"),
        *("DESTINATIONS", "DESTINATIONS__OPS", "DESTINATIONS__OPS__URL", "ROUTES", "TESTS"),
    ],
)
def test_no_sentence_shows_a_variable(loaded: Load, variable: str) -> None:
    """A secret may be in the wrong variable, too."""
    with pytest.raises(ConfigError) as error:
        loaded('[slack]\ntoken = "xoxb-1"', **{f"NEXUSGPT_BRIDGE_{variable}": "s3cret value"})

    assert "s3cret" not in str(error.value)
    assert f"the variable NEXUSGPT_BRIDGE_{variable}: " in str(error.value)
