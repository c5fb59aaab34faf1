"""What a config may say, but hardly means."""

import pytest

from bridge.config import load
from tests.config.conftest import BASE, Load, Write


@pytest.mark.parametrize(
    ("tables", "warnings"),
    [
        ("", ()),
        ("[delivery]\nmax_age = '1h'\nkeep = '90d'\n[store]\nurl = 'sqlite:///a.db'\n", ()),
        (
            "[[routes]]\nname = 'refunds'\nto = 'ops'\n",
            ('"refunds" is never reached: "route 1" takes all its messages',),
        ),
        (
            "[destinations.support]\nplatform = 'discord'\nwebhook_url = 'https://x.test/a'\n",
            ('no route uses the destination "support"',),
        ),
        (
            "[destinations.support]\nplatform = 'discord'\nwebhook_url = 'https://x.test/a'\n"
            "[operations]\nnotify = 'support'\n",
            (),
        ),
        (
            "continue = true\n[[routes]]\nname = 'route 1'\nto = 'ops'\n",
            ('2 routes are called "route 1": logs can\'t tell them apart',),
        ),
        (
            "[admin]\nlisten = '127.0.0.1:80'\n"
            "[operations]\nnotify = 'ops'\nexpect_event_within = '8h'\n",
            (),
        ),
    ],
)
def test_a_likely_mistake_is_told(loaded: Load, tables: str, warnings: tuple[str, ...]) -> None:
    """One sentence each; none keeps the bridge from running."""
    base = BASE.rstrip() + "\n"

    assert loaded(tables, base=base).warnings == warnings


def test_an_open_door_is_told(loaded: Load) -> None:
    """Whoever lets everyone in hears of it at each start."""
    old = 'header = "nexus-signature"\nsecrets = ["a-long-random-secret"]'
    config = loaded(base=BASE.replace(old, "allow_unverified = true"))

    assert config.warnings == (
        "allow_unverified = true: anyone who can reach the bridge can post through it",
    )
    assert config.settings.nexusgpt.verification.header is None


def test_secrets_that_every_user_can_read_are_told(write: Write) -> None:
    """Only if the file itself holds any: those of the environment are not in it."""
    path = write(BASE)
    path.chmod(0o644)
    bare = BASE.replace('secrets = ["a-long-random-secret"]\n', "").replace("webhook_url", "thread")
    environ = {
        "NEXUSGPT_BRIDGE_NEXUSGPT__SECRETS": "a",
        "NEXUSGPT_BRIDGE_DESTINATIONS__OPS__WEBHOOK_URL": "https://x.test/a",
    }

    assert load(path, {}).warnings == (
        f"{path}: holds secrets, and every user of this machine can read it: "
        f"chmod o-r {path}, or move them to the environment or to systemd's credentials",
    )
    path.write_text(bare.replace('"https://discord.com/api/webhooks/1/token"', '"none"'))
    assert load(path, environ).warnings == ()
