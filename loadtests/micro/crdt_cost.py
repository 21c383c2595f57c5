"""What the steps of the document path cost, in microseconds of CPU (best of several rounds).

.venv/bin/python loadtests/micro/crdt_cost.py [--paper automerge-paper.yjs]
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pycrdt

from crdt.awareness import AwarenessTable
from crdt.board import Board
from crdt.document import Document
from crdt.lib0 import span, uint
from crdt.limits import STORED_SCREEN
from crdt.screen import screen
from loadtests.micro.crdt_board_edits import board_moves

ROUNDS = 5
EDITS = 5_000


def best(name: str, work: Callable[[], object], count: int = 1, *, fresh: Callable[[], None] | None = None) -> float:
    """Run ``work``, which does ``count`` steps, and print the least time a step took."""
    least = float("inf")
    for _ in range(ROUNDS):
        if fresh:
            fresh()
        gc.collect()
        began = time.process_time()
        work()
        least = min(least, (time.process_time() - began) / count)
    print(f"{name:<58} {least * 1e6:10.2f} us")
    return least


def typed(client: int, count: int) -> list[bytes]:
    """One character each, mostly at the end."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client)
    text = doc.get("t", type=pycrdt.Text)
    made: list[bytes] = []
    doc.observe(lambda event: made.append(event.update))
    for index in range(count):
        text.insert(index if index % 50 else index // 2, "a")
    return made


def typing() -> None:
    edits = typed(3_000_000_000, EDITS)
    best("screen, one character", lambda: [screen(edit) for edit in edits], EDITS)
    document = Document()

    def renew() -> None:
        nonlocal document
        document = Document()

    best("screen + apply, one character", lambda: [document.apply(edit) for edit in edits], EDITS, fresh=renew)
    best("duplicate of one character", lambda: [document.apply(edit) for edit in edits], EDITS)
    raw: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()

    def renew_raw() -> None:
        nonlocal raw
        raw = pycrdt.Doc()

    best("  (pycrdt alone: apply_update)", lambda: [raw.apply_update(edit) for edit in edits], EDITS, fresh=renew_raw)
    batches = [edits[start : start + 20] for start in range(0, EDITS, 20)]
    best("merge of 20, each", lambda: [document.merge(batch) for batch in batches], EDITS)


def board() -> None:
    loaded, moves = board_moves(EDITS)
    table = Board.load([])

    def renew() -> None:
        nonlocal table
        table = Board.load([loaded])

    best("board: one field of one of 300 elements", lambda: [table.apply(move) for move in moves], EDITS, fresh=renew)


def awareness() -> None:
    state = {"user": {"name": "Ada Lovelace", "color": "#30bced"}, "cursor": {"anchor": 12, "head": 12}}
    body = span(json.dumps(state).encode())
    messages = [b"\x01" + uint(3_000_000_000) + uint(clock) + body for clock in range(EDITS)]
    table = AwarenessTable()

    def renew() -> None:
        nonlocal table
        table = AwarenessTable()

    best("awareness, a new state", lambda: [table.receive("a", m, 0.0) for m in messages], EDITS, fresh=renew)
    best("awareness, an echo", lambda: [table.receive("b", m, 0.0) for m in messages], EDITS)
    many = AwarenessTable()
    for client in range(50):
        many.receive(str(client), b"\x01" + uint(client + 2**31) + uint(1) + body, 0.0)
    echo = many.encode() or b""
    best("awareness, an echo of 50 states", lambda: [many.receive("b", echo, 0.0) for _ in range(200)], 200)


def paper(path: Path) -> None:
    """The loaded paper: 260,000 edits, 105,000 characters."""
    blob = path.read_bytes()
    best("paper: screen", lambda: screen(blob, STORED_SCREEN))
    best("paper: load", lambda: Document.load([blob]))
    before = _resident()
    kept = [Document.load([blob]) for _ in range(10)]
    print(f"{'paper: memory of one loaded':<58} {(_resident() - before) / 10 / 1024:10.2f} MB")
    document = kept[0]
    best("paper: full state", document.full, fresh=document.drop_caches)
    best("paper: full state again", document.full)
    state = document.state_vector()
    best("paper: difference with nothing new", lambda: document.diff(state), fresh=document.drop_caches)
    best("paper: the same again", lambda: document.diff(state))
    deletions = document.diff(state)
    document.apply(deletions)
    best("paper: a client's known deletions again", lambda: document.apply(deletions))


def _resident() -> int:
    """KB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paper", type=Path, help="the editing trace as one Yjs update")
    options = parser.parse_args()
    typing()
    board()
    awareness()
    if options.paper:
        paper(options.paper)


if __name__ == "__main__":
    main()
