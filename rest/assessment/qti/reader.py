"""A QTI 2.1 ``assessmentItem`` as an item: ours exactly, others' as far as one of our kinds says the same.

An item has one interaction of a kind we know. What decides the kind is the interaction and the declared response;
settings of ours, where they are, only add what QTI cannot say. Whatever does not fit is refused with the reason.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from rest.assessment import items as k
from rest.assessment.errors import BadItem, BadPackage
from rest.assessment.points import is_points, rounded
from rest.assessment.qti import kinds
from rest.assessment.qti.declared import Declared, declared
from rest.assessment.qti.identifiers import from_identifier
from rest.assessment.qti.prose import read_text
from rest.assessment.qti.safe_xml import Node, parse
from rest.assessment.qti.settings import VARIABLE, Settings, decode

Reader = Callable[[Node, Declared, Settings, dict[str, Any]], k.Item]

READERS: dict[str, Reader] = {
    "choiceInteraction": kinds.choice,
    "orderInteraction": kinds.order,
    "matchInteraction": kinds.match,
    "textEntryInteraction": kinds.text_entry,
    "extendedTextInteraction": kinds.essay,
    "uploadInteraction": kinds.code,
}


def read_item(data: bytes) -> k.Item:
    """The item in ``data``; raises `BadPackage` with the reason when there is none that can be used."""
    root = parse(data)
    if root.tag != "assessmentItem":
        raise BadPackage(f"an assessmentItem is expected, this is {root.tag[:40]!r}")
    body = root.child("itemBody")
    if body is None:
        raise BadPackage("the item has no itemBody")
    interaction = _interaction(body)
    settings = decode(_outcome(root, VARIABLE) or "{}")
    found = declared(root, interaction.attributes.get("responseIdentifier", "RESPONSE"))
    try:
        read = READERS[interaction.tag](interaction, found, settings, _common(root, body, interaction, settings, found))
        return msgspec.convert(msgspec.to_builtins(read), k.Item)
    except (BadItem, msgspec.ValidationError) as error:
        raise BadPackage(f"the item cannot be used here: {error}") from None


def _interaction(body: Node) -> Node:
    found = [n for n in body.walk() if n.tag.endswith("Interaction")]
    if len(found) != 1:
        raise BadPackage(f"an item with {len(found)} interactions; exactly one is supported")
    if found[0].tag not in READERS:
        raise BadPackage(f"{found[0].tag[:40]} is not supported")
    return found[0]


def _common(root: Node, body: Node, interaction: Node, settings: Settings, found: Declared) -> dict[str, Any]:
    """The fields every kind has."""
    prompt = interaction.child("prompt")
    texts = [read_text(body), read_text(prompt) if prompt else ""]
    identifier = from_identifier(root.attributes.get("identifier", ""))
    title = root.attributes.get("title", "")
    return {
        "id": identifier[:64] or "item",
        "title": "" if title == identifier else title[:1000],
        "prompt": "\n\n".join(t for t in dict.fromkeys(texts) if t),
        "points": _points(root, found),
        "skills": settings.skills,
        "right": _feedback(root, "right"),
        "wrong": _feedback(root, "wrong"),
    }


def _points(root: Node, found: Declared) -> Decimal:
    """The declared maximum, else what the mapping can earn, else 1."""
    score = next((n for n in root.children("outcomeDeclaration") if n.attributes.get("identifier") == "SCORE"), None)
    for text in (_outcome(root, "MAXSCORE"), score.attributes.get("normalMaximum") if score else None, found.most()):
        try:
            points = rounded(Decimal(text)) if text and len(text) < 40 else None
        except InvalidOperation:
            continue
        if points is not None and is_points(points) and points:
            return points
        if points == 0 and text == _outcome(root, "MAXSCORE"):
            return points
    return Decimal(1)


def _outcome(root: Node, name: str) -> str | None:
    """The default value of an outcome variable."""
    for outcome in root.children("outcomeDeclaration"):
        if outcome.attributes.get("identifier") == name:
            value = next(iter(outcome.find("value")), None)
            return value.text().strip() if value else None
    return None


def _feedback(root: Node, name: str) -> str:
    shown = [n for n in root.children("modalFeedback") if n.attributes.get("identifier") == name]
    return read_text(shown[0])[:1000] if shown else ""
