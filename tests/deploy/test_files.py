"""What deploy/ says fits what the code does: settings, figures, paths, periods."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

import rooms.collector
import rooms.metrics
from gateway.counts import Counts
from gateway.hub import Hub
from gateway.metrics import GatewayCollector
from lyceum.cli import PLANES
from lyceum.settings import NAMES
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from rooms.log_memory import MemoryLog
from rooms.worker import RoomWorker

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
YAML = sorted([*DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("*.yml")])
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
PACKAGES = ("lyceum", "realtime", "crdt", "rooms", "gateway", "media", "rest")


def documents(kind: str) -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from (it for it in yaml.safe_load_all(path.read_text()) if it["kind"] == kind)


def planes() -> list[dict[str, Any]]:
    return [it for it in documents("Deployment") if it["metadata"]["name"] in PLANES]


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    return deployment["spec"]["template"]["spec"]["containers"][0]


def settings_of(deployment: dict[str, Any]) -> dict[str, Any]:
    return {entry["name"]: entry.get("value") for entry in container(deployment)["env"]}


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_yaml_can_be_read(path: Path) -> None:
    assert list(yaml.safe_load_all(path.read_text()))


def test_every_setting_exists() -> None:
    proxy = (DEPLOY / "haproxy" / "haproxy.cfg").read_text()
    known = {*NAMES, *re.findall(r"LYCEUM_(?:PROXY|GATEWAY)_\w+", proxy)}
    used = {name for path in [*YAML, DEPLOY / "Dockerfile"] for name in re.findall(r"\bLYCEUM_\w+", path.read_text())}
    assert used - known == set()


def test_every_plane_is_deployed_with_what_it_needs() -> None:
    assert {it["metadata"]["name"] for it in planes()} == {"gateway", "rooms", "media"}, "rest is part of the gateway"
    for it in planes():
        assert container(it)["args"] == [it["metadata"]["name"]]
        assert {"LYCEUM_DATABASE_URL", "LYCEUM_REDIS_URL", "LYCEUM_SECRET"} <= settings_of(it).keys()


def test_a_pod_may_drain_before_it_is_killed() -> None:
    for it in planes():
        grace = it["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert grace >= float(settings_of(it)["LYCEUM_DRAIN_SECONDS"]) + 10


def test_compose_waits_longer_than_a_drain() -> None:
    common = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["x-lyceum"]
    assert float(common["stop_grace_period"].rstrip("s")) >= float(common["environment"]["LYCEUM_DRAIN_SECONDS"]) + 10


def test_probes_ask_where_something_answers() -> None:
    for it in planes():
        ports = {port["name"]: port["containerPort"] for port in container(it)["ports"]}
        told = int(settings_of(it).get("LYCEUM_HEALTH_PORT") or 8000)
        assert ports["http"] == told
        paths = {container(it)[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
        assert paths == {"/healthz", "/readyz"}


def test_every_plane_has_a_budget_and_the_elastic_ones_scale() -> None:
    budgets = {it["metadata"]["name"] for it in documents("PodDisruptionBudget")}
    assert {it["metadata"]["name"] for it in documents("Deployment")} == budgets
    scaled = {it["spec"]["scaleTargetRef"]["name"] for it in documents("HorizontalPodAutoscaler")}
    assert scaled == {"gateway", "rooms"}


def test_kustomize_lists_every_manifest() -> None:
    listed = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text())
    assert {DEPLOY / name for name in listed["resources"]} == set(MANIFESTS)
    assert all((DEPLOY / name).is_file() for entry in listed["configMapGenerator"] for name in entry["files"])


def test_the_image_holds_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    assert copied == set(PACKAGES)


def figures() -> set[str]:
    """Every sample our code tells, from real collectors."""
    clock, bus, limits, counts = SystemClock(), MemoryBus(), Limits(), Counts()
    leases, registry, log = MemoryLeases(clock), MemoryRegistry(clock), MemoryLog()
    counts.refused("x")
    counts.closed("x")
    told = CollectorRegistry()
    told.register(GatewayCollector(counts, Hub("g", bus, clock, lambda _: None, counts), lambda: 0))
    told.register(rooms.collector.RoomsCollector(RoomWorker("w", bus, leases, registry, log, limits, clock)))
    told.register(rooms.metrics.COMMIT_SECONDS)
    for counter in (rooms.metrics.COMMITTED, rooms.metrics.COMMIT_FAILURES, rooms.metrics.OPENED, rooms.metrics.FENCED):
        told.register(counter)
    return {sample.name for family in told.collect() for sample in family.samples}


def expressions() -> list[str]:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "grafana" / "lyceum.json").read_text())["panels"]
    return [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]


def test_every_figure_that_is_asked_for_is_told() -> None:
    asked = {name for expression in expressions() for name in re.findall(r"\blyceum_\w+", expression)}
    assert asked
    assert asked - figures() == set()


def test_every_alert_has_a_runbook() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert [rule["alert"] for rule in rules if not (ROOT / rule["annotations"]["runbook"]).is_file()] == []


def test_panels_do_not_overlap() -> None:
    panels = json.loads((DEPLOY / "grafana" / "lyceum.json").read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)
