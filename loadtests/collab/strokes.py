"""Strokes on a whiteboard as the browser's binding makes them: a page, an element, and points that grow.

Each `Drawer` works on a page of its own, so that no other client's is needed; the schema is `crdt.board_schema`'s.
"""

import struct
from collections.abc import Sequence

from realtime.lib0 import text, uint

_MAP = b"\x01"
_TYPE, _ANY, _KEYED, _AFTER = 7, 8, 0x20, 0x80
STEP = 3
"""Points a stroke grows by with each update."""
LONGEST = 60
Value = bool | int | float | str | Sequence["Value"]


class Drawer:
    """Yjs updates of one client, in order; ``client`` is its id."""

    def __init__(self, client: int) -> None:
        self._client = client
        self.clock = 0
        self._elements = 0
        self._points: list[Value] = []
        self._last_points = 0

    def stroke(self, x: float, y: float) -> bytes:
        """The pen goes on to (x, y); a new stroke begins when the last has grown long."""
        structs, deleted, start = list[bytes](), b"\x00", self.clock
        if not self._elements:
            structs += self._page()
        if not self._points or len(self._points) >= LONGEST:
            structs += self._element(x, y)
        first = float(len(self._points))
        self._points += [[first + step, (x + y + step) % 40] for step in range(STEP)]
        structs.append(self._points_after(self._last_points))
        if self._last_points:
            deleted = uint(1) + uint(self._client) + uint(1) + uint(self._last_points) + uint(1)
        self._last_points = self.clock - 1
        return uint(1) + uint(len(structs)) + uint(self._client) + uint(start) + b"".join(structs) + deleted

    def _page(self) -> list[bytes]:
        page = self.clock
        made = [bytes((_TYPE | _KEYED,)) + b"\x01" + text("pages") + text(f"p{self._client}") + _MAP]
        self.clock += 1
        made += [self._field(page, "name", "Swarm"), self._field(page, "order", "a0")]
        self._elements = self.clock
        made.append(self._child(page, "elements"))
        return made

    def _element(self, x: float, y: float) -> list[bytes]:
        element = self.clock
        made = [self._child(self._elements, f"e{element}")]
        fields: dict[str, Value] = {
            "type": "freedraw", "x": x, "y": y, "width": 40, "height": 40, "angle": 0, "strokeColor": "#1e1e1e",
            "backgroundColor": "transparent", "strokeWidth": 2, "opacity": 100, "index": "a0", "isDeleted": False,
        }  # fmt: skip
        made += [self._field(element, name, value) for name, value in fields.items()]
        self._points, self._last_points, self._drawn = [], 0, element
        return made

    def _points_after(self, last: int) -> bytes:
        content = uint(1) + _value(self._points)
        if not last:
            head = bytes((_ANY | _KEYED,)) + b"\x00" + uint(self._client) + uint(self._drawn) + text("points")
        else:
            head = bytes((_ANY | _KEYED | _AFTER,)) + uint(self._client) + uint(last)
        self.clock += 1
        return head + content

    def _child(self, parent: int, key: str) -> bytes:
        """A shared map under ``key`` of the map at clock ``parent``."""
        self.clock += 1
        return bytes((_TYPE | _KEYED,)) + b"\x00" + uint(self._client) + uint(parent) + text(key) + _MAP

    def _field(self, parent: int, key: str, value: Value) -> bytes:
        self.clock += 1
        head = bytes((_ANY | _KEYED,)) + b"\x00" + uint(self._client) + uint(parent) + text(key)
        return head + uint(1) + _value(value)


def _value(value: Value) -> bytes:
    """By lib0's encoding of any JSON value."""
    match value:
        case bool():
            return b"\x78" if value else b"\x79"
        case int() if 0 <= value < 64:
            return bytes((125, value))
        case int() | float():
            return b"\x7b" + struct.pack(">d", value)
        case str():
            return b"\x77" + text(value)
        case _:
            return b"\x75" + uint(len(value)) + b"".join(_value(entry) for entry in value)
