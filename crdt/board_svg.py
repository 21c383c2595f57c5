"""A page of a board as one SVG picture: straight outlines instead of sketched ones, the same bytes for the same page.

Nothing an element says reaches the picture unchecked: numbers are formatted here, colours are matched, text is escaped.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import atan2, ceil, cos, degrees, floor, isfinite, pi, sin
from typing import Any, NamedTuple, cast

Element = Mapping[str, Any]
Point = tuple[float, float]

PADDING = 16.0
HEAD_LENGTH = 14.0
HEAD_ANGLE = pi / 7
LINE_HEIGHT = 1.25
DEFAULT_INK = "#1e1e1e"
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,24}|rgba?\([0-9., %]{1,40}\)|hsla?\([0-9., %deg]{1,40}\)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any form."""
_DASHES = {"dashed": (8, 6), "dotted": (1.5, 5)}
_ANCHORS = {"center": "middle", "right": "end"}


class Box(NamedTuple):
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float


def render(elements: Iterable[Element]) -> str:
    """The picture of ``elements``, the lowest first, just as large as they are."""
    drawn = [(element, _SHAPES[element["type"]]) for element in elements if element.get("type") in _SHAPES]
    boxes = [_turned_box(element) for element, _ in drawn] or [Box(0, 0, 0, 0)]
    left = floor(min(box.left for box in boxes) - PADDING)
    top = floor(min(box.top for box in boxes) - PADDING)
    width = ceil(max(box.right for box in boxes) + PADDING) - left
    height = ceil(max(box.bottom for box in boxes) + PADDING) - top
    view = f'viewBox="{left} {top} {width} {height}" width="{width}" height="{height}"'
    parts = [_group(element, shape(element)) for element, shape in drawn]
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {view}>', *parts, "</svg>", ""])


def escape(text: str) -> str:
    """``text`` as it stands in XML, in content or in quotes."""
    text = _FORBIDDEN.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """At most two decimals, and none that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def colour(value: object, default: str) -> str:
    """``value`` when it is a colour, otherwise ``default``."""
    return value if isinstance(value, str) and _COLOUR.fullmatch(value) else default


# where things are


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _num(element: Element, key: str, default: float = 0.0) -> float:
    value = element.get(key)
    return float(value) if value is not None and _finite(value) else default


def _points(element: Element) -> list[Point]:
    """The points of a line, where they are on the page."""
    x, y = _num(element, "x"), _num(element, "y")
    listed = element.get("points")
    points = cast("list[Any]", listed) if isinstance(listed, list) else []
    pairs = [cast("list[Any]", point)[:2] for point in points if isinstance(point, list)]
    return [(x + pair[0], y + pair[1]) for pair in pairs if len(pair) == 2 and all(map(_finite, pair))]


def _box(element: Element) -> Box:
    if element.get("type") in ("line", "arrow", "freedraw") and (points := _points(element)):
        across, down = [x for x, _ in points], [y for _, y in points]
        return Box(min(across), min(down), max(across), max(down))
    x, y, width, height = (_num(element, key) for key in ("x", "y", "width", "height"))
    return Box(min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))


def _turned_box(element: Element) -> Box:
    box, angle = _box(element), _num(element, "angle")
    if not angle:
        return box
    middle_x, middle_y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    half_width, half_height = (box.right - box.left) / 2, (box.bottom - box.top) / 2
    reach_x = abs(half_width * cos(angle)) + abs(half_height * sin(angle))
    reach_y = abs(half_width * sin(angle)) + abs(half_height * cos(angle))
    return Box(middle_x - reach_x, middle_y - reach_y, middle_x + reach_x, middle_y + reach_y)


# how things look


def _group(element: Element, content: str) -> str:
    attributes = ""
    opacity = min(max(_num(element, "opacity", 100), 0), 100)
    if opacity != 100:
        attributes += f' opacity="{number(opacity / 100)}"'
    angle = _num(element, "angle")
    if angle:
        box = _box(element)
        about = f"{number((box.left + box.right) / 2)} {number((box.top + box.bottom) / 2)}"
        attributes += f' transform="rotate({number(degrees(angle))} {about})"'
    return f"<g{attributes}>{content}</g>"


def _ink(element: Element, *, filled: bool = True) -> str:
    width = _num(element, "strokeWidth", 1)
    fill = colour(element.get("backgroundColor"), "none") if filled else "none"
    style = f'fill="{"none" if fill == "transparent" else fill}" stroke="{_stroke(element)}"'
    style += f' stroke-width="{number(width)}" stroke-linecap="round" stroke-linejoin="round"'
    dashes = _DASHES.get(str(element.get("strokeStyle")))
    if dashes:
        style += f' stroke-dasharray="{number(dashes[0] + width)} {number(dashes[1] + width)}"'
    return style


def _stroke(element: Element) -> str:
    return colour(element.get("strokeColor"), DEFAULT_INK)


def _rectangle(element: Element) -> str:
    box = _box(element)
    width, height = box.right - box.left, box.bottom - box.top
    radius = min(32.0, min(width, height) / 4) if element.get("roundness") else 0.0
    corners = f' rx="{number(radius)}"' if radius else ""
    place = f'x="{number(box.left)}" y="{number(box.top)}" width="{number(width)}" height="{number(height)}"'
    return f"<rect {place}{corners} {_ink(element)}/>"


def _ellipse(element: Element) -> str:
    box = _box(element)
    middle = f'cx="{number((box.left + box.right) / 2)}" cy="{number((box.top + box.bottom) / 2)}"'
    radii = f'rx="{number((box.right - box.left) / 2)}" ry="{number((box.bottom - box.top) / 2)}"'
    return f"<ellipse {middle} {radii} {_ink(element)}/>"


def _diamond(element: Element) -> str:
    box = _box(element)
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    corners = [(across, box.top), (box.right, down), (across, box.bottom), (box.left, down)]
    return f'<polygon points="{_listed(corners)}" {_ink(element)}/>'


def _line(element: Element) -> str:
    points = _points(element)
    closed = len(points) > 2 and points[0] == points[-1]
    return f'<polyline points="{_listed(points)}" {_ink(element, filled=closed)}/>' if points else ""


def _arrow(element: Element) -> str:
    points = _points(element)
    if len(points) < 2:
        return ""
    parts = [f'<polyline points="{_listed(points)}" {_ink(element, filled=False)}/>']
    if element.get("startArrowhead"):
        parts.append(_head(element, points[1], points[0]))
    if element.get("endArrowhead", "arrow"):
        parts.append(_head(element, points[-2], points[-1]))
    return "".join(parts)


def _head(element: Element, before: Point, tip: Point) -> str:
    towards = atan2(before[1] - tip[1], before[0] - tip[0])
    wings = [
        (tip[0] + HEAD_LENGTH * cos(towards + turn), tip[1] + HEAD_LENGTH * sin(towards + turn))
        for turn in (HEAD_ANGLE, -HEAD_ANGLE)
    ]
    return f'<polyline points="{_listed([wings[0], tip, wings[1]])}" {_ink(element, filled=False)}/>'


def _freedraw(element: Element) -> str:
    points = _points(element)
    if len(points) == 1:
        x, y = points[0]
        radius = number(max(_num(element, "strokeWidth", 1), 1))
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{radius}" fill="{_stroke(element)}"/>'
    return _line(element)


def _text(element: Element) -> str:
    box, size = _box(element), _num(element, "fontSize", 20)
    anchor = _ANCHORS.get(str(element.get("textAlign")), "start")
    across = {"start": box.left, "middle": (box.left + box.right) / 2, "end": box.right}[anchor]
    spacing = size * _num(element, "lineHeight", LINE_HEIGHT)
    text = element.get("text")
    lines = text.split("\n") if isinstance(text, str) else []
    rows = [
        f'<tspan x="{number(across)}" y="{number(box.top + size + row * spacing)}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    ]
    look = f'font-family="sans-serif" font-size="{number(size)}" fill="{_stroke(element)}"'
    return f'<text {look} text-anchor="{anchor}" xml:space="preserve">{"".join(rows)}</text>'


def _frame(element: Element) -> str:
    box, name = _box(element), element.get("name")
    label = ""
    if isinstance(name, str) and name:
        place = f'x="{number(box.left)}" y="{number(box.top - 6)}"'
        label = f'<text {place} font-family="sans-serif" font-size="14" fill="{DEFAULT_INK}">{escape(name)}</text>'
    return _rectangle({**element, "backgroundColor": "transparent"}) + label


def _listed(points: Sequence[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


_SHAPES: dict[str, Callable[[Element], str]] = {
    "rectangle": _rectangle,
    "ellipse": _ellipse,
    "diamond": _diamond,
    "line": _line,
    "arrow": _arrow,
    "freedraw": _freedraw,
    "text": _text,
    "image": _rectangle,
    "embeddable": _rectangle,
    "iframe": _rectangle,
    "frame": _frame,
    "magicframe": _frame,
}
