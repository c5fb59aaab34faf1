"""What can be set, and what holds when it is not."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from bridge.config import Settings
from bridge.config.durations import Duration
from bridge.destinations import SlackDestination
from bridge.errors import ConfigError
from bridge.events import Agent
from bridge.retries import RetryPolicy
from tests.config.conftest import Load

SLACK = """
[slack]
token = "xoxb-all"
[destinations.support]
platform = "slack"
channel = "C1"
token = "xoxb-own"
on_unknown = "hold"
[destinations.alerts]
platform = "slack"
channel = "C2"
[[routes]]
to = ["support", "alerts"]
"""


def test_what_is_left_out_has_its_documented_default(loaded: Load) -> None:
    """The defaults of the design and of config.example.toml."""
    settings = loaded().settings

    assert settings.server.listen == "127.0.0.1:8080"
    assert settings.server.max_body_bytes == 1_048_576
    assert settings.nexusgpt.path == "/webhooks/nexusgpt"
    assert settings.nexusgpt.allow_unverified is False
    assert settings.admin.listen == "127.0.0.1:9090"
    assert settings.store.url is None
    assert settings.slack.token is None
    assert settings.slack.api_url == "https://slack.com/api/"
    assert settings.slack.posts_per_second == 1
    assert settings.delivery.retry_first == timedelta(seconds=1)
    assert settings.delivery.retry_longest == timedelta(minutes=5)
    assert settings.delivery.max_age == timedelta(hours=24)
    assert settings.delivery.on_unknown == "retry"
    assert settings.delivery.keep == timedelta(days=30)
    assert settings.operations.notify is None
    assert settings.operations.expect_event_within is None
    assert dict(settings.agents) == {}
    assert settings.tests == ()


@pytest.mark.parametrize(
    ("store", "environ", "path"),
    [
        ("", {}, "bridge.db"),
        ("", {"STATE_DIRECTORY": ""}, "bridge.db"),
        ("", {"STATE_DIRECTORY": "/var/lib/bridge"}, "/var/lib/bridge/bridge.db"),
        ("", {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "/var/lib/a/bridge.db"),
        ("[store]\nurl = 'sqlite:///b.db'", {"STATE_DIRECTORY": "/var/lib/a"}, "b.db"),
        ("[store]\nurl = 'sqlite:////data/b.db'", {}, "/data/b.db"),
    ],
)
def test_the_store_is_where_it_was_said_or_in_the_state_directory(
    loaded: Load, store: str, environ: dict[str, str], path: str
) -> None:
    """Else in the working directory; a relative path is relative to that, too."""
    assert loaded(store, **environ).store_path == Path(path)


@pytest.mark.parametrize(
    ("secret", "accepted"),
    [
        ("plain", (b"plain",)),
        ("  plain\t", (b"plain",)),
        ("café", (b"caf\xc3\xa9", b"caf\xe9")),
        ("日本", ("日本".encode(),)),
        ("caf\udce9", (b"caf\xe9",)),
    ],
    ids=ascii,
)
def test_a_secret_is_accepted_in_the_bytes_it_may_come_in(
    loaded: Load, secret: str, accepted: tuple[bytes, ...]
) -> None:
    """UTF-8 or Latin-1, without the white space that HTTP takes off; a variable may be no text at all."""
    settings = loaded(NEXUSGPT_BRIDGE_NEXUSGPT__SECRETS=secret).settings

    assert settings.nexusgpt.verification.header == b"nexus-signature"
    assert settings.nexusgpt.verification.secrets == accepted


def test_a_policy_knows_its_destination(loaded: Load) -> None:
    """A destination's own on_unknown beats the one of [delivery]; no wait is shorter than the first."""
    settings = loaded(SLACK + '[delivery]\nretry_first = "10m"\nmax_age = "1h"').settings
    policy = RetryPolicy(
        first=timedelta(minutes=10), longest=timedelta(minutes=10), max_age=timedelta(hours=1)
    )
    held = policy.model_copy(update={"on_unknown": "hold"})

    assert settings.delivery.policy(None) == policy
    assert settings.delivery.policy(settings.destinations["alerts"]) == policy
    assert settings.delivery.policy(settings.destinations["support"]) == held


def test_a_slack_destination_posts_with_its_own_token_or_with_the_shared_one(loaded: Load) -> None:
    """So that several workspaces can be posted to."""
    settings = loaded(SLACK).settings

    assert {name: token_of(settings, name) for name in ("support", "alerts")} == {
        "support": "xoxb-own",
        "alerts": "xoxb-all",
    }


def token_of(settings: Settings, name: str) -> str:
    """Return the token that a destination posts with."""
    destination = settings.destinations[name]
    assert isinstance(destination, SlackDestination)
    token = settings.slack_token(destination)
    assert token is not None
    return token.get_secret_value()


def test_every_secret_is_known_so_that_none_is_shown(loaded: Load) -> None:
    """The longest first: a secret may be a part of another. None is in the repr."""
    settings = loaded(SLACK).settings

    assert set(settings.secret_texts) == {
        *("a-long-random-secret", "xoxb-all", "xoxb-own"),
        *("https://discord.com/api/webhooks/1/token", "api/webhooks/1/token", "token"),
    }
    assert [len(text) for text in settings.secret_texts] == [40, 20, 20, 8, 8, 5]
    assert not [text for text in settings.secret_texts if f"'{text}'" in repr(settings)]
    assert len(loaded().settings.secret_texts) == 4


def test_agents_are_known_by_their_ids(loaded: Load) -> None:
    """As the events have them."""
    agents = '[agents."fa9640f5"]\nname = "Max"\nrole = "Boss"\navatar_url = "https://x.test/a"'

    assert loaded(agents).settings.known_agents == {
        "fa9640f5": Agent(id="fa9640f5", name="Max", role="Boss", avatar_url="https://x.test/a")
    }


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:8080", "[::1]:80", "localhost:0", "0.0.0.0:65535", "unix:/run/b.sock", "unix:b"],
)
def test_an_address_to_listen_on(loaded: Load, address: str) -> None:
    """A host and a port, or a Unix socket."""
    assert loaded(f'[server]\nlisten = "{address}"').settings.server.listen == address


@pytest.mark.parametrize(
    "address", ["", ":80", "host", "host:", "host:65536", "::1:80", "a b:80", "unix:", "h:80 "]
)
def test_no_address_to_listen_on(loaded: Load, address: str) -> None:
    """All else is refused before anything is started."""
    with pytest.raises(ConfigError, match='must be "host:port" or "unix:/path"'):
        loaded(f'[server]\nlisten = "{address}"')


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("10s", 10),
        (" 5m ", 300),
        ("1.5h", 5400),
        ("30d", 2_592_000),
        ("3650d", 315_360_000),
    ],
)
def test_a_duration_has_a_number_and_a_unit(text: str, seconds: float) -> None:
    """Milliseconds to days, up to ten years."""
    adapter: TypeAdapter[timedelta] = TypeAdapter(Duration)

    assert adapter.validate_python(text) == timedelta(seconds=seconds)
    assert adapter.validate_python(timedelta(seconds=seconds)) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        *("", "10", "10 s", "-1s", "1e3s", "1w", 10, None, ["10s"]),
        *("0s", "0.0000001ms", "3651d", "99999999999d", "99999999999h", "9" * 400 + "d"),
    ],
    ids=repr,
)
def test_all_else_is_no_duration(value: object) -> None:
    """Nor is anything that is over at once or longer than ten years."""
    with pytest.raises(ValidationError, match="must be a duration above zero"):
        TypeAdapter(Duration).validate_python(value)


def test_a_config_can_not_be_changed(loaded: Load) -> None:
    """What was checked stays as it was."""
    settings = loaded().settings

    with pytest.raises(ValidationError, match="frozen"):
        settings.server = settings.server  # type: ignore[misc]
