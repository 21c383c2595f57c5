"""Who reviews whom: everyone gives and gets the same number of reviews, nobody their own, and the seed decides the
rest.

People stand in a random circle and each reviews those at a few random distances ahead. So the counts are equal by
construction, and with enough people no two review the same works.
"""

from collections.abc import Mapping, Sequence

from rest.assessment.draws import Stream
from rest.assessment.errors import BadSettings

Assignment = Mapping[str, tuple[str, ...]]
"""The authors whose work each reviewer gets."""


def assign(people: Sequence[str], reviews: int, seed: str) -> dict[str, tuple[str, ...]]:
    """``reviews`` works for each of ``people``, who each handed one in; in the same way for the same people and
    seed."""
    names = sorted(set(people))
    if len(names) != len(people):
        raise BadSettings("a person stands twice among the reviewers")
    if not 0 < reviews < len(names):
        raise BadSettings(f"{len(names)} people can give each other 1 to {len(names) - 1} reviews, not {reviews}")
    circle = Stream(seed, "circle").shuffled(names)
    distances = Stream(seed, "distances").sample(range(1, len(names)), reviews)
    return {name: tuple(circle[(at + d) % len(names)] for d in distances) for at, name in enumerate(circle)}


def pseudonyms(people: Sequence[str], seed: str) -> dict[str, str]:
    """A name for each author that tells reviewers nothing: the same for the same seed, in no order of the people's."""
    mixed = Stream(seed, "names").shuffled(sorted(set(people)))
    return {name: f"Author {number}" for number, name in enumerate(mixed, 1)}


def step_in(assignment: Assignment, absent: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The assignment when ``absent`` reviewers give none: each orphaned review goes to who has the fewest and may."""
    left = {r: list(works) for r, works in sorted(assignment.items()) if r not in absent}
    for reviewer in sorted(absent & assignment.keys()):
        for author in assignment[reviewer]:
            able = [r for r, works in left.items() if r != author and author not in works]
            if able:
                left[min(able, key=lambda r: (len(left[r]), r))].append(author)
    return {r: tuple(works) for r, works in left.items()}
