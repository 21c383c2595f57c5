"""An item as a QTI 2.1 ``assessmentItem``: the same item always gives the same bytes."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rest.assessment import items as k
from rest.assessment.points import rounded
from rest.assessment.qti import interactions
from rest.assessment.qti.identifiers import to_identifier
from rest.assessment.qti.prose import clean, write_blocks
from rest.assessment.qti.settings import VARIABLE, encode

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"


def write_item(item: k.Item) -> bytes:
    """The XML of ``item``, UTF-8, without a document type."""
    shape = interactions.shape(item)
    root = Element("assessmentItem", {"xmlns": NAMESPACE, "identifier": to_identifier(item.id)})
    root.attrib |= {"title": clean(item.title or item.id), "adaptive": "false", "timeDependent": "false"}
    root.append(_response(item, shape))
    _outcomes(root, item, shape)
    body = SubElement(root, "itemBody")
    write_blocks(body, item.prompt)
    body.append(interactions.interaction(item))
    root.append(_processing(shape, item.points, _comments(item)))
    _feedback(root, {"right": item.right, "wrong": item.wrong})
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(_cleaned(root), "utf-8") + b"\n"


def _response(item: k.Item, shape: interactions.Shape) -> Element:
    declared = Element("responseDeclaration", {"identifier": "RESPONSE", "cardinality": shape.cardinality})
    declared.set("baseType", shape.base)
    if shape.correct is not None:
        correct = SubElement(declared, "correctResponse")
        for value in shape.correct:
            SubElement(correct, "value").text = value
    if shape.mapped:
        mapping = SubElement(declared, "mapping", {"lowerBound": "0", "upperBound": number(item.points)})
        mapping.set("defaultValue", "0")
        for key, share in shape.mapped:
            entry = SubElement(
                mapping, "mapEntry", {"mapKey": key, "mappedValue": number(rounded(share * Fraction(item.points)))}
            )
            if shape.case_sensitive is not None:
                entry.set("caseSensitive", str(shape.case_sensitive).lower())
    return declared


def _outcomes(root: Element, item: k.Item, shape: interactions.Shape) -> None:
    declared: Sequence[tuple[str, str, str | None]] = [
        ("SCORE", "float", "0"),
        ("MAXSCORE", "float", number(item.points)),
        ("FEEDBACK", "identifier", None),
        (VARIABLE, "string", encode(shape.settings)),
    ]
    for name, base, value in declared:
        outcome = SubElement(
            root, "outcomeDeclaration", {"identifier": name, "cardinality": "single", "baseType": base}
        )
        if value is not None:
            SubElement(SubElement(outcome, "defaultValue"), "value").text = value
    if _comments(item):
        chosen = {"identifier": "CHOSEN", "cardinality": shape.cardinality, "baseType": "identifier"}
        SubElement(root, "outcomeDeclaration", chosen)


def _comments(item: k.Item) -> bool:
    """Whether a pick is commented on, which needs an outcome to show it by."""
    return isinstance(item, k.SingleChoice | k.MultipleChoice) and any(c.feedback for c in item.choices)


def _processing(shape: interactions.Shape, points: Decimal, comments: bool) -> Element:
    """Scores by the mapping where there is one, else all or nothing; nothing at all for what a person grades."""
    root = Element("responseProcessing")
    if shape.correct is None and not shape.mapped:
        return root
    if shape.mapped:
        SubElement(_set(root, "SCORE"), "mapResponse", {"identifier": "RESPONSE"})
    if comments:
        SubElement(_set(root, "CHOSEN"), "variable", {"identifier": "RESPONSE"})
    condition = SubElement(root, "responseCondition")
    right, wrong = SubElement(condition, "responseIf"), SubElement(condition, "responseElse")
    right.append(_comparison(shape))
    if not shape.mapped:
        _value(_set(right, "SCORE"), "float", number(points))
    _value(_set(right, "FEEDBACK"), "identifier", "right")
    _value(_set(wrong, "FEEDBACK"), "identifier", "wrong")
    return root


def _comparison(shape: interactions.Shape) -> Element:
    if shape.tolerance is None:
        found = Element("match")
    else:
        mode, size = shape.tolerance
        found = Element("equal", {"toleranceMode": mode, "tolerance": f"{number(size)} {number(size)}"})
    SubElement(found, "variable", {"identifier": "RESPONSE"})
    SubElement(found, "correct", {"identifier": "RESPONSE"})
    return found


def _set(parent: Element, outcome: str) -> Element:
    return SubElement(parent, "setOutcomeValue", {"identifier": outcome})


def _value(parent: Element, base: str, text: str) -> None:
    SubElement(parent, "baseValue", {"baseType": base}).text = text


def _feedback(root: Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if text:
            attributes = {"outcomeIdentifier": "FEEDBACK", "identifier": name, "showHide": "show"}
            write_blocks(SubElement(root, "modalFeedback", attributes), text)


def number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _cleaned(root: Element) -> Element:
    for element in root.iter():
        element.text = clean(element.text) if element.text else element.text
        element.tail = clean(element.tail) if element.tail else element.tail
        element.attrib = {name: clean(value) for name, value in element.attrib.items()}
    return root
