"""Session descriptions read (RFC 8866, 8829, and 8851 and 8853 for simulcast): only what a forwarder acts on.

The text comes from anyone: it is measured before it is parsed, and every fault is `BadOffer` in plain words. A join
parses one, so there is one pass over the lines, by name, and no object a line.
"""

import re
from dataclasses import dataclass, field

from media.errors import BadOffer, LimitReached
from media.limits import DEFAULT_LIMITS, MediaLimits

FAULTS = (ValueError, KeyError, IndexError)
FIRST_DYNAMIC = 35
"""Payload types below have a meaning without `a=rtpmap` (RFC 3551)."""
DIRECTIONS = ("sendonly", "recvonly", "sendrecv", "inactive")
ROLES = {"actpass": "auto", "active": "client", "passive": "server"}
"""What `a=setup` makes of its writer in DTLS."""
APT = re.compile(r"(?:^|;)\s*apt=(\d+)")
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
    session, *parts = _split(text)
    try:
        sections = [_section(part) for part in parts]
    except FAULTS as problem:
        raise BadOffer(f"the SDP cannot be read ({type(problem).__name__})") from problem
    return _describe(session, parts, sections, limits)


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


Attributes = dict[str, list[str]]
"""Name of an `a=` line to its values, in order. The m-line itself is under `m`."""


def _split(text: str) -> list[Attributes]:
    """The attributes of the session, then those of each m-line."""
    parts: list[Attributes] = [{}]
    for line in text.split("\n"):
        kind, value = line[:2], line[2:].strip()
        if kind == "m=":
            parts.append({"m": [value]})
        elif kind == "a=":
            name, _, rest = value.partition(":")
            parts[-1].setdefault(name, []).append(rest)
    return parts


def _last(part: Attributes, name: str) -> str:
    values = part.get(name)
    return values[-1] if values else ""


def _section(part: Attributes) -> Section:
    kind, port, protocol, *formats = part["m"][0].split()
    mid = _last(part, "mid")
    if not mid or len(mid) > 16 or not TOKEN.issuperset(mid):
        raise BadOffer("each m-line needs an a=mid of at most 16 letters and digits")
    direction = next((name for name in DIRECTIONS if name in part), "sendrecv")
    section = Section(kind, mid, direction, int(port.partition("/")[0]) != 0, protocol)
    if kind in ("audio", "video"):
        formats = [str(int(fmt)) for fmt in formats]
    section.formats = formats
    section.msid = _last(part, "msid")
    section.sctp_port = int(_last(part, "sctp-port") or 0)
    section.extensions = _extensions(part)
    section.ssrcs = [s for s in dict.fromkeys(int(v.split()[0]) for v in part.get("ssrc", ())) if 0 < s < 1 << 32]
    section.repairs = _repairs(part)
    section.codecs = _codecs(part, kind, section.formats)
    section.rids = _rids(part)
    return section


def _extensions(part: Attributes) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in part.get("extmap", ()):
        words = value.split()
        ident = int(words[0].partition("/")[0])
        if 1 <= ident <= 14:
            found[words[1]] = ident
    return found


def _repairs(part: Attributes) -> dict[int, int]:
    groups = [value.split() for value in part.get("ssrc-group", ())]
    return {int(words[1]): int(words[2]) for words in groups if words[:1] == ["FID"] and len(words) == 3}


def _codecs(part: Attributes, kind: str, formats: list[str]) -> list[Codec]:
    """The codecs in the order of the m-line, each with its retransmission type; the latter are not listed
    themselves."""
    parameters = {payload_type: rest for payload_type, _, rest in (v.partition(" ") for v in part.get("fmtp", ()))}
    feedback = _feedback(part)
    repeats: dict[str, int] = {}
    found: dict[str, Codec] = {}
    rtx: set[str] = set()
    for value in part.get("rtpmap", ()):
        payload_type, encoding = value.split()[:2]
        name, clock, *channels = encoding.split("/")
        fmtp = parameters.get(payload_type, "").strip()
        if name.lower() == "rtx":
            rtx.add(payload_type)
            apt = APT.search(fmtp)
            if apt is not None:
                repeats[apt[1]] = _payload_type(payload_type)
            continue
        count = int(channels[0]) if channels else 1 if kind == "audio" else None
        asked = frozenset(feedback.get(payload_type, set()) | feedback.get("*", set()))
        name = name.upper() if kind == "video" else name.lower()
        found[payload_type] = Codec(_payload_type(payload_type), name, int(clock), count, fmtp, asked)
    nameless = parameters.keys() - found.keys() - rtx
    if any(_payload_type(it) >= FIRST_DYNAMIC for it in nameless):
        raise BadOffer("a payload type has an a=fmtp and no a=rtpmap")
    for apt_of, payload_type in repeats.items():
        if apt_of in found:
            found[apt_of].rtx = payload_type
    return [found[fmt] for fmt in dict.fromkeys(formats) if fmt in found]


def _payload_type(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 127:
        raise BadOffer("a payload type is a number from 0 to 127")
    return number


def _feedback(part: Attributes) -> dict[str, set[str]]:
    """Payload type, or `*`, to the feedback asked for."""
    found: dict[str, set[str]] = {}
    for value in part.get("rtcp-fb", ()):
        payload_type, _, what = value.partition(" ")
        found.setdefault(payload_type, set()).add(" ".join(what.split()))
    return found


def _rids(part: Attributes) -> list[str]:
    """Layers of `a=simulcast:send`, without alternatives and marks of a paused start; else those of `a=rid … send`."""
    spoken = [value.split() for value in part.get("rid", ())]
    declared = [words[0] for words in spoken if len(words) >= 2 and words[1] == "send"]
    for value in part.get("simulcast", ()):
        words = value.split()
        for direction, streams in zip(words[::2], words[1::2], strict=False):
            if direction == "send":
                declared = [s.split(",")[0].lstrip("~") for s in streams.split(";")]
    if any(not rid or len(rid) > 16 or not TOKEN.issuperset(rid) for rid in declared):
        raise BadOffer("a=rid names must be 1 to 16 letters and digits")
    return list(dict.fromkeys(declared))


def _describe(
    session: Attributes, parts: list[Attributes], sections: list[Section], limits: MediaLimits
) -> Description:
    if not sections:
        raise BadOffer("the SDP has no m-line")
    if len({s.mid for s in sections}) != len(sections):
        raise BadOffer("two m-lines share one a=mid")
    used = [part for part, s in zip(parts, sections, strict=True) if s.accepted]
    transport = session | (used[0] if used else parts[0])
    ufrag, pwd = _last(transport, "ice-ufrag"), _last(transport, "ice-pwd")
    if not ufrag or not pwd:
        raise BadOffer("a=ice-ufrag and a=ice-pwd are missing")
    if len(ufrag) > 256 or len(pwd) > 256:
        raise BadOffer("a=ice-ufrag or a=ice-pwd is too long")
    spoken = [value.split() for value in transport.get("fingerprint", ())]
    fingerprints = [(words[0], words[1]) for words in spoken if len(words) == 2]
    role = ROLES.get(_last(transport, "setup"))
    if role is None or not any(name.lower() in ("sha-256", "sha-384", "sha-512") for name, _ in fingerprints):
        raise BadOffer("an a=fingerprint with sha-256 and an a=setup are needed")
    candidates = sum(len(part.get("candidate", ())) for part in parts)
    return Description(sections, ufrag, pwd, fingerprints[:8], role, candidates)
