"""Which packets of an incoming stream are missing, and when to ask for them again."""

from typing import NamedTuple

from media.limits import DEFAULT_LIMITS

REORDER_SECONDS = 0.005
RETRY_FLOOR_SECONDS = 0.02
FIRST_RTT = 0.06


class Missing(NamedTuple):
    """A packet not yet seen: not to be asked for before `due`; how often it was, and when last."""

    due: float
    times: int
    asked: float


class LossTracker:
    """Follows unwrapped sequence numbers. Missing ones are asked for after a short wait for reordering, then a little
    over
    once a round trip (measured by how soon repairs come), `DEFAULT_LIMITS.nack_per_packet` times at most. A jump wider
    than the window is a new start, not a loss.
    """

    __slots__ = ("highest", "missing", "received", "rtt", "window")

    def __init__(self, window: int = DEFAULT_LIMITS.nack_window) -> None:
        self.highest: int | None = None
        self.missing: dict[int, Missing] = {}
        self.received = 0
        self.rtt = FIRST_RTT
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
            found = self.missing.pop(seq, None)
            if found is not None and found.times == 1:
                self.rtt += 0.2 * (min(1.0, now - found.asked) - self.rtt)
        return bool(self.missing)

    def _gap(self, highest: int, seq: int, now: float) -> None:
        self.highest = seq
        if seq - highest > self.window:
            self.missing.clear()
            return
        for lost in range(highest + 1, seq):
            self.missing[lost] = Missing(now + REORDER_SECONDS, 0, 0.0)
        oldest = seq - self.window
        for lost in [s for s in self.missing if s < oldest]:
            del self.missing[lost]

    def due(self, now: float) -> list[int]:
        """Unwrapped numbers to ask for now, in order."""
        asked: list[int] = []
        wait = max(RETRY_FLOOR_SECONDS, 1.3 * self.rtt)
        for seq, entry in list(self.missing.items()):
            if entry.due > now:
                continue
            if entry.times >= DEFAULT_LIMITS.nack_per_packet or seq < (self.highest or 0) - self.window:
                del self.missing[seq]
                continue
            asked.append(seq)
            self.missing[seq] = Missing(now + wait, entry.times + 1, now)
        return sorted(asked)
