"""A batch of seeds, as one process of a soak plays them."""

from typing import NamedTuple

from tests.simulation.sim_world import Violation, play
from tests.simulation.virtual_time import Stuck, run_virtual


class Played(NamedTuple):
    """What a batch of seeds came to."""

    seeds: int
    faults: int
    saved: int
    broken: list[str]


def batch(seeds: range) -> Played:
    faults = saved = 0
    broken: list[str] = []
    for seed in seeds:
        try:
            world = run_virtual(play(seed))
        except (Violation, Stuck) as violation:
            broken.append(f"seed {seed}: {violation}")
        else:
            faults, saved = faults + world.faults, saved + world.saved
    return Played(len(seeds), faults, saved, broken)
