"""Live media: a selective forwarding unit. Packets are decrypted, renumbered and encrypted again, never decoded.

    publisher ─▶ udp.Inbox ─▶ node ─▶ ingress (SRTP off) ─▶ uplink (one SSRC) ─▶ fanout ─▶ udp.Outbox ─▶ receivers
        ▲                                                        │                  ▲
        └──── RTCP ──── feedback (NACK, PLI, REMB, TWCC) ◀───────┴── downlink ──────┘

Pure, each with its own tests: `rtp`, `rtcp`, `codecs`, `sdp`, `stun`, `forwarder`, `cache`, `nack`, `keyframes`,
`layers`, `twcc`, `bandwidth`, `speaker`. Shells with the I/O: `udp` (sockets), `dtls` (handshake), `node` (one UDP port
and its peers), `sfu` (rooms, publications, subscriptions), `http` (WHIP and WHEP). Every private name of aiortc and
pylibsrtp is in `aiortc_seams`; every bound is in `limits`.
"""
