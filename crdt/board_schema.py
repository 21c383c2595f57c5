"""What a board may hold: pages of elements, each element a map of Excalidraw's fields.

    pages (root map)
      page id -> map
        name      text
        order     order key (`fractional`)
        elements -> map
          element id -> map
            type, x, y, width, height, angle, points, text, index, isDeleted, …   plain values

Every field is a value of its own, so that one person can move what another recolours. A field that is not listed is
taken when it is small, so that a newer Excalidraw does not lose what it knows.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from crdt.fractional import is_key

KIB = 1024


@dataclass(frozen=True, slots=True)
class BoardLimits:
    """How much one board may hold."""

    max_pages: int = 200
    max_elements: int = 10_000
    """On one page, the deleted ones that are still kept included."""
    max_coordinate: float = 1e7
    max_points: int = 20_000
    """Of one line or stroke."""
    max_text: int = 50_000
    """Characters of one text."""
    max_list: int = 2_000
    """Entries of any other list."""
    max_small: int = 8 * KIB
    """Bytes of a field that is not listed here."""


Check = Callable[[object, BoardLimits], bool]

ELEMENT_TYPES = frozenset(
    [
        *("rectangle", "diamond", "ellipse", "line", "arrow", "freedraw", "text", "image"),
        *("frame", "magicframe", "embeddable", "iframe", "selection"),
    ]
)
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,63}")
_LINK = re.compile(r"(https?://|mailto:|/|#|\?)[^\x00-\x20<>\"]*", re.IGNORECASE)
MAX_WORD = 256
MAX_DEPTH = 5


def is_name(key: str) -> bool:
    """Whether ``key`` can name a page, an element or a field."""
    return _NAME.fullmatch(key) is not None


def _number(low: float = -math.inf, high: float = math.inf) -> Check:
    def check(value: object, limits: BoardLimits) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high

    return check


def _coordinate(value: object, limits: BoardLimits) -> bool:
    """Finite: NaN compares false to everything."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and -limits.max_coordinate <= value <= limits.max_coordinate
    )


def _flag(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, bool)


def _word(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, str) and len(value) <= MAX_WORD


def _text(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, str) and len(value) <= limits.max_text


def _element_type(value: object, limits: BoardLimits) -> bool:
    return value in ELEMENT_TYPES if isinstance(value, str) else False


def _order(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, str) and len(value) <= MAX_WORD and is_key(value)


def _link(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, str) and len(value) <= 2 * KIB and (not value or _LINK.fullmatch(value) is not None)


def _or_null(check: Check) -> Check:
    return lambda value, limits: value is None or check(value, limits)


def _list_of(check: Check) -> Check:
    def each(value: object, limits: BoardLimits) -> bool:
        if not isinstance(value, list):
            return False
        entries = cast("list[object]", value)
        return len(entries) <= limits.max_list and all(check(entry, limits) for entry in entries)

    return each


def _point(value: object, limits: BoardLimits) -> bool:
    if not isinstance(value, list):
        return False
    parts = cast("list[object]", value)
    return 2 <= len(parts) <= 3 and all(_coordinate(part, limits) for part in parts)


def _points(value: object, limits: BoardLimits) -> bool:
    if not isinstance(value, list):
        return False
    points = cast("list[object]", value)
    return len(points) <= limits.max_points and all(_point(point, limits) for point in points)


def _pressures(value: object, limits: BoardLimits) -> bool:
    if not isinstance(value, list):
        return False
    pressures = cast("list[object]", value)
    return len(pressures) <= limits.max_points and all(_coordinate(pressure, limits) for pressure in pressures)


def _small(value: object, limits: BoardLimits) -> bool:
    """Anything that is small; its bytes are counted before it is read."""
    return True


def _record(value: object, limits: BoardLimits) -> bool:
    return isinstance(value, dict)


_any_number = _number(-1e300, 1e300)
_count = _number(0, 2**53)

PAGE_FIELDS: dict[str, Check] = {"name": _word, "order": _order}
ELEMENT_FIELDS: dict[str, Check] = {
    "id": _word,
    "type": _element_type,
    "x": _coordinate,
    "y": _coordinate,
    "width": _coordinate,
    "height": _coordinate,
    "angle": _number(-1000, 1000),
    "index": _or_null(_order),
    "isDeleted": _flag,
    "locked": _flag,
    "groupIds": _list_of(_word),
    "frameId": _or_null(_word),
    "strokeColor": _word,
    "backgroundColor": _word,
    "fillStyle": _word,
    "strokeStyle": _word,
    "strokeWidth": _number(0, 1000),
    "roughness": _number(0, 100),
    "opacity": _number(0, 100),
    "roundness": _or_null(_record),
    "seed": _any_number,
    "version": _count,
    "versionNonce": _any_number,
    "updated": _any_number,
    "link": _or_null(_link),
    "boundElements": _or_null(_list_of(_record)),
    "text": _text,
    "originalText": _text,
    "fontSize": _number(0, 10_000),
    "fontFamily": _any_number,
    "textAlign": _word,
    "verticalAlign": _word,
    "containerId": _or_null(_word),
    "lineHeight": _number(0, 100),
    "baseline": _any_number,
    "autoResize": _flag,
    "points": _points,
    "pressures": _pressures,
    "simulatePressure": _flag,
    "lastCommittedPoint": _or_null(_point),
    "startBinding": _or_null(_record),
    "endBinding": _or_null(_record),
    "startArrowhead": _or_null(_word),
    "endArrowhead": _or_null(_word),
    "elbowed": _flag,
    "fileId": _or_null(_word),
    "status": _word,
    "scale": _point,
    "name": _or_null(_word),
    "customData": _or_null(_record),
}
LARGE_FIELDS = frozenset({"text", "originalText", "points", "pressures", "boundElements", "groupIds"})
"""Whose own checks bound them; every other field is bounded in bytes."""


def check_field(fields: dict[str, Check], key: str, size: int, value: object, limits: BoardLimits) -> bool:
    """Whether ``value``, ``size`` bytes as it is encoded, may stand under ``key``."""
    if size > limits.max_small and key not in LARGE_FIELDS:
        return False
    return fields.get(key, _small)(value, limits)
