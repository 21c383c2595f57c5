from hypothesis import given
from hypothesis import strategies as st

from media.cache import Packet, PacketCache


def packet(seq: int, size: int = 10) -> Packet:
    return Packet(seq, seq * 3000, 0, bytes(size), None, -1, -1)


def test_what_was_put_is_found_until_it_is_old() -> None:
    cache = PacketCache(1000, 1.0)
    assert cache.put(packet(5), 10.0)
    assert cache.get(5, 10.9) == packet(5)
    assert cache.get(5, 11.1) is None
    assert cache.get(6, 10.0) is None


def test_a_second_copy_is_told() -> None:
    cache = PacketCache(1000, 1.0)
    assert cache.put(packet(5), 10.0)
    assert not cache.put(packet(5), 10.1)
    assert cache.bytes == 10


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 400), st.floats(0, 0.5)), max_size=80))
def test_never_more_bytes_than_allowed_and_the_newest_stay(steps: list[tuple[int, int, float]]) -> None:
    cache = PacketCache(1000, 1.0)
    now = 0.0
    for seq, size, passed in steps:
        now += passed
        fresh = cache.put(packet(seq, size), now)
        assert cache.bytes <= 1000
        if fresh:
            assert cache.get(seq, now) is not None
    held = [cache.get(seq, now) for seq in range(51)]
    assert sum(len(p.payload) for p in held if p) <= cache.bytes
