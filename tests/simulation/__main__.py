"""``python -m tests.simulation --from 0 --seeds 1000 --seconds 600``: play seeds until time is up.

A broken promise is printed with its story; a run ends early after `MOST_BROKEN` of them. Exit code 1: one was broken.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator

from tests.simulation.sim_world import play
from tests.simulation.soak import Played, batch
from tests.simulation.virtual_time import run_virtual

BATCH = 50
"""Seeds a process plays before it says how it went."""
MOST_BROKEN = 10
PROGRESS_SECONDS = 60.0


def batches(first: int, count: int, until: float) -> Iterator[range]:
    """The seeds in parts, while there is time."""
    for start in range(first, first + count, BATCH):
        if time.monotonic() > until:
            return
        yield range(start, min(start + BATCH, first + count))


def results(parts: Iterator[range], jobs: int) -> Iterator[Played]:
    if jobs == 1:
        yield from map(batch, parts)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        waiting = [pool.apply_async(batch, (part,)) for part, _ in zip(parts, range(2 * jobs), strict=False)]
        while waiting:
            yield waiting.pop(0).get()
            waiting += [pool.apply_async(batch, (part,)) for part in take(parts, 1)]


def take(parts: Iterator[range], most: int) -> Iterable[range]:
    return [part for _, part in zip(range(most), parts, strict=False)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--jobs", type=int, default=1, help="processes; 0: one for each processor")
    parser.add_argument("--trace", action="store_true", help="tell the story of each seed")
    options = parser.parse_args()
    if options.trace:
        return told(range(options.first, options.first + options.seeds))
    return played(options.first, options.seeds, options.seconds, options.jobs or os.cpu_count() or 1)


def told(seeds: range) -> int:
    for seed in seeds:
        print("\n".join(run_virtual(play(seed)).trace))
    return 0


def played(first: int, count: int, seconds: float, jobs: int) -> int:
    started = said = time.monotonic()
    seeds = faults = saved = 0
    broken: list[str] = []
    for result in results(batches(first, count, started + seconds), jobs):
        seeds, faults, saved = seeds + result.seeds, faults + result.faults, saved + result.saved
        broken += result.broken
        for story in result.broken:
            print(story, flush=True)
        if len(broken) >= MOST_BROKEN:
            break
        if time.monotonic() - said >= PROGRESS_SECONDS:
            said = time.monotonic()
            print(f"{seeds} seeds in {said - started:.0f} s, {len(broken)} broken", flush=True)
    told = "every promise kept" if not broken else f"{len(broken)} BROKEN"
    took = time.monotonic() - started
    print(f"{seeds} seeds from {first} in {took:.1f} s: {faults} faults, {saved} edits called saved, {told}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
