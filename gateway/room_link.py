"""The numbered link between this gateway and the owner of one room: a pure state machine (PROTOCOL.md, LINK-1 to 4).

    Detached ── attach(worker) ──▶ Attaching ── first answer to it ──▶ Attached
        ▲                              │  ▲                                │
        └── no worker to be had ───────┘  └── AGAIN: gap, new epoch, ──────┘
                                              not the owner, moved, lost, silence

Nothing here sends: whoever is told `Step.AGAIN` picks a worker (`RoomLink.hint` first), calls `attach` and joins every
session again.
"""

import enum
from dataclasses import dataclass

from realtime.envelopes import first_of
from realtime.position import Position

FIRST_WAIT_SECONDS = 1.5
"""On a bus that loses messages: silence after an attach, before the next try. Doubles up to `LONGEST_WAIT_SECONDS`."""
LONGEST_WAIT_SECONDS = 12.0
RETRY_SECONDS = 0.05
"""After a worker that is not the owner and knows no other, or when there is none. Doubles likewise."""
LONGEST_RETRY_SECONDS = 1.0

CHASES = 4
"""Workers in a row that name another; after that there is a pause before each."""


class Step(enum.Enum):
    """What to do with what came."""

    TAKE = enum.auto()
    DROP = enum.auto()
    """From a lower epoch, or from before the last attach."""
    AGAIN = enum.auto()
    """Attach again, now."""


@dataclass(slots=True, frozen=True)
class Detached:
    """Nobody to talk to until ``retry_at`` (monotonic seconds)."""

    retry_at: float


@dataclass(slots=True, frozen=True)
class Attaching:
    """``worker`` was told, and begins its answers with the number ``first``; the attempt counts as failed at ``until``
    (never, on a bus that loses nothing)."""

    worker: str
    first: int
    until: float


@dataclass(slots=True)
class Attached:
    """``worker`` answers under ``epoch``; ``received`` is the last link number taken from it."""

    worker: str
    epoch: int
    received: int
    sent_before: int = 0
    """Our own counter at the last pulse, and at the one before it."""
    sent_long_before: int = 0


State = Detached | Attaching | Attached


class RoomLink:
    """Times are monotonic seconds, handed in."""

    __slots__ = ("_chases", "_lossy", "_rests", "_silences", "epoch", "hint", "sent", "seq", "state", "worker")

    def __init__(self, lossy: bool) -> None:
        self._lossy = lossy
        self._silences = 0
        """Attaches in a row that the same worker did not answer."""
        self._rests = 0
        """Pauses since somebody last answered."""
        self._chases = 0
        """Workers in a row that named another."""
        self.state: State = Detached(0.0)
        self.epoch = 0
        """The highest that has spoken."""
        self.seq = 0
        self.sent = 0
        self.hint = ""
        """The worker that is said to own the room, if anybody said so; used once."""
        self.worker = ""
        """Whom messages go to; empty when detached."""

    @property
    def served(self) -> Position:
        """What was taken: the position of every reader that missed nothing of it."""
        return Position(self.epoch, self.seq)

    def attach(self, worker: str, generation: int, now: float) -> None:
        """``worker`` is about to be sent an Attach; no other of this gateway has had this ``generation``."""
        silent = isinstance(self.state, Attaching) and self.state.worker == worker
        self._silences = min(self._silences + 1, 10) if silent else 0
        wait = min(FIRST_WAIT_SECONDS * 2.0**self._silences, LONGEST_WAIT_SECONDS)
        first = first_of(generation)
        self.state = Attaching(worker, first, now + wait if self._lossy else float("inf"))
        self.worker = worker
        self.sent = first - 1
        self.hint = ""

    def detach(self, now: float, until: float = 0.0) -> None:
        """There is no worker to attach to, or not before ``until``."""
        if until <= now:
            until = now + min(RETRY_SECONDS * 2.0**self._rests, LONGEST_RETRY_SECONDS)
            self._rests = min(self._rests + 1, 10)
        self.state = Detached(until)
        self.worker = ""

    def next(self) -> int:
        """The number of the message that is sent now."""
        self.sent += 1
        return self.sent

    def take(self, epoch: int, link: int) -> Step:
        """A numbered message from the room; after TAKE the caller sets ``seq`` to what it carries."""
        state = self.state
        if type(state) is Attached and epoch == state.epoch:
            expected = state.received + 1
            if link == expected:
                state.received = link
                return Step.TAKE
            return Step.AGAIN if link > expected else Step.DROP
        if epoch < self.epoch or type(state) is Detached:
            return Step.DROP
        return self._answered(state, epoch, link) if type(state) is Attaching else Step.AGAIN

    def _answered(self, state: Attaching, epoch: int, link: int) -> Step:
        """What comes while an answer is waited for: the first of them, a later one (the first is lost), an older."""
        if link != state.first:
            return Step.AGAIN if link > state.first else Step.DROP
        self.state = Attached(state.worker, epoch, received=link)
        self.epoch = epoch
        self._silences = self._rests = self._chases = 0
        return Step.TAKE

    def pulse(self, worker: str, epoch: int, sent: int, received: int) -> Step:
        """The owner says what it has sent and received. What it lacks of what was sent two pulses ago is lost."""
        state = self.state
        if not isinstance(state, Attached) or state.worker != worker or epoch < state.epoch:
            return Step.DROP
        if epoch > state.epoch or sent > state.received or received < state.sent_long_before:
            return Step.AGAIN
        state.sent_long_before, state.sent_before = state.sent_before, self.sent
        return Step.DROP

    def not_owner(self, worker: str, owner: str, now: float) -> Step:
        """``worker`` does not have the room; ``owner`` has, or nobody says."""
        if self.worker != worker:
            return Step.DROP
        self.hint = owner if owner != worker else ""
        if self.hint and self._chases < CHASES:
            self._chases += 1
            return Step.AGAIN
        self.detach(now)  # and ask the hint then: the placement may well name this one for ever
        return Step.DROP

    def moved(self, epoch: int, owner: str) -> Step:
        """The owner under ``epoch`` has handed the room over."""
        if epoch < self.epoch or isinstance(self.state, Detached) or owner == self.state.worker:
            return Step.DROP
        self.hint = owner
        return Step.AGAIN

    def lost(self, worker: str) -> Step:
        """``worker`` has missed messages of ours."""
        return Step.AGAIN if self.worker == worker else Step.DROP

    def is_due(self, now: float) -> bool:
        """Whether it is time to attach (again)."""
        state = self.state
        if isinstance(state, Detached):
            return now >= state.retry_at
        return isinstance(state, Attaching) and now >= state.until
