"""``python -m tests.chaos --seed 7 --faults 40``: one chaos run and its report. Exit code 1: a promise was broken."""

import argparse
import asyncio
import sys
from pathlib import Path

import uvloop

from tests.chaos import report
from tests.chaos.run import Options, chaos


def main() -> int:
    options, as_json = _options()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(
            chaos(options, lambda line: print(line, file=sys.stderr if as_json else sys.stdout, flush=True))
        )
    print(report.as_json(outcome) if as_json else report.text(outcome))
    return 0 if outcome.passed else 1


def _options() -> tuple[Options, bool]:
    default = Options()
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--faults", type=int, default=default.faults)
    parser.add_argument("--seconds", type=float, default=default.seconds, help="begin no fault after so long")
    parser.add_argument("--gateways", type=int, default=default.gateways)
    parser.add_argument("--workers", type=int, default=default.workers)
    parser.add_argument("--rooms", type=int, default=default.rooms)
    parser.add_argument("--people", type=int, default=default.people, help="clients a room")
    parser.add_argument("--gap", type=float, default=default.gap, help="mean seconds between two edits of a client")
    parser.add_argument("--breath", type=float, default=default.breath, help="seconds between two faults")
    parser.add_argument("--only", default=default.only, help="only faults whose name contains this")
    parser.add_argument("--keep", type=Path, help="folder for the logs of all processes")
    parser.add_argument("--json", action="store_true")
    given = vars(parser.parse_args())
    as_json = given.pop("json")
    return Options(**given), as_json


if __name__ == "__main__":
    sys.exit(main())
