"""A board takes what a board can hold, whoever draws at the same time, and nothing else."""

import random
from typing import Any
from xml.etree import ElementTree

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crdt.board import Board, Page
from crdt.board_schema import ELEMENT_FIELDS, BoardLimits, check_field, is_name
from crdt.board_svg import render
from crdt.document import Applied
from crdt.errors import UpdateRefused
from crdt.joining import merge
from crdt.limits import DocumentLimits
from tests.crdt.boards import TYPES, Painter, new_element
from tests.crdt.mutations import make_up, mutate
from tests.crdt.wire import after, any_item, in_item, in_root, text, update

SEEDS = st.integers(0, 2**32)


def painted(*elements: dict[str, Any]) -> tuple[Painter, Board]:
    """One page with ``elements``, at a painter's and at the server's."""
    painter, board = Painter(7), Board()
    painter.add_page("p1", "First", "a1")
    for element in elements:
        painter.add("p1", element)
    for made in painter.drain():
        assert board.apply(made) is Applied.NEW
    return painter, board


def refused(board: Board, made: bytes) -> str:
    before = board.full()
    with pytest.raises(UpdateRefused) as caught:
        board.apply(made)
    assert board.full() == before
    return caught.value.code


def test_pages_elements_and_counts():
    painter, board = painted(new_element(id="b", index="a2"), new_element("text", id="a", index="a1"))
    painter.add_page("p0", "Zero", "a0")
    painter.set("p1", "b", isDeleted=True)
    for made in painter.drain():
        board.apply(made)
    assert board.pages() == [Page("p0", "Zero", "a0"), Page("p1", "First", "a1")]
    assert board.count() == {"p0": 0, "p1": 2}
    assert [element["id"] for element in board.elements("p1")] == ["a"]
    assert board.elements("p0") == board.elements("nowhere") == []


def test_two_people_change_different_fields_of_one_element():
    ada, board = painted(new_element())
    ben = Painter(8)
    ben.take(board.full())
    ada.set("p1", "e1", x=500)
    ben.set("p1", "e1", strokeColor="#00ff00")
    for made in [*ada.drain(), *ben.drain()]:
        assert board.apply(made) is Applied.NEW
    (element,) = board.elements("p1")
    assert (element["x"], element["strokeColor"]) == (500, "#00ff00")


@given(seed=SEEDS, steps=st.integers(1, 40))
def test_takes_whatever_painters_draw_together(seed: int, steps: int):
    rng = random.Random(seed)
    painters = [Painter(client) for client in (3, 2**31, 2**52)]
    board = Board()
    for _ in range(steps):
        painter = rng.choice(painters)
        painter.paint(rng)
        for made in painter.drain():
            board.apply(made)
        if rng.random() < 0.4:
            other = rng.choice(painters)
            other.take(board.diff(other.doc.get_state()))
    for painter in painters:
        painter.take(board.diff(painter.doc.get_state()))
    held = board.doc.get("pages", type=pycrdt.Map).to_py()
    assert all(painter.pages.to_py() == held for painter in painters)
    again = Board.load([board.snapshot()])
    assert again.count() == board.count()
    painters[0].paint(rng)
    for made in painters[0].drain():
        assert again.apply(made) is Applied.NEW
    whole = Board()
    whole.apply(painters[1].doc.get_update())
    assert whole.count() == board.count()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("x", float("nan")),
        ("x", float("inf")),
        ("y", 1e8),
        ("x", "5"),
        ("x", True),
        ("width", None),
        ("type", "script"),
        ("type", ["rectangle"]),
        ("text", "x" * 50_001),
        ("text", 5),
        ("points", [[0, 0]] * 20_001),
        ("points", [[0, "0"]]),
        ("points", [[0]]),
        ("points", "0,0"),
        ("isDeleted", 1),
        ("groupIds", [1]),
        ("groupIds", ["g"] * 2001),
        ("strokeColor", "#" * 300),
        ("opacity", 101),
        ("link", "javascript:alert(1)"),
        ("link", 'https://example.org/" onload="x'),
        ("index", "b0"),
        ("customData", "text"),
        ("unknown", "x" * 9000),
        ("unknown", {"a": {"b": {"c": {"d": {"e": {}}}}}}),
        ("a field", 1),
        ("x" * 65, 1),
    ],
)
def test_values_it_does_not_hold(field: str, value: Any):
    painter, board = painted(new_element())
    painter.set("p1", "e1", **{field: value})
    (made,) = painter.drain()
    assert refused(board, made) == "schema"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "https://example.org/a?b=c#d"),
        ("link", "mailto:ada@example.org"),
        ("link", None),
        ("points", [[0, 0, 0.5], [1e6, -1e6, 1]]),
        ("newThing", {"a": [1, 2, {"b": None}]}),
        ("index", "a0V"),
        ("boundElements", [{"id": "x", "type": "arrow"}]),
        ("text", "🙂" * 1000),
        ("seed", 2**31),
    ],
)
def test_values_it_holds(field: str, value: Any):
    painter, board = painted(new_element())
    painter.set("p1", "e1", **{field: value})
    (made,) = painter.drain()
    assert board.apply(made) is Applied.NEW
    assert board.elements("p1")[0][field] == value


MAP = b"\x01"


@pytest.mark.parametrize(
    "struct",
    [
        pytest.param(in_root(4, text("x"), "pages"), id="text in the root"),
        pytest.param(in_root(8, b"\x01\x7f", "other", "k"), id="another root"),
        pytest.param(in_root(8, b"\x01\x7f", "pages", "k"), id="a value for a page"),
        pytest.param(in_root(7, b"\x00", "pages", "k"), id="a list for a page"),
        pytest.param(in_root(7, MAP, "pages"), id="a page without a key"),
        pytest.param(in_root(7, MAP, "pages", "a page"), id="a page that cannot be named so"),
        pytest.param(any_item(b"\x7f", root="pages"), id="a value without a key"),
        pytest.param(in_root(9, text("guid") + b"\x76\x00", "pages", "k"), id="a subdocument"),
    ],
)
def test_things_it_does_not_hold(struct: bytes):
    assert refused(Board(), update((1, 0, [struct]))) == "schema"


@pytest.mark.parametrize(
    "struct",
    [
        pytest.param(in_item(7, MAP, 1, 0, key="name"), id="a map for a page's name"),
        pytest.param(in_item(8, b"\x01\x7e", 1, 0, key="elements"), id="a value for the elements"),
        pytest.param(in_item(8, b"\x01\x7d\x05", 1, 1, key="e"), id="a value for an element"),
        pytest.param(in_item(7, MAP, 1, 2, key="x"), id="a map for a field"),
        pytest.param(in_item(8, b"\x01\x7d\x05", 1, 3, key="deep"), id="a field of a field"),
        pytest.param(after(8, b"\x01\x77" + text("left"), 1, 3), id="text for a number, by replacing it"),
        pytest.param(after(7, MAP, 1, 3), id="a map for a number, by replacing it"),
        pytest.param(after(8, b"\x01\x7d\x05", 1, 2), id="a value for an element, by replacing it"),
        pytest.param(b"\x48\x01\x03" + b"\x01\x77" + text("left"), id="text for a number, from the right"),
        pytest.param(after(8, b"\x02\x7d\x05\x7d\x06", 1, 3), id="two values at once"),
    ],
)
def test_things_that_do_not_belong_there(struct: bytes):
    board = Board()
    sound = [
        in_root(7, MAP, "pages", "p"),
        in_item(7, MAP, 1, 0, key="elements"),
        in_item(7, MAP, 1, 1, key="e"),
        in_item(8, b"\x01\x7d\x05", 1, 2, key="x"),
    ]
    board.apply(update((1, 0, sound)))
    assert refused(board, update((2, 0, [struct]))) == "schema"
    assert refused(Board(), update((2, 0, [struct]), (1, 0, sound))) == "schema"
    assert refused(Board.load([board.snapshot()]), update((2, 0, [struct]))) == "schema"


def test_counts_are_bounded():
    painter, board = Painter(7), Board(DocumentLimits(), BoardLimits(max_pages=3, max_elements=5))
    for page in range(3):
        painter.add_page(f"p{page}")
    for number in range(5):
        painter.add("p0", new_element(id=f"e{number}"))
    for number in range(20):  # what is removed makes room
        painter.add("p1", new_element(id=f"e{number}"))
        painter.remove("p1", f"e{number}")
    for made in painter.drain():
        board.apply(made)
    painter.add("p0", new_element(id="one-more"))
    assert refused(board, painter.drain()[0]) == "schema"
    other = Painter(8)
    other.take(board.full())
    other.add_page("p9")
    assert refused(board, other.drain()[0]) == "schema"


def test_what_has_to_wait_is_asked_for_again():
    painter, board = painted(new_element())
    painter.set("p1", "e1", x=1)
    painter.set("p1", "e1", x=2)
    first, second = painter.drain()
    assert refused(board, second) == "pending-full"
    assert board.apply(merge([first, second])) is Applied.NEW
    assert not board.has_pending


def test_a_stored_board_of_another_schema_loads_and_is_kept():
    stray = update((1, 0, [in_root(4, text("note"), "notes"), in_root(7, MAP, "pages", "p")]))
    board = Board.load([stray])
    assert board.count() == {"p": 0}
    assert str(board.doc.get("notes", type=pycrdt.Text)) == "note"
    painter = Painter(9)
    painter.take(board.full())
    painter.pages["p"]["elements"] = pycrdt.Map({"e1": pycrdt.Map({"x": 1})})
    for made in painter.drain():
        assert board.apply(made) is Applied.NEW
    assert board.count() == {"p": 1}


@given(seed=SEEDS)
def test_nothing_it_takes_breaks_its_schema(seed: int):
    """Mutated and made-up updates: what gets through is still a board."""
    rng = random.Random(seed)
    painter, board = Painter(1), Board()
    for _ in range(25):
        painter.paint(rng)
    honest = painter.drain()
    for made in honest[: rng.randint(1, len(honest))]:
        board.apply(made)
    for _ in range(60):
        made = mutate(rng, honest) if rng.random() < 0.8 else make_up(rng, dict(board.clients))
        try:
            board.apply(made)
        except UpdateRefused:
            continue
        assert_is_board(board)
    assert_is_board(Board.load([board.snapshot()]))


def assert_is_board(board: Board) -> None:
    limits = BoardLimits()
    assert set(board.doc.keys()) <= {"pages"}
    pages: Any = board.doc.get("pages", type=pycrdt.Map)
    for page_id, page in pages.items():
        assert is_name(page_id)
        assert isinstance(page, pycrdt.Map)
        for key, value in page.items():
            assert isinstance(value, pycrdt.Map) == (key == "elements")
        for element in page.get("elements", {}).values():
            assert isinstance(element, pycrdt.Map)
            for field, value in element.items():
                assert is_name(field)
                assert check_field(ELEMENT_FIELDS, field, 0, value, limits)


# pictures


def test_a_picture_of_everything():
    _, board = painted(*(new_element(kind, id=f"e{n}", index=f"a{n}") for n, kind in enumerate(TYPES)))
    picture = board.svg("p1")
    assert picture == Board.load([board.snapshot()]).svg("p1")
    for tag in ("<rect", "<polygon", "<ellipse", "<polyline", "<text", "<tspan"):
        assert tag in picture
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 4 132 ')
    assert board.svg("nowhere").count("<g") == 0


def test_a_picture_says_nothing_it_should_not():
    evil = '"/><script>alert(1)</script>&\x00\x1b'
    fields = {"strokeColor": evil, "backgroundColor": "url(#x)", "text": evil, "textAlign": evil, "strokeStyle": evil}
    _, board = painted(
        new_element("text", id="e1", **fields),
        new_element("rectangle", id="e2", **{**fields, "text": ""}),
        new_element("frame", id="e3", name=evil),
    )
    picture = board.svg("p1")
    assert "<script" not in picture
    assert "url(" not in picture
    assert "\x00" not in picture
    assert "&lt;script&gt;" in picture
    assert ElementTree.fromstring(picture).tag.endswith("svg")


@given(
    st.dictionaries(
        st.sampled_from([*ELEMENT_FIELDS, "extra"]),
        st.none()
        | st.booleans()
        | st.integers(-(2**40), 2**40)
        | st.floats()
        | st.text(max_size=9)
        | st.lists(st.floats()),
        max_size=12,
    ),
    st.sampled_from(TYPES),
)
def test_a_picture_of_anything_is_sound_xml(fields: dict[str, Any], kind: str):
    picture = render([{**new_element(kind), **fields, "type": kind}])
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert picture == render([{**new_element(kind), **fields, "type": kind}])
