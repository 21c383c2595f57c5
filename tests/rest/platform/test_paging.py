"""Cursors."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.platform.paging import Wanted, decode, encode
from rest.problems import BadRequest

places = st.tuples(
    st.integers(-(2**31), 2**31 - 1),
    st.text().filter(lambda text: "\x00" not in text),
    st.datetimes(timezones=st.just(UTC)),
    st.uuids(),
)
KINDS = (int, str, datetime, UUID)


@given(places)
def test_a_place_survives_being_a_cursor(place: tuple[object, ...]) -> None:
    assert decode(encode(place), KINDS) == place


@given(st.text(max_size=60), st.sampled_from([KINDS, (UUID,), (str, UUID), (int, UUID)]))
def test_what_is_no_cursor_is_refused_and_nothing_else(text: str, kinds: tuple[type, ...]) -> None:
    try:
        place = decode(text, kinds)
    except BadRequest:
        return
    assert tuple(map(type, place)) == kinds


@pytest.mark.parametrize("place", [(True,), (2**31,), ("1",), (1, 2), (), ({"a": 1},)])
def test_a_cursor_of_another_list_is_refused(place: tuple[object, ...]) -> None:
    with pytest.raises(BadRequest):
        decode(encode(place), (int,))


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_pages_give_everything_once(rows: list[int], limit: int) -> None:
    wanted = Wanted(limit, None)
    seen: list[int] = []
    rest = rows
    while True:
        page = wanted.page(rest[: limit + 1], lambda row: row, lambda row: (0,))
        seen += page.items
        rest = rest[limit:]
        if page.next is None:
            break
    assert seen == rows
