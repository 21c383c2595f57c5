"""Every bound of the media plane in one place. Sizes in bytes, times in seconds, rates a second, unless the name
says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Bounds on what a peer may ask for or make the node keep."""

    sdp_bytes: int = 64 * 1024
    sdp_lines: int = 2_000
    sdp_sections: int = 64
    sdp_ssrc_lines: int = 256
    candidates: int = 64
    tracks_per_publication: int = 8
    layers_per_track: int = 4
    ssrcs_per_peer: int = 48
    pipe_ssrcs: int = 4_096
    publications_per_room: int = 256
    publications_per_user: int = 8
    receivers_per_user: int = 16
    subscriptions_per_receiver: int = 64
    peers: int = 4_000
    pending_peers: int = 1_000
    """Peers that have not finished their DTLS handshake."""

    handshake_seconds: float = 20.0
    consent_seconds: float = 30.0
    """A peer whose last valid connectivity check is older than this is gone (RFC 7675)."""

    stun_per_second: float = 50.0
    """Valid-looking checks answered for one peer; a burst of twice this passes."""
    dtls_queue: int = 32
    """Datagrams of handshake waiting for one peer."""
    read_batches: int = 8
    """recvmmsg calls in one turn of the loop, so that a flood cannot starve the timers."""

    cache_seconds: float = 1.5
    cache_bytes: int = 2 * 1024 * 1024
    """Of one incoming stream, for retransmission."""
    nack_per_packet: int = 8
    nack_window: int = 512
    rtx_bits_per_second: int = 4_000_000
    """Retransmission budget of one receiver."""
    tcp_connections: int = 1_000
    tcp_queue_bytes: int = 512 * 1024
    """Written but unsent bytes of one ICE-TCP connection; packets past it are dropped."""
    send_queue_bytes: int = 2 * 1024 * 1024
    """What a full socket buffer may leave waiting on one UDP socket; packets past it are dropped."""


DEFAULT_LIMITS = MediaLimits()
