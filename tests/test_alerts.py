"""The README's alert rules fire when they should: Prometheus says so itself, where it is installed."""

import re
from pathlib import Path

import pytest

from bridge.metrics import Metrics
from tests.programs import needs, run, snippet


@needs("promtool")
async def test_the_alert_rules_are_well_formed(tmp_path: Path) -> None:
    """Prometheus loads them."""
    (tmp_path / "rules.yml").write_text(snippet("yaml", "alerts"))

    assert await run(tmp_path, "promtool", "check", "rules", "rules.yml") == 0


#: what a bridge measures from minute to minute, and the alerts that it leads to after half an hour
ALERTS = """\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
{series}
    alert_rule_test:
{expected}
"""
FIRES = {
    "BridgeDown": ('up{job="nexusgpt-bridge"}', "0x40", ""),
    "EventsNotStored": (
        'nexusgpt_bridge_webhooks_total{result="not_stored",status="503"}',
        "0x25 1x15",
        "",
    ),
    "EventsStayAway": ("nexusgpt_bridge_silent", "1x40", ""),
    "WrongSecret": ('nexusgpt_bridge_header_mismatches_total{header="wrong"}', "0+1x40", ""),
    "DestinationParked": ('nexusgpt_bridge_parked{destination="ops"}', "1x40", "ops"),
    "MessagesLate": (
        'nexusgpt_bridge_queue_oldest_age_seconds{destination="ops"}',
        "0+60x40",
        "ops",
    ),
    "MessagesDead": (
        'nexusgpt_bridge_deliveries_total{destination="ops",state="dead"}',
        "0x20 1x20",
        "ops",
    ),
}


def test_every_alert_is_tried() -> None:
    """Each of the README has figures that set it off."""
    assert set(FIRES) == set(re.findall(r"alert: (\w+)", snippet("yaml", "alerts")))


@needs("promtool")
@pytest.mark.parametrize("alert", FIRES)
@pytest.mark.parametrize("is_calm", [False, True], ids=["trouble", "calm"])
async def test_an_alert_fires_when_it_should(tmp_path: Path, alert: str, is_calm: bool) -> None:
    """With figures of trouble, and not with those of a calm day."""
    rules = snippet("yaml", "alerts")
    # What is said is not what is tested.
    (tmp_path / "rules.yml").write_text(re.sub("annotations: .*", "annotations: {}", rules))
    series, values, destination = FIRES[alert]
    calm = "1x40" if alert == "BridgeDown" else "0x40"
    figures = f"      - {{series: '{series}', values: '{calm if is_calm else values}'}}"
    labels = {"BridgeDown": "job: nexusgpt-bridge"}.get(alert, "")
    if destination:
        labels = f"destination: {destination}"
    if alert == "MessagesDead":
        labels += ", state: dead"
    fired = [] if is_calm else [f"{{exp_labels: {{{labels}}}}}"]
    expected = f"      - {{eval_time: 30m, alertname: {alert}, exp_alerts: [{', '.join(fired)}]}}"
    (tmp_path / "test.yml").write_text(ALERTS.format(series=figures, expected=expected))

    assert await run(tmp_path, "promtool", "test", "rules", "test.yml") == 0


@needs("promtool")
async def test_prometheus_finds_no_fault_with_the_metrics(tmp_path: Path) -> None:
    """Names, units and explanations are as it likes them."""
    metrics = Metrics()
    metrics.expect(["support"])
    metrics.queue.tell({}, ())
    text = metrics.exposition("")[0]

    assert await run(tmp_path, "promtool", "check", "metrics", given=text) == 0
