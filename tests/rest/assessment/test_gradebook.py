"""Gradebook, curves and export by hand and by property."""

import csv
import io
from decimal import Decimal as Dec
from fractions import Fraction as Frac
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.curves import Curve, curved
from rest.assessment.errors import BadSettings
from rest.assessment.gradebook import Book, Category, Cell, Column, check_scale, letter, standing
from rest.assessment.gradebook_csv import RISKY, book_csv, safe, to_csv

BOOK = Book(
    (Category("hw", Dec(40), drop_lowest=1), Category("exam", Dec(60))),
    (
        Column("h1", "hw", Dec(10)),
        Column("h2", "hw", Dec(10)),
        Column("h3", "hw", Dec(20)),
        Column("extra", "hw", Dec(5), bonus=True),
        Column("e", "exam", Dec(100), title="Final"),
    ),
)


def cells(**scores: int | None) -> dict[str, Cell]:
    return {name: Cell(None if score is None else Dec(score)) for name, score in scores.items()}


def test_weights_drops_and_missing() -> None:
    result = standing(BOOK, cells(h1=5, h2=9, h3=18, e=80))
    assert result.dropped == {"h1"}
    assert result.categories == {"hw": Frac(27, 30), "exam": Frac(80, 100)}
    assert result.course == Frac(40, 100) * Frac(27, 30) + Frac(60, 100) * Frac(80, 100)
    assert standing(BOOK, cells(h1=5, h3=18, e=80)).dropped == {"h2"}


def test_excused_work_does_not_count_and_an_empty_category_takes_no_weight() -> None:
    excused = cells(h1=10, h2=10) | {"h3": Cell(excused=True), "e": Cell(excused=True)}
    assert standing(BOOK, excused).categories == {"hw": 1, "exam": None}
    assert standing(BOOK, excused).course == 1
    assert standing(BOOK, {c.id: Cell(excused=True) for c in BOOK.columns}).course is None


def test_missing_work_may_be_left_out() -> None:
    lenient = Book(BOOK.categories, BOOK.columns, missing_counts=False)
    assert standing(lenient, cells(h1=10, h2=None)).course == 1
    assert standing(BOOK, cells(h1=10, h2=None)).course == Frac(40, 100) * Frac(10, 20)


def test_extra_credit_only_adds() -> None:
    assert standing(BOOK, cells(h1=10, h2=10, h3=20, extra=5, e=100)).categories["hw"] == Frac(25, 20)
    assert standing(BOOK, cells(h1=10, h2=10, h3=20, e=100)).course == 1


def test_equal_columns_average_their_shares() -> None:
    book = Book((Category("q", equal=True),), (Column("a", "q", Dec(10)), Column("b", "q", Dec(90))))
    assert standing(book, cells(a=10, b=45)).course == Frac(3, 4)


def test_the_last_mark_is_never_dropped() -> None:
    book = Book((Category("q", drop_lowest=5),), (Column("a", "q", Dec(10)), Column("b", "q", Dec(10))))
    assert standing(book, cells(a=2, b=8)).course == Frac(8, 10)


marks = st.dictionaries(
    st.sampled_from([c.id for c in BOOK.columns if not c.bonus]),
    st.builds(Cell, st.one_of(st.none(), st.integers(0, 10).map(Dec)), st.booleans()),
)


@given(marks)
def test_a_course_is_within_bounds(given_cells: dict[str, Cell]) -> None:
    course = standing(BOOK, given_cells).course
    assert course is None or 0 <= course <= 1


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=6), st.integers(0, 4), st.booleans()
)
def test_what_is_dropped_is_what_is_best_to_drop(columns: list[tuple[int, int]], drop: int, equal: bool) -> None:
    book = Book(
        (Category("c", drop_lowest=drop, equal=equal),),
        tuple(Column(str(n), "c", Dec(m)) for n, (_, m) in enumerate(columns)),
    )
    result = standing(book, {str(n): Cell(Dec(min(s, m))) for n, (s, m) in enumerate(columns)})
    pairs = [(Frac(min(s, m), m), Frac(1)) if equal else (Frac(min(s, m)), Frac(m)) for s, m in columns]
    subsets = combinations(pairs, max(1, len(pairs) - drop))
    assert result.course == max(sum(s for s, _ in kept) / sum(m for _, m in kept) for kept in subsets)
    assert len(result.dropped) == min(drop, len(columns) - 1)


@given(marks, st.sampled_from(["h1", "h2", "h3", "e"]), st.integers(0, 10), st.integers(0, 10))
def test_a_better_mark_never_lowers_the_course(given_cells: dict[str, Cell], column: str, one: int, two: int) -> None:
    worse, better = sorted((one, two))
    before = standing(BOOK, given_cells | {column: Cell(Dec(worse))}).course
    after = standing(BOOK, given_cells | {column: Cell(Dec(better))}).course
    assert before is not None
    assert after is not None
    assert after >= before


def test_books_that_make_no_sense_are_refused() -> None:
    for make in (
        lambda: Category("c", Dec(-1)),
        lambda: Column("c", "k", Dec(0)),
        lambda: Book((Category("a"),), (Column("x", "nowhere", Dec(1)),)),
        lambda: Book((Category("a"), Category("a")), ()),
        lambda: check_scale(((Dec(90), "A"), (Dec(90), "B"), (Dec(0), "F"))),
        lambda: check_scale(((Dec(90), "A"),)),
    ):
        with pytest.raises(BadSettings):
            make()


def test_letters_begin_at_their_least_percent() -> None:
    scale = ((Dec(90), "A"), (Dec("79.5"), "B"), (Dec(0), "F"))
    check_scale(scale)
    assert [letter(scale, Frac(p, 1000)) for p in (1100, 900, 899, 795, 794, 0)] == ["A", "A", "B", "B", "F", "F"]


CURVES: tuple[Curve, ...] = ("best-is-full", "scale-to-best", "root", "raise-mean")


@given(
    st.sampled_from(CURVES),
    st.dictionaries(st.text(max_size=3), st.fractions(0, 1, max_denominator=50)),
    st.fractions(0, 1, max_denominator=50),
)
def test_a_curve_lowers_nobody_keeps_the_order_and_stays_within(
    curve: Curve, shares: dict[str, Frac], mean: Frac
) -> None:
    after = curved(curve, shares, mean)
    assert after.keys() == shares.keys()
    assert all(shares[s] <= after[s] <= 1 for s in shares)
    assert all(after[a] <= after[b] for a in shares for b in shares if shares[a] <= shares[b])


def test_curves_by_hand() -> None:
    shares = {"a": Frac(1, 4), "b": Frac(3, 4)}
    assert curved("best-is-full", shares) == {"a": Frac(1, 2), "b": 1}
    assert curved("scale-to-best", shares) == {"a": Frac(1, 3), "b": 1}
    assert curved("root", shares)["a"] == Frac(1, 2)
    assert curved("raise-mean", shares, Frac(3, 5)) == {"a": Frac(7, 20), "b": Frac(17, 20)}
    assert curved("raise-mean", shares, Frac(1, 5)) == shares


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1", "\u00a0=1", "\x00=1", "%x"])
def test_names_never_become_formulas(name: str) -> None:
    assert safe(name).startswith("'")


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
def test_every_text_reads_back_as_one_harmless_cell(texts: list[str]) -> None:
    ((row,),) = [list(csv.reader(io.StringIO(to_csv([], [texts])[2:], newline="")))]
    assert len(row) == len(texts)
    assert not any(c.lstrip(" \u00a0\ufeff").startswith(RISKY) for c in row)


def test_the_export_holds_names_scores_and_grades() -> None:
    scale = ((Dec(50), "pass"), (Dec(0), "fail"))
    names = {"s1": "=cmd()", "s2": 'Zoë "Z", Ω'}
    text = book_csv(BOOK, names, {"s1": cells(h1=5, h2=9, h3=18, e=80), "s2": {"e": Cell(excused=True)}}, scale)
    header, one, two = csv.reader(io.StringIO(text, newline=""))
    assert header == ["id", "name", "h1", "h2", "h3", "extra", "Final", "course %", "grade"]
    assert one == ["s1", "'=cmd()", "5", "9", "18", "", "80", "84", "pass"]
    assert two == ["s2", 'Zoë "Z", Ω', "", "", "", "", "excused", "0", "fail"]
    assert text.endswith("\r\n")
