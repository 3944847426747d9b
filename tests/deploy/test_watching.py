"""What the dashboard and the alerts ask for is what the processes tell."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from chassis import telemetry

DEPLOY = Path(__file__).parents[2] / "deploy"
BUCKETS_AND_COUNTS = re.compile(r"_(bucket|count|sum)$")
assert telemetry  # registers what is told


def told() -> set[str]:
    """Names of the metrics of every process."""
    return {sample.name for metric in REGISTRY.collect() for sample in metric.samples} | {
        f"{metric.name}{'_total' if metric.type == 'counter' else ''}" for metric in REGISTRY.collect()
    }


def questions() -> Iterator[tuple[str, str]]:
    """Every expression with the title or the alert it belongs to."""
    for panel in json.loads((DEPLOY / "grafana" / "lantoa.json").read_text())["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])


@pytest.mark.parametrize(("title", "expression"), questions())
def test_every_metric_that_is_asked_for_is_told(title: str, expression: str) -> None:
    asked = {BUCKETS_AND_COUNTS.sub("", name) for name in re.findall(r"\b(?:lantoa|process)_\w+", expression)}
    assert asked <= told(), title
    assert asked or "up" in expression


def test_no_panel_covers_another() -> None:
    panels = json.loads((DEPLOY / "grafana" / "lantoa.json").read_text())["panels"]
    corners = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(corners) == len(panels) == len({panel["id"] for panel in panels})
