"""When to ask a publisher for a keyframe: at once when needed, never in a storm, again until one comes."""

THROTTLE_SECONDS = 0.3
"""At most one request this often for one stream, whoever asks: a keyframe costs the publisher ten delta frames."""
REPEAT_SECONDS = 0.5
"""A request that no keyframe has answered is sent again: screen shares answer late, datagrams get lost."""
PATIENT_AFTER_SECONDS, PATIENT_SECONDS = 15.0, 5.0
"""After so long without an answer, so seldom, while somebody waits for a first picture: its publisher may be out of
reach and come back. Without anybody no more: a layer that is sent no longer never answers."""


class KeyframeGate:
    """One incoming stream's requests. `want` when a receiver needs one, `arrived` at each keyframe, `due` on every
    tick."""

    __slots__ = ("asked_at", "wanted_since")

    def __init__(self) -> None:
        self.asked_at = -1e9
        self.wanted_since: float | None = None

    def want(self, now: float) -> None:
        if self.wanted_since is None:
            self.wanted_since = now

    @property
    def is_urgent(self) -> bool:
        """Whether one is wanted that was not asked for yet."""
        return self.wanted_since is not None and self.asked_at < self.wanted_since

    def arrived(self) -> None:
        self.wanted_since = None

    def due(self, now: float, waited_for: bool) -> bool:
        """Whether to send a request now; it then counts as sent. ``waited_for``: somebody has no picture before."""
        if self.wanted_since is None:
            return False
        old = now - self.wanted_since >= PATIENT_AFTER_SECONDS
        if old and not waited_for:
            self.wanted_since = None
            return False
        repeat = PATIENT_SECONDS if old else REPEAT_SECONDS
        if now - self.asked_at < (THROTTLE_SECONDS if self.is_urgent else repeat):
            return False
        self.asked_at = now
        return True
