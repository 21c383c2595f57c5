"""The contract with aiortc 1.16 and pylibsrtp 1.0: fails when an upgrade moves what `media.aiortc_seams` leans on."""

from importlib.metadata import version

import pylibsrtp
from aiortc.rtcdtlstransport import SRTP_PROFILES, RTCDtlsTransport
from pylibsrtp import Policy, Session

from media import aiortc_seams as seams


class Link:
    role = "controlled"
    state = "completed"

    async def _recv(self) -> bytes:
        raise ConnectionError

    async def _send(self, data: bytes) -> None:
        raise ConnectionError


def test_pinned_versions() -> None:
    assert version("aiortc").startswith("1.16.")
    assert version("pylibsrtp").startswith("1.0.")


async def test_a_new_transport_is_a_passive_one_with_the_names_we_read() -> None:
    dtls = seams.new_dtls(Link(), seams.new_certificate())
    assert isinstance(dtls, RTCDtlsTransport)
    assert dtls._role == "server"
    assert dtls._rx_srtp is None
    assert dtls._tx_srtp is None
    assert dtls.state == "new"


def test_one_openssl_context_serves_every_handshake() -> None:
    certificate = seams.new_certificate()
    first = certificate._create_ssl_context(SRTP_PROFILES)
    assert certificate._create_ssl_context(SRTP_PROFILES) is first
    assert certificate.sha256().count(":") == 31


def session_pair() -> seams.SrtpKeys:
    key = bytes(range(44))
    profile = Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    send = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))
    receive = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))
    return seams.wrap_sessions(receive, send, "SRTP_AEAD_AES_256_GCM")


def test_libsrtp_works_in_place_on_our_buffers_as_through_its_own_api() -> None:
    keys = session_pair()
    packet = bytes.fromhex("80600001000000020000000a") + b"payload"
    slab = seams.srtp_ffi.new("char[]", 256)
    view = memoryview(seams.srtp_ffi.buffer(slab)).cast("B")
    view[100 : 100 + len(packet)] = packet
    length = seams.srtp_ffi.new("int *", len(packet))
    assert seams.srtp_protect(keys.send, slab + 100, length) == 0
    assert length[0] == len(packet) + keys.tag_bytes
    wire = bytes(view[100 : 100 + length[0]])
    assert keys.sessions[0].unprotect(wire) == packet


def test_a_replayed_packet_is_refused_in_place() -> None:
    keys = session_pair()
    wire = keys.sessions[1].protect(bytes.fromhex("80600001000000020000000a") + b"payload")
    slab = seams.srtp_ffi.new("char[]", wire.ljust(256, b"\0"))
    length = seams.srtp_ffi.new("int *", len(wire))
    assert seams.srtp_unprotect(keys.receive, slab, length) == 0
    slab[0 : len(wire)] = wire
    length[0] = len(wire)
    assert seams.srtp_unprotect(keys.receive, slab, length) != 0


def test_every_profile_of_aiortc_has_a_known_tag() -> None:
    assert set(seams.supported_profiles()) <= set(seams.TAG_BYTES)
    assert seams.supported_profiles()[0] == "SRTP_AEAD_AES_256_GCM"
    assert pylibsrtp.SRTP_MAX_SRTCP_TRAILER_LEN == seams.RTCP_TRAILER_BYTES
