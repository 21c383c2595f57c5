"""UUID version 7."""

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from rest.platform.ids import uuid7


@given(st.floats(0, 2**40 / 1000), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_version_7_uuid_of_its_moment(now: float, random: bytes) -> None:
    id = uuid7(now, lambda size: random[:size])
    assert (id.version, id.variant) == (7, RFC_4122)
    assert id.int >> 80 == int(now * 1000)


def test_the_example_of_the_rfc() -> None:
    """RFC 9562, appendix A.6."""
    random = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10)
    assert uuid7(1645557742.000, lambda _size: random) == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@given(st.integers(0, 2**40), st.integers(1, 2**20), st.binary(min_size=10, max_size=10))
def test_a_later_id_sorts_after_an_earlier_one(at: int, later: int, random: bytes) -> None:
    first = uuid7(at / 1000, lambda _size: b"\xff" * 10)
    second = uuid7((at + later + 1) / 1000, lambda _size: random)
    assert str(first) < str(second)
