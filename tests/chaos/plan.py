"""Which faults, in which order, for how long: decided by a seed alone. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

KILL, PAUSE, TERM, REDIS, POSTGRES, CUT, HOLD, SLOW = (
    "kill", "pause", "term", "redis", "postgres", "cut", "hold", "slow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind`` as counted in the report; ``seconds``: how long it lasts, where that is a matter of choice."""

    number: int
    kind: str
    verb: str
    target: str
    seconds: float = 0.0
    overlaps: bool = False
    """The next fault does not wait until this one is over."""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"#{self.number} {self.kind}: {self.target}{lasting}{' (overlaps)' if self.overlaps else ''}"


@dataclass(frozen=True, slots=True)
class Kind:
    """``targets``: ``gateway``, ``rooms`` or a link's far side; ``seconds``: from, to."""

    name: str
    verb: str
    targets: str
    seconds: tuple[float, float] = (0.0, 0.0)


KINDS: Sequence[Kind] = (
    Kind("kill -9 of a room worker", KILL, "rooms"),
    Kind("kill -9 of a gateway", KILL, "gateway"),
    Kind("SIGSTOP of a room worker", PAUSE, "rooms", (0.5, 6.0)),
    Kind("SIGSTOP of a gateway", PAUSE, "gateway", (0.5, 4.0)),
    Kind("SIGTERM of a room worker", TERM, "rooms"),
    Kind("SIGTERM of a gateway", TERM, "gateway"),
    Kind("Redis restarted with its data", REDIS, "keep"),
    Kind("Redis restarted empty", REDIS, "empty"),
    Kind("PostgreSQL restarted, fast", POSTGRES, "fast"),
    Kind("PostgreSQL restarted, immediate", POSTGRES, "immediate"),
    Kind("link to Redis cut", CUT, "redis", (0.3, 5.0)),
    Kind("link to PostgreSQL cut", CUT, "postgres", (0.3, 5.0)),
    Kind("link of people to a gateway cut", CUT, "people", (0.1, 3.0)),
    Kind("link to Redis silent", HOLD, "redis", (0.3, 5.0)),
    Kind("link to PostgreSQL silent", HOLD, "postgres", (0.3, 5.0)),
    Kind("link of people to a gateway silent", HOLD, "people", (0.3, 4.0)),
    Kind("link to Redis slow", SLOW, "redis", (1.0, 3.0)),
    Kind("link to PostgreSQL slow", SLOW, "postgres", (1.0, 3.0)),
    Kind("link of people to a gateway slow", SLOW, "people", (1.0, 3.0)),
)
SLOW_SECONDS = 0.15
OVERLAPPING = 0.2
"""The share of faults that the next one does not wait for."""


def plan(seed: int, count: int, gateways: int, workers: int, kinds: Sequence[Kind] = KINDS) -> Iterator[Fault]:
    """``count`` faults: each kind once a round, in an order of its own each round."""
    random = Random(seed)
    number = 0
    while number < count:
        for kind in random.sample(kinds, len(kinds))[: count - number]:
            number += 1
            target = _target(kind, gateways, workers, random)
            seconds = round(random.uniform(*kind.seconds), 2)
            overlaps = random.random() < OVERLAPPING and number < count
            yield Fault(number, kind.name, kind.verb, target, seconds, overlaps)


def _target(kind: Kind, gateways: int, workers: int, random: Random) -> str:
    gateway, worker = f"gateway-{random.randint(1, gateways)}", f"rooms-{random.randint(1, workers)}"
    match kind.targets:
        case "gateway":
            return gateway
        case "rooms":
            return worker
        case "redis":
            return f"{random.choice((gateway, worker))}>redis"
        case "postgres":
            return f"{worker}>postgres"
        case "people":
            return f"people>{gateway}"
        case fixed:
            return fixed
