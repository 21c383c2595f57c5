"""People at a whiteboard, as the browser's binding edits it."""

import random
from typing import Any

import pycrdt

from crdt.fractional import key_between

TYPES = ["rectangle", "diamond", "ellipse", "line", "arrow", "freedraw", "text", "frame"]


def new_element(kind: str = "rectangle", **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": "e1",
        "type": kind,
        "x": 10,
        "y": 20.5,
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
        "frameId": None,
        "roundness": {"type": 3},
        "seed": 1234,
        "version": 1,
        "versionNonce": 5678,
        "isDeleted": False,
        "boundElements": None,
        "updated": 1,
        "link": None,
        "locked": False,
        "index": "a0",
    }
    if kind in ("line", "arrow", "freedraw"):
        base["points"] = [[0, 0], [50, 25.5], [100, 50]]
    if kind == "text":
        base |= {"text": "hello", "originalText": "hello", "fontSize": 20, "fontFamily": 5, "textAlign": "left"}
    return base | fields


class Painter:
    """One person's copy of a board; `made` collects the updates."""

    def __init__(self, client_id: int) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
        self.pages: pycrdt.Map[Any] = self.doc.get("pages", type=pycrdt.Map)
        self.made: list[bytes] = []
        self._taking = False
        self.doc.observe(self._on_update)

    def _on_update(self, event: pycrdt.TransactionEvent) -> None:
        if not self._taking:
            self.made.append(event.update)

    def drain(self) -> list[bytes]:
        made, self.made = self.made, []
        return made

    def take(self, update: bytes) -> None:
        self._taking = True
        self.doc.apply_update(update)
        self._taking = False

    def add_page(self, page: str, name: str = "Page", order: str = "a0") -> None:
        with self.doc.transaction():
            self.pages[page] = pycrdt.Map({"name": name, "order": order, "elements": pycrdt.Map({})})

    def add(self, page: str, element: dict[str, Any]) -> None:
        with self.doc.transaction():
            self.pages[page]["elements"][element["id"]] = pycrdt.Map(element)

    def set(self, page: str, element: str, **fields: Any) -> None:
        with self.doc.transaction():
            for key, value in fields.items():
                self.pages[page]["elements"][element][key] = value

    def remove(self, page: str, element: str) -> None:
        with self.doc.transaction():
            del self.pages[page]["elements"][element]

    def paint(self, rng: random.Random) -> None:
        """One random edit."""
        pages = list(self.pages.keys())
        if not pages or rng.random() < 0.05:
            self.add_page(f"p{rng.randrange(5)}", order=key_between(None, None))
            return
        page = rng.choice(pages)
        elements = list(self.pages[page]["elements"].keys())
        if not elements or rng.random() < 0.2:
            self.add(page, new_element(rng.choice(TYPES), id=f"e{rng.randrange(40)}"))
        elif rng.random() < 0.1:
            self.remove(page, rng.choice(elements))
        elif rng.random() < 0.1:
            self.pages[page]["name"] = "renamed"
        else:
            fields = {"x": rng.uniform(-500, 500), "y": rng.randint(-500, 500), "strokeColor": "#abcdef"}
            self.set(page, rng.choice(elements), **dict(rng.sample(list(fields.items()), rng.randint(1, 3))))
