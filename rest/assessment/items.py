"""The kinds of question, as structs that check themselves: what is built or decoded can be answered and graded.

`Item` is the union; ``kind`` tells them apart on the wire and in the database. Prompts are texts for people (the caller
decides on markup); keys are what grading reads. Limits keep one item below a megabyte.
"""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from rest.assessment.errors import BadItem
from rest.assessment.points import is_number, is_points
from rest.assessment.units import is_unit

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Words = Annotated[str, msgspec.Meta(max_length=20_000)]
Line = Annotated[str, msgspec.Meta(max_length=1_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]

MOST_CHOICES = 100
MOST_TESTS = 200

ChoiceCredit = Literal["all-or-nothing", "per-option", "right-minus-wrong"]
OrderCredit = Literal["all-or-nothing", "pairs", "positions"]


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to pick, place or match; ``feedback`` is shown to who picked it."""

    id: Name
    text: Line
    feedback: Line = ""


class Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    """What every item has. ``skills`` feed mastery; ``right`` and ``wrong`` are shown with the result."""

    id: Name
    prompt: Words
    points: Decimal = Decimal(1)
    title: Line = ""
    skills: tuple[Name, ...] = ()
    right: Line = ""
    wrong: Line = ""

    def __post_init__(self) -> None:
        require(self, is_points(self.points), "points are from 0 to 10000 with at most four decimals")


class SingleChoice(Base, frozen=True, kw_only=True, tag="single"):
    """Exactly one choice is right."""

    choices: tuple[Choice, ...]
    key: Name

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choices(self, self.choices)
        require(self, self.key in ids(self.choices), f"the key {self.key!r} is not among the choices")


class MultipleChoice(Base, frozen=True, kw_only=True, tag="multiple"):
    """Any number of choices is right, none included. ``credit`` says what part of them is worth."""

    choices: tuple[Choice, ...]
    keys: tuple[Name, ...]
    credit: ChoiceCredit = "right-minus-wrong"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choices(self, self.choices)
        require(self, len(set(self.keys)) == len(self.keys), "a key stands twice")
        require(self, set(self.keys) <= ids(self.choices), "a key is not among the choices")


class TrueFalse(Base, frozen=True, kw_only=True, tag="true-false"):
    """A statement to judge."""

    key: bool


class Numeric(Base, frozen=True, kw_only=True, tag="numeric"):
    """A number, right within ``tolerance`` (absolute, or percent of the key), in ``unit`` or one that converts to it.

    Without its unit an answer earns ``unitless`` percent; in a unit of another dimension nothing.
    """

    key: Decimal
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    unit: Line = ""
    unitless: Percent = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, is_number(self.key), "the key is not a number of reasonable size")
        require(self, is_number(self.tolerance) and self.tolerance >= 0, "tolerance is a number from 0 up")
        require(self, is_unit(self.unit), f"{self.unit!r} is not a unit known here")


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that earns ``percent`` of the points; ``*`` stands for anything."""

    text: Line
    percent: Percent = 100
    feedback: Line = ""


class ShortText(Base, frozen=True, kw_only=True, tag="short-text"):
    """A few words. What no accepted text matches is wrong, or goes to a person when ``review`` is set."""

    accepted: tuple[Accepted, ...]
    case_sensitive: bool = False
    typos: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    review: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, 0 < len(self.accepted) <= MOST_CHOICES or self.review, "name at least one accepted text")
        require(self, len({a.text for a in self.accepted}) == len(self.accepted), "a text is accepted twice")
        require(self, all(a.text.strip("* ") for a in self.accepted), "an accepted text is empty")


class Ordering(Base, frozen=True, kw_only=True, tag="ordering"):
    """Choices to bring into the order they are listed in."""

    choices: tuple[Choice, ...]
    credit: OrderCredit = "pairs"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choices(self, self.choices)


class Matching(Base, frozen=True, kw_only=True, tag="matching"):
    """Each of ``sources`` belongs to one of ``targets``; a target may serve none, one or several."""

    sources: tuple[Choice, ...]
    targets: tuple[Choice, ...]
    pairs: dict[str, str]
    credit: Literal["all-or-nothing", "per-option"] = "per-option"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choices(self, self.sources, least=1)
        check_choices(self, self.targets)
        require(self, set(self.pairs) == ids(self.sources), "every source needs its pair")
        require(self, set(self.pairs.values()) <= ids(self.targets), "a pair names no target")


class Essay(Base, frozen=True, kw_only=True, tag="essay"):
    """A text graded by a person, within a word count (0: no limit)."""

    least_words: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    most_words: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, not self.most_words or self.least_words <= self.most_words, "least words exceed the most")


class CodeTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test of submitted code, by the name the sandbox reports; a ``hidden`` one is not named to the student."""

    id: Name
    weight: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 1
    hidden: bool = False


class Code(Base, frozen=True, kw_only=True, tag="code"):
    """A program, graded by tests in a sandbox; their outcomes reach `grade` apart from what the program prints."""

    language: Name
    tests: tuple[CodeTest, ...]
    starter: Words = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        names = {t.id for t in self.tests}
        require(self, 0 < len(self.tests) <= MOST_TESTS and len(names) == len(self.tests), "tests need their own names")
        require(self, sum(t.weight for t in self.tests) > 0, "at least one test needs a weight")


Item = SingleChoice | MultipleChoice | TrueFalse | Numeric | ShortText | Ordering | Matching | Essay | Code


def ids(choices: tuple[Choice, ...]) -> set[str]:
    return {c.id for c in choices}


def check_choices(item: Base, choices: tuple[Choice, ...], least: int = 2) -> None:
    """Enough of them, not too many, each with a name of its own."""
    require(item, least <= len(choices) <= MOST_CHOICES, f"{least} to {MOST_CHOICES} choices are needed")
    require(item, len(ids(choices)) == len(choices), "two choices have the same id")


def require(item: Base, holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadItem(f"item {item.id!r}: {otherwise}")
