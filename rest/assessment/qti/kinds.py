"""One reader for each interaction: a node, its declared response and our settings, to an item."""

from decimal import Decimal, InvalidOperation
from typing import Any

from rest.assessment import items as k
from rest.assessment.errors import BadPackage
from rest.assessment.points import rounded
from rest.assessment.qti.declared import Declared, Mapped
from rest.assessment.qti.identifiers import from_identifier
from rest.assessment.qti.interactions import SOURCE, TARGET
from rest.assessment.qti.prose import read_text
from rest.assessment.qti.safe_xml import Node
from rest.assessment.qti.settings import Settings

Fields = dict[str, Any]


def choice(node: Node, declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    """Single choice, multiple choice, or a statement when the choices are called true and false."""
    choices = tuple(_choice(c) for c in node.children("simpleChoice"))
    if declared.cardinality == "multiple":
        credit = settings.multiple_credit or ("right-minus-wrong" if declared.mapped else "all-or-nothing")
        keys = tuple(from_identifier(v) for v in declared.right())
        return k.MultipleChoice(choices=choices, keys=keys, credit=credit, **fields)
    key = from_identifier((*declared.right(), "")[0])
    if settings.kind in {"", "true-false"} and {c.id.casefold() for c in choices} == {"true", "false"}:
        return k.TrueFalse(key=key.casefold() == "true", **fields)
    return k.SingleChoice(choices=choices, key=key, **fields)


def order(node: Node, declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    """The choices, brought into the right order."""
    choices = {c.id: c for c in _told(node.children("simpleChoice"), settings)}
    right = [from_identifier(v) for v in declared.right()]
    if sorted(right) != sorted(choices):
        raise BadPackage("the correct order does not hold every choice once")
    return k.Ordering(choices=tuple(choices[name] for name in right), credit=settings.order_credit or "pairs", **fields)


def match(node: Node, declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    """Two sets; each of the first belongs to one of the second."""
    sides = node.children("simpleMatchSet")
    if len(sides) != 2:
        raise BadPackage("a matchInteraction has two simpleMatchSets")
    ours = settings.kind == "matching"
    sources, targets = (
        _told(s.children("simpleAssociableChoice"), settings, p if ours else "")
        for s, p in zip(sides, (SOURCE, TARGET), strict=True)
    )
    pairs = [value.split() for value in declared.right()]
    if any(len(pair) != 2 for pair in pairs) or len({s for s, _ in pairs}) != len(pairs):
        raise BadPackage("every source belongs to exactly one target")
    named = {_name(s, SOURCE if ours else ""): _name(t, TARGET if ours else "") for s, t in pairs}
    credit = settings.match_credit or ("per-option" if declared.mapped else "all-or-nothing")
    return k.Matching(sources=sources, targets=targets, pairs=named, credit=credit, **fields)


def text_entry(_node: Node, declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    """A number when a number is declared, else a few words."""
    if declared.base in {"float", "integer"}:
        return _numeric(declared, settings, fields)
    points = fields["points"]
    mapped = [(m.key, _percent(m, points, settings)) for m in declared.mapped if m.value >= 0]
    known = {" ".join(text.split()) for text, _ in mapped}
    bare = [(v, 100) for v in declared.correct or () if " ".join(v.split()) not in known]
    texts = dict([*bare, *mapped])
    accepted = tuple(k.Accepted(text, percent, settings.feedback.get(text, "")) for text, percent in texts.items())
    sensitive = bool(declared.mapped) and all(m.case_sensitive for m in declared.mapped)
    own: Fields = {"typos": settings.typos, "review": settings.review or not accepted}
    return k.ShortText(accepted=accepted, case_sensitive=sensitive, **own, **fields)


def essay(_node: Node, _declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    return k.Essay(least_words=settings.least_words, most_words=settings.most_words, **fields)


def code(_node: Node, _declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    """Only ours: a file to hand in says nothing of tests."""
    if settings.kind != "code":
        raise BadPackage("an uploadInteraction without tests is not supported")
    return k.Code(language=settings.language, tests=settings.tests, starter=settings.starter, **fields)


def _numeric(declared: Declared, settings: Settings, fields: Fields) -> k.Item:
    said = _decimal(declared.right()[0])
    mode, size = declared.tolerance or ("absolute", "0")
    ours = settings.kind == "numeric" and settings.key is not None and settings.key == said
    key = settings.key if ours and settings.key is not None else said
    tolerance = settings.tolerance if ours and settings.tolerance is not None else abs(_decimal(size))
    relative = settings.relative if ours else mode == "relative"
    own: Fields = {"unit": settings.unit, "unitless": settings.unitless}
    return k.Numeric(key=key, tolerance=tolerance, relative=relative, **own, **fields)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text[:120])
    except InvalidOperation:
        raise BadPackage(f"{text[:40]!r} is not a number") from None


def _percent(mapped: Mapped, points: Decimal, settings: Settings) -> int:
    """The share a mapped value is worth; ours is exact, where the file still says the same to four places."""
    ours = settings.percents.get(mapped.key)
    if ours is not None and rounded(points * ours / 100) == mapped.value:
        return ours
    return min(100, int(rounded(mapped.value / points * 100).to_integral_value())) if points else 100


def _choice(node: Node) -> k.Choice:
    said = next(iter(node.find("feedbackInline")), None)
    return k.Choice(_name(node.attributes.get("identifier", "")), read_text(node), read_text(said) if said else "")


def _told(nodes: list[Node], settings: Settings, prefix: str = "") -> tuple[k.Choice, ...]:
    """Choices whose comments travel in our settings."""
    names = [_name(n.attributes.get("identifier", ""), prefix) for n in nodes]
    return tuple(
        k.Choice(name, read_text(node), settings.feedback.get(prefix + name, ""))
        for name, node in zip(names, nodes, strict=True)
    )


def _name(identifier: str, prefix: str = "") -> str:
    return from_identifier(identifier.removeprefix(prefix))
