import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import lib0

numbers = st.integers(0, lib0.MAX_UINT)


@given(numbers, st.binary(max_size=4))
def test_a_number_reads_back_and_leaves_the_rest(value: int, rest: bytes) -> None:
    wire = lib0.uint(value)
    assert lib0.read_uint(b"\xff" + wire + rest, 1) == (value, 1 + len(wire))


@given(st.binary(max_size=300), st.binary(max_size=4))
def test_bytes_read_back(value: bytes, rest: bytes) -> None:
    wire = lib0.span(value)
    assert lib0.read_bytes(wire + rest, 0) == (value, len(wire))


@given(st.text(max_size=80))
def test_text_reads_back(value: str) -> None:
    assert lib0.read_text(lib0.text(value), 0)[0] == value


@given(st.binary(min_size=1, max_size=200), st.data())
def test_every_cut_is_refused(value: bytes, data: st.DataObject) -> None:
    wire = lib0.span(value)
    cut = data.draw(st.integers(0, len(wire) - 1))
    with pytest.raises(lib0.BadLib0):
        lib0.read_bytes(wire[:cut], 0)


@pytest.mark.parametrize(
    "wire",
    [
        b"\xff" * 9,
        b"\x80" * 20,
        b"\xff\xff\xff\xff\xff\xff\xff\x1f",  # 2**53 + …: eight bytes, past what JavaScript can hold
        b"\xff\xff\xff\xff\xff\xff\xff\x0f!"[:7],
    ],
)
def test_numbers_no_peer_writes_are_refused(wire: bytes) -> None:
    with pytest.raises(lib0.BadLib0):
        lib0.read_uint(wire, 0)


def test_a_claimed_length_allocates_nothing() -> None:
    with pytest.raises(lib0.BadLib0):
        lib0.read_bytes(lib0.uint(2**50) + b"x", 0)


def test_text_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(lib0.BadLib0):
        lib0.read_text(lib0.span(b"\xff\xfe"), 0)
