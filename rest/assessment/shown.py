# pyright: strict
"""What is shown of a question: to who answers it, never its key; to who may see it afterwards, the key alone."""

from typing import Any

from rest.assessment import items as k
from rest.assessment.papers import shown_choices


def kind_of(shape: type[k.Item]) -> str:
    """The name of a kind, as it stands on the wire."""
    return str(shape.__struct_config__.tag)


def kind(item: k.Item) -> str:
    """The name of the kind of a question."""
    return kind_of(type(item))


def question(item: k.Item, order: tuple[str, ...]) -> dict[str, Any]:
    """What somebody needs to answer ``item``, its choices in ``order``. Built up field by field, so that a field that
    is added to an item is not shown until somebody says so here."""
    shown: dict[str, Any] = {"kind": kind(item), "prompt": item.prompt, "points": float(item.points)}
    choices = {choice.id: choice.text for choice in shown_choices(item)}
    if choices:
        shown["choices"] = [{"id": id, "text": choices[id]} for id in order if id in choices]
    match item:
        case k.Matching():
            shown["sources"] = [{"id": source.id, "text": source.text} for source in item.sources]
        case k.Numeric():
            shown["with_unit"] = bool(item.unit)
        case k.Essay():
            shown |= {"least_words": item.least_words, "most_words": item.most_words}
        case k.Code():
            tests = [test.id for test in item.tests if not test.hidden]
            shown |= {"language": item.language, "starter": item.starter, "tests": tests}
        case _:
            pass
    return shown


def key(item: k.Item) -> Any:
    """The right answer, in the shape of an answer where there is one; None where a person or a sandbox decides."""
    match item:
        case k.SingleChoice():
            return {"kind": "chosen", "choices": [item.key]}
        case k.MultipleChoice():
            return {"kind": "chosen", "choices": list(item.keys)}
        case k.TrueFalse():
            return {"kind": "chosen", "choices": ["true" if item.key else "false"]}
        case k.Numeric():
            return {"kind": "said", "text": f"{item.key} {item.unit}".strip()}
        case k.ShortText():
            full = [one.text for one in item.accepted if one.percent == 100]
            return {"kind": "said", "text": full[0]} if full else None
        case k.Ordering():
            return {"kind": "ordered", "order": [choice.id for choice in item.choices]}
        case k.Matching():
            return {"kind": "matched", "pairs": dict(item.pairs)}
        case k.Essay() | k.Code():
            return None
