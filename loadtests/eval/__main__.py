"""``python -m loadtests.eval FOLDER [tracing concepts courses short-answers plagiarism]``"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from loadtests.eval import concepts, courses, plagiarism, short_answers, tracing

RUNS: dict[str, tuple[Callable[[Path], None], str]] = {
    "tracing": (tracing.run, "kt_*"),
    "concepts": (concepts.run, "rec_mooccube_concepts"),
    "courses": (courses.run, "rec_mooccube_courses"),
    "short-answers": (short_answers.run, "asag_*"),
    "plagiarism": (plagiarism.run, "plag_irplag"),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make eval", description="The models on public data")
    parser.add_argument("data", type=Path, help="folder that holds kt_*, rec_*, asag_* and plag_* folders")
    parser.add_argument("only", nargs="*", metavar="what", help=f"some of: {', '.join(RUNS)}")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.only if name not in RUNS]:
        parser.error(f"no evaluation is called {unknown[0]!r}; there are {', '.join(RUNS)}")
    for name in chosen.only or RUNS:
        run, pattern = RUNS[name]
        if not list(chosen.data.glob(pattern)):
            print(
                f"{name}: no {pattern} in {chosen.data}; say where the data is: make eval DATA=folder", file=sys.stderr
            )
            return 1
        start = time.monotonic()
        run(chosen.data)
        print(f"\n({name}: {time.monotonic() - start:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
