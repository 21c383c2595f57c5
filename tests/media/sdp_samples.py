"""An offer as a browser of 2026 writes it: one audio line, one simulcast video line, many codecs (shortened)."""

FINGERPRINT = ":".join(["AB"] * 32)

HEAD = """v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS stream
"""
TRANSPORT = f"""c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 8f1b0b2c-1a2b.local 51234 typ host generation 0 network-cost 999
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdef01234567
a=ice-options:trickle
a=fingerprint:sha-256 {FINGERPRINT}
a=setup:actpass
"""
AUDIO = f"""m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110
{TRANSPORT}a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:stream audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=ssrc:1001 cname:x
"""
VIDEO_CODECS = "".join(
    f"a=rtpmap:{pt} {name}/90000\n"
    + "".join(f"a=rtcp-fb:{pt} {f}\n" for f in ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"))
    + (f"a=fmtp:{pt} {fmtp}\n" if fmtp else "")
    + f"a=rtpmap:{pt + 1} rtx/90000\na=fmtp:{pt + 1} apt={pt}\n"
    for pt, name, fmtp in (
        (96, "VP8", ""),
        (98, "VP9", "profile-id=0"),
        (100, "VP9", "profile-id=2"),
        (102, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"),
        (104, "H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f"),
        (106, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
        (45, "AV1", "level-idx=5;profile=0;tier=0"),
    )
)
VIDEO = f"""m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103 104 105 106 107 45 46 108 109
{TRANSPORT}a=mid:1
a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:13 urn:3gpp:video-orientation
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:stream video
a=rtcp-mux
a=rtcp-rsize
{VIDEO_CODECS}a=rtpmap:108 red/90000
a=rtpmap:109 ulpfec/90000
"""
SIMULCAST = """a=rid:q send
a=rid:h send
a=rid:f send
a=simulcast:send q;h;f
"""
OFFER = HEAD + AUDIO + VIDEO + SIMULCAST
"""As Chromium writes it (with LF line ends)."""
