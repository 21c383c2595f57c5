"""What is true of a room worker right now, for Prometheus; read when asked."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from rooms.worker import RoomWorker


class RoomsCollector:
    """To be registered with a `prometheus_client.CollectorRegistry`."""

    def __init__(self, worker: RoomWorker) -> None:
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
