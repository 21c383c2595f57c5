"""A response declaration read: cardinality, type, right values, and what each value is mapped to."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rest.assessment.errors import BadPackage
from rest.assessment.qti.safe_xml import Node


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a value is worth, in points."""

    key: str
    value: Decimal
    case_sensitive: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """``correct`` is None when nothing is said about it."""

    cardinality: str
    base: str
    correct: tuple[str, ...] | None
    mapped: tuple[Mapped, ...]
    upper: str | None
    tolerance: tuple[str, str] | None

    def most(self) -> str | None:
        """The most the mapping can earn, in words of the file or summed up; None without a mapping."""
        positive = [m.value for m in self.mapped if m.value > 0]
        if self.upper or not positive:
            return self.upper
        return str(max(positive) if self.cardinality == "single" else sum(positive, Decimal(0)))

    def right(self) -> tuple[str, ...]:
        """The right values; without any said, those that earn points."""
        if self.correct is not None:
            return self.correct
        earning = [m for m in self.mapped if m.value > 0]
        if not earning:
            raise BadPackage("the item says neither what is correct nor what earns points")
        return (
            (max(earning, key=lambda m: m.value).key,)
            if self.cardinality == "single"
            else tuple(m.key for m in earning)
        )


def declared(root: Node, name: str) -> Declared:
    """The declaration of the response ``name``."""
    for node in root.children("responseDeclaration"):
        if node.attributes.get("identifier") == name:
            return _read(node, root)
    raise BadPackage(f"the response {name[:40]!r} is not declared")


def _read(node: Node, root: Node) -> Declared:
    correct, mapping = node.child("correctResponse"), node.child("mapping")
    values = tuple(_raw(v) for v in correct.children("value")) if correct else None
    return Declared(
        node.attributes.get("cardinality", "single"),
        node.attributes.get("baseType", "string"),
        values,
        tuple(_entry(e) for e in mapping.children("mapEntry")) if mapping else (),
        mapping.attributes.get("upperBound") if mapping else None,
        _tolerance(root),
    )


def _raw(node: Node) -> str:
    return node.text().strip()


def _entry(node: Node) -> Mapped:
    try:
        value = Decimal(node.attributes.get("mappedValue", "0")[:40])
    except InvalidOperation:
        raise BadPackage("a mapEntry earns something that is not a number") from None
    if not value.is_finite():
        raise BadPackage("a mapEntry earns something that is not a number")
    return Mapped(node.attributes.get("mapKey", ""), value, node.attributes.get("caseSensitive", "true") != "false")


def _tolerance(root: Node) -> tuple[str, str] | None:
    """Mode and size of the first ``equal`` with a tolerance; a lopsided one counts with its first size."""
    for node in root.find("equal"):
        sizes = node.attributes.get("tolerance", "").split()
        if sizes and node.attributes.get("toleranceMode") in {"absolute", "relative"}:
            return node.attributes["toleranceMode"], sizes[0]
    return None
