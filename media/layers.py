"""Which simulcast layer each of a receiver's videos gets: what it shows, what it can take, what the machine can
carry."""

from collections.abc import Sequence
from typing import NamedTuple

UP_MARGIN = 1.15
"""A higher layer must fit this many times over; the one in use only once. Keeps layers from swinging."""
ENOUGH = 0.75
"""A layer of this share of the wanted height is good enough."""


class Layer(NamedTuple):
    """One encoding: bits a second now, height in pixels (0: unknown)."""

    bitrate: float
    height: int


class Demand(NamedTuple):
    """One video of a receiver: its layers, lowest first; `current` is the index in use or -1."""

    layers: Sequence[Layer]
    wanted_height: int
    priority: int
    current: int
    forced: int = -1
    """A layer asked for by name, or -1."""


def ceiling(demand: Demand, pressure: float) -> int:
    """The highest index worth sending: the first tall enough, one less per step of CPU pressure above 85%."""
    top = len(demand.layers) - 1
    for index, layer in enumerate(demand.layers):
        if layer.height and layer.height >= ENOUGH * demand.wanted_height:
            top = index
            break
    if demand.forced >= 0:
        top = min(top, demand.forced) if demand.wanted_height < 1 << 16 else demand.forced
    if pressure > 0.95:
        return min(top, 0)
    return max(0, top - 1) if pressure > 0.85 else top


def allocate(demands: Sequence[Demand], budget: float | None, pressure: float = 0.0) -> list[int]:
    """An index for each demand, -1 for none. `budget` is bits a second for video, None while unknown: then all is
    granted.

    Everyone's lowest layer comes first, by priority; the first one is sent even when it does not fit, since an estimate
    only grows while something is sent. What is left lifts them one step a round, by priority.
    """
    tops = [ceiling(d, pressure) if d.layers else -1 for d in demands]
    if budget is None:
        return tops
    order = sorted(range(len(demands)), key=lambda i: -demands[i].priority)
    chosen = [-1] * len(demands)
    left, first = budget, True
    for i in order:
        if tops[i] < 0:
            continue
        cost = demands[i].layers[0].bitrate
        if first or cost <= left:
            chosen[i], left, first = 0, left - cost, False
    _lift(demands, tops, chosen, order, left)
    return chosen


def _lift(demands: Sequence[Demand], tops: list[int], chosen: list[int], order: list[int], left: float) -> None:
    moved = True
    while moved:
        moved = False
        for i in order:
            index = chosen[i]
            if index < 0 or index >= tops[i]:
                continue
            layers = demands[i].layers
            step = layers[index + 1].bitrate - layers[index].bitrate
            margin = 1.0 if demands[i].current >= index + 1 else UP_MARGIN
            if step * margin <= left:
                chosen[i], left, moved = index + 1, left - step, True


def next_step(demands: Sequence[Demand], chosen: Sequence[int], pressure: float = 0.0) -> float | None:
    """Bits a second for what is chosen and the cheapest step up from it; None when all have what they want."""
    total, steps = 0.0, list[float]()
    for demand, index in zip(demands, chosen, strict=True):
        if not demand.layers:
            continue
        now = demand.layers[index].bitrate if index >= 0 else 0.0
        total += now
        if index < ceiling(demand, pressure):
            steps.append(demand.layers[index + 1].bitrate - now)
    return total + min(steps) * UP_MARGIN if steps else None
