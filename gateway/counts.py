"""What the gateway counts: plain numbers, so that counting costs next to nothing on the hot path."""

from bisect import bisect_left
from dataclasses import dataclass, field

LAG_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds in seconds."""


class LagHistogram:
    """How long edits took, from being read here to being written here."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(LAG_BOUNDS) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(LAG_BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Counts:
    """Since the start of the process. `gateway.metrics` shows them to Prometheus."""

    connections: dict[str, int] = field(default_factory=lambda: {"native": 0, "yjs": 0, "hocuspocus": 0})
    """Now, by door."""
    received: int = 0
    received_bytes: int = 0
    flushes: int = 0
    """Rounds of writes, each of one or more frames to one audience."""
    flushed_frames: int = 0
    writes: int = 0
    deliveries: int = 0
    lagged: int = 0
    """Times a reader was too slow and was put on hold."""
    resyncs: int = 0
    """Times a room's link was started over."""
    resyncs_slow: int = 0
    """Times a reader that had lagged asked for the difference."""
    refusals: dict[str, int] = field(default_factory=dict[str, int])
    closes: dict[str, int] = field(default_factory=dict[str, int])
    held: int = 0
    """Times input was held back to keep to a rate."""
    pinged: int = 0
    echoes: int = 0
    """Awareness that everybody had already."""
    lag: LagHistogram = field(default_factory=LagHistogram)

    def refused(self, code: str) -> None:
        self.refusals[code] = self.refusals.get(code, 0) + 1

    def closed(self, name: str) -> None:
        self.closes[name] = self.closes.get(name, 0) + 1
