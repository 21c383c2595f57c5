"""How much one receiver can take, from its transport-wide feedback: a delay gradient, a loss rule, an AIMD target.

The sender keeps when each numbered packet left. Feedback tells when it came; the growth of (arrival - departure) over
groups of packets is the queue on the way filling. Its slope over the last groups (a least-squares line) against an
adaptive threshold says overuse, underuse or normal, after draft-ietf-rmcat-gcc-02; loss above 10% lowers the target
too.
"""

from collections import deque

from media import twcc

START = 600_000.0
FLOOR = 60_000.0
CEILING = 30_000_000.0
GROUP_SECONDS = 0.005
WINDOW = 20
HISTORY = 4096
SLOPE_GAIN = 0.24
"""Sixty groups times a gain of four, in seconds: what makes a slope comparable with the threshold."""
OVERUSE_SECONDS = 0.01


class DelayTrend:
    """Slope of the one-way delay over the last packet groups, judged against a threshold that adapts."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._group: tuple[float, float, float] | None = None
        self._previous: tuple[float, float] | None = None
        self._smoothed = self._delay = 0.0
        self._threshold = 0.0125
        self._over_since: float | None = None
        self.state = "normal"

    def add(self, sent: float, arrived: float) -> None:
        """One packet, in order of sending; both in seconds, of two clocks."""
        group = self._group
        if group is None:
            self._group = (sent, sent, arrived)
        elif sent - group[0] <= GROUP_SECONDS:
            self._group = (group[0], sent, max(arrived, group[2]))
        else:
            self._close(group[1], group[2])
            self._group = (sent, sent, arrived)

    def _close(self, sent: float, arrived: float) -> None:
        """A group is complete: its last departure and its last arrival."""
        previous, self._previous = self._previous, (sent, arrived)
        if previous is None:
            return
        self._delay += (arrived - previous[1]) - (sent - previous[0])
        self._smoothed = 0.9 * self._smoothed + 0.1 * self._delay
        self._points.append((arrived, self._smoothed))
        if len(self._points) == WINDOW:
            self._judge(self._slope() * SLOPE_GAIN, arrived)

    def _slope(self) -> float:
        """Seconds of delay a second over the window."""
        n = len(self._points)
        mean_x = sum(p[0] for p in self._points) / n
        mean_y = sum(p[1] for p in self._points) / n
        below = sum((p[0] - mean_x) ** 2 for p in self._points)
        return sum((p[0] - mean_x) * (p[1] - mean_y) for p in self._points) / below if below else 0.0

    def _judge(self, trend: float, arrived: float) -> None:
        size, limit = abs(trend), self._threshold
        if trend > limit:
            self._over_since = self._over_since if self._over_since is not None else arrived
            if arrived - self._over_since >= OVERUSE_SECONDS:
                self.state = "overuse"
        else:
            self._over_since = None
            self.state = "underuse" if trend < -limit else "normal"
        if size < limit + 0.015:
            k = 0.0087 if size > limit else 0.039
            step = min(0.1, GROUP_SECONDS * 10)
            self._threshold = min(0.6, max(0.006, limit + k * (size - limit) * step * 10))


class SendSideEstimator:
    """The sending end of transport-wide congestion control for one receiver."""

    def __init__(self, start: float = START) -> None:
        self.bitrate = start
        self.loss = 0.0
        self._sent: dict[int, tuple[float, int]] = {}
        self._next = 0
        self._trend = DelayTrend()
        self._acked: deque[tuple[float, int]] = deque()
        self._acked_bytes = 0
        self._last = 0.0
        self._lowered_at = -1.0

    def sent(self, size: int, now: float) -> int:
        """A packet of `size` bytes leaves now; its 16-bit transport-wide number."""
        number = self._next
        self._sent[number] = (now, size)
        self._next = number + 1
        if len(self._sent) > HISTORY:
            del self._sent[next(iter(self._sent))]
        return number & 0xFFFF

    def feedback(self, body: bytes, now: float) -> None:
        """Take one feedback message (body after the SSRCs). A malformed one changes nothing."""
        report = twcc.read(body)
        if report is None or not self._next:
            return
        newest = self._next - 1
        first = newest - ((newest - report.base) & 0xFFFF)
        lost = got = 0
        for i, arrived in enumerate(report.times):
            entry = self._sent.pop(first + i, None)
            if entry is None:
                continue
            if arrived is None:
                lost += 1
                continue
            got += 1
            self._trend.add(entry[0], arrived)
            self._acked.append((now, entry[1]))
            self._acked_bytes += entry[1]
        if got or lost:
            self._update(lost / (got + lost), now)

    def _update(self, loss: float, now: float) -> None:
        self.loss = 0.7 * self.loss + 0.3 * loss
        passed = min(1.0, now - self._last) if self._last else 0.1
        self._last = now
        received = self.received(now)
        if self._trend.state == "overuse" and now - self._lowered_at > 0.3:
            self._lower(0.85 * received if received else 0.85 * self.bitrate, now)
        elif self.loss > 0.1 and now - self._lowered_at > 0.3:
            self._lower(self.bitrate * (1 - 0.5 * self.loss), now)
        elif self._trend.state == "normal" and self.loss < 0.1:
            raised = self.bitrate * (1.08**passed)
            ceiling = 1.5 * received + 100_000 if received else CEILING
            self.bitrate = max(self.bitrate, min(raised, ceiling, CEILING))

    def _lower(self, bitrate: float, now: float) -> None:
        self.bitrate = max(FLOOR, min(self.bitrate, bitrate))
        self._lowered_at = now

    def received(self, now: float) -> float:
        """Bits a second that arrived over the last half second."""
        while self._acked and self._acked[0][0] < now - 0.5:
            self._acked_bytes -= self._acked.popleft()[1]
        if len(self._acked) < 2:
            return 0.0
        return self._acked_bytes * 8 / 0.5
