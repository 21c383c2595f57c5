"""Moving a receiver's track between incoming streams: at a keyframe for video, at once for audio, never with a gap."""

from collections.abc import Callable

from media.cache import Packet
from media.codecs import is_keyframe
from media.downlink import MID_SECONDS, DownTrack
from media.uplink import UpStream

Flush = Callable[[UpStream], None]


def follow(down: DownTrack, stream: UpStream, now: float) -> None:
    """Ask for `stream`: the switch happens in `join_waiting` with the first packet that a decoder can start at."""
    if down.stream is stream or down.target is stream:
        if down.stream is stream:
            forget_target(down)
        return
    forget_target(down)
    down.target = stream
    stream.waiting[down] = None
    if down.kind == "video" and not down.anything:
        stream.gate.want(now)


def forget_target(down: DownTrack) -> None:
    if down.target is not None:
        down.target.waiting.pop(down, None)
        down.target = None


def leave(down: DownTrack) -> None:
    """Stop forwarding; the outgoing numbers stay where they are."""
    stream = down.stream
    if stream is None:
        return
    down.sent = down.counters()
    _ungroup(down, stream)
    down.forwarder.detach(stream.reach)
    down.segment, down.stream = None, None


def release(down: DownTrack) -> None:
    """Leave and wait for nothing."""
    forget_target(down)
    leave(down)


def join_waiting(stream: UpStream, now: float, flush: Flush) -> None:
    """Attach those who wait for this stream, if its batch holds a packet to begin with."""
    decodable = _first_decodable(stream)
    for down in list(stream.waiting):
        first = stream.batch[0] if down.anything else decodable
        if first is None:
            continue
        if down.paused or down.make_shape(stream.codec, with_mid=True) is None:
            continue
        del stream.waiting[down]
        down.target = None
        old = down.stream
        if old is not None and old.batch:
            flush(old)
        if old is not None:
            down.stats["switches"] += 1
        leave(down)
        _attach(down, stream, first, now)


def _first_decodable(stream: UpStream) -> Packet | None:
    if stream.track.kind == "audio":
        return stream.batch[0]
    for packet in stream.batch:
        if is_keyframe(stream.codec, packet.payload, 0, len(packet.payload)):
            return packet
    return None


def _attach(down: DownTrack, stream: UpStream, first: Packet, now: float) -> None:
    timestamp = _outgoing_timestamp(down, stream, first, now)
    down.segment = down.forwarder.attach(stream, first, timestamp)
    down.stream = stream
    down.started_at = now
    before = sum(1 for p in stream.batch if p.seq >= first.seq)
    octets = sum(len(p.payload) for p in stream.batch if p.seq >= first.seq)
    down.base = (stream.packets - before, stream.octets - octets)
    group(down, now)


def _outgoing_timestamp(down: DownTrack, stream: UpStream, first: Packet, now: float) -> int | None:
    """What the first packet's timestamp becomes, so that the media clock runs on: by sender reports, else by our
    clock."""
    if not down.forwarder.segments:
        return None
    past = down.forwarder.segments[-1]
    if past.source is stream:
        return (first.timestamp + past.timestamp) & 0xFFFFFFFF
    wall, report = stream.wall_time(first.timestamp), past.source.sender_report
    if wall is not None and report is not None:
        base = report[1] + round((wall - report[0] / (1 << 32)) * stream.clock)
        return (base + past.timestamp) & 0xFFFFFFFF
    last = down.forwarder.outgoing(past.source.reach)
    if last is None:
        return None
    return (last.timestamp + max(1, round((now - past.source.last_at) * stream.clock))) & 0xFFFFFFFF


def group(down: DownTrack, now: float) -> None:
    """Put an attached track among those whose copies are made together; again when its shape changes."""
    stream = down.stream
    if stream is None:
        return
    _ungroup(down, stream)
    shape = down.make_shape(stream.codec, with_mid=now - down.started_at < MID_SECONDS)
    if shape is None:
        return
    down.shape = shape
    stream.groups.setdefault(shape, []).append(down)


def _ungroup(down: DownTrack, stream: UpStream) -> None:
    if down.shape is None:
        return
    members = stream.groups.get(down.shape)
    if members is not None and down in members:
        members.remove(down)
        if not members:
            del stream.groups[down.shape]
    down.shape = None
