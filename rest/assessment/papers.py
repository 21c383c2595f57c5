"""The paper of one attempt: which questions, in which order, with which order of choices, all from a seed.

An assessment lists parts. A part is a fixed list of questions or a pool of which some are drawn. Each choice of the
paper has a stream of its own, so adding a pool does not change what the others draw.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from rest.assessment.draws import Stream
from rest.assessment.errors import BadSettings
from rest.assessment.items import Choice, Item, Matching, MultipleChoice, Name, Ordering, SingleChoice

Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions by id; ``draw`` of them, or all when 0."""

    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=1000)]
    draw: Count = 0

    def __post_init__(self) -> None:
        if len(set(self.items)) != len(self.items):
            raise BadSettings("a part names a question twice")
        if self.draw > len(self.items):
            raise BadSettings(f"a part draws {self.draw} of {len(self.items)} questions")


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What papers are drawn from."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(max_length=100)]
    shuffle_items: bool = False
    shuffle_choices: bool = False

    def __post_init__(self) -> None:
        named = [name for part in self.parts for name in part.items]
        if len(set(named)) != len(named):
            raise BadSettings("a question stands in two parts")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of a paper: its item, and the order in which choices (or targets) are shown."""

    item: Name
    choices: tuple[Name, ...] = ()


Paper = tuple[Question, ...]


def draw_paper(plan: Plan, items: Mapping[str, Item], seed: str) -> Paper:
    """The paper of ``seed`` (one per attempt); ``items`` holds at least those the plan names."""
    missing = [name for part in plan.parts for name in part.items if name not in items]
    if missing:
        raise BadSettings(f"the assessment names a question that is not there: {missing[0]!r}")
    drawn = [
        name for number, part in enumerate(plan.parts) for name in _of_part(part, Stream(seed, "part", str(number)))
    ]
    order = Stream(seed, "items").shuffled(drawn) if plan.shuffle_items else drawn
    return tuple(_question(items[name], seed, plan.shuffle_choices) for name in order)


def _of_part(part: Part, stream: Stream) -> list[str]:
    """Drawn questions stay in the order in which the part lists them."""
    if not part.draw:
        return list(part.items)
    picked = set(stream.sample(part.items, part.draw))
    return [name for name in part.items if name in picked]


def _question(item: Item, seed: str, shuffle: bool) -> Question:
    shown = shown_choices(item)
    names = tuple(c.id for c in shown)
    # The order of an ordering is its key, so it is always mixed.
    if shuffle or isinstance(item, Ordering):
        names = tuple(Stream(seed, "choices", item.id).shuffled(names))
    return Question(item.id, names)


def shown_choices(item: Item) -> tuple[Choice, ...]:
    """The choices whose order a student sees: of a matching its targets."""
    match item:
        case SingleChoice() | MultipleChoice() | Ordering():
            return item.choices
        case Matching():
            return item.targets
        case _:
            return ()
