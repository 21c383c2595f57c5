import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import depacketize
from media.cache import Packet
from media.depacketize import Frame, FrameAssembler
from media.mux import TrackFile
from tests.media import footage


def packets(codec: str, first_seq: int = 65_000) -> list[Packet]:
    """The footage as packets in order."""
    out: list[Packet] = []
    for i, (data, _) in enumerate(footage.pictures(codec)):
        payloads = footage.vp8_payloads(data, i) if codec == "VP8" else footage.h264_payloads(data)
        for j, payload in enumerate(payloads):
            marker = 0x80 if j == len(payloads) - 1 else 0
            out.append(Packet(first_seq + len(out), (2**32 - 9000 + 3000 * i) % 2**32, marker, payload, None, -1, -1))
    return out


def assemble(codec: str, given_packets: list[Packet]) -> list[Frame]:
    assembler = FrameAssembler(codec)
    return [frame for i, p in enumerate(given_packets) for frame in assembler.push(p, i * 0.001)]


def same(codec: str, ours: bytes, theirs: bytes) -> bool:
    """H.264 may differ in the length of its start codes."""
    if codec != "H264":
        return ours == theirs
    return ours.replace(b"\0\0\0\1", b"\0\0\1") == theirs.replace(b"\0\0\0\1", b"\0\0\1")


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_frames_come_back_whole_from_aiortcs_packets(codec: str) -> None:
    frames = assemble(codec, packets(codec))
    wanted = footage.pictures(codec)
    assert len(frames) == len(wanted)
    assert all(same(codec, f.data, data) for f, (data, _) in zip(frames, wanted, strict=True))
    assert [f.keyframe for f in frames] == [key for _, key in wanted]
    assert [f.timestamp - frames[0].timestamp for f in frames] == [3000 * i for i in range(len(wanted))]


@given(st.integers(0, 1000))
def test_reordering_changes_nothing(seed: int) -> None:
    rng, ordered = random.Random(seed), packets("VP8")
    shuffled = ordered[:1] + sorted(ordered[1:], key=lambda p: p.seq + rng.uniform(0, 8))
    assert assemble("VP8", shuffled) == assemble("VP8", ordered)


def test_after_a_loss_the_next_keyframe_goes_on() -> None:
    ordered = packets("VP8")
    frames = footage.pictures("VP8")
    lost = next(p for p in ordered if p.timestamp == (2**32 - 9000 + 3000 * 3) % 2**32)
    assembler = FrameAssembler("VP8")
    out = [f for i, p in enumerate(x for x in ordered if x is not lost) for f in assembler.push(p, i * 0.1)]
    assert assembler.lost == 1
    assert [f.data for f in out] == [d for d, _ in frames[:3]] + [d for d, _ in frames[10:]]


@pytest.mark.parametrize("codec", ["VP8", "VP9", "H264"])
def test_files_play_back_frame_for_frame(codec: str, tmp_path: Path) -> None:
    frames = [Frame(data, 90_000 + 3000 * i, key) for i, (data, key) in enumerate(footage.pictures(codec))]
    path = str(tmp_path / ("x.mp4" if codec == "H264" else "x.webm"))
    file = TrackFile(path, codec, frames[0])
    for frame in frames[1:]:
        file.write(frame)
    file.write(frames[3])
    file.close()
    assert footage.decoded(path) == (30, (320, 180))
    assert file.seconds == pytest.approx(29 / 30)


def test_a_vp9_descriptor_with_every_field_is_stepped_over() -> None:
    flexible = bytes(
        [0b11110000 | 0x0A, 0x81, 0x02, 0x33, 0x03, 0x02, 0x18 | (1 << 5), 1, 2, 3, 4, 5, 6, 7, 8, 1, 0x04, 9]
    )
    assert depacketize.vp9_descriptor_bytes(flexible + b"frame") == len(flexible)
    assert depacketize.vp9_descriptor_bytes(b"\x8a\x01frame"[:2]) == 2
    assert depacketize.vp9([b"\x88\x11abc", b"\x84\x11def"]) == b"abcdef"


def test_av1_units_get_sizes_and_fragments_join() -> None:
    sequence, frame = bytes([0x08]) + b"seqhdr", bytes([0x30]) + b"x" * 300
    first = bytes([0b01101000]) + bytes([len(sequence)]) + sequence + frame[:100]
    second = bytes([0b10010000]) + frame[100:]
    unit = depacketize.av1([first, second])
    assert unit == bytes([0x0A, 6]) + b"seqhdr" + bytes([0x32, 0xAC, 0x02]) + b"x" * 300


def test_an_av1_unit_cut_off_in_its_header_ends() -> None:
    assert depacketize.av1([b"\x10\x04"]) == b"\x06\x00"


@given(st.sampled_from(sorted(depacketize.JOIN)), st.lists(st.binary(max_size=40), max_size=5))
def test_any_payloads_are_joined_without_a_fault(codec: str, payloads: list[bytes]) -> None:
    depacketize.JOIN[codec](payloads)
