"""Marks over a course: categories with weights, the worst ones dropped, missing and excused ones, extra credit.

    course = Σ weight × category ÷ Σ weight          over the categories that have something to count
    category = Σ score ÷ Σ maximum, or the mean of the shares when ``equal``   over the columns kept

Shares are exact fractions; a course share may exceed 1 only by extra credit, and is never below 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from rest.assessment.errors import BadSettings


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of work: its weight against the others, how many of the lowest are dropped, how columns weigh inside."""

    id: str
    weight: Decimal = Decimal(1)
    drop_lowest: int = 0
    equal: bool = False

    def __post_init__(self) -> None:
        if not (self.weight.is_finite() and self.weight >= 0) or self.drop_lowest < 0:
            raise BadSettings(f"category {self.id!r}: weights and drops are not negative")


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is marked. A ``bonus`` adds to its category's points and asks for none."""

    id: str
    category: str
    maximum: Decimal
    title: str = ""
    bonus: bool = False

    def __post_init__(self) -> None:
        if not (self.maximum.is_finite() and self.maximum > 0):
            raise BadSettings(f"column {self.id!r} is worth more than nothing")


@dataclass(frozen=True, slots=True)
class Cell:
    """A student's mark. Without a score it is missing and counts as 0; ``excused`` it does not count at all."""

    score: Decimal | None = None
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The shape of a gradebook. With ``missing_counts`` off, work without a score is left out instead of counted as
    0."""

    categories: tuple[Category, ...]
    columns: tuple[Column, ...]
    missing_counts: bool = True

    def __post_init__(self) -> None:
        names = [c.id for c in self.categories]
        if len(set(names)) != len(names) or len({c.id for c in self.columns}) != len(self.columns):
            raise BadSettings("categories and columns need ids of their own")
        if stray := [c.id for c in self.columns if c.category not in names]:
            raise BadSettings(f"column {stray[0]!r} is in no category of this book")


@dataclass(frozen=True, slots=True)
class Standing:
    """A student's share of the course and of each category (None: nothing to count yet), and the columns dropped."""

    course: Fraction | None
    categories: Mapping[str, Fraction | None]
    dropped: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a column adds to its category: points of points, or a share of one when columns weigh the same."""

    column: Column
    score: Fraction
    maximum: Fraction


def standing(book: Book, cells: Mapping[str, Cell]) -> Standing:
    """What ``cells``, by column id, come to."""
    settled = {c.id: _settle(c, _entries(book, c, cells)) for c in book.categories}
    shares = {name: share for name, (share, _) in settled.items()}
    dropped = frozenset(e.column.id for _, gone in settled.values() for e in gone)
    return Standing(_course(book.categories, shares), shares, dropped)


def _entries(book: Book, category: Category, cells: Mapping[str, Cell]) -> list[_Entry]:
    own = [(c, _counted(book, c, cells.get(c.id))) for c in book.columns if c.category == category.id]
    scored = [(c, score, Fraction(c.maximum)) for c, score in own if score is not None]
    return [_Entry(c, s / m, Fraction(1)) if category.equal else _Entry(c, s, m) for c, s, m in scored]


def _counted(book: Book, column: Column, cell: Cell | None) -> Fraction | None:
    """The score that counts, or None when the column does not."""
    if cell is not None and cell.excused:
        return None
    if cell is None or cell.score is None:
        return Fraction(0) if book.missing_counts and not column.bonus else None
    return max(Fraction(0), Fraction(cell.score))


def _settle(category: Category, entries: Sequence[_Entry]) -> tuple[Fraction | None, list[_Entry]]:
    """The category's share and what was dropped for it."""
    regular = [e for e in entries if not e.column.bonus]
    if not regular:
        return None, []
    bonus = sum((e.score for e in entries if e.column.bonus), Fraction(0))
    kept = _best(regular, max(1, len(regular) - category.drop_lowest), bonus)
    return _ratio(kept, bonus), [e for e in regular if e not in kept]


def _best(entries: Sequence[_Entry], size: int, bonus: Fraction) -> list[_Entry]:
    """The ``size`` entries of the greatest share together: dropping the lowest shares one by one can do worse, and can
    let a better mark lower the sum. Dinkelbach's iteration; exact, and done in a few rounds."""
    kept = list(entries[:size])
    while True:
        ratio = _ratio(kept, bonus)
        better = sorted(entries, key=lambda e: ratio * e.maximum - e.score)[:size]
        if _ratio(better, bonus) <= ratio:
            return kept
        kept = better


def _ratio(entries: Sequence[_Entry], bonus: Fraction) -> Fraction:
    return (sum((e.score for e in entries), bonus)) / sum((e.maximum for e in entries), Fraction(0))


def _course(categories: Sequence[Category], shares: Mapping[str, Fraction | None]) -> Fraction | None:
    counted = [(Fraction(c.weight), share) for c in categories if (share := shares[c.id]) is not None and c.weight]
    weight = sum((w for w, _ in counted), Fraction(0))
    return sum((w * s for w, s in counted), Fraction(0)) / weight if counted else None


Scale = tuple[tuple[Decimal, str], ...]
"""Grades by the least percent they need, highest first; the last one needs 0."""


def check_scale(scale: Scale) -> None:
    """Raise `BadSettings` unless the least percents fall and end at 0."""
    if not scale or scale[-1][0] != 0 or any(one[0] <= two[0] for one, two in pairwise(scale)):
        raise BadSettings("a scale of grades falls from the highest to one that needs 0 percent")


def letter(scale: Scale, share: Fraction) -> str:
    """The first grade whose least percent is reached."""
    return next((name for least, name in scale if share * 100 >= Fraction(least)), scale[-1][1])
