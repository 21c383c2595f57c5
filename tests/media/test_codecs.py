from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media import codecs


@given(st.sampled_from(sorted(codecs.KEYFRAME)), st.binary(max_size=40))
def test_any_payload_is_judged_without_a_fault(codec: str, data: bytes) -> None:
    assert codecs.is_keyframe(codec, data, 0, len(data)) in (True, False)
    codecs.vp8_picture_size(data, 0, len(data))


@given(
    st.integers(0, 1), st.one_of(st.none(), st.integers(0, 0x7FFF)), st.one_of(st.none(), st.integers(0, 255)),
    st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(0, 1))), st.binary(min_size=10, max_size=20),
)  # fmt: skip
def test_vp8_descriptors_agree_with_aiortc(
    start: int, picture: int | None, tl0: int | None, tid: tuple[int, int] | None, rest: bytes
) -> None:
    theirs = VpxPayloadDescriptor(partition_start=start, partition_id=0, picture_id=picture, tl0picidx=tl0, tid=tid)
    data = bytes(theirs) + rest
    ours = codecs.vp8_descriptor(data, 0, len(data))
    assert ours is not None
    assert data[ours.size :] == rest
    assert ours.start == bool(start)
    if picture is not None:
        assert (ours.picture, ours.picture_bits) == (picture, 15)
    else:
        assert ours.picture_at == 0
    assert ours.tl0 == (tl0 or 0)
    assert bool(ours.tl0_at) == (tl0 is not None)
    assert ours.tid == (tid[0] if tid else 0)
    for cut in range(ours.size):
        short = codecs.vp8_descriptor(data, 0, cut)
        assert short is None or short.size <= cut


def test_a_vp8_picture_id_of_seven_bits() -> None:
    ours = codecs.vp8_descriptor(b"\x90\x80\x11rest", 0, 7)
    assert ours is not None
    assert (ours.picture_at, ours.picture, ours.picture_bits, ours.size) == (2, 0x11, 7, 3)


KEY_640X360 = b"\x10" + b"\x10\x02\x00\x9d\x01\x2a" + (640).to_bytes(2, "little") + (360).to_bytes(2, "little")


def test_vp8_keyframes_and_their_size() -> None:
    assert codecs.vp8_keyframe(KEY_640X360, 0, len(KEY_640X360))
    assert codecs.vp8_picture_size(KEY_640X360, 0, len(KEY_640X360)) == (640, 360)
    delta = b"\x10\x11" + KEY_640X360[2:]
    assert not codecs.vp8_keyframe(delta, 0, len(delta))
    continuation = b"\x00" + KEY_640X360[1:]
    assert not codecs.vp8_keyframe(continuation, 0, len(continuation))


def test_h264_keyframes_alone_aggregated_and_fragmented() -> None:
    def key(data: bytes) -> bool:
        return codecs.h264_keyframe(data, 0, len(data))

    assert key(b"\x67sps")
    assert key(b"\x65idr")
    assert not key(b"\x41slice")
    assert key(b"\x78" + b"\x00\x02\x68x" + b"\x00\x02\x65x")
    assert not key(b"\x78" + b"\x00\x02\x41x")
    assert key(b"\x7c\x85start of a fragmented IDR")
    assert not key(b"\x7c\x05middle of one")
    assert not key(b"\x7c\x81start of a fragmented slice")


def test_vp9_keyframes_are_first_packets_of_key_pictures_on_the_base_layer() -> None:
    def key(data: bytes) -> bool:
        return codecs.vp9_keyframe(data, 0, len(data))

    assert key(b"\x88\x01frame")
    assert not key(b"\xc8\x01inter")
    assert not key(b"\x80\x01not the beginning")
    assert key(b"\xa8\x81\x02\x00layer 0")
    assert not key(b"\xa8\x81\x02\x02layer 1")


def test_av1_keyframes_are_marked_in_the_aggregation_header() -> None:
    assert codecs.av1_keyframe(b"\x18obu", 0, 4)
    assert not codecs.av1_keyframe(b"\x10obu", 0, 4)


def test_audio_can_begin_anywhere() -> None:
    assert codecs.is_keyframe("opus", b"", 0, 0)
