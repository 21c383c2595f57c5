"""One receiver must see one continuous stream, whatever the forwarder follows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from media.cache import Packet
from media.codecs import Vp8
from media.forwarder import Forwarder, Reach


def packet(seq: int, ts: int, picture: int = 1, tl0: int = 1) -> Packet:
    vp8 = Vp8(2, picture, 15, 4, tl0, 0, False, 6, True)
    return Packet(seq, ts, 0, b"", vp8, -1, -1)


def test_the_first_source_keeps_its_numbers() -> None:
    forwarder: Forwarder[str] = Forwarder()
    segment = forwarder.attach("low", packet(70_000, 900))
    assert (segment.seq, segment.timestamp, segment.picture, segment.tl0) == (0, 0, 0, 0)


sources = st.sampled_from(["q", "h", "f"])
runs = st.lists(st.tuples(sources, st.integers(1, 40)), min_size=1, max_size=12)


@given(runs, st.integers(0, 60_000), st.integers(0, 2**32 - 1))
def test_switching_keeps_numbers_continuous_and_maps_back(
    plan: list[tuple[str, int]], first: int, first_ts: int
) -> None:
    """Three layers with their own numbers advance all the time; the receiver follows one after the other."""
    reach = {
        "q": Reach(first, first_ts, 100, 7),
        "h": Reach(first + 90_000, (first_ts + 5_000_000) & 0xFFFFFFFF, 32_700, 250),
        "f": Reach(first + 1_000, (first_ts + 77) & 0xFFFFFFFF, 0, 0),
    }
    forwarder: Forwarder[str] = Forwarder()
    sent: list[tuple[int, int, int, int, str, int]] = []
    for source, count in plan:
        for i in range(count):
            reach = {k: _advance(r) for k, r in reach.items()}
            now = reach[source]
            if i == 0:
                forwarder.attach(source, packet(now.seq, now.timestamp, now.picture, now.tl0))
            segment = forwarder.current
            assert segment is not None
            out = forwarder.outgoing(now)
            assert out is not None
            sent.append((out.seq, out.timestamp, out.picture, out.tl0, source, now.seq))
        forwarder.detach(reach[source])
    assert [s[0] for s in sent] == list(range(sent[0][0], sent[0][0] + len(sent)))
    for before, after in pairwise(sent):
        assert 0 < (after[1] - before[1]) & 0xFFFFFFFF < 90_000
        assert (after[2] - before[2]) & 0x7FFF == 1
        assert (after[3] - before[3]) & 0xFF == 1
    newest = sent[-1][0]
    kept = {id(s): s for s in forwarder.segments}
    for out_seq, _, _, _, source, seq in sent:
        found = forwarder.origin(out_seq & 0xFFFF, newest)
        if found is None:
            assert out_seq < min(s.first_out for s in kept.values())
        else:
            assert (found[0].source, found[1]) == (source, seq)


def _advance(reach: Reach) -> Reach:
    timestamp, picture = (reach.timestamp + 3000) & 0xFFFFFFFF, (reach.picture + 1) & 0x7FFF
    return Reach(reach.seq + 1, timestamp, picture, (reach.tl0 + 1) & 0xFF)


def test_a_source_left_before_its_first_packet_leaves_no_trace() -> None:
    forwarder: Forwarder[str] = Forwarder()
    forwarder.attach("a", packet(10, 0))
    forwarder.detach(Reach(12, 6000, 3, 3))
    forwarder.attach("b", packet(500, 0))
    forwarder.detach(Reach(499, 0, 0, 0))
    assert forwarder.attach("a", packet(20, 9000)).first_out == 13


def test_a_timestamp_that_would_run_backwards_is_moved_on() -> None:
    forwarder: Forwarder[str] = Forwarder()
    forwarder.attach("a", packet(10, 90_000))
    forwarder.detach(Reach(10, 90_000, 0, 0))
    segment = forwarder.attach("b", packet(50, 1_000), timestamp=80_000)
    assert segment.timestamp + 1_000 == 90_001
