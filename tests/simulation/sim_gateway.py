"""A gateway reduced to what a room can see of one (docs/PROTOCOL.md, LINK-1 to LINK-4), over simulated clients.

It is written against the protocol and not against `gateway`, so that a room is judged by the rules and not by what one
implementation happens to do.
"""

import asyncio
from random import Random
from typing import TYPE_CHECKING

from realtime.envelopes import (
    Attach,
    Detach,
    Forward,
    FromRoom,
    Join,
    Kick,
    Lagged,
    Leave,
    LinkLost,
    Message,
    Moved,
    NotOwner,
    Pulse,
    RoomInput,
    ToRoom,
    for_reader,
    inbox,
    outlet,
)
from realtime.frames import client, server
from realtime.frames.server import ServerFrame
from realtime.leases.leases import Leases
from realtime.placement import owner_of
from realtime.position import Position
from realtime.registry.registry import ANNOUNCE_SECONDS, Node, Registry
from tests.simulation.sim_bus import Port

if TYPE_CHECKING:
    from tests.simulation.sim_client import SimClient

ATTACH_SECONDS = 1.5
UNSAVED_SECONDS = 3.0
SUSPECT_SECONDS = 0.5


class _Doc:
    """A document a session has open. ``since`` None: it gets updates; else it lags from there."""

    def __init__(self) -> None:
        self.opened = False
        self.since: Position | None = None
        self.asked = False
        self.owes = 0
        """Questions (Opened, Ask) that were passed on and not answered yet."""
        self.stale = 0
        """How many of the answers to come are to an owner before the last join."""
        self.state_vector = b"\x00"


class Session:
    """One connection."""

    def __init__(self, conn: str, room: str, who: "SimClient") -> None:
        self.conn = conn
        self.room = room
        self.client = who
        self.docs: dict[str, _Doc] = {}
        self.joined = False
        self.live = False
        """Whether it has the whole class, and so everything that was broadcast since."""
        self.seen = 0
        self.last_n = 0
        self.saved_n = 0
        self.commands: dict[int, client.Do] = {}
        self.unsaved_since: float | None = None
        self.slow = False
        self.backlog: list[ServerFrame] = []


class _Room:
    """The link to the owner of a room."""

    def __init__(self) -> None:
        self.worker = ""
        self.attached = False
        self.epoch = self.seq = self.sent = self.first = self.received = self.heard = 0
        self.patience = 0.0
        self.hint = ""
        self.sessions: dict[str, Session] = {}
        self.before = self.long_before = 0


class SimGateway:
    """One gateway process."""

    def __init__(self, name: str, bus: Port, registry: Registry, leases: Leases, random: Random) -> None:
        self.name = name
        self.bus = bus
        self._registry = registry
        self._leases = leases
        self._random = random
        self._rooms: dict[str, _Room] = {}
        self._sessions: dict[str, Session] = {}
        self._numbers = 0
        self._workers: list[str] = []
        self._suspects: dict[str, float] = {}
        self.resyncs = 0
        """Attaches up to now: the upper half of a link's numbers."""
        self.dead = False

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Until cancelled."""
        await self._registry.announce(Node(self.name, "gateway"))
        await self._look_around()
        self.bus.on_unreachable(self._unreachable)
        self.bus.on_reset(self._reset)
        await self.bus.subscribe(outlet(self.name), self._take)
        while True:
            await asyncio.sleep(0.25)
            await self._tick()

    async def _look_around(self) -> None:
        """See which workers live; the rooms of one that is gone are attached anew."""
        nodes = await self._registry.nodes("rooms")
        self._workers = [node.id for node in nodes if not node.draining]
        alive = {node.id for node in nodes}
        for key, room in self._rooms.items():
            if room.worker and room.attached and alive and room.worker not in alive:
                self._attach(key, room)

    async def _tick(self) -> None:
        now = self._now
        if int(now * 4) % int(4 * ANNOUNCE_SECONDS) == 0:
            await self._registry.announce(Node(self.name, "gateway"))
            await self._look_around()
        for worker in [worker for worker, since in self._suspects.items() if now - since >= SUSPECT_SECONDS]:
            del self._suspects[worker]
            await self._leases.bury(worker)
            self._workers = [it for it in self._workers if it != worker]
            for key, room in self._rooms.items():
                if room.worker == worker:
                    self._attach(key, room)
        for key, room in list(self._rooms.items()):
            impatient = [self._waits(it, now) for it in room.sessions.values()]
            if any(impatient) if room.attached else now >= room.patience:
                self._attach(key, room)
            for session in room.sessions.values():
                self._ask_lagging(session)

    def _waits(self, session: Session, now: float) -> bool:
        since = session.unsaved_since
        commands = bool(session.commands) and since is None
        if commands:
            session.unsaved_since = now
        return since is not None and now - since > UNSAVED_SECONDS

    # clients

    def enter(self, who: "SimClient", room_key: str, seen: int) -> Session:
        """A client has connected and said Hello."""
        self._numbers += 1
        session = Session(f"{self.name}.{self._numbers}", room_key, who)
        session.seen = seen
        self._sessions[session.conn] = session
        room = self._rooms.setdefault(room_key, _Room())
        room.sessions[session.conn] = session
        if room.worker:
            self._introduce(room, session)
        else:
            self._attach(room_key, room)
        return session

    def leave(self, session: Session) -> None:
        """A client is gone."""
        if self._sessions.pop(session.conn, None) is None:
            return
        room = self._rooms[session.room]
        del room.sessions[session.conn]
        self._post(session.room, room, session.conn, Leave())
        if not room.sessions:
            self._post(session.room, room, "", Detach(self.name))
            del self._rooms[session.room]

    def receive(self, session: Session, frame: client.ClientFrame) -> None:
        """A client's frame."""
        room = self._rooms[session.room]
        if isinstance(frame, client.Open):
            doc = session.docs.setdefault(frame.doc, _Doc())
            doc.opened, doc.state_vector, doc.since = False, frame.state_vector, None
        elif isinstance(frame, client.Shut):
            session.docs.pop(frame.doc, None)
        elif isinstance(frame, client.Update | client.Answer):
            session.last_n = frame.n
            if session.unsaved_since is None:
                session.unsaved_since = self._now
            if isinstance(frame, client.Answer):
                frame = self._answer(session, frame)
        elif isinstance(frame, client.Do):
            session.last_n = frame.n
            session.commands[frame.n] = frame
        assert isinstance(
            frame,
            client.Open | client.Shut | client.Update | client.Answer | client.Awareness | client.Do | client.CatchUp,
        )
        self._post(session.room, room, session.conn, Forward(frame))

    def _answer(self, session: Session, frame: client.Answer) -> client.Answer | client.Update:
        """An answer to a question of before the last join is an update like any other."""
        doc = session.docs.get(frame.doc)
        if doc is None:
            return frame
        doc.owes -= 1
        if doc.stale:
            doc.stale -= 1
            return client.Update(frame.doc, frame.n, frame.update)
        return frame

    def set_slow(self, session: Session, slow: bool) -> None:
        """The client does not read, or reads again."""
        session.slow = slow
        room = self._rooms[session.room]
        if slow:
            for doc in session.docs.values():
                self._lag(room, doc)
            return
        backlog, session.backlog = session.backlog, []
        for frame in backlog:
            self._pass_on(session, frame)
        self._ask_lagging(session)

    # to the room

    def _post(self, key: str, room: _Room, conn: str, body: RoomInput) -> None:
        if room.worker:
            room.sent += 1
            self.bus.publish(inbox(room.worker), ToRoom(key, self.name, room.sent, conn, body))

    def _attach(self, key: str, room: _Room) -> None:
        self.resyncs += 1
        worker = room.hint or owner_of(key, self._workers)
        room.hint = ""
        room.attached = False
        room.patience = self._now + (ATTACH_SECONDS if worker else 0.3)
        room.worker = worker or ""
        room.first = self.resyncs << 32
        room.sent, room.before, room.long_before = room.first - 1, 0, 0
        self._post(key, room, "", Attach(self.name))
        for session in room.sessions.values():
            self._join(key, room, session)

    def _introduce(self, room: _Room, session: Session) -> None:
        self._post(session.room, room, session.conn, Join(session.client.grant, "native", session.seen))

    def _join(self, key: str, room: _Room, session: Session) -> None:
        if not session.joined:
            self._introduce(room, session)
        docs: dict[str, Position] = {}
        for name, doc in session.docs.items():
            if doc.opened:
                self._lag(room, doc)
                doc.asked, doc.stale = True, doc.owes
                docs[name] = doc.since or Position()
        seen = max(session.seen, room.heard) if session.live else session.seen
        join = Join(session.client.grant, "native", seen, True, docs, session.last_n)
        self._post(key, room, session.conn, join)
        for name, doc in session.docs.items():
            if not doc.opened:
                self._post(key, room, session.conn, Forward(client.Open(name, doc.state_vector)))
        for command in session.commands.values():
            self._post(key, room, session.conn, Forward(command))
        if session.unsaved_since is not None:
            session.unsaved_since = self._now

    def _lag(self, room: _Room, doc: _Doc) -> None:
        if doc.opened and doc.since is None:
            doc.since, doc.asked = Position(room.epoch, room.seq), False

    def _ask_lagging(self, session: Session) -> None:
        room = self._rooms[session.room]
        for name, doc in session.docs.items():
            if doc.since is not None and not doc.asked and not session.slow and room.attached:
                doc.asked = True
                self._post(session.room, room, session.conn, Lagged(name, doc.since))

    # from the bus

    def _take(self, batch: list[Message]) -> None:
        for message in batch:
            match message:
                case FromRoom() | Kick():
                    self._from_room(message)
                case NotOwner(room=key, worker=worker, owner=owner):
                    self._not_owner(key, worker, owner)
                case Moved(room=key, epoch=epoch, owner=owner):
                    room = self._rooms.get(key)
                    if room is not None and epoch >= room.epoch and owner != room.worker:
                        room.hint = owner
                        self._attach(key, room)
                case LinkLost(room=key, worker=worker):
                    room = self._rooms.get(key)
                    if room is not None and room.worker == worker:
                        self._attach(key, room)
                case Pulse():
                    self._pulse(message)
                case _:
                    raise AssertionError(message)

    def _not_owner(self, key: str, worker: str, owner: str) -> None:
        room = self._rooms.get(key)
        if room is None or room.worker != worker:
            return
        if owner and owner != worker and self._random.random() < 0.9:
            room.hint = owner
            self._attach(key, room)
        else:
            room.worker, room.attached, room.patience = "", False, self._now + 0.1

    def _pulse(self, pulse: Pulse) -> None:
        for key, (epoch, sent, received) in pulse.rooms.items():
            room = self._rooms.get(key)
            if room is None or not room.attached or room.worker != pulse.worker or epoch < room.epoch:
                continue
            if epoch > room.epoch or sent > room.received or received < room.long_before:
                self._attach(key, room)
            else:
                room.long_before, room.before = room.before, room.sent

    def _from_room(self, message: FromRoom | Kick) -> None:
        room = self._rooms.get(message.room)
        if room is None or not self._follows(room, message):
            return
        if isinstance(message, Kick):
            for conn in message.to or list(room.sessions):
                session = room.sessions.get(conn)
                if session is not None:
                    session.client.kicked(message.code)
            return
        room.seq = message.seq
        frame = message.frame
        if message.to is None:
            doc = getattr(frame, "doc", "")
            if isinstance(frame, server.Happened):
                room.heard = max(room.heard, frame.seq)
            for session in list(room.sessions.values()):
                held = session.docs.get(doc)
                if doc and (held is None or not held.opened or held.since is not None):
                    continue
                mine = for_reader(frame, message.instead, session.conn)
                if mine is not None and (doc or session.joined):
                    self._deliver(session, mine)
            return
        for conn in message.to:
            session = room.sessions.get(conn)
            if session is not None:
                self._note(room, session, frame)
                self._deliver(session, frame)

    def _follows(self, room: _Room, message: FromRoom | Kick) -> bool:
        """Whether it is the next on its link; when messages are missing, attach again."""
        key, epoch, link = message.room, message.epoch, message.link
        if epoch < room.epoch or not room.worker:
            return False
        if not room.attached:
            if link > room.first:
                self._attach(key, room)
            if link != room.first:
                return False
            room.attached, room.epoch, room.received = True, epoch, link
            return True
        if epoch == room.epoch and link == room.received + 1:
            room.received = link
            return True
        if epoch > room.epoch or link > room.received:
            self._attach(key, room)
        return False

    def _note(self, room: _Room, session: Session, frame: ServerFrame) -> None:
        match frame:
            case server.Update(doc=name):
                doc = session.docs.get(name)
                if doc is not None and doc.since is not None and doc.asked:
                    doc.since, doc.asked = None, False
                    if session.slow:
                        self._lag(room, doc)
            case server.Opened(doc=name):
                doc = session.docs.get(name)
                if doc is not None:
                    doc.opened, doc.since = True, None
                    if session.slow:
                        self._lag(room, doc)
            case server.Saved(n=n):
                session.saved_n = max(session.saved_n, n)
                session.unsaved_since = None if session.saved_n >= session.last_n else self._now
            case server.Done(n=n) | server.Refused(n=n) | server.ChatPage(n=n) | server.Roster(n=n):
                session.commands.pop(n, None)
                if not session.commands:
                    session.unsaved_since = None if session.saved_n >= session.last_n else session.unsaved_since
            case server.Welcome():
                session.joined = True
            case _:
                pass
        if isinstance(frame, server.Class):
            session.seen, session.live = frame.classroom.seq, True
        elif isinstance(frame, server.Happened):
            session.seen = max(session.seen, frame.seq)

    def _deliver(self, session: Session, frame: ServerFrame) -> None:
        if isinstance(frame, server.Opened | server.Ask):
            doc = session.docs.get(frame.doc)
            if doc is not None:
                doc.owes += 1
        if session.slow:
            session.backlog.append(frame)
        else:
            self._pass_on(session, frame)

    def _pass_on(self, session: Session, frame: ServerFrame) -> None:
        if session.conn in self._sessions:
            session.client.receive(session, frame)

    # death of others

    def _unreachable(self, channel: str) -> None:
        kind, _, worker = channel.partition(":")
        if kind == "rooms":
            self._suspects.setdefault(worker, self._now)

    def _reset(self) -> None:
        """The bus was away: every link may have lost something."""
        self._suspects.clear()
        for key, room in list(self._rooms.items()):
            self._attach(key, room)
