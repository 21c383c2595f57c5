"""Tiles against brute force, the guarantee of winnowing, and a class with one copy in it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from rest.assessment.plagiarism import tiling, winnowing
from rest.assessment.plagiarism.compare import compare
from rest.assessment.plagiarism.tiling import Tile, tiles
from rest.assessment.plagiarism.tokens import Token

programs = st.text("abc", max_size=30)


def made(text: str) -> list[Token]:
    return [Token(c, n + 1) for n, c in enumerate(text)]


def greedy(one: str, two: str, least: int) -> int:
    """Covered tokens of one by the textbook algorithm, in cubic time."""
    used_one, used_two, covered = [False] * len(one), [False] * len(two), 0
    while True:
        best: tuple[int, int, int] = (least - 1, 0, 0)
        for i in range(len(one)):
            for j in range(len(two)):
                k = 0
                while (
                    i + k < len(one)
                    and j + k < len(two)
                    and one[i + k] == two[j + k]
                    and not (used_one[i + k] or used_two[j + k])
                ):
                    k += 1
                if k > best[0]:
                    best = (k, i, j)
        if best[0] < least:
            return covered
        for k in range(best[0]):
            used_one[best[1] + k] = used_two[best[2] + k] = True
        covered += best[0]


@given(programs, programs)
def test_tiles_cover_what_the_textbook_algorithm_covers(one: str, two: str) -> None:
    found = tiles(made(one), made(two), 3)
    assert sum(t.length for t in found) == greedy(one, two, 3)
    assert all(one[t.one : t.one + t.length] == two[t.two : t.two + t.length] for t in found)
    for side in (lambda t: t.one, lambda t: t.two):
        covered = [at for t in found for at in range(side(t), side(t) + t.length)]
        assert len(set(covered)) == len(covered)


@given(programs, programs)
def test_likeness_is_symmetric_enough_and_within_bounds(one: str, two: str) -> None:
    a, b = made(one), made(two)
    assert 0 <= tiling.likeness(a, b, tiles(a, b, 3)) <= 1
    assert len(a) < 3 or tiling.likeness(a, a, tiles(a, a, 3)) == 1


def test_moving_a_part_moves_its_tile() -> None:
    assert tiles(made("aaabbbcc"), made("bbbccaaa"), 3) == [Tile(3, 0, 5), Tile(0, 5, 3)]


def test_a_program_of_one_repeated_line_stays_cheap() -> None:
    endless = made("ab" * 4000)
    assert tiling.likeness(endless, endless, tiles(endless, endless)) == 1.0


@given(st.text("abcdef", max_size=40), st.text("abcdef", max_size=20), st.text("abcdef", max_size=20), st.data())
def test_a_long_enough_shared_run_always_leaves_a_common_fingerprint(
    shared: str, left: str, right: str, data: st.DataObject
) -> None:
    gram, window = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 5))
    assume(len(shared) >= gram + window - 1)
    one, two = (winnowing.fingerprints(made(t), gram, window) for t in (left + shared, shared + right))
    assert one & two


def test_no_shared_gram_no_shared_fingerprint() -> None:
    one, two = (winnowing.fingerprints(made(t), 3, 2) for t in ("abcabcab", "bacbacba"))
    assert winnowing.likeness(one, two) == 0.0
    assert winnowing.likeness(one, one) == 1.0
    assert winnowing.fingerprints(made("ab"), 3, 2) == frozenset()


SORT = """
def sort(xs):
    for i in range(len(xs)):
        for j in range(i):
            if xs[i] < xs[j]:
                xs[i], xs[j] = xs[j], xs[i]
    return xs
"""
COPY = SORT.replace("xs", "items").replace("sort", "order").replace("    return", "    # done\n    return")
OTHER = """
def sort(a):
    while True:
        b = sorted(a)
        if b == a:
            return b
        a = list(b)
"""


def test_the_copy_is_found_with_its_lines_and_the_other_is_not() -> None:
    (pair,) = compare({"ann": SORT, "bob": OTHER, "cid": COPY}, "python")
    assert (pair.one, pair.two, pair.likeness) == ("ann", "cid", 1.0)
    assert pair.places[0].one == (2, 7)
    assert pair.places[0].two == (2, 8)


def test_what_was_handed_out_or_is_everybodys_is_nobodys_copy() -> None:
    assert compare({"ann": SORT, "cid": COPY}, "python", given=SORT) == []
    everyone = {f"s{n}": SORT for n in range(8)}
    assert compare(everyone, "python") == []


def test_the_order_of_authors_does_not_matter() -> None:
    class_of = {"ann": SORT, "bob": OTHER, "cid": COPY}
    assert compare(class_of, "python", least=0.1) == compare(dict(reversed(class_of.items())), "python", least=0.1)
