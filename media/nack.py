"""Which packets of an incoming stream are missing, and when to ask for them again."""

from media.limits import DEFAULT_LIMITS

REORDER_SECONDS = 0.01
RETRY_FLOOR_SECONDS = 0.04


class LossTracker:
    """Follows unwrapped sequence numbers. Missing ones are asked for after a short wait for reordering, then once a
    round-trip, `DEFAULT_LIMITS.nack_per_packet` times at most. A jump wider than the window is a new start, not a loss.
    """

    __slots__ = ("highest", "missing", "received", "window")

    def __init__(self, window: int = DEFAULT_LIMITS.nack_window) -> None:
        self.highest: int | None = None
        self.missing: dict[int, tuple[float, int]] = {}
        """Sequence number → (not before, times asked)."""
        self.received = 0
        self.window = window

    def receive(self, seq: int, now: float) -> bool:
        """Take a packet; True when something is missing after it."""
        highest = self.highest
        self.received += 1
        if highest is None or seq == highest + 1:
            self.highest = seq
        elif seq > highest:
            self._gap(highest, seq, now)
        else:
            self.missing.pop(seq, None)
        return bool(self.missing)

    def _gap(self, highest: int, seq: int, now: float) -> None:
        self.highest = seq
        if seq - highest > self.window:
            self.missing.clear()
            return
        for lost in range(highest + 1, seq):
            self.missing[lost] = (now + REORDER_SECONDS, 0)
        oldest = seq - self.window
        for lost in [s for s in self.missing if s < oldest]:
            del self.missing[lost]

    def due(self, now: float, rtt: float) -> list[int]:
        """Unwrapped numbers to ask for now, in order."""
        asked: list[int] = []
        for seq, (not_before, times) in list(self.missing.items()):
            if not_before > now:
                continue
            if times >= DEFAULT_LIMITS.nack_per_packet:
                del self.missing[seq]
                continue
            asked.append(seq)
            self.missing[seq] = (now + max(RETRY_FLOOR_SECONDS, rtt), times + 1)
        return sorted(asked)
