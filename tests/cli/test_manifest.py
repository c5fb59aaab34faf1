"""`init --slack-manifest`: a Slack app with the scopes that a config needs, and no others."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox import Sandbox, SlackToken
from tests.cli.conftest import Run

#: too long for the one part that the config allows: the rest comes as a file
LONG = "A paragraph of some words.\n\n" * 1000


def _printed(run: Run, *arguments: object) -> dict[str, Any]:
    result = run("init", "--slack-manifest", *arguments)
    assert result.exit_code == 0, result.output
    assert "https://api.slack.com/apps" in result.stderr
    manifest: dict[str, Any] = json.loads(result.stdout)
    return manifest


def _scopes(run: Run, *arguments: object) -> list[str]:
    scopes: list[str] = _printed(run, *arguments)["oauth_config"]["scopes"]["bot"]
    return scopes


@pytest.fixture(name="config")
def _channel_only(config: Path) -> Path:
    """A config that posts to one Slack channel, at most one part in a row, and looks posts up."""
    text = config.read_text().replace(
        'channel = "C024BE91L"\n', 'channel = "C024BE91L"\nmax_parts = 1\non_unknown = "check"\n'
    )
    config.write_text(text)
    return config


def test_it_is_what_slack_takes(run: Run, config: Path) -> None:
    """A name, a bot, and nothing that the bridge has no use for; the token lasts."""
    manifest = _printed(run, config)

    assert set(manifest) == {"display_information", "features", "oauth_config", "settings"}
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert manifest["features"] == {"bot_user": {"display_name": "NexusGPT", "always_online": True}}
    assert set(manifest["settings"].values()) == {False}


def test_its_scopes_suffice(run: Run, config: Path, sandbox: Sandbox) -> None:
    """For the check, and for a message that is too long for its channel: nothing is missing."""
    scopes = _scopes(run, config, "--for-check")
    sandbox.slack.put(SlackToken(scopes=frozenset(scopes)))
    checked = run("check", "--online", "--config", config)
    sent = run("send", "support", LONG, "--config", config)

    assert checked.exit_code == 0, checked.output
    assert "without the scope" not in checked.output
    assert "needs the scope" not in checked.output
    assert "posts in doubt can be looked up" in checked.output
    assert sent.exit_code == 0, sent.output
    assert sent.stderr == ""
    assert [bool(post.files) for post in sandbox.posts] == [False, True]


@pytest.mark.parametrize("scope", ["chat:write", "chat:write.customize", "files:write"])
def test_no_scope_is_superfluous(run: Run, config: Path, sandbox: Sandbox, scope: str) -> None:
    """Without any of them, Slack refuses something."""
    scopes = frozenset(_scopes(run, config))
    sandbox.slack.put(SlackToken(scopes=scopes - {scope}))
    sent = run("send", "support", LONG, "--config", config)

    assert scope in scopes
    assert "missing_scope" in sent.stderr


def test_looking_posts_up_needs_scopes_of_its_own(run: Run, config: Path, sandbox: Sandbox) -> None:
    """For public and for private channels: which one it is, no id says."""
    scopes = frozenset(_scopes(run, config, "--for-check"))
    sandbox.slack.put(SlackToken(scopes=scopes - {"channels:history"}))
    checked = run("check", "--online", "--config", config)
    config.write_text(config.read_text().replace('on_unknown = "check"\n', ""))

    assert "without the scope channels:history" in checked.stdout
    assert {"channels:history", "groups:history"} <= scopes
    assert scopes - set(_scopes(run, config, "--for-check")) == {
        "channels:history",
        "groups:history",
    }


def test_what_is_checked_online_needs_more(run: Run, config: Path, sandbox: Sandbox) -> None:
    """The channel is looked at; `serve` never does that."""
    scopes = frozenset(_scopes(run, config))
    sandbox.slack.put(SlackToken(scopes=scopes))
    checked = run("check", "--online", "--config", config)

    assert "needs the scope channels:read" in checked.stdout
    assert set(_scopes(run, config, "--for-check")) - scopes == {"channels:read", "groups:read"}


def test_incoming_webhooks_have_a_scope(run: Run, config: Path) -> None:
    """A config that posts by them alone needs no other."""
    text = config.read_text()
    channel = text[text.index("[destinations.support]") : text.index("[destinations.alerts]")]
    config.write_text(
        text.replace(channel, "").replace('"support", ', "").replace('"support"', '"ops"')
    )
    both = _scopes(run, config)

    assert both == ["incoming-webhook"]


def test_it_needs_no_token_yet(run: Run, config: Path) -> None:
    """It is how to get one; secrets may stand in files beside the config, as for the service."""
    config.write_text(config.read_text().replace('token = "xoxb-sandbox"\n', ""))
    assert "chat:write" in _scopes(run, config)

    folder = config.parent / "service"
    assert run("init", "--credentials", folder / "config.toml").exit_code == 0
    assert "chat:write" in _scopes(run, folder / "config.toml")


def test_without_a_config_it_is_for_a_channel(run: Run) -> None:
    """One can begin with the app."""
    result = run("init", "--slack-manifest")
    scopes = json.loads(result.stdout)["oauth_config"]["scopes"]["bot"]

    assert result.exit_code == 0
    assert scopes == ["chat:write", "chat:write.customize", "files:write"]
    assert "config.toml is not there: these are the scopes of a channel" in result.stderr


def test_a_config_without_slack_needs_no_app(run: Run, tmp_path: Path) -> None:
    """The answer is no."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[nexusgpt]\nheader = "x"\nsecrets = ["not-to-be-shown"]\n'
        '[destinations.ops]\nplatform = "discord"\n'
        'webhook_url = "https://discord.com/api/webhooks/1/token"\n[[routes]]\nto = "ops"\n'
    )
    result = run("init", "--slack-manifest")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        'config.toml posts nothing to Slack: no destination has platform = "slack"\n'
    )


def test_scopes_are_for_the_manifest(run: Run, tmp_path: Path) -> None:
    """Without it, they mean nothing, and nothing is written."""
    result = run("init", "--for-check")

    assert result.exit_code == 2
    assert result.stderr == "--for-check is for --slack-manifest\n"
    assert list(tmp_path.iterdir()) == []
