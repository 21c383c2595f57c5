# pyright: standard
"""One WebRTC peer on the node's port: its ICE credentials and path, its handshake, what it sends and what it gets."""

import secrets
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from media import rtcp
from media.aiortc_seams import RTCP_TRAILER_BYTES, SrtpKeys, srtp_ffi, srtp_protect_rtcp, srtp_unprotect_rtcp
from media.cache import Packet
from media.downlink import DownTrack
from media.dtls import Handshake
from media.forwarder import Segment
from media.ingress import Ingress
from media.limits import MediaLimits
from media.udp import SLOT, Path, Slots
from media.uplink import UpStream

if TYPE_CHECKING:
    from media.bandwidth import SendSideEstimator

_length = srtp_ffi.new("int *")
RTCP_BYTES = 1300
MAX_REPEATS = 64
ESTIMATE_SECONDS = 10.0
"""An estimate older than this says nothing."""
REPAIRS = 0.5
"""At most this share of what a receiver can take is spent on sending again."""


class Peer:
    """State of one peer connection. The node owns it, feeds it and ticks it; `media.sfu` gives it its tracks."""

    def __init__(self, ident: str, limits: MediaLimits, handshake: Handshake, created: float) -> None:
        self.id = ident
        self.limits = limits
        self.ufrag = secrets.token_hex(4)
        self.pwd = secrets.token_hex(16)
        self.remote_ufrag = ""
        self.fingerprints: list[tuple[str, str]] = []
        self.handshake = handshake
        self.created = created
        self.slice = 0
        """Which tick of the second looks after this peer."""
        self.srtp: SrtpKeys | None = None
        self.srtp_send: Any = None
        self.srtp_receive: Any = None
        self.path: Path | None = None
        self.paths: dict[bytes, Path] = {}
        self.consent_at = created
        self.stun_tokens = limits.stun_per_second * 2
        self.stun_at = created
        self.ext_ids: dict[str, int] = {}
        self.ingress: Ingress | None = None
        self.downs: dict[int, DownTrack] = {}
        """By SSRC."""
        self.ssrc = secrets.randbits(31) | 1
        self.cname = secrets.token_hex(8)
        self.repeats: list[tuple[DownTrack, Segment[UpStream], Packet, int]] = []
        """Repairs to send once more at the next tick."""
        self.srtp_failures = self.rtcp_in = 0
        self.closed = False
        self.piped = False
        """Another node of the deployment, not a browser."""
        self.rtx_tokens = float(limits.rtx_bits_per_second)
        self.rtx_at = created
        self.estimate: float | None = None
        """Bits a second this peer can receive, as was last heard (see `estimated`)."""
        self.estimate_at = 0.0
        self.sender: SendSideEstimator | None = None
        self.rtt = 0.1
        self.reports_sent: dict[int, float] = {}
        """The middle 32 bits of a sender report's NTP time → when it left."""
        self.on_repeat: Callable[[Peer], None] | None = None
        self.on_connected: Callable[[Peer], None] | None = None
        self.on_closed: Callable[[Peer], None] | None = None
        self.on_second: Callable[[float], None] | None = None
        """Called once a second while the peer is connected."""

    @property
    def connected(self) -> bool:
        return self.srtp is not None and self.path is not None and not self.closed

    def username(self) -> str:
        return f"{self.ufrag}:{self.remote_ufrag}"

    def restart_ice(self) -> None:
        """New credentials; the node must be told (`Node.rename`)."""
        self.ufrag, self.pwd = secrets.token_hex(4), secrets.token_hex(16)

    def allow_stun(self, now: float) -> bool:
        """A token bucket over the checks that name this peer."""
        rate = self.limits.stun_per_second
        self.stun_tokens = min(2 * rate, self.stun_tokens + (now - self.stun_at) * rate)
        self.stun_at = now
        if self.stun_tokens < 1:
            return False
        self.stun_tokens -= 1
        return True

    def keyed(self, keys: SrtpKeys) -> None:
        self.srtp, self.srtp_send, self.srtp_receive = keys, keys.send, keys.receive

    def part(self) -> None:
        """Nothing is sent or read any more. What points back here is let go of, or all of it, a hundred kilobytes,
        would stay until the collector comes by."""
        self.path = None
        self.srtp = self.srtp_send = self.srtp_receive = None
        self.on_repeat = self.on_connected = self.on_closed = self.on_second = None

    def next_twcc(self, size: int, now: float) -> int:
        """The transport-wide number of the packet about to leave."""
        return self.sender.sent(size, now) if self.sender is not None else 0

    def open_rtcp(self, inbox: Slots, index: int, size: int) -> list[rtcp.Report]:
        """Decrypt and parse slot `index`; empty when it does not hold."""
        _length[0] = size
        if self.srtp_receive is None or srtp_unprotect_rtcp(self.srtp_receive, inbox.pointers[index], _length):
            return []
        self.rtcp_in += 1
        at = index * SLOT
        return rtcp.parse(inbox.view[at : at + _length[0]])

    def note_report(self, middle: int, now: float) -> None:
        """Remember a sender report, to measure the round trip when it is echoed; the newest 128."""
        self.reports_sent[middle] = now
        while len(self.reports_sent) > 128:
            del self.reports_sent[next(iter(self.reports_sent))]

    def send_rtcp(self, parts: list[bytes]) -> None:
        """Encrypt and queue reports, as few compound packets as fit. Reduced-size RTCP is fine (RFC 5506)."""
        path = self.path
        if path is None or self.srtp_send is None:
            return
        chunk = b""
        for part in [*parts, b""]:
            if chunk and (not part or len(chunk) + len(part) > RTCP_BYTES):
                self._write_rtcp(path, chunk)
                chunk = b""
            chunk += part

    def _write_rtcp(self, path: Path, data: bytes) -> None:
        out = path.outbox
        start = out.reserve(len(data) + RTCP_TRAILER_BYTES)
        out.view[start : start + len(data)] = data
        _length[0] = len(data)
        if srtp_protect_rtcp(self.srtp_send, out.base + start, _length):
            self.srtp_failures += 1
            return
        size = _length[0]
        out.add(path, start, [(0, size, size)], start + size)

    def estimated(self, now: float) -> float | None:
        """Bits a second this peer can receive, as far as is known now."""
        return self.estimate if now - self.estimate_at <= ESTIMATE_SECONDS else None

    def repeat_later(self, down: DownTrack, segment: Segment[UpStream], packet: Packet, wire_seq: int) -> None:
        """Queue a repair for the next tick."""
        if len(self.repeats) < MAX_REPEATS:
            self.repeats.append((down, segment, packet, wire_seq))
            if self.on_repeat is not None:
                self.on_repeat(self)

    def spend_rtx(self, size: int, now: float) -> bool:
        """A token bucket of a quarter second over what is sent again: repairs of a link that is full fill it more."""
        most, estimate = self.limits.rtx_bits_per_second, self.estimated(now)
        rate = (most if estimate is None else min(most, REPAIRS * estimate)) / 8
        self.rtx_tokens = min(rate / 4, self.rtx_tokens + (now - self.rtx_at) * rate)
        self.rtx_at = now
        if self.rtx_tokens < size:
            return False
        self.rtx_tokens -= size
        return True


def is_dtls(first: int) -> bool:
    return 20 <= first <= 63


def read_ssrc(data: memoryview, at: int) -> int:
    return struct.unpack_from("!L", data, at)[0]
