# pyright: standard
"""A media node: one UDP port (on each local address), its peers, its clock.

    readable ─▶ Inbox.read ─▶ by first byte: STUN │ DTLS │ SRTP │ SRTCP ─▶ streams' batches ─▶ fan_out ─▶ Outbox.flush

While little is forwarded a packet leaves in the turn it came. Under load the node waits `hold_seconds` after the first
datagram before it reads, so that one turn takes what several would have: larger batches, fewer system calls.
"""

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import Callable
from types import TracebackType

from media import addresses, feedback, rtp, stun, switching
from media.aiortc_seams import SrtpKeys, new_certificate
from media.cache import Packet
from media.dtls import Handshake, HandshakeFailed, rehearse
from media.errors import Conflict, LimitReached
from media.fanout import fan_out
from media.node_config import Counters, NodeConfig, Port, default_hosts
from media.pace import Pace
from media.peer import Peer
from media.sdp_write import Candidate
from media.tcp import Connection, Listener, TcpOutbox, TcpPath
from media.udp import READ_SLOTS, SLOT, Inbox, Outbox, Path, Sink, best_way, open_socket
from media.uplink import UpStream

__all__ = ["Node", "NodeConfig", "default_hosts"]

CONGESTION_TICKS, REMB_TICKS = 5, 25
SLICES = 50
"""Every peer is looked at once in this many ticks, in slices, so that no tick does the work of all."""
TRIES = 8
"""Random ports tried until one is free on UDP and TCP."""
HOLD_ABOVE = 40
"""Packets forwarded a tick above which reading is held."""


class Node:
    """`async with Node(config) as node:` opens the port; peers are made by `new_peer` and end by `drop_peer`."""

    def __init__(self, config: NodeConfig | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.config = config or NodeConfig()
        self.limits = self.config.limits
        self.clock = clock
        self.way = best_way() if self.config.way == "auto" else self.config.way
        self.tcp: Listener | None = None
        self.certificate = new_certificate()
        self.fingerprint = self.certificate.sha256()
        self.ports: list[Port] = []
        self.port = 0
        self.peers: dict[str, Peer] = {}
        self.by_ufrag: dict[str, Peer] = {}
        self.by_name: dict[bytes, Peer] = {}
        self.counters = Counters()
        self.touched: list[UpStream] = []
        self.on_tick: Callable[[float], None] | None = None
        self.on_batch: Callable[[UpStream, list[Packet], float], None] | None = None
        self._pending: set[str] = set()
        self.publishers: dict[str, Peer] = {}
        self.repeating: dict[str, Peer] = {}
        self._slices: list[dict[str, Peer]] = [{} for _ in range(SLICES)]
        self._tasks = asyncio.TaskGroup()
        self._ticks = self._made = 0
        self._pace = Pace(clock)
        self._recent = 0
        self._busy = False
        self._scheduled = False
        self._holding: list[Port] = []
        self._closing = False

    # -- life

    async def __aenter__(self) -> "Node":
        loop = asyncio.get_running_loop()
        await rehearse(self.certificate, self.limits)
        for _ in range(TRIES if self.config.port == 0 else 1):
            self._open_udp()
            if not self.config.tcp or await self._open_tcp():
                break
            if self.config.port == 0:
                self._close_sockets()
        else:
            if not self.ports:
                self._open_udp()
        for opened in self.ports:
            loop.add_reader(opened.sock.fileno(), self._readable, opened)
        await self._tasks.__aenter__()
        self._ticker = self._tasks.create_task(self._run_ticks(), name="media-ticks")
        return self

    def _open_udp(self) -> None:
        port = self.config.port
        try:
            for host in self.config.hosts:
                sock = open_socket(host, port)
                port = port or sock.getsockname()[1]
                self.ports.append(self._make_port(sock, host))
        except OSError:
            self._close_sockets()
            raise
        self.port = port

    async def _open_tcp(self) -> bool:
        """The same port on TCP. When somebody else has it, there are no TCP candidates."""
        listener = Listener(self.limits, self._on_tcp)
        try:
            for opened in self.ports:
                await listener.open(opened.host, self.port)
        except OSError:
            await listener.close()
            return False
        self.tcp = listener
        return True

    def _on_tcp(self, connection: Connection) -> None:
        """A datagram of a TCP connection is in the listener's slot."""
        assert self.tcp is not None
        self._dispatch(self.tcp, 1, self.clock())
        self._soon()

    def _soon(self) -> None:
        """Forward at the end of this turn of the loop, once."""
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._scheduled_forward)

    def _scheduled_forward(self) -> None:
        self._scheduled = False
        if not self._closing:
            self.forward()

    def _make_port(self, sock: socket.socket, host: str) -> Port:
        outbox = Outbox(sock, self.way, self.limits.send_queue_bytes)
        return Port(sock, Inbox(sock, self.way == "plain"), outbox, host)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        for peer in list(self.peers.values()):
            self.drop_peer(peer)
        self._ticker.cancel()
        try:
            await self._tasks.__aexit__(None, None, None)
        finally:
            loop = asyncio.get_running_loop()
            for port in self.ports:
                loop.remove_reader(port.sock.fileno())
                if port.writing:
                    loop.remove_writer(port.sock.fileno())
            self._close_sockets()
            if self.tcp is not None:
                await self.tcp.close()

    def _close_sockets(self) -> None:
        for port in self.ports:
            port.sock.close()
        self.ports = []

    def candidates(self) -> list[Candidate]:
        hosts = self.config.announced or [port.host for port in self.ports]
        found = [Candidate(host, self.port) for host in hosts]
        if self.tcp is not None:
            found += [Candidate(host, self.port, "tcp") for host in hosts]
        return found

    # -- peers

    def new_peer(self) -> Peer:
        """A peer that waits for its first connectivity check. Raises `LimitReached`."""
        if len(self.peers) >= self.limits.peers:
            raise LimitReached("this media node is full; try again later or on another node")
        if len(self._pending) >= self.limits.pending_peers:
            raise LimitReached("too many connections are being set up; try again in a moment")
        ident = secrets.token_hex(8)
        holder: list[Peer] = []
        handshake = Handshake(lambda data: self._send_dtls(holder[0], data), self.certificate, self.limits)
        peer = Peer(ident, self.limits, handshake, self.clock())
        self._made += 1
        peer.slice = self._made % SLICES
        peer.on_repeat = self._repeat
        self._slices[peer.slice][ident] = peer
        holder.append(peer)
        self.peers[ident] = peer
        self._pace.hurry()
        self._pending.add(ident)
        self.by_ufrag[peer.ufrag] = peer
        return peer

    def connect_pipe(self, peer: Peer, raw: bytes, keys: SrtpKeys) -> None:
        """A peer that needs no handshake: another node at the address `raw` (see `media.pipe`)."""
        port = next((p for p in self.ports if p.inbox.name_bytes == len(raw)), None)
        if port is None:
            self.drop_peer(peer)
            raise Conflict("this node has no address of the family that the other node announced")
        path = port.new_path(raw)
        self._learn_path(peer, path, nominated=True)
        peer.keyed(keys)
        peer.piped = True
        self._pending.discard(peer.id)
        if peer.ingress is not None:
            self.publishers[peer.id] = peer

    def start_peer(self, peer: Peer, remote_ufrag: str, fingerprints: list[tuple[str, str]]) -> None:
        """The remote description is known: checks with its fragment are answered and the handshake may begin."""
        peer.remote_ufrag = remote_ufrag
        peer.fingerprints = fingerprints
        if peer.ingress is not None:
            self.publishers[peer.id] = peer
        self._tasks.create_task(self._shake(peer), name=f"media-dtls-{peer.id}")

    def restart_ice(self, peer: Peer, remote_ufrag: str) -> None:
        """New credentials on both sides; the path, the keys and the tracks stay (RFC 8445 section 9)."""
        self.by_ufrag.pop(peer.ufrag, None)
        peer.restart_ice()
        peer.remote_ufrag = remote_ufrag
        self.by_ufrag[peer.ufrag] = peer

    async def _shake(self, peer: Peer) -> None:
        try:
            peer.handshake.on_closed = lambda: self.drop_peer(peer)
            keys = await peer.handshake.run(peer.fingerprints)
        except HandshakeFailed:
            self.counters.handshakes_failed += 1
            self.drop_peer(peer)
            return
        if peer.closed:
            return
        peer.keyed(keys)
        self._pending.discard(peer.id)
        self.counters.handshakes += 1
        if peer.on_connected is not None:
            peer.on_connected(peer)

    def _send_dtls(self, peer: Peer, data: bytes) -> None:
        path = peer.path
        if path is None:
            return
        out = path.outbox
        start = out.reserve(len(data))
        out.view[start : start + len(data)] = data
        out.add(path, start, [(0, len(data), len(data))], start + len(data))
        self._flush_port_of(out)

    def drop_peer(self, peer: Peer) -> None:
        """End a peer: nothing of it stays but the goodbye that is sent."""
        if peer.closed:
            return
        peer.closed = True
        self.peers.pop(peer.id, None)
        self._pending.discard(peer.id)
        self.publishers.pop(peer.id, None)
        self._slices[peer.slice].pop(peer.id, None)
        self.by_ufrag.pop(peer.ufrag, None)
        for name in peer.paths:
            if self.by_name.get(name) is peer:
                del self.by_name[name]
        for down in list(peer.downs.values()):
            switching.release(down)
        self._tasks.create_task(self._goodbye(peer), name=f"media-bye-{peer.id}")
        if peer.on_closed is not None:
            peer.on_closed(peer)

    def _repeat(self, peer: Peer) -> None:
        self.repeating[peer.id] = peer
        self._pace.hurry()

    async def _goodbye(self, peer: Peer) -> None:
        with contextlib.suppress(ConnectionError):
            await peer.handshake.stop()
        peer.part()
        for path in peer.paths.values():
            if isinstance(path, TcpPath):
                path.connection.close()

    # -- reading

    def _readable(self, port: Port) -> None:
        if self._busy and self.config.hold_seconds:
            self._hold(port)
        else:
            self._turn(port)

    def _hold(self, port: Port) -> None:
        """Let datagrams gather in the kernel for a moment, then take them together."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(port.sock.fileno())
        self._holding.append(port)
        if len(self._holding) == 1:
            self.counters.held += 1
            loop.call_later(self.config.hold_seconds, self._release)

    def _release(self) -> None:
        held, self._holding = self._holding, []
        if self._closing:
            return
        loop = asyncio.get_running_loop()
        for port in held:
            loop.add_reader(port.sock.fileno(), self._readable, port)
            self._take(port)
        self.forward()

    def _turn(self, port: Port) -> None:
        self._take(port)
        self.forward()

    def _take(self, port: Port) -> None:
        inbox = port.inbox
        self.counters.turns += 1
        for _ in range(self.limits.read_batches):
            count = inbox.read()
            if not count:
                return
            self._dispatch(port, count, self.clock())
            if count < READ_SLOTS:
                return

    def _dispatch(self, port: Port | Listener, count: int, now: float) -> None:
        inbox, by_name = port.inbox, self.by_name
        view, sizes, names = inbox.view, inbox.sizes, inbox.names
        self.counters.received += count
        for index in range(count):
            size = sizes[index]
            if size < 2:
                continue
            at = index * SLOT
            first = view[at]
            if 128 <= first <= 191:
                peer = by_name.get(names[index])
                if peer is None or peer.srtp is None:
                    self.counters.strays += 1
                elif rtp.is_rtcp(view[at + 1]):
                    self.counters.rtcp += 1
                    if feedback.on_reports(peer, peer.open_rtcp(inbox, index, size), now):
                        self._pace.hurry()
                elif peer.ingress is not None:
                    stream = peer.ingress.on_rtp(inbox, index, size, peer.srtp_receive, now)
                    if stream is not None and len(stream.batch) == 1:
                        self.touched.append(stream)
            elif 20 <= first <= 63:
                peer = by_name.get(names[index])
                if peer is None:
                    self.counters.strays += 1
                else:
                    peer.handshake.link.feed(bytes(view[at : at + size]))
            elif first <= 3:
                self._stun(port, view[at : at + size], names[index], now)
            else:
                self.counters.strays += 1

    # -- STUN

    def _stun(self, port: Port | Listener, data: memoryview, name: bytes, now: float) -> None:
        ufrag = stun.addressed_to(data)
        peer = self.by_ufrag.get(ufrag) if ufrag is not None else None
        if peer is None or not peer.allow_stun(now):
            self.counters.stun_refused += 1
            return
        path = peer.paths.get(name)
        source = path.address if path is not None else addresses.unpack(name)
        check = stun.answer(bytes(data), source, peer.username(), peer.pwd)
        if check is None:
            self.counters.stun_refused += 1
            return
        path = path or port.new_path(name)
        self.counters.stun_answered += 1
        peer.consent_at = now
        self._learn_path(peer, path, check.nominated)
        out, size = port.outbox, len(check.response)
        start = out.reserve(size)
        out.view[start : start + size] = check.response
        out.add(path, start, [(0, size, size)], start + size)

    def _learn_path(self, peer: Peer, path: Path, nominated: bool) -> None:
        """Datagrams from a checked address belong to the peer; what we send goes to the nominated one."""
        if path.raw not in peer.paths:
            peer.paths[path.raw] = path
            self.by_name[path.raw] = peer
            if len(peer.paths) > 16:
                old = next(raw for raw in peer.paths if peer.path is None or raw != peer.path.raw)
                del peer.paths[old]
                self.by_name.pop(old, None)
        elif self.by_name.get(path.raw) is not peer:
            self.by_name[path.raw] = peer
        if peer.path is None or nominated:
            peer.path = path

    # -- writing

    def forward(self) -> None:
        """Fan out every batch that is waiting, then send."""
        if self.touched:
            now = self.clock()
            touched, self.touched = self.touched, []
            for stream in touched:
                self.flush_stream(stream, now)
        for port in self.ports:
            self._flush(port)
        if self.tcp is not None and self.tcp.outbox.tail:
            self.tcp.outbox.flush()

    def flush_stream(self, stream: UpStream, now: float | None = None) -> None:
        """Write one stream's batch to all who follow it."""
        batch = stream.batch
        if not batch:
            return
        now = self.clock() if now is None else now
        if stream.is_urgent:
            self._pace.hurry()
        if stream.waiting:
            switching.join_waiting(stream, now, self.flush_stream)
        stream.batch = []
        written = 0
        for shape, downs in list(stream.groups.items()):
            written += fan_out(shape, downs, batch, now)
        for tap in stream.track.taps:
            tap(stream, batch)
        self.counters.forwarded += written
        self._recent += written

    def _flush_port_of(self, outbox: Sink) -> None:
        if isinstance(outbox, TcpOutbox):
            outbox.flush()
            return
        for port in self.ports:
            if port.outbox is outbox:
                self._flush(port)

    def _flush(self, port: Port) -> None:
        port.outbox.flush()
        if port.outbox.held and not port.writing:
            port.writing = True
            asyncio.get_running_loop().add_writer(port.sock.fileno(), self._writable, port)

    def _writable(self, port: Port) -> None:
        if port.outbox.resume():
            asyncio.get_running_loop().remove_writer(port.sock.fileno())
            port.writing = False

    # -- time

    async def _run_ticks(self) -> None:
        while True:
            urgent = any(peer.ingress is not None and peer.ingress.is_urgent for peer in self.publishers.values())
            passed = await self._pace.next(empty=not self.peers, urgent=urgent)
            self.tick(self.clock(), passed)

    def tick(self, now: float, passed: int = 1) -> None:
        """`passed` fiftieths of a second after the last: repair requests and congestion feedback; each peer's reports
        once a second."""
        before, self._ticks = self._ticks, self._ticks + passed
        self._busy = self._recent > HOLD_ABOVE * passed
        self._recent = 0
        for peer in list(self.publishers.values()):
            if peer.connected:
                self._tick_publisher(peer, before, now)
        repeating, self.repeating = self.repeating, {}
        for peer in repeating.values():
            feedback.repeat(peer, now)
        for tick in range(before + 1, self._ticks + 1):
            for peer in list(self._slices[tick % SLICES].values()):
                self._look_after(peer, now)
            if self.on_tick is not None:
                self.on_tick(now)
        self.forward()

    def _tick_publisher(self, peer: Peer, before: int, now: float) -> None:
        ingress, ticks = peer.ingress, self._ticks
        assert ingress is not None
        parts = feedback.nacks_and_keyframes(peer, ingress, now)
        if ticks // CONGESTION_TICKS != before // CONGESTION_TICKS:
            parts += feedback.congestion(peer, ingress)
        if ticks // REMB_TICKS != before // REMB_TICKS:
            parts += feedback.remb(peer, ingress, now)
        if parts:
            peer.send_rtcp(parts)

    def _look_after(self, peer: Peer, now: float) -> None:
        """Once a second: reports, the end of the mid's time, consent."""
        if not peer.piped and now - peer.consent_at > self.limits.consent_seconds:
            self.counters.expired += 1
            self.drop_peer(peer)
            return
        if not peer.connected:
            return
        parts = feedback.receiver_reports(peer, peer.ingress, now) if peer.ingress is not None else []
        for down in peer.downs.values():
            if down.shape is not None and down.shape.mid and now - down.started_at >= switching.MID_SECONDS:
                switching.group(down, now)
        parts += feedback.sender_reports(peer, now)
        if parts:
            peer.send_rtcp(parts)
        if peer.on_second is not None:
            peer.on_second(now)
