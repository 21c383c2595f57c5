# pyright: standard
"""Prometheus metrics of a media node, read when they are scraped; the path counts in plain integers."""

from collections.abc import Iterator
from dataclasses import asdict

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from media.sfu import Sfu

COUNTERS = {
    "received": "Datagrams read.",
    "forwarded": "Packets written to receivers.",
    "strays": "Datagrams of no known peer or kind.",
    "stun_answered": "Connectivity checks answered.",
    "stun_refused": "Connectivity checks that did not hold or came too fast.",
    "rtcp": "RTCP packets read.",
    "handshakes": "DTLS handshakes finished.",
    "handshakes_failed": "DTLS handshakes that failed.",
    "expired": "Peers ended because their checks stopped.",
    "turns": "Times the sockets were read.",
    "held": "Times reading waited so that packets gathered.",
}


class MediaCollector(Collector):
    """`REGISTRY.register(MediaCollector(sfu))`."""

    def __init__(self, sfu: Sfu) -> None:
        self.sfu = sfu

    def collect(self) -> Iterator[Metric]:
        node = self.sfu.node
        for name, value in asdict(node.counters).items():
            yield CounterMetricFamily(f"lyceum_media_{name}", COUNTERS[name], value=value)
        boxes = [port.outbox for port in node.ports]
        sums = {
            "datagrams_sent": ("Datagrams sent.", sum(b.datagrams for b in boxes)),
            "octets_sent": ("Bytes sent.", sum(b.octets for b in boxes)),
            "send_calls": ("System calls to send them.", sum(b.syscalls for b in boxes)),
            "datagrams_dropped": ("Datagrams a socket refused.", sum(b.dropped for b in boxes)),
        }
        for name, (text, value) in sums.items():
            yield CounterMetricFamily(f"lyceum_media_{name}", text, value=value)
        gauges = {
            "peers": ("Peer connections.", len(node.peers)),
            "rooms": ("Rooms with media.", len(self.sfu.rooms)),
            "publications": ("Publishing connections.", len(self.sfu.publications)),
            "receivers": ("Receiving connections.", len(self.sfu.receivers)),
            "held_bytes": ("Bytes that wait for a socket.", sum(b.held_bytes for b in boxes)),
            "pressure": ("CPU pressure, 0 to 1.", self.sfu.pressure),
        }
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(f"lyceum_media_{name}", text, value=value)
        yield InfoMetricFamily("lyceum_media_send", "How datagrams are sent.", {"way": node.way})
