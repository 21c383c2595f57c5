"""Each kind of item as QTI: the shape of its response, what is right, what each part earns, and the interaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from rest.assessment import items as k
from rest.assessment.qti.identifiers import to_identifier
from rest.assessment.qti.prose import ANSWER, write_inline
from rest.assessment.qti.settings import Settings

SOURCE, TARGET = "S.", "T."
"""Sources and targets of a matching may share names; QTI wants them apart."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The response of an item: right values, the share of the points each value earns, and settings of ours."""

    cardinality: str
    base: str
    settings: Settings
    correct: tuple[str, ...] | None = None
    mapped: tuple[tuple[str, Fraction], ...] = ()
    tolerance: tuple[str, Decimal] | None = None
    case_sensitive: bool | None = None


def shape(item: k.Item) -> Shape:
    """How ``item`` is declared."""
    match item:
        case k.SingleChoice():
            return Shape("single", "identifier", _settings(item), (to_identifier(item.key),))
        case k.TrueFalse():
            return Shape("single", "identifier", _settings(item), ("true" if item.key else "false",))
        case k.MultipleChoice():
            return _multiple(item)
        case k.Ordering():
            order = tuple(to_identifier(c.id) for c in item.choices)
            return Shape(
                "ordered", "identifier", _settings(item, order_credit=item.credit, feedback=_said(item.choices)), order
            )
        case k.Matching():
            return _matching(item)
        case k.Numeric():
            return _numeric(item)
        case k.ShortText():
            return _short_text(item)
        case k.Essay():
            limits = {"least_words": item.least_words, "most_words": item.most_words}
            return Shape("single", "string", _settings(item, **limits))
        case k.Code():
            given = {"language": item.language, "tests": item.tests, "starter": item.starter}
            return Shape("single", "file", _settings(item, **given))


def _settings(item: k.Base, **own: Any) -> Settings:
    return Settings(kind=str(item.__struct_config__.tag), skills=item.skills, **own)


def _multiple(item: k.MultipleChoice) -> Shape:
    keys, mapped = set(item.keys), ()
    if item.credit != "all-or-nothing" and keys:
        wrong = max(1, len(item.choices) - len(keys))
        earns = {c.id: Fraction(1, len(keys)) if c.id in keys else Fraction(-1, wrong) for c in item.choices}
        mapped = tuple((to_identifier(name), share) for name, share in earns.items())
    correct = tuple(to_identifier(name) for name in item.keys)
    return Shape("multiple", "identifier", _settings(item, multiple_credit=item.credit), correct, mapped)


def _matching(item: k.Matching) -> Shape:
    pairs = tuple(f"{SOURCE}{to_identifier(s)} {TARGET}{to_identifier(t)}" for s, t in item.pairs.items())
    mapped = tuple((pair, Fraction(1, len(pairs))) for pair in pairs) if item.credit == "per-option" else ()
    said = _said(item.sources, SOURCE) | _said(item.targets, TARGET)
    return Shape("multiple", "directedPair", _settings(item, match_credit=item.credit, feedback=said), pairs, mapped)


def _numeric(item: k.Numeric) -> Shape:
    own = {"key": item.key, "tolerance": item.tolerance, "relative": item.relative}
    own |= {"unit": item.unit, "unitless": item.unitless}
    mode = "relative" if item.relative else "absolute"
    return Shape("single", "float", _settings(item, **own), (str(item.key),), tolerance=(mode, item.tolerance))


def _short_text(item: k.ShortText) -> Shape:
    best = max(item.accepted, key=lambda a: a.percent, default=None)
    mapped = tuple((a.text, Fraction(a.percent, 100)) for a in item.accepted)
    said = {a.text: a.feedback for a in item.accepted if a.feedback}
    percents = {a.text: a.percent for a in item.accepted}
    own = _settings(item, typos=item.typos, review=item.review, percents=percents, feedback=said)
    return Shape("single", "string", own, (best.text,) if best else None, mapped, case_sensitive=item.case_sensitive)


def _said(choices: Sequence[k.Choice], prefix: str = "") -> dict[str, str]:
    return {prefix + c.id: c.feedback for c in choices if c.feedback}


def interaction(item: k.Item) -> Element:
    """The block of the body in which the answer is given."""
    match item:
        case k.SingleChoice() | k.MultipleChoice():
            return _choices("choiceInteraction", item.choices, int(isinstance(item, k.SingleChoice)), feedback=True)
        case k.TrueFalse():
            return _choices("choiceInteraction", (k.Choice("true", "True"), k.Choice("false", "False")), 1)
        case k.Ordering():
            return _choices("orderInteraction", item.choices, None)
        case k.Matching():
            return _match_sets(item)
        case k.Numeric() | k.ShortText():
            block = Element("p", {"class": ANSWER})
            SubElement(block, "textEntryInteraction", {"responseIdentifier": "RESPONSE"})
            if isinstance(item, k.Numeric) and item.unit:
                block[0].tail = f" {item.unit}"
            return block
        case k.Essay():
            return Element("extendedTextInteraction", {"responseIdentifier": "RESPONSE"})
        case k.Code():
            return Element("uploadInteraction", {"responseIdentifier": "RESPONSE"})


def _choices(tag: str, choices: Sequence[k.Choice], most: int | None, feedback: bool = False) -> Element:
    block = Element(tag, {"responseIdentifier": "RESPONSE", "shuffle": "false" if most else "true"})
    if most is not None:
        block.set("maxChoices", str(most))
    for choice in choices:
        shown = SubElement(block, "simpleChoice", {"identifier": to_identifier(choice.id)})
        write_inline(shown, choice.text)
        if feedback and choice.feedback:
            said = SubElement(shown, "feedbackInline", {"outcomeIdentifier": "CHOSEN", "showHide": "show"})
            said.set("identifier", to_identifier(choice.id))
            write_inline(said, choice.feedback)
    return block


def _match_sets(item: k.Matching) -> Element:
    block = Element("matchInteraction", {"responseIdentifier": "RESPONSE", "shuffle": "true", "maxAssociations": "0"})
    for prefix, choices, most in ((SOURCE, item.sources, "1"), (TARGET, item.targets, "0")):
        side = SubElement(block, "simpleMatchSet")
        for choice in choices:
            attributes = {"identifier": prefix + to_identifier(choice.id), "matchMax": most}
            write_inline(SubElement(side, "simpleAssociableChoice", attributes), choice.text)
    return block
