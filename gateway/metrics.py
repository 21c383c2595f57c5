"""The gateway's figures for Prometheus, read from its plain counts when somebody asks."""

from collections.abc import Callable, Iterable
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from gateway.counts import LAG_BOUNDS, Counts, LagHistogram
from gateway.hub import Hub

_NUMBERS = {
    "received": "Reads from sockets.",
    "received_bytes": "Bytes read from sockets.",
    "flushes": "Rounds of writes: frames of one bus batch to one audience.",
    "flushed_frames": "Frames in those rounds.",
    "writes": "Writes to sockets in those rounds.",
    "deliveries": "Frames that reached a socket in those rounds.",
    "lagged": "Times a reader fell behind and was put on hold.",
    "resyncs": "Times a room's link was started over after a loss or a new owner.",
    "resyncs_slow": "Times a reader that had lagged asked for the difference.",
    "held": "Times input was held back to keep to a rate.",
    "pinged": "Keep-alives sent.",
    "echoes": "Awareness updates that said nothing new.",
}


class GatewayCollector:
    """To be registered with a `prometheus_client.CollectorRegistry`."""

    def __init__(self, counts: Counts, hub: Hub, queue_bytes: Callable[[], int]) -> None:
        self._queue_bytes = queue_bytes
        self._counts = counts
        self._hub = hub

    def collect(self) -> Iterable[Metric]:
        for name, words in _NUMBERS.items():
            yield CounterMetricFamily(f"lyceum_gateway_{name}", words, value=getattr(self._counts, name))
        yield _labelled("refusals", "Requests refused, by code.", "code", self._counts.refusals)
        yield _labelled("closes", "Connections closed by the gateway, by reason.", "reason", self._counts.closes)
        doors = GaugeMetricFamily("lyceum_gateway_connections", "Open connections, by door.", labels=["door"])
        for door, number in self._counts.connections.items():
            doors.add_metric([door], number)
        yield doors
        yield GaugeMetricFamily("lyceum_gateway_rooms", "Rooms with people here.", value=len(self._hub.rooms))
        yield GaugeMetricFamily(
            "lyceum_gateway_waiting", "Sockets whose document is opened after others.", value=self._hub.waiting
        )
        yield _histogram("lag_seconds", "From reading an edit here to writing it here.", self._counts.lag)
        yield _unsent(self._queue_bytes())


def _histogram(name: str, words: str, lag: LagHistogram) -> Metric:
    family = HistogramMetricFamily(f"lyceum_gateway_{name}", words)
    sums = list(accumulate(lag.counts))
    bounds = [*map(str, LAG_BOUNDS), "+Inf"]
    family.add_metric([], [*zip(bounds, sums, strict=True)], sum_value=lag.total)
    return family


def _unsent(value: int) -> Metric:
    return GaugeMetricFamily("lyceum_gateway_queue_bytes", "Bytes that sockets have not taken yet.", value=value)


def _labelled(name: str, words: str, label: str, numbers: dict[str, int]) -> Metric:
    family = CounterMetricFamily(f"lyceum_gateway_{name}", words, labels=[label])
    for key, number in numbers.items():
        family.add_metric([key], number)
    return family
