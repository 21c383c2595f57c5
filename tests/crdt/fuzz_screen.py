"""A long fuzz of the screen and the document: nothing that they accept may kill, hang or damage the engine.

    .venv/bin/python tests/crdt/fuzz_screen.py --count 1000000 --seed 1

Each case is a function of (seed, index). Cases run in a child process with bounds on memory and time, which writes down
the case it is at; when it dies, the case is printed with its bytes, and the next child goes on after it. The exit code
is 1 when any case failed. The short run within the tests calls `run`.
"""

import argparse
import mmap
import multiprocessing
import os
import random
import resource
import signal
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from crdt.document import Document
from crdt.errors import StateVectorRefused, UpdateRefused
from crdt.state_vector import decode_state_vector
from tests.crdt.mutations import make_up, mutate
from tests.crdt.peers import PycrdtPeer

MEMORY = 3 * 1024**3
CASE_SECONDS = 5
BATCH = 5_000
STEPS = 6
SOUND = b"\x01\x01\x04\x00\x04\x01\x04text\x04fine\x00"


class Failure(NamedTuple):
    """A case that went wrong, and what it did: an exception, a signal, a wrong state."""

    seed: int
    case: int
    reason: str


class Tally(NamedTuple):
    accepted: int
    refused: int
    failures: list[Failure]


def honest_updates(seed: int) -> list[bytes]:
    """What the mutations begin with."""
    rng = random.Random(seed)
    honest: list[bytes] = []
    for client in (1, 2, 3):
        peer = PycrdtPeer(client, subdocuments=True)
        for _ in range(25):
            peer.edit(rng)
        honest += peer.drain()
        honest.append(peer.diff(b"\x00"))
    return honest


def case(seed: int, index: int, honest: Sequence[bytes]) -> tuple[int, int]:
    """Run one case: a document that takes several doubtful updates. Returns how many it accepted and refused."""
    rng = random.Random(f"{seed}/{index}")
    document = Document()
    document.apply(rng.choice(honest))
    taken, accepted, refused = [document.full()], 0, 0
    document.merge(taken)
    for _ in range(STEPS):
        made = mutate(rng, honest) if rng.random() < 0.4 else make_up(rng, dict(document.clients))
        before = dict(document.clients)
        try:
            applied = document.apply(made)
        except UpdateRefused:
            refused += 1
            if dict(document.clients) != before:
                raise AssertionError(f"refused, but it moved: {made.hex()}") from None
        else:
            accepted += 1
            if applied:
                taken.append(made)
    check(document, taken, rng)
    return accepted, refused


def check(document: Document, taken: list[bytes], rng: random.Random) -> None:
    """All that a room does with a document, and what must be true of it."""
    known = dict(document.clients)
    if decode_state_vector(document.state_vector(), 10**6) != known:
        raise AssertionError(f"state {decode_state_vector(document.state_vector(), 10**6)}, believed {known}")
    full = document.full()
    again = Document.load([full])
    replayed = Document.load(taken)
    for loaded in (again, replayed):
        # a client that says two things at one clock may have more of it integrated after a load, never less
        if any(loaded.clients.get(client, 0) < end for client, end in known.items()):
            raise AssertionError(f"loads as {loaded.clients}, was {known}")
        if not document.has_pending and dict(loaded.clients) != known:
            raise AssertionError(f"loads as {loaded.clients}, was {known}")
    joined = Document.load([taken[0], document.merge(taken[1:])])
    if any(joined.clients.get(client, 0) < end for client, end in known.items()):
        raise AssertionError(f"joins as {joined.clients}, was {known}")
    try:
        document.diff(rng.randbytes(rng.randint(1, 12)))
    except StateVectorRefused:
        pass
    document.diff(document.state_vector())
    document.apply(SOUND)
    for client in known:
        document.apply(b"\x00\x01" + _id(client) + b"\x01\x00" + _id(known[client]) if known[client] else b"\x00\x00")


def _id(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _child(seed: int, first: int, last: int, shared: mmap.mmap) -> None:
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)  # panics of the engine print a trace each
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    honest = honest_updates(seed)
    accepted = refused = 0
    for index in range(first, last):
        struct.pack_into("<qqq", shared, 0, index, accepted, refused)
        signal.setitimer(signal.ITIMER_REAL, CASE_SECONDS)
        try:
            yes, no = case(seed, index, honest)
        except BaseException as error:
            reason = f"{type(error).__name__}: {error}".encode()[:2000]
            struct.pack_into("<q", shared, 24, len(reason))
            shared[32 : 32 + len(reason)] = reason
            os._exit(3)
        accepted += yes
        refused += no
    struct.pack_into("<qqq", shared, 0, last, accepted, refused)
    os._exit(0)


def run(count: int, seed: int, first: int = 0, *, progress: bool = False) -> Tally:
    """Run ``count`` cases from ``first`` on."""
    accepted = refused = 0
    failures: list[Failure] = []
    index, last = first, first + count
    fork = multiprocessing.get_context("fork")
    began = time.monotonic()
    while index < last and len(failures) < 50:
        with mmap.mmap(-1, 4096) as shared:
            child = fork.Process(target=_child, args=(seed, index, min(index + BATCH, last), shared))
            child.start()
            child.join()
            index, yes, no = struct.unpack_from("<qqq", shared, 0)
            accepted, refused = accepted + yes, refused + no
            if child.exitcode:
                failures.append(Failure(seed, index, _reason(child.exitcode, shared)))
                index += 1
        if progress:
            print(f"{index - first} cases, {accepted} accepted, {refused} refused, {len(failures)} failed,", end=" ")
            print(f"{time.monotonic() - began:.0f} s", flush=True)
    return Tally(accepted, refused, failures)


def _reason(exitcode: int, shared: mmap.mmap) -> str:
    if exitcode < 0:
        return signal.Signals(-exitcode).name
    (size,) = struct.unpack_from("<q", shared, 24)
    return bytes(shared[32 : 32 + size]).decode(errors="replace")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="updates to try (six a case)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first case")
    parser.add_argument("--only", type=int, help="run this one case here, without a child")
    options = parser.parse_args()
    if options.only is not None:
        print(case(options.seed, options.only, honest_updates(options.seed)))
        return 0
    tally = run(-(-options.count // STEPS), options.seed, options.first, progress=True)
    for failure in tally.failures:
        print(failure)
    print(f"{tally.accepted} accepted, {tally.refused} refused, {len(tally.failures)} failed")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
