"""[outbound] and [log]: what can be set of the way out, and of the lines."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.config import load
from bridge.outbound import Outbound
from tests.config.conftest import Load, Write

OPEN = """\
[nexusgpt]
allow_unverified = true
[destinations.ops]
platform = "discord"
[[routes]]
to = "ops"
"""
HOOK = {
    "NEXUSGPT_BRIDGE_DESTINATIONS__OPS__WEBHOOK_URL": "https://discord.com/api/webhooks/1/token"
}
#: a certificate that nobody trusts by default
PEM = Path(__file__).parents[1] / "senders" / "untrusted.pem"


def test_the_way_out_is_direct_unless_said_otherwise(loaded: Load) -> None:
    """Without a proxy of ours, with the system's authorities, and with an end to patience."""
    settings = loaded().settings

    assert settings.outbound.way == Outbound()
    assert (settings.log.level, settings.log.format) == ("info", "logfmt")
    assert Outbound().connect_timeout == timedelta(seconds=10)
    assert Outbound().answer_timeout == timedelta(seconds=30)


def test_all_of_it_can_be_set(loaded: Load, tmp_path: Path) -> None:
    """The proxy may come from the environment, like everything else."""
    file = tmp_path / "ca.pem"
    shutil.copy(PEM, file)
    way = loaded(
        f'[outbound]\nca_file = "{file}"\nconnect_timeout = "3s"\nanswer_timeout = "4s"\n',
        NEXUSGPT_BRIDGE_OUTBOUND__PROXY="http://proxy.example:3128",
    ).settings.outbound.way

    assert way.proxy is not None
    assert way.proxy.get_secret_value() == "http://proxy.example:3128"
    assert (way.ca_file, way.connect_timeout, way.answer_timeout) == (
        file,
        timedelta(seconds=3),
        timedelta(seconds=4),
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://proxy.example",
        "https://proxy.example:443/",
        "http://user:p%40ss@[::1]:3128",
        "http://10.0.0.1:3128",
    ],
)
def test_a_proxy_has_an_address(loaded: Load, address: str) -> None:
    """With or without a port, a user and a password."""
    proxy = loaded(f'[outbound]\nproxy = "{address}"').settings.outbound.proxy

    assert proxy is not None
    assert proxy.get_secret_value() == address


def test_the_password_of_a_proxy_is_a_secret(loaded: Load) -> None:
    """As it is written, as it is meant, and with its address; an address alone is none."""
    address = "http://user:p%40ssword@proxy.example:3128"
    secret = loaded(f'[outbound]\nproxy = "{address}"').settings
    plain = loaded('[outbound]\nproxy = "http://proxy.example:3128"').settings

    assert {address, "p%40ssword", "p@ssword"} <= set(secret.secret_texts)
    assert "p%40ssword" not in repr(secret)
    assert "http://proxy.example:3128" not in plain.secret_texts


@pytest.mark.parametrize(("user", "count"), [("user:password@", 1), ("", 0)])
def test_a_password_that_all_can_read_is_warned_of(write: Write, user: str, count: int) -> None:
    """In a config that holds no other secret, too."""
    path = write(OPEN + f'[outbound]\nproxy = "http://{user}proxy.example:3128"')
    path.chmod(0o644)
    config = load(path, HOOK)

    assert sum("holds secrets" in each for each in config.warnings) == count
