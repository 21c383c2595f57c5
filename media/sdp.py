# pyright: standard
"""Session descriptions read: aiortc's parser for what it knows, a pass of our own for `a=rid` and `a=simulcast` (RFC
8851,
8853). The text comes from anyone: it is measured before it is parsed, and every fault is `BadOffer` in plain words.
"""

from dataclasses import dataclass, field

from aiortc.sdp import MediaDescription, SessionDescription, parameters_to_sdp

from media.errors import BadOffer, LimitReached
from media.limits import DEFAULT_LIMITS, MediaLimits

FAULTS = (ValueError, AssertionError, KeyError, StopIteration, RuntimeError, TypeError, AttributeError, IndexError)
TOKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/")


@dataclass(slots=True)
class Codec:
    """One payload type of an m-line. `name` is upper case for video, lower for audio (`VP8`, `opus`)."""

    payload_type: int
    name: str
    clock: int
    channels: int | None = None
    fmtp: str = ""
    feedback: frozenset[str] = frozenset()
    rtx: int | None = None
    """The payload type that repeats it."""


@dataclass(slots=True)
class Section:
    """One m-line as the peer wrote it. `direction` is the peer's; `mid` is never empty."""

    kind: str
    mid: str
    direction: str
    accepted: bool
    protocol: str = "UDP/TLS/RTP/SAVPF"
    formats: list[str] = field(default_factory=list[str])
    codecs: list[Codec] = field(default_factory=list[Codec])
    extensions: dict[str, int] = field(default_factory=dict[str, int])
    ssrcs: list[int] = field(default_factory=list[int])
    repairs: dict[int, int] = field(default_factory=dict[int, int])
    """SSRC → the one that repeats it (`ssrc-group:FID`)."""
    rids: list[str] = field(default_factory=list[str])
    """Layers the peer sends, in its order."""
    msid: str = ""
    sctp_port: int = 0


@dataclass(slots=True)
class Description:
    """What was read: m-lines, and the transport that they share."""

    sections: list[Section]
    ufrag: str
    pwd: str
    fingerprints: list[tuple[str, str]]
    setup: str
    candidates: int


def read(text: str | bytes, limits: MediaLimits = DEFAULT_LIMITS) -> Description:
    """Parse an offer or an answer. Raises `BadOffer` or `LimitReached`."""
    if isinstance(text, bytes):
        text = _decode(text, limits)
    _measure(text, limits)
    try:
        session = SessionDescription.parse(text)
        parts = _split(text)
        sections = [_section(media, lines) for media, lines in zip(session.media, parts, strict=True)]
    except BadOffer:
        raise
    except FAULTS as problem:
        raise BadOffer(f"the SDP cannot be read ({type(problem).__name__})") from problem
    return _describe(session, sections, limits)


def _decode(raw: bytes, limits: MediaLimits) -> str:
    if len(raw) > limits.sdp_bytes:
        raise LimitReached(f"the SDP is larger than {limits.sdp_bytes} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError as problem:
        raise BadOffer("the SDP is not UTF-8 text") from problem


def _measure(text: str, limits: MediaLimits) -> None:
    """Refuse what would make parsing expensive, before parsing it."""
    if len(text) > limits.sdp_bytes:
        raise LimitReached(f"the SDP is larger than {limits.sdp_bytes} bytes")
    if not text.startswith("v=0"):
        raise BadOffer("this is not an SDP: it must begin with v=0")
    if "\0" in text:
        raise BadOffer("the SDP holds a NUL byte")
    bounds = (("\n", limits.sdp_lines), ("\nm=", limits.sdp_sections), ("\na=ssrc:", limits.sdp_ssrc_lines))
    for mark, most in (*bounds, ("\na=candidate:", limits.candidates)):
        if text.count(mark) > most:
            raise LimitReached(f"the SDP has more than {most} lines of {mark.strip() or 'text'}")


def _split(text: str) -> list[list[str]]:
    """The attribute lines of each m-line."""
    parts: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("m="):
            parts.append([])
        elif parts and line.startswith("a="):
            parts[-1].append(line[2:])
    return parts


def _section(media: MediaDescription, lines: list[str]) -> Section:
    mid = media.rtp.muxId
    if not mid or len(mid) > 16 or not TOKEN.issuperset(mid):
        raise BadOffer("each m-line needs an a=mid of at most 16 letters and digits")
    section = Section(media.kind, mid, media.direction or "sendrecv", media.port != 0, media.profile)
    section.formats = [str(f) for f in media.fmt]
    section.msid = media.msid or ""
    section.sctp_port = media.sctp_port or 0
    section.extensions = {e.uri: e.id for e in media.rtp.headerExtensions if 1 <= e.id <= 14}
    section.ssrcs = [s.ssrc for s in media.ssrc if 0 < s.ssrc < 1 << 32]
    section.repairs = {g.items[0]: g.items[1] for g in media.ssrc_group if g.semantic == "FID" and len(g.items) == 2}  # type: ignore[assignment]
    section.codecs = _codecs(media)
    section.rids = _rids(lines)
    return section


def _codecs(media: MediaDescription) -> list[Codec]:
    """The codecs in the order of the m-line, each with its retransmission type; the latter are not listed
    themselves."""
    repeats: dict[int, int] = {}
    found: dict[int, Codec] = {}
    for c in media.rtp.codecs:
        name = c.mimeType.partition("/")[2]
        if c.payloadType is None:
            continue
        if name.lower() == "rtx":
            apt = c.parameters.get("apt")
            if isinstance(apt, int):
                repeats[apt] = c.payloadType
            continue
        name = name.upper() if media.kind == "video" else name.lower()
        feedback = frozenset(f"{f.type} {f.parameter}" if f.parameter else f.type for f in c.rtcpFeedback)
        found[c.payloadType] = Codec(
            c.payloadType, name, c.clockRate, c.channels, parameters_to_sdp(c.parameters), feedback
        )
    for apt, payload_type in repeats.items():
        if apt in found:
            found[apt].rtx = payload_type
    return [found[pt] for pt in media.fmt if pt in found]


def _rids(lines: list[str]) -> list[str]:
    """Layers of `a=simulcast:send`, without alternatives and marks of a paused start; else those of `a=rid … send`."""
    declared: list[str] = []
    for line in lines:
        words = line.split()
        if line.startswith("rid:") and len(words) >= 2 and words[1] == "send":
            declared.append(words[0][4:])
    for line in lines:
        words = line.split()
        if line.startswith("simulcast:"):
            words[0] = words[0][len("simulcast:") :]
            words = [w for w in words if w]
            for direction, streams in zip(words[::2], words[1::2], strict=False):
                if direction == "send":
                    declared = [s.split(",")[0].lstrip("~") for s in streams.split(";")]
    if any(not rid or len(rid) > 16 or not TOKEN.issuperset(rid) for rid in declared):
        raise BadOffer("a=rid names must be 1 to 16 letters and digits")
    return list(dict.fromkeys(declared))


def _describe(session: SessionDescription, sections: list[Section], limits: MediaLimits) -> Description:
    if not sections:
        raise BadOffer("the SDP has no m-line")
    if len({s.mid for s in sections}) != len(sections):
        raise BadOffer("two m-lines share one a=mid")
    used = [m for m, s in zip(session.media, sections, strict=True) if s.accepted]
    first = used[0] if used else session.media[0]
    ice = first.ice
    if ice is None or not ice.usernameFragment or not ice.password:
        raise BadOffer("a=ice-ufrag and a=ice-pwd are missing")
    if len(ice.usernameFragment) > 256 or len(ice.password) > 256:
        raise BadOffer("a=ice-ufrag or a=ice-pwd is too long")
    fingerprints = [(f.algorithm, f.value) for f in first.dtls.fingerprints] if first.dtls else []
    if not any(algorithm.lower() in ("sha-256", "sha-384", "sha-512") for algorithm, _ in fingerprints):
        raise BadOffer("an a=fingerprint with sha-256 and an a=setup are needed")
    candidates = sum(len(m.ice_candidates) for m in session.media)
    assert first.dtls is not None
    return Description(sections, ice.usernameFragment, ice.password, fingerprints[:8], first.dtls.role, candidates)
