"""How fast one connection may go: token buckets, made when they are first needed.

Edits that come too fast are not refused but held back: the transport is not read until there is room, so nothing is
lost and a stock client, which would never repeat a refused edit, stays whole. Commands that come too fast are refused,
awareness is put off (its latest state wins). Whoever is held back for most of a minute is closed with ``too-fast``
(retry).
"""

from realtime.buckets import TokenBucket
from realtime.limits import Limits

DROWNED = float("inf")
"""Instead of a wait: this connection has gone too fast for too long."""
SHORTEST_HOLD = 0.01
_PATIENCE_SECONDS = 30.0
_PATIENCE_RATE = 0.5
_QUESTIONS_RATE = 2.0
_QUESTIONS_BURST = 4.0
"""The whole class, a page of chat or of the roster: a few at once, then one at a time."""
_REFUSAL_SECONDS = 0.1
"""What a refused command costs of the patience."""


class Rates:
    """One connection's buckets. Times are monotonic seconds."""

    __slots__ = ("_awareness", "_bytes", "_commands", "_edits", "_limits", "_messages", "_patience", "_questions")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._messages: TokenBucket | None = None
        self._edits: TokenBucket | None = None
        self._bytes: TokenBucket | None = None
        self._awareness: TokenBucket | None = None
        self._commands: TokenBucket | None = None
        self._patience: TokenBucket | None = None
        self._questions: TokenBucket | None = None

    def edit(self, size: int, now: float) -> float:
        """Take an edit of ``size`` bytes: 0, or seconds to wait before it can be taken, or `DROWNED`."""
        if self._edits is None or self._bytes is None:
            limits = self._limits
            self._edits = TokenBucket(limits.updates_rate, limits.updates_burst, now)
            self._bytes = TokenBucket(limits.update_bytes_rate, limits.update_bytes_burst, now)
        if self._edits.take(now) and self._bytes.take(now, size):
            return 0.0
        return self._held(max(self._edits.wait(now), self._bytes.wait(now, size), SHORTEST_HOLD), now)

    def message(self, now: float) -> float:
        """Take a message of any kind: as `edit`."""
        if self._messages is None:
            self._messages = TokenBucket(self._limits.messages_rate, self._limits.messages_burst, now)
        if self._messages.take(now):
            return 0.0
        return self._held(self._messages.wait(now), now)

    def awareness(self, now: float) -> bool:
        """Whether an awareness update may go now."""
        if self._awareness is None:
            self._awareness = TokenBucket(self._limits.awareness_rate, self._limits.awareness_burst, now)
        return self._awareness.take(now)

    def command(self, now: float) -> bool:
        """Whether a command may go now. See `is_drowned`."""
        if self._commands is None:
            self._commands = TokenBucket(self._limits.commands_rate, self._limits.commands_burst, now)
        return self._commands.take(now)

    def catch_up(self, now: float) -> float:
        """Take a question whose answer is large: as `edit`."""
        if self._questions is None:
            self._questions = TokenBucket(_QUESTIONS_RATE, _QUESTIONS_BURST, now)
        if self._questions.take(now):
            return 0.0
        return self._held(self._questions.wait(now), now)

    def is_drowned(self, now: float) -> bool:
        """After a refused command: whether that was one too many."""
        return self._held(_REFUSAL_SECONDS, now) == DROWNED

    def _held(self, wait: float, now: float) -> float:
        if self._patience is None:
            self._patience = TokenBucket(_PATIENCE_RATE, _PATIENCE_SECONDS, now)
        return wait if self._patience.take(now, min(wait, _PATIENCE_SECONDS)) else DROWNED
