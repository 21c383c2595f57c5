import struct

from aiortc import rtp as theirs
from hypothesis import given
from hypothesis import strategies as st

from media import rtcp

ssrcs = st.integers(1, 2**32 - 1)
blocks = st.builds(
    rtcp.Block, ssrcs, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1),
)  # fmt: skip


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_a_fault(data: bytes) -> None:
    rtcp.parse(data)


@given(ssrcs, st.lists(blocks, max_size=31))
def test_receiver_reports_are_what_aiortc_reads(ssrc: int, given_blocks: list[rtcp.Block]) -> None:
    data = rtcp.pack_rr(ssrc, given_blocks)
    assert rtcp.parse(data) == [rtcp.ReceiverReport(ssrc, given_blocks)]
    (report,) = theirs.RtcpPacket.parse(data)
    assert isinstance(report, theirs.RtcpRrPacket)
    assert [(r.ssrc, r.fraction_lost, r.packets_lost, r.jitter) for r in report.reports] == [
        (b.ssrc, b.fraction, b.lost, b.jitter) for b in given_blocks
    ]


def test_sender_reports_and_names_are_what_aiortc_reads() -> None:
    data = rtcp.pack_sr(7, 1 << 40, 2**32 + 5, 10, 2000) + rtcp.pack_cname(7, b"who")
    report, names = theirs.RtcpPacket.parse(data)
    assert isinstance(report, theirs.RtcpSrPacket)
    assert (report.ssrc, report.sender_info.ntp_timestamp, report.sender_info.rtp_timestamp) == (7, 1 << 40, 5)
    assert isinstance(names, theirs.RtcpSdesPacket)
    assert names.chunks[0].items == [(1, b"who")]
    assert rtcp.parse(data) == [rtcp.SenderReport(7, 1 << 40, 5, 10, 2000, [])]


@given(st.sets(st.integers(0, 300), min_size=1, max_size=80), st.integers(0, 65535))
def test_nacks_read_back_here_and_in_aiortc(offsets: set[int], base: int) -> None:
    seqs = [(base + o) & 0xFFFF for o in sorted(offsets)]
    data = rtcp.pack_nack(1, 2, seqs)
    assert rtcp.parse(data) == [rtcp.Nack(2, seqs)]
    (report,) = theirs.RtcpPacket.parse(data)
    assert isinstance(report, theirs.RtcpRtpfbPacket)
    assert [seq & 0xFFFF for seq in report.lost] == seqs


def test_keyframe_requests_name_the_stream() -> None:
    assert rtcp.parse(rtcp.pack_pli(1, 2) + rtcp.pack_fir(1, 9, 300)) == [
        rtcp.KeyframeRequest(2),
        rtcp.KeyframeRequest(9),
    ]


@given(st.integers(0, 2**40), st.lists(ssrcs, max_size=10))
def test_remb_keeps_eighteen_bits_of_the_rate(rate: int, streams: list[int]) -> None:
    data = rtcp.pack_remb(1, rate, streams)
    (report,) = rtcp.parse(data)
    assert isinstance(report, rtcp.Remb)
    assert report.ssrcs == streams
    assert 0 <= rate - report.bitrate <= rate >> 17
    (other,) = theirs.RtcpPacket.parse(data)
    assert isinstance(other, theirs.RtcpPsfbPacket)
    assert theirs.unpack_remb_fci(other.fci) == (report.bitrate, streams)


def test_a_part_longer_than_the_packet_ends_the_walk() -> None:
    good = rtcp.pack_pli(1, 2)
    assert rtcp.parse(good + struct.pack("!BBH", 0x80, rtcp.RR, 50)) == [rtcp.KeyframeRequest(2)]


def test_a_nack_flood_is_cut() -> None:
    body = struct.pack("!LL", 1, 2) + struct.pack("!HH", 0, 0xFFFF) * 300
    data = struct.pack("!BBH", 0x81, rtcp.RTPFB, len(body) // 4) + body
    (report,) = rtcp.parse(data)
    assert isinstance(report, rtcp.Nack)
    assert len(report.seqs) < rtcp.MAX_NACKS + 17
