"""A board with a few hundred elements, and one person dragging one of them."""

from typing import Any

import pycrdt


def element(number: int) -> pycrdt.Map[Any]:
    """A rectangle with the fields Excalidraw gives it."""
    fields: dict[str, Any] = {
        "id": f"e{number}",
        "type": "rectangle",
        "x": 10.5 * number,
        "y": 7.25 * number,
        "width": 100,
        "height": 50,
        "angle": 0,
        "strokeColor": "#1e1e1e",
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "index": "a1V",
        "isDeleted": False,
        "version": 1,
    }
    return pycrdt.Map(fields)


def board_moves(count: int, elements: int = 300) -> tuple[bytes, list[bytes]]:
    """The board's state, and ``count`` updates that move one element by two fields each."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=3_000_000_000)
    pages = doc.get("pages", type=pycrdt.Map)
    pages["p1"] = pycrdt.Map({"name": "Page 1", "order": "a0", "elements": pycrdt.Map({})})
    shapes = pages["p1"]["elements"]
    for number in range(elements):
        shapes[f"e{number}"] = element(number)
    state = doc.get_update()
    moves: list[bytes] = []
    doc.observe(lambda event: moves.append(event.update))
    moved = shapes["e7"]
    for step in range(count):
        with doc.transaction():
            moved["x"] = step * 1.5
            moved["y"] = step * 0.5
    return state, moves
