"""``python -m tests.simulation --from 0 --seeds 1000 --seconds 600``: play seeds, stop at the first broken promise."""

import argparse
import sys
import time

from tests.simulation.sim_world import Violation, play
from tests.simulation.virtual_time import run_virtual


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    started = time.monotonic()
    faults = saved = played = 0
    for seed in range(options.first, options.first + options.seeds):
        if time.monotonic() - started > options.seconds:
            break
        try:
            world = run_virtual(play(seed))
        except Violation as broken:
            print(broken)
            return 1
        played, faults, saved = played + 1, faults + world.faults, saved + world.saved
        if options.trace:
            print("\n".join(world.trace))
    seconds = time.monotonic() - started
    print(f"{played} seeds in {seconds:.1f} s: {faults} faults, {saved} edits called saved, every promise kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
