"""Why something is suggested, as facts a catalogue can put into any language; ``in_english`` is the fallback.

A reason never speaks of fewer than `FEWEST` people: in a small class a count would point at someone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rest.recommendations.ranker import Parts

FEWEST = 5
LEAST_SHARE = 0.2

Kind = Literal[
    "mastered",
    "unlocks",
    "went-on",
    "similar",
    "popular",
    "practise",
    "continue",
    "first",
    "on-the-way",
    "together",
    "offered",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its kind, what it names (modules, skills, courses), the count behind it (``count`` of ``total``)."""

    kind: Kind
    names: tuple[str, ...] = ()
    count: int = 0
    total: int = 0


TEXTS: Mapping[Kind, str] = {
    "mastered": "because you mastered {names}",
    "unlocks": "opens the way to {names}",
    "went-on": "{count} of {total} students who took {names} went on to this",
    "similar": "goes with what you did in {names}",
    "popular": "{count} students took this",
    "practise": "to practise {names} once more",
    "continue": "you have begun this",
    "first": "a good place to start",
    "on-the-way": "on the way to {names}",
    "together": "{count} of {total} students of {names} also take this",
    "offered": "offered by your institution",
}


def in_english(reason: Reason, titles: Mapping[str, str]) -> str:
    """The reason in words; ``titles`` gives people's names for modules and skills."""
    names = [titles.get(n, n) for n in reason.names]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return TEXTS[reason.kind].format(names=listed, count=reason.count, total=reason.total)


def from_visits(parts: Parts, items: Sequence[str], run: Sequence[int], item: int) -> list[Reason]:
    """What the fitted parts say for ``item`` after ``run``: most went on, most alike, popular; the best one first."""
    found = [_went_on(parts, items, run, item), _similar(parts, items, run, item), _popular(parts, item)]
    return [reason for reason in found if reason]


def _went_on(parts: Parts, items: Sequence[str], run: Sequence[int], item: int) -> Reason | None:
    """The visited item from which the largest share of enough people went on to ``item``."""
    best: tuple[float, Reason] | None = None
    for before in sorted(set(run) - {item}):
        count, total = parts.followers.share(before, item)
        share = count / total if total else 0.0
        if count >= FEWEST and share >= LEAST_SHARE and (best is None or share > best[0]):
            best = share, Reason("went-on", (items[before],), count, total)
    return best[1] if best else None


def _similar(parts: Parts, items: Sequence[str], run: Sequence[int], item: int) -> Reason | None:
    voices = parts.ease.because(run, item)[:2]
    if not voices or parts.popularity.people[item] < FEWEST:
        return None
    return Reason("similar", tuple(items[i] for i, _ in voices))


def _popular(parts: Parts, item: int) -> Reason | None:
    people = int(parts.popularity.people[item])
    return Reason("popular", count=people) if people >= FEWEST else None
