"""Doubtful updates through the screen into documents: the cases of tests/crdt/fuzz_screen.py, counted and weighed.

The cases run twice: guarded, a child for each few thousand, where a crash is a result with its bytes; and some of them
in one process from beginning to end, where growth would show.
"""

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.crdt.fuzz_screen import STEPS, Failure, case, honest_updates
from tests.crdt.fuzz_screen import run as run_guarded
from tests.fuzz.memory import Memory, resident

WEIGHED_SHARE = 0.1
WARM_SHARE = 0.2
WEIGHED_MOST = 20_000
"""Cases in one process: six updates each."""


@dataclass(frozen=True)
class UpdatesTally:
    """Updates, not cases."""

    accepted: int
    refused: int
    failures: list[Failure]
    memory: Memory


def run(count: int, seed: int, *, progress: bool = False) -> UpdatesTally:
    """``count`` updates, a tenth of them again in one process."""
    cases = -(-count // STEPS)
    tally = run_guarded(cases, seed, progress=progress)
    failed = {failure.case for failure in tally.failures}
    memory = _weighed(min(WEIGHED_MOST, max(10, int(cases * WEIGHED_SHARE))), seed, failed)
    return UpdatesTally(tally.accepted, tally.refused, tally.failures, memory)


def _weighed(cases: int, seed: int, without: set[int]) -> Memory:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_weigh, args=(cases, seed, without, theirs))
    child.start()
    theirs.close()
    memory: Memory = ours.recv()
    child.join()
    return memory


def _weigh(cases: int, seed: int, without: set[int], out: Connection) -> None:
    honest, before = honest_updates(seed), 0
    for index in range(cases):
        if index == int(cases * WARM_SHARE):
            before = resident()
        if index not in without:
            case(seed, index, honest)
    out.send(Memory(before, resident()))
