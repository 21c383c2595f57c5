"""RTCP in both directions: what receivers report and ask for, what publishers are told and asked."""

import struct
from typing import TYPE_CHECKING

from media import rtcp, switching
from media.cache import Packet
from media.codecs import NO_VP8
from media.downlink import DownTrack
from media.fanout import patch_vp8, send_one
from media.forwarder import Segment
from media.peer import Peer
from media.uplink import UpStream

if TYPE_CHECKING:
    from media.ingress import Ingress

REMB_FLOOR = 300_000
FELL = 0.8
"""An estimate that falls below this share of the last is acted on at once."""
REPEAT_ABOVE = 0.02
"""Loss above which a repair is sent twice."""
REMB_PROBE = 2_500_000
"""What a publisher without transport-wide feedback is granted before there is an estimate."""


def on_reports(peer: Peer, reports: list[rtcp.Report], now: float) -> bool:
    """Everything one compound packet asks for; whether a publisher has to be asked in turn."""
    urgent = False
    for report in reports:
        match report:
            case rtcp.SenderReport():
                _on_sender_report(peer, report, now)
                _on_blocks(peer, report.blocks, now)
            case rtcp.ReceiverReport():
                _on_blocks(peer, report.blocks, now)
            case rtcp.Nack():
                _on_nack(peer, report, now)
            case rtcp.KeyframeRequest():
                _on_keyframe_request(peer, report.media, now)
                urgent = True
            case rtcp.Remb():
                fell = peer.estimate is not None and report.bitrate < FELL * peer.estimate
                peer.estimate, peer.estimate_at = float(report.bitrate), now
                if fell and peer.on_second is not None and peer.connected:
                    peer.on_second(now)
            case rtcp.TransportFeedback():
                if peer.sender is not None:
                    peer.sender.feedback(report.body, now)
                    peer.estimate, peer.estimate_at = peer.sender.bitrate, now
            case rtcp.Bye():
                pass
    return urgent


def _on_sender_report(peer: Peer, report: rtcp.SenderReport, now: float) -> None:
    stream = peer.ingress.by_ssrc.get(report.ssrc) if peer.ingress is not None else None
    if isinstance(stream, UpStream):
        stream.sender_report = (report.ntp, report.timestamp, now)


def _on_blocks(peer: Peer, blocks: list[rtcp.Block], now: float) -> None:
    for block in blocks:
        down = peer.downs.get(block.ssrc)
        if down is None:
            continue
        down.fraction_lost = block.fraction / 256
        down.loss += 0.3 * (down.fraction_lost - down.loss)
        if down.kind == "video" and down.patience.report(down.loss, now):
            switching.group(down, now)
        sent = peer.reports_sent.get(block.last_sr)
        if sent is not None:
            rtt = now - sent - block.delay / 65536
            if 0 <= rtt < 5:
                down.rtt = peer.rtt = max(0.001, rtt)


def _on_keyframe_request(peer: Peer, media: int, now: float) -> None:
    down = peer.downs.get(media)
    if down is None:
        return
    down.stats["keyframe_requests"] += 1
    stream = down.stream or down.target
    if stream is not None and down.kind == "video":
        stream.gate.want(now)


def _on_nack(peer: Peer, report: rtcp.Nack, now: float) -> None:
    down = peer.downs.get(report.media)
    if down is None or down.shape is None or down.stream is None:
        return
    newest = down.forwarder.outgoing(down.stream.reach)
    if newest is None:
        return
    down.stats["nacks"] += len(report.seqs)
    asked = [found for wire_seq in report.seqs if (found := down.forwarder.origin(wire_seq, newest.seq)) is not None]
    for segment, seq in asked:
        down.missed.asked(seq + segment.seq)
    for segment, seq in asked:
        wire_seq = (seq + segment.seq) & 0xFFFF
        packet = segment.source.cache.get(seq, now)
        if packet is None:
            segment.source.await_for(seq, down, segment, wire_seq)
            continue
        if not retransmit(down, segment, packet, wire_seq, now):
            return
        if down.loss > REPEAT_ABOVE:
            peer.repeat_later(down, segment, packet, wire_seq)


def repeat(peer: Peer, now: float) -> None:
    """Send the repairs of the last tick once more: browsers wait long before they ask a second time."""
    waiting, peer.repeats = peer.repeats, []
    for down, segment, packet, wire_seq in waiting:
        if down.stream is not None and not retransmit(down, segment, packet, wire_seq, now):
            return


def retransmit(down: DownTrack, segment: Segment[UpStream], packet: Packet, wire_seq: int, now: float) -> bool:
    """Send a packet again under the RTX SSRC; False when the receiver's budget is spent."""
    payload_type = down.rtx.get(segment.source.codec)
    if payload_type is None or down.shape is None:
        return True
    if not down.peer.spend_rtx(len(packet.payload), now):
        return False
    payload = bytearray(packet.payload)
    if packet.vp8 is not None:
        patch_vp8(payload, 0, packet.vp8, segment.picture, segment.tl0)
    body = struct.pack("!H", wire_seq) + payload
    again = packet._replace(payload=body, vp8=NO_VP8)
    shape = down.shape._replace(payload_type=payload_type)
    down.rtx_seq = (down.rtx_seq + 1) & 0xFFFF
    timestamp = packet.timestamp + segment.timestamp
    if send_one(down, shape, again, down.rtx_ssrc, down.rtx_seq, timestamp, now):
        down.stats["retransmitted"] += 1
    return True


def nacks_and_keyframes(peer: Peer, ingress: "Ingress", now: float) -> list[bytes]:
    """What to ask a publisher for at this tick."""
    parts: list[bytes] = []
    for track in ingress.tracks.values():
        video = track.kind == "video"
        for stream in track.streams.values():
            if stream.losses.missing and video and track.rtx:
                seqs = stream.losses.due(now)
                if seqs:
                    parts.append(rtcp.pack_nack(peer.ssrc, stream.ssrc, [s & 0xFFFF for s in seqs]))
            if video and stream.gate.due(now, bool(stream.waiting)):
                parts.append(rtcp.pack_pli(peer.ssrc, stream.ssrc))
    return parts


def congestion(peer: Peer, ingress: "Ingress") -> list[bytes]:
    """Transport-wide feedback about what came since the last time."""
    body = ingress.recorder.body() if ingress.recorder is not None else None
    if body is None:
        return []
    media = next((s for s in ingress.by_ssrc), 0)
    return [rtcp.pack_twcc(peer.ssrc, media, body)]


def receiver_reports(peer: Peer, ingress: "Ingress", now: float) -> list[bytes]:
    """RR, SDES and, where the publisher has nothing better, REMB."""
    blocks = [
        block
        for track in ingress.tracks.values()
        for stream in track.streams.values()
        if stream.is_active(now) and (block := stream.block(now)) is not None
    ]
    if not blocks:
        return []
    parts = [rtcp.pack_rr(peer.ssrc, blocks[i : i + 31]) for i in range(0, len(blocks), 31)]
    parts[0] += rtcp.pack_cname(peer.ssrc, peer.cname.encode())
    return parts


def remb(peer: Peer, ingress: "Ingress", now: float) -> list[bytes]:
    """The receiver-side estimate for a publisher that speaks only REMB."""
    if ingress.recorder is not None or "abs" not in peer.ext_ids:
        return []
    ssrcs = [
        stream.ssrc
        for track in ingress.tracks.values()
        if track.kind == "video"
        for stream in track.streams.values()
        if stream.is_active(now)
    ]
    if not ssrcs:
        return []
    bitrate = max(REMB_FLOOR, ingress.remb) if ingress.remb is not None else REMB_PROBE
    return [rtcp.pack_remb(peer.ssrc, bitrate, ssrcs[:32])]


def sender_reports(peer: Peer, now: float) -> list[bytes]:
    """An SR for each stream this peer receives, so that it can play them in step."""
    parts: list[bytes] = []
    for ssrc, down in peer.downs.items():
        stream, segment = down.stream, down.segment
        if stream is None or segment is None or not stream.is_active(now):
            continue
        packets, octets = down.counters()
        timestamp = stream.reach.timestamp + segment.timestamp + round((now - stream.last_at) * stream.clock)
        wall = stream.wall_time(stream.reach.timestamp)
        if wall is None:
            ntp = rtcp.ntp_time(now)
        else:  # one publisher's tracks share its clock, which keeps lips and voice together
            ntp = int((wall + now - stream.last_at) * (1 << 32))
        parts.append(rtcp.pack_sr(ssrc, ntp, timestamp, packets, octets))
        peer.note_report((ntp >> 16) & 0xFFFFFFFF, now)
    if parts:
        parts.append(rtcp.pack_cname(next(iter(peer.downs)), peer.cname.encode()))
    return parts
