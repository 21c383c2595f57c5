"""What QTI has no word for, as JSON in an outcome variable of ours: schema-valid, and carried along by others
unread."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from rest.assessment.errors import BadPackage
from rest.assessment.items import ChoiceCredit, CodeTest, Line, Name, OrderCredit, Percent, Words

VARIABLE = "LYCEUM_SETTINGS"
LARGEST = 256 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything optional: a file without the variable reads as the defaults."""

    kind: str = ""
    skills: tuple[Name, ...] = ()
    multiple_credit: ChoiceCredit | None = None
    order_credit: OrderCredit | None = None
    match_credit: Literal["all-or-nothing", "per-option"] | None = None
    key: Decimal | None = None
    tolerance: Decimal | None = None
    relative: bool = False
    unit: Line = ""
    unitless: Percent = 0
    typos: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    review: bool = False
    percents: dict[str, Percent] = {}
    feedback: dict[str, Line] = {}
    least_words: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    most_words: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    language: str = ""
    tests: tuple[CodeTest, ...] = ()
    starter: Words = ""


def encode(settings: Settings) -> str:
    return msgspec.json.encode(settings, order="sorted").decode()


def decode(text: str) -> Settings:
    """Settings from the variable's value; raises `BadPackage` when they are not ours."""
    if len(text) > LARGEST:
        raise BadPackage(f"settings of more than {LARGEST} characters")
    try:
        return msgspec.json.decode(text or "{}", type=Settings)
    except msgspec.DecodeError as error:
        raise BadPackage(f"{VARIABLE} does not read: {error}") from None
