from collections.abc import Callable

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.sdp import SessionDescription, parameters_to_sdp
from hypothesis import given
from hypothesis import strategies as st

from media import negotiate, sdp, sdp_write
from media.errors import BadOffer, LimitReached, MediaError
from media.limits import MediaLimits
from tests.media.sdp_samples import AUDIO, FINGERPRINT, HEAD, OFFER, SIMULCAST, VIDEO

OUR_TRANSPORT = sdp_write.Transport(
    "ours",
    "secret-of-ours-0123456789",
    FINGERPRINT,
    [
        sdp_write.Candidate("192.0.2.1", 4000),
        sdp_write.Candidate("2001:db8::1", 4000),
        sdp_write.Candidate("192.0.2.1", 4000, "tcp"),
    ],
)


def test_an_offer_of_a_browser_is_understood() -> None:
    offer = sdp.read(OFFER.replace("\n", "\r\n"))
    audio, video = offer.sections
    assert (offer.ufrag, offer.pwd, offer.setup) == ("abcd", "0123456789abcdef01234567", "auto")
    assert offer.fingerprints == [("sha-256", FINGERPRINT)]
    assert (audio.kind, audio.mid, audio.direction, audio.ssrcs) == ("audio", "0", "sendonly", [1001])
    assert [(c.name, c.payload_type, c.channels) for c in audio.codecs][:1] == [("opus", 111, 2)]
    assert video.rids == ["q", "h", "f"]
    assert [(c.name, c.payload_type, c.rtx) for c in video.codecs if c.name in negotiate.VIDEO] == [
        ("VP8", 96, 97),
        ("VP9", 98, 99),
        ("VP9", 100, 101),
        ("H264", 102, 103),
        ("H264", 104, 105),
        ("H264", 106, 107),
        ("AV1", 45, 46),
    ]
    assert "nack pli" in video.codecs[0].feedback


@pytest.mark.parametrize(
    ("written", "layers"),
    [
        ("a=simulcast:send q;h;f recv x", ["q", "h", "f"]),
        ("a=simulcast: send 1;~2,3", ["1", "2"]),
        ("a=simulcast:recv x send a;b", ["a", "b"]),
        ("a=rid:only send", ["only"]),
        ("a=rid:only recv", []),
    ],
)
def test_layers_as_clients_write_them(written: str, layers: list[str]) -> None:
    assert sdp.read(HEAD + AUDIO + VIDEO + written + "\n").sections[1].rids == layers


def test_one_payload_type_a_codec_is_agreed_with_the_plainer_h264() -> None:
    video = sdp.read(OFFER).sections[1]
    agreed = negotiate.agree(video, receiving=True, prefer_twcc=True)
    assert [(c.name, c.payload_type) for c in agreed.codecs] == [("VP8", 96), ("VP9", 98), ("H264", 106), ("AV1", 45)]
    assert agreed.twcc
    assert agreed.extensions == {"mid": 4, "rid": 10, "rrid": 11, "twcc": 3, "orientation": 13}
    assert agreed.codecs[0].feedback == {"nack", "nack pli", "ccm fir", "transport-cc"}


def test_without_transport_wide_feedback_remb_is_agreed() -> None:
    video = sdp.read(OFFER).sections[1]
    agreed = negotiate.agree(video, receiving=True, prefer_twcc=False)
    assert not agreed.twcc
    assert "abs" in agreed.extensions
    assert "twcc" not in agreed.extensions
    assert "goog-remb" in agreed.codecs[0].feedback


def test_nack_is_not_agreed_without_rtx() -> None:
    text = OFFER.replace("a=fmtp:97 apt=96\n", "").replace("a=rtpmap:97 rtx/90000\n", "")
    agreed = negotiate.agree(sdp.read(text).sections[1], receiving=False, prefer_twcc=False)
    assert agreed.codecs[0].name == "VP8"
    assert "nack" not in agreed.codecs[0].feedback
    assert "nack" in agreed.codecs[1].feedback


def test_what_we_write_is_read_back_by_aiortc_and_ourselves() -> None:
    video = sdp.read(OFFER).sections[1]
    agreed = negotiate.agree(video, receiving=True, prefer_twcc=True)
    lines = [
        sdp_write.Line("audio", "0", "inactive", formats=["111"]),
        sdp_write.Line("video", "1", "recvonly", agreed.codecs, agreed.extensions, ["q", "h", "f"]),
        sdp_write.Line("video", "2", "sendonly", agreed.codecs, agreed.extensions, [], 55, 56, "stream track"),
    ]
    text = sdp_write.write(12345, 1, lines, OUR_TRANSPORT, "cname")
    refused, receiving, sending = (read := sdp.read(text)).sections
    assert (read.ufrag, read.setup, read.candidates) == ("ours", "server", 3)
    assert not refused.accepted
    assert [(c.name, c.payload_type, c.rtx) for c in receiving.codecs] == [
        (c.name, c.payload_type, c.rtx) for c in agreed.codecs
    ]
    assert "a=rid:h recv\r\n" in text
    assert "a=simulcast:recv q;h;f\r\n" in text
    assert (sending.ssrcs, sending.repairs, sending.msid) == ([55, 56], {55: 56}, "stream track")
    assert "a=group:BUNDLE 1 2\r\n" in text
    assert text.count("a=ice-lite\r\n") == 1
    assert text.count("a=candidate:") == 3
    assert "tcptype passive" in text


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: "",
        lambda t: "hello",
        lambda t: HEAD,
        lambda t: t.replace("a=mid:1\n", "a=mid:0\n"),
        lambda t: t.replace("a=mid:1\n", ""),
        lambda t: t.replace("a=mid:1\n", "a=mid:" + "x" * 40 + "\n"),
        lambda t: t.replace("a=ice-pwd:0123456789abcdef01234567\n", ""),
        lambda t: t.replace("a=fingerprint:sha-256", "a=fingerprint:md5"),
        lambda t: t.replace("a=setup:actpass\n", ""),
        lambda t: t.replace("a=setup:actpass", "a=setup:holdconn"),
        lambda t: t.replace("a=rid:q send", "a=rid:q:q send").replace("send q;", "send q=1;"),
        lambda t: t.replace("a=rtpmap:98 VP9/90000\n", ""),
        lambda t: t.replace("VP8/90000", "VP8/fast"),
        lambda t: t.replace("m=video 9", "m=video nine"),
        lambda t: t.replace("a=mid:1", "a=mid:1\0"),
        lambda t: t.replace("opus/48000/2", "opus"),
    ],
)
def test_damaged_offers_are_refused_in_words(damage: Callable[[str], str]) -> None:
    with pytest.raises(BadOffer) as refusal:
        sdp.read(damage(OFFER))
    assert len(str(refusal.value)) > 10


@pytest.mark.parametrize(
    "text",
    [
        OFFER + "a=x:y\n" * 3_000,
        OFFER + "m=audio 9 X 0\n" * 100,
        OFFER + "".join(f"a=ssrc:{i} cname:x\n" for i in range(300)),
        OFFER + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n" * 80,
        OFFER + "x" * 70_000,
    ],
)
def test_oversized_offers_are_refused_before_parsing(text: str) -> None:
    with pytest.raises(LimitReached):
        sdp.read(text)
    with pytest.raises(LimitReached):
        sdp.read(b"x" * (MediaLimits().sdp_bytes + 1))


@given(st.lists(st.tuples(st.integers(0, len(OFFER)), st.integers(0, 30), st.text(max_size=8)), max_size=6))
def test_cut_and_mangled_offers_are_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    text = OFFER
    for at, drop, insert in edits:
        text = text[:at] + insert + text[at + drop :]
    try:
        sdp.read(text)
    except MediaError:
        return


@given(st.binary(max_size=300))
def test_bytes_that_are_no_sdp_are_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        sdp.read(data)


def test_sample_has_simulcast() -> None:
    assert SIMULCAST in OFFER


async def offered_by_aiortc() -> str:
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        pc.addTransceiver(kind)
    await pc.setLocalDescription(await pc.createOffer())
    text: str = pc.localDescription.sdp
    await pc.close()
    return text


@pytest.mark.parametrize("who", ["a browser", "aiortc"])
async def test_another_parser_reads_the_same(who: str) -> None:
    text = OFFER if who == "a browser" else await offered_by_aiortc()
    ours, theirs = sdp.read(text), SessionDescription.parse(text)
    assert [s.kind for s in ours.sections] == [m.kind for m in theirs.media]
    for section, media in zip(ours.sections, theirs.media, strict=True):
        assert (section.mid, section.direction, section.msid) == (media.rtp.muxId, media.direction, media.msid or "")
        assert section.formats == [str(fmt) for fmt in media.fmt]
        assert section.extensions == {e.uri: e.id for e in media.rtp.headerExtensions}
        assert section.ssrcs == [s.ssrc for s in media.ssrc]
        known = {c.payloadType: c for c in media.rtp.codecs}
        for codec in section.codecs:
            same = known[codec.payload_type]
            assert codec.name.lower() == same.mimeType.partition("/")[2].lower()
            assert (codec.clock, codec.channels) == (same.clockRate, same.channels)
            asked = {f"{f.type} {f.parameter}" if f.parameter else f.type for f in same.rtcpFeedback}
            assert codec.feedback == asked
            assert codec.fmtp.replace(" ", "") == parameters_to_sdp(same.parameters).replace(" ", "")
            assert codec.rtx is None or known[codec.rtx].parameters["apt"] == codec.payload_type
    first = theirs.media[0]
    assert first.ice is not None
    assert first.dtls is not None
    assert (ours.ufrag, ours.pwd) == (first.ice.usernameFragment, first.ice.password)
    assert ours.fingerprints == [(f.algorithm, f.value) for f in first.dtls.fingerprints]
