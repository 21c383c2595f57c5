"""``make fuzz``: doubtful updates through the screen, and frames through the doors, with the memory they leave.

Ends with 1 when anything crashed, ended in an undocumented way, reached somebody it must not, or stayed in memory.
"""

import argparse
import os
import sys

from tests.fuzz import doors, updates

GROWTH_BYTES = 16 * 2**20
"""What a run may leave behind, however long: the allocator's own wear."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--updates", type=int, default=500_000)
    parser.add_argument("--frames", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="only the last lines")
    options = parser.parse_args()
    os.environ["RUST_BACKTRACE"] = "0"
    sound = _updates(options) if options.updates else True
    return 0 if (_frames(options) if options.frames else True) and sound else 1


def _updates(options: argparse.Namespace) -> bool:
    tally = updates.run(options.updates, options.seed, progress=not options.quiet)
    for failure in tally.failures:
        print(failure)
    count = tally.accepted + tally.refused
    print(
        f"updates: {count} ({tally.accepted} accepted, {tally.refused} refused), {len(tally.failures)} failed;", end=" "
    )
    print(tally.memory, flush=True)
    return not tally.failures and tally.memory.grown < GROWTH_BYTES


def _frames(options: argparse.Namespace) -> bool:
    tally = doors.run(options.frames, options.seed, progress=not options.quiet)
    print(f"frames: {tally.frames}, {tally.closed} sessions closed with documented codes;", end=" ")
    print(tally.failure or tally.memory, flush=True)
    return not tally.failure and tally.memory.grown < GROWTH_BYTES


if __name__ == "__main__":
    sys.exit(main())
