# pyright: standard
"""The one file that touches private names of aiortc, aioice and pylibsrtp (pinned: aiortc 1.16.x, pylibsrtp 1.0.x).

`tests/media/test_aiortc_seams.py` is the contract: it fails when an upgrade moves one of them.

- `RTCDtlsTransport` runs unmodified and passive over any object with `_recv`, `_send`, `role` and `state`.
- `RTCDtlsTransport._set_role`, `_ssl`, `_rx_srtp`, `_tx_srtp`: role, and what the handshake left.
- `RTCCertificate._create_ssl_context`: one OpenSSL context for the whole node, not one a peer.
- `Session._srtp[0]` and `pylibsrtp._binding`: libsrtp in place, without a copy a packet.
- `Session._cdata`, `_buffer`: scratch buffers that a session of ours never uses.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from aiortc.rtcdtlstransport import (
    SRTP_PROFILES,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from aiortc.rtcsctptransport import RTCSctpTransport
from OpenSSL import SSL
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

srtp_ffi = ffi
srtp_protect = lib.srtp_protect
srtp_unprotect = lib.srtp_unprotect
srtp_protect_rtcp = lib.srtp_protect_rtcp
srtp_unprotect_rtcp = lib.srtp_unprotect_rtcp

TAG_BYTES = {"SRTP_AEAD_AES_256_GCM": 16, "SRTP_AEAD_AES_128_GCM": 16, "SRTP_AES128_CM_SHA1_80": 10}
RTCP_TRAILER_BYTES = 4 + 16 + 128


class DatagramLink(Protocol):
    """What `RTCDtlsTransport` needs below it."""

    role: str
    state: str

    async def _recv(self) -> bytes: ...
    async def _send(self, data: bytes) -> None: ...


class NodeCertificate(RTCCertificate):
    """A certificate whose OpenSSL context is made once and shared by every handshake of the node."""

    _shared: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._shared is None:
            self._shared = super()._create_ssl_context(srtp_profiles)
            # Nobody resumes a DTLS-SRTP session, and a shared context would keep 20,480 of them.
            self._shared.set_session_cache_mode(SSL.SESS_CACHE_OFF)
            # Nothing is said over DTLS after the handshake but goodbye: its buffers need not stay.
            self._shared.set_mode(SSL.MODE_RELEASE_BUFFERS)
        return self._shared

    def sha256(self) -> str:
        """The fingerprint for `a=fingerprint:sha-256`."""
        return next(f.value for f in self.getFingerprints() if f.algorithm == "sha-256")


@dataclass(slots=True)
class SrtpKeys:
    """A finished handshake: both libsrtp handles (`srtp_t`), kept alive by their sessions, and the tag's length."""

    receive: Any
    send: Any
    tag_bytes: int
    profile: str
    sessions: tuple[Session, Session]


def new_certificate() -> NodeCertificate:
    return NodeCertificate.generateCertificate()


def new_dtls(link: DatagramLink, certificate: NodeCertificate, role: str = "server") -> RTCDtlsTransport:
    """DTLS over `link`: as a server (passive) AES-256-GCM is chosen, as a client the dearer SHA1_80."""
    dtls = RTCDtlsTransport(link, [certificate])  # type: ignore[arg-type]
    dtls._set_role(role)
    return dtls


def dtls_parameters(fingerprints: list[tuple[str, str]]) -> RTCDtlsParameters:
    return RTCDtlsParameters(fingerprints=[RTCDtlsFingerprint(algorithm=a, value=v) for a, v in fingerprints])


def srtp_keys(dtls: RTCDtlsTransport) -> SrtpKeys:
    """The SRTP sessions of a connected transport."""
    receive, send = dtls._rx_srtp, dtls._tx_srtp
    profile = dtls._ssl.get_selected_srtp_profile().decode()  # type: ignore[union-attr]
    return wrap_sessions(receive, send, profile)


def forget(dtls: RTCDtlsTransport) -> None:
    """Let go of what OpenSSL and libsrtp hold for an association that is over, some 80 KB. It stands in circles with
    what ran it: the collector would come by much later."""
    dtls._ssl = None
    dtls._rx_srtp = dtls._tx_srtp = None  # type: ignore[assignment]


def wrap_sessions(receive: Session, send: Session, profile: str) -> SrtpKeys:
    """Handles for sessions made elsewhere (tests, pipes between nodes)."""
    return SrtpKeys(receive._srtp[0], send._srtp[0], TAG_BYTES[profile], profile, (receive, send))


def new_sctp(dtls: RTCDtlsTransport, port: int) -> RTCSctpTransport:
    return RTCSctpTransport(dtls, port)


def supported_profiles() -> list[str]:
    return [p.openssl_profile.decode() for p in SRTP_PROFILES]
