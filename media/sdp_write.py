"""Session descriptions written: ICE-lite, one bundle, passive DTLS, simulcast by rid."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from media.negotiate import URIS
from media.sdp import Codec


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host candidate. `transport` is `udp` or `tcp` (passive, RFC 6544)."""

    address: str
    port: int
    transport: str = "udp"


@dataclass(slots=True)
class Line:
    """One m-line to write. Without codecs it is refused (port 0)."""

    kind: str
    mid: str
    direction: str
    codecs: list[Codec] = field(default_factory=list[Codec])
    extensions: dict[str, int] = field(default_factory=dict[str, int])
    rids: list[str] = field(default_factory=list[str])
    ssrc: int | None = None
    rtx_ssrc: int | None = None
    msid: str = ""
    protocol: str = "UDP/TLS/RTP/SAVPF"
    formats: list[str] = field(default_factory=list[str])
    sctp_port: int = 0


@dataclass(frozen=True, slots=True)
class Transport:
    """What all m-lines share."""

    ufrag: str
    pwd: str
    fingerprint: str
    candidates: Sequence[Candidate]
    setup: str = "passive"


def write(session_id: int, version: int, lines: Sequence[Line], transport: Transport, cname: str) -> str:
    """The whole description, CRLF line ends. `version` must grow with each one of a session."""
    live = [line.mid for line in lines if line.codecs or line.sctp_port]
    head = ["v=0", f"o=- {session_id} {version} IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    if live:
        head.append("a=group:BUNDLE " + " ".join(live))
    head.append("a=msid-semantic: WMS *")
    out = head
    described = False
    for line in lines:
        out += _media(line, transport, cname, with_candidates=not described)
        described = described or bool(line.codecs or line.sctp_port)
    return "\r\n".join(out) + "\r\n"


def _media(line: Line, transport: Transport, cname: str, with_candidates: bool) -> list[str]:
    if line.sctp_port:
        return [
            f"m=application 9 {line.protocol} webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{line.mid}",
            *_transport(transport, with_candidates),
            f"a=sctp-port:{line.sctp_port}",
            "a=max-message-size:65536",
        ]
    if not line.codecs:
        formats = " ".join(line.formats) or "0"
        return [f"m={line.kind} 0 {line.protocol} {formats}", "c=IN IP4 0.0.0.0", f"a=mid:{line.mid}", "a=inactive"]
    types = [pt for c in line.codecs for pt in ((c.payload_type,) if c.rtx is None else (c.payload_type, c.rtx))]
    out = [
        f"m={line.kind} 9 {line.protocol} {' '.join(map(str, types))}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{line.mid}",
        f"a={line.direction}",
        *_transport(transport, with_candidates),
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    out += [f"a=extmap:{ident} {URIS[name]}" for name, ident in line.extensions.items()]
    for codec in line.codecs:
        out += _codec(codec)
    if line.rids:
        out += [f"a=rid:{rid} recv" for rid in line.rids]
        out.append("a=simulcast:recv " + ";".join(line.rids))
    return out + _source(line, cname)


def _transport(transport: Transport, with_candidates: bool) -> list[str]:
    out = [
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.pwd}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        f"a=setup:{transport.setup}",
    ]
    if with_candidates:
        out += [_candidate(i, c) for i, c in enumerate(transport.candidates)]
        out.append("a=end-of-candidates")
    return out


def _candidate(index: int, candidate: Candidate) -> str:
    """Priorities by RFC 8445 section 5.1.2.1: UDP before TCP, in the order given."""
    udp = candidate.transport == "udp"
    local = (65535 if udp else 32767) - index
    priority = (126 << 24) | (local << 8) | 255
    tail = "" if udp else " tcptype passive"
    name = "udp" if udp else "tcp"
    return f"a=candidate:{index + 1} 1 {name} {priority} {candidate.address} {candidate.port} typ host{tail}"


def _codec(codec: Codec) -> list[str]:
    channels = f"/{codec.channels}" if codec.channels and codec.channels > 1 else ""
    out = [f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock}{channels}"]
    out += [f"a=rtcp-fb:{codec.payload_type} {feedback}" for feedback in sorted(codec.feedback)]
    if codec.fmtp:
        out.append(f"a=fmtp:{codec.payload_type} {codec.fmtp}")
    if codec.rtx is not None:
        out += [f"a=rtpmap:{codec.rtx} rtx/{codec.clock}", f"a=fmtp:{codec.rtx} apt={codec.payload_type}"]
    return out


def _source(line: Line, cname: str) -> list[str]:
    if line.ssrc is None:
        return []
    out = [f"a=msid:{line.msid}"] if line.msid else []
    repair = line.rtx_ssrc if any(c.rtx is not None for c in line.codecs) else None
    if repair is not None:
        out.append(f"a=ssrc-group:FID {line.ssrc} {repair}")
    for ssrc in (line.ssrc, repair):
        if ssrc is not None:
            out.append(f"a=ssrc:{ssrc} cname:{cname}")
            if line.msid:
                out.append(f"a=ssrc:{ssrc} msid:{line.msid}")
    return out
