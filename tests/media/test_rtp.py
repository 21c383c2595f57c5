from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from media import rtp


@given(st.binary(max_size=200), st.integers(0, 40))
def test_layout_of_any_bytes_stays_inside_them(data: bytes, start: int) -> None:
    size = max(0, len(data) - start)
    where = rtp.layout(data, start, size)
    if where is not None:
        assert start + 12 <= where.payload <= where.end <= start + size
        assert where.ext_bytes == 0 or start < where.ext <= where.payload
        for ident, at, length in rtp.extensions(data, where.profile, where.ext, where.ext_bytes):
            assert ident != 0
            assert where.ext < at <= at + length <= where.ext + where.ext_bytes


@given(
    st.integers(0, 65535), st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1), st.binary(max_size=60),
    st.integers(0, 5), st.integers(0, 3),
)  # fmt: skip
def test_layout_agrees_with_aiortc(seq: int, ts: int, ssrc: int, payload: bytes, padding: int, csrcs: int) -> None:
    packet = RtpPacket(payload_type=100, sequence_number=seq, timestamp=ts, ssrc=ssrc, payload=payload)
    packet.csrc = list(range(csrcs))
    packet.padding_size = padding
    data = packet.serialize()
    where = rtp.layout(data, 0, len(data))
    assert where is not None
    assert data[where.payload : where.end] == payload


def test_extensions_are_read_as_aiortc_writes_them() -> None:
    known = HeaderExtensionsMap()
    known._HeaderExtensionsMap__ids.mid, known._HeaderExtensionsMap__ids.abs_send_time = 1, 3  # type: ignore[attr-defined]
    packet = RtpPacket(payload_type=100, payload=b"x")
    packet.extensions.mid = "video0"
    packet.extensions.abs_send_time = 0x123456
    data = packet.serialize(known)
    where = rtp.layout(data, 0, len(data))
    assert where is not None
    found = {i: data[o : o + n] for i, o, n in rtp.extensions(data, where.profile, where.ext, where.ext_bytes)}
    assert found == {1: b"video0", 3: b"\x12\x34\x56"}


@given(st.binary(max_size=64), st.sampled_from([0xBEDE, 0x1000, 0x1005, 0]))
def test_the_quick_walk_finds_what_the_plain_one_does(block: bytes, profile: int) -> None:
    slow = {i: (o, n) for i, o, n in rtp.extensions(block, profile, 0, len(block))}
    assert rtp.elements(block, profile, 0, len(block)) == slow


def test_two_byte_extensions_are_read() -> None:
    block = bytes([5, 2]) + b"ab" + bytes([0, 0]) + bytes([7, 0])
    assert list(rtp.extensions(block, 0x1000, 0, len(block))) == [(5, 2, 2), (7, 8, 0)]


@given(st.lists(st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)), max_size=6))
def test_written_extensions_read_back(elements: list[tuple[int, bytes]]) -> None:
    block = rtp.write_extensions(elements)
    if not elements:
        assert block == b""
        return
    profile, words = int.from_bytes(block[:2], "big"), int.from_bytes(block[2:4], "big")
    assert len(block) == 4 + 4 * words
    assert [(i, block[o : o + n]) for i, o, n in rtp.extensions(block, profile, 4, 4 * words)] == elements


@given(st.lists(st.integers(-200, 200), max_size=60), st.integers(0, 65535))
def test_unwrapping_follows_the_true_number_through_wraps(steps: list[int], start: int) -> None:
    unwrapper = rtp.Unwrapper()
    true = unwrapper.unwrap(start)
    highest = true
    for step in steps:
        true = highest + step
        assert unwrapper.unwrap(true & 0xFFFF) == true
        highest = max(highest, true)


def test_absolute_send_time_is_six_dot_eighteen_seconds() -> None:
    assert rtp.abs_send_time(1.5) == (3 << 17).to_bytes(3, "big")
    assert rtp.abs_send_time(64.0) == b"\0\0\0"


def test_rtcp_is_told_by_its_type() -> None:
    assert rtp.is_rtcp(200)
    assert rtp.is_rtcp(206)
    assert not rtp.is_rtcp(0x80 | 111)
    assert not rtp.is_rtcp(96)
