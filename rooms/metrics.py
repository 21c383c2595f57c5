"""The figures of a room worker for Prometheus. Counted where it happens; what is true right now is read when asked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

if TYPE_CHECKING:
    from rooms.worker import RoomWorker

COMMIT_BOUNDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Upper bounds in seconds."""

COMMIT_SECONDS = Histogram("lyceum_rooms_commit_seconds", "One commit to the log.", buckets=COMMIT_BOUNDS)
COMMITTED = Counter("lyceum_rooms_committed_entries_total", "Entries made durable.")
COMMIT_FAILURES = Counter("lyceum_rooms_commit_failures_total", "Commits that have to be made again.")
OPENED = Counter("lyceum_rooms_opened_total", "Times a room was opened here.")
FENCED = Counter("lyceum_rooms_fenced_total", "Times a room was given up because it has a newer owner.")


class RoomsCollector:
    """To be registered with a `prometheus_client.CollectorRegistry`."""

    def __init__(self, worker: "RoomWorker") -> None:
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        worker = self._worker
        shells = list(worker.shells.values())
        connections = sum(len(shell.room.conns) for shell in shells if shell.room is not None)
        for name, words, value in (
            ("served", "Rooms this worker owns or is opening.", len(shells)),
            ("connections", "Connections in those rooms.", connections),
            ("mailbox_bytes", "Inputs not handled yet.", sum(shell.mailbox.size for shell in shells)),
            ("unsaved_bytes", "Entries that are not durable yet.", worker.committer.waiting_bytes),
            ("storage_ok", "1 while the log answers.", int(worker.committer.ok)),
            ("owner", "1 while this worker may count on its leases.", int(worker.may_serve())),
            ("load", "Share of time the process was busy lately.", worker.load_share()),
        ):
            yield GaugeMetricFamily(f"lyceum_rooms_{name}", words, value=value)
