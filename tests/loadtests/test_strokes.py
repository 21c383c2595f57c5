"""The swarm's strokes are what the board takes, and what a Yjs client shows."""

from typing import Any

import pycrdt

from crdt.board import Board
from crdt.document import Applied
from loadtests.collab.strokes import LONGEST, STEP, Drawer
from loadtests.collab.yjs_wire import typed
from realtime.lib0 import span


def test_every_stroke_is_accepted_by_the_board_and_shown_by_an_engine() -> None:
    board, drawers = Board(), [Drawer(1_500_000_000 + number) for number in range(3)]
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    pages = doc.get("pages", type=pycrdt.Map)
    rounds = LONGEST // STEP + 5
    for count in range(rounds):
        for drawer in drawers:
            update, before = drawer.stroke(float(count), 2.0), drawer.clock
            assert board.apply(update) is Applied.NEW
            doc.apply_update(update)
            runs = list(typed(b"\x00\x02" + span(update)))
            assert runs[-1][2] == before
    assert len(pages) == 3
    for page in pages.values():
        points = sorted(len(element["points"]) for element in page["elements"].values())
        assert points == [5 * STEP, LONGEST]
        assert {element["type"] for element in page["elements"].values()} == {"freedraw"}
    whole = typed(b"\x00\x01" + span(board.full()))
    assert {client: max(end for who, _, end in [(client, 0, end)]) for client, _, end in whole} == {
        drawer._client: drawer.clock for drawer in drawers
    }
