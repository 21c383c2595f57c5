"""A running count of outcomes, with means that forget at three speeds."""

import math

KEEP = (0.6, 0.85, 0.96)
"""What a forgetting sum keeps at each new outcome: about the last 2, 7 and 25 count."""

PRIOR = 0.67
"""The mean before anything is known, worth one outcome."""


class Tally:
    """Outcomes from 0 to 1 of one student on something: everything, a skill, an item."""

    __slots__ = ("count", "last", "last_at", "right", "streak", "sums", "surprise", "weights")

    def __init__(self) -> None:
        self.count = 0
        self.right = 0.0
        self.streak = 0
        self.last = PRIOR
        self.last_at = -1
        self.surprise = 0.0
        self.sums = [PRIOR] * len(KEEP)
        self.weights = [1.0] * len(KEEP)

    def add(self, outcome: float, expected: float, now: int) -> None:
        """Count one outcome; ``expected`` is the item's usual one, ``now`` the number of answers before it."""
        self.count += 1
        self.right += outcome
        self.last = outcome
        self.last_at = now
        self.surprise = 0.85 * self.surprise + outcome - expected
        self.streak = max(self.streak, 0) + 1 if outcome >= 0.5 else min(self.streak, 0) - 1
        for i, keep in enumerate(KEEP):
            self.sums[i] = keep * (self.sums[i] - PRIOR) + outcome + PRIOR
            self.weights[i] = keep * (self.weights[i] - 1.0) + 2.0

    def describe(self, now: int) -> list[float]:
        """Numbers for a model, in the order of `FIELDS`."""
        return [
            math.log1p(self.right),
            math.log1p(self.count - self.right),
            *(s / w for s, w in zip(self.sums, self.weights, strict=True)),
            float(self.streak),
            math.log1p(now - self.last_at) if self.count else NEVER,
            self.surprise,
        ]


NEVER = 6.0
"""Log gap of what was not met yet: longer than any history."""

FIELDS = ("right", "wrong", "mean_2", "mean_7", "mean_25", "streak", "gap", "surprise")
EMPTY = tuple(Tally().describe(0))
