"""What a student answers, one struct a shape; ``None`` stands for no answer. Sizes are checked while decoding."""

from typing import Annotated

import msgspec

from rest.assessment.errors import BadResponse
from rest.assessment.items import (
    Code,
    Essay,
    Item,
    Matching,
    MultipleChoice,
    Name,
    Numeric,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
)

LARGEST = 512 * 1024
"""Bytes of one encoded response; larger ones are refused before they are parsed."""

MANY = Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)]


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="chosen"):
    """Ids of the choices picked, in any order; ``true`` or ``false`` for a statement."""

    choices: MANY


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="said"):
    """A number as typed, a few words, or an essay."""

    text: Annotated[str, msgspec.Meta(max_length=200_000)]


class Ordered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ordered"):
    """Ids of the choices, first to last."""

    order: MANY


class Matched(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="matched"):
    """Source id to target id; sources left out are unanswered."""

    pairs: Annotated[dict[Name, Name], msgspec.Meta(max_length=100)]


class Submitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="submitted"):
    """Files of a program by name."""

    files: Annotated[dict[Name, Annotated[str, msgspec.Meta(max_length=200_000)]], msgspec.Meta(max_length=50)]


Response = Chosen | Said | Ordered | Matched | Submitted

SHAPES: dict[type[Item], type[Response]] = {
    SingleChoice: Chosen,
    MultipleChoice: Chosen,
    TrueFalse: Chosen,
    Numeric: Said,
    ShortText: Said,
    Essay: Said,
    Ordering: Ordered,
    Matching: Matched,
    Code: Submitted,
}

_decoder = msgspec.json.Decoder(Response | None)
_encoder = msgspec.json.Encoder(order="deterministic")


def decode_response(data: bytes) -> Response | None:
    """A response from JSON; raises `BadResponse` when it is too large or malformed."""
    if len(data) > LARGEST:
        raise BadResponse(f"an answer may hold {LARGEST} bytes, this one has {len(data)}")
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise BadResponse(f"not an answer: {error}") from None


def encode_response(response: Response | None) -> bytes:
    """The one JSON of a response: equal responses give equal bytes."""
    return _encoder.encode(response)


def check_response(item: Item, response: Response | None) -> None:
    """Raise `BadResponse` when ``response`` has not the shape that ``item`` asks for."""
    if response is not None and not isinstance(response, SHAPES[type(item)]):
        raise BadResponse(
            f"item {item.id!r} wants {SHAPES[type(item)].__name__.lower()}, not {type(response).__name__}"
        )


def is_blank(response: Response) -> bool:
    """Whether nothing was entered. An empty choice is an answer: none of these."""
    match response:
        case Said(text):
            return not text.strip()
        case Ordered(order):
            return not order
        case Matched(pairs):
            return not pairs
        case Submitted(files):
            return not any(text.strip() for text in files.values())
        case Chosen():
            return False
