"""Which codecs, feedback and header extensions an m-line ends up with, whoever offered."""

from collections.abc import Sequence
from dataclasses import dataclass

from media import rtp
from media.sdp import Codec, Section

VIDEO = ("VP8", "VP9", "H264", "AV1")
AUDIO = ("opus",)

EXTENSION_NAMES = {
    rtp.MID: "mid",
    rtp.RID: "rid",
    rtp.REPAIRED_RID: "rrid",
    rtp.ABS_SEND_TIME: "abs",
    rtp.AUDIO_LEVEL: "level",
    rtp.TRANSPORT_CC: "twcc",
    rtp.ORIENTATION: "orientation",
    rtp.PLAYOUT_DELAY: "delay",
}
URIS = {name: uri for uri, name in EXTENSION_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Agreed:
    """One m-line as agreed: codecs in order, extensions by name, whether transport-wide feedback is spoken."""

    codecs: list[Codec]
    extensions: dict[str, int]
    twcc: bool


def supported(kind: str, codec: Codec) -> bool:
    """Whether packets of this codec can be forwarded: known names, and for H.264 the fragmenting mode."""
    if kind == "audio":
        return codec.name in AUDIO
    if codec.name == "H264":
        return "packetization-mode=1" in codec.fmtp.replace(" ", "")
    if codec.name == "VP9":
        return "profile-id" not in codec.fmtp or "profile-id=0" in codec.fmtp
    return codec.name in VIDEO


def first_of_each(kind: str, codecs: Sequence[Codec]) -> list[Codec]:
    """The peer's order, one payload type for each name; a plainer H.264 profile wins over a fuller one."""
    best: dict[str, Codec] = {}
    for codec in codecs:
        if not supported(kind, codec):
            continue
        held = best.get(codec.name)
        if held is None or (codec.name == "H264" and "42e0" in codec.fmtp.lower() and "42e0" not in held.fmtp.lower()):
            best[codec.name] = codec
    return list(best.values())


def agree(section: Section, receiving: bool, prefer_twcc: bool) -> Agreed:
    """What we accept of a peer's m-line. `receiving`: the peer sends to us. Feedback is kept only where we act on it:
    `nack` needs RTX, since repeating a packet under its old number with new extensions would reuse an SRTP nonce."""
    codecs = first_of_each(section.kind, section.codecs)
    names = {EXTENSION_NAMES[uri]: ident for uri, ident in section.extensions.items() if uri in EXTENSION_NAMES}
    twcc = prefer_twcc and "twcc" in names and any("transport-cc" in c.feedback for c in codecs)
    keep = {"mid", "level"} if section.kind == "audio" else {"mid", "orientation"}
    if receiving:
        keep |= {"rid", "rrid"}
    elif section.kind == "video":
        keep.add("delay")
    if twcc:
        keep.add("twcc")
    elif section.kind == "video":
        keep.add("abs")
    extensions = {name: ident for name, ident in names.items() if name in keep}
    return Agreed([_trim(c, section.kind, twcc) for c in codecs], extensions, twcc)


def _trim(codec: Codec, kind: str, twcc: bool) -> Codec:
    wanted = {"transport-cc"} if twcc else {"goog-remb"}
    if kind == "video":
        wanted |= {"nack pli", "ccm fir"}
        if codec.rtx is not None:
            wanted.add("nack")
    feedback = codec.feedback & wanted
    return Codec(codec.payload_type, codec.name, codec.clock, codec.channels, codec.fmtp, feedback, codec.rtx)


_VIDEO_FEEDBACK = frozenset({"nack", "nack pli", "ccm fir"})


def our_codecs(kind: str, twcc: bool) -> list[Codec]:
    """What the server itself offers to a receiver."""
    if kind == "audio":
        feedback = frozenset({"transport-cc"}) if twcc else frozenset[str]()
        return [Codec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1", feedback)]
    feedback = _VIDEO_FEEDBACK | {"transport-cc" if twcc else "goog-remb"}
    h264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
    table = ((96, "VP8", ""), (98, "VP9", "profile-id=0"), (102, "H264", h264), (45, "AV1", ""))
    return [Codec(pt, name, 90000, None, fmtp, feedback, pt + 1) for pt, name, fmtp in table]


def our_extensions(kind: str, twcc: bool) -> dict[str, int]:
    """Ids of the extensions in our own offers; one id means one thing over the whole bundle."""
    ids = {"mid": 1}
    if kind == "audio":
        ids["level"] = 2
    else:
        ids["orientation"] = 5
        ids["delay"] = 6
        ids["twcc" if twcc else "abs"] = 4 if twcc else 3
    return ids
