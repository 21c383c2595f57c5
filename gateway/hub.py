"""The rooms this process has people in, and their traffic. One hub a process; synchronous, time handed in.

What arrives on the bus is handed to `take` a batch at a time. Frames for the same audience that follow each other in a
batch go out in one write a socket (`fanout`); order is kept, and a position is taken only when everything before it
has been passed on.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from gateway.audience import Audience
from gateway.counts import Counts
from gateway.fanout import Item, fan_out
from gateway.member import Member
from gateway.packet import Packet
from gateway.room_here import Forwarded, RoomHere
from gateway.room_link import Attached, Step
from realtime.bus.bus import Bus
from realtime.clock import Clock
from realtime.close_codes import CloseCode
from realtime.envelopes import FromMedia, FromRoom, Kick, LinkLost, Message, Moved, NotOwner, Pulse, inbox
from realtime.frames.client import Answer, Open, Update
from realtime.frames.server import Ask
from realtime.frames.server import Awareness as AwarenessOut
from realtime.placement import owner_of
from realtime.registry.registry import Node

SUSPECT_SECONDS = 0.5
"""On a bus that loses messages: how long nobody must be listening at an inbox before its worker counts as dead."""
FORGET_SECONDS = 4 * SUSPECT_SECONDS
"""Then a suspicion that was not confirmed is forgotten."""
INSPECT_SECONDS = 1.0
"""Between two looks at all rooms."""
SPREAD_SECONDS = 0.002
"""After the bus was away, rooms attach again this far apart."""
CLOSE_CODES = {code.value.name: code for code in CloseCode}
_ROOMS = inbox("")


class Late(Protocol):
    """Something that was put off."""

    def retry(self, now: float) -> bool:
        """Try again; whether all of it is done."""
        ...


def _nobody_asks() -> None:
    pass


class Hub:
    """See the module's docstring. ``bury(worker)`` is called when a worker turns out to be dead; it ends its lease and
    then calls `buried`."""

    def __init__(self, gateway: str, bus: Bus, clock: Clock, bury: Callable[[str], None], counts: Counts) -> None:
        self.gateway = gateway
        self.counts = counts
        self.rooms: dict[str, RoomHere] = {}
        self._bus = bus
        self._clock = clock
        self._bury = bury
        self._alive: set[str] = set()
        self._takers: list[str] = []
        """Workers that take rooms."""
        self._suspects: dict[str, float] = {}
        self._burying: set[str] = set()
        self._now = 0.0
        self._room: RoomHere | None = None
        self._audience: Audience | None = None
        self._run: list[Item] = []
        """Frames of the batch that is being taken, all for ``_audience`` in ``_room``, not written yet."""
        self._answered: set[RoomHere] = set()
        self._slow: list[Member] = []
        self._restless: dict[str, float] = {}
        """Rooms without an owner that answers, and the time before which they are not to be attached again."""
        self._late: set[Late] = set()
        self.on_restless: Callable[[], None] = _nobody_asks
        """Called when the next tick should come soon."""
        self._inspected = 0.0
        self._attaches = 0
        bus.on_unreachable(self._unreachable)
        bus.on_reset(self._reset)

    # from sessions

    def enter(self, member: Member) -> None:
        """A connection comes into ``member.room``."""
        room = self.rooms.get(member.room)
        if room is None:
            room = self.rooms[member.room] = RoomHere(member.room, self.gateway, self._bus.publish, self._bus.lossy)
        room.enter(member)
        now = self._clock.monotonic()
        if not room.link.worker and room.link.is_due(now):
            self._attach(room, now)

    def leave(self, member: Member) -> None:
        """It is gone; its socket may be gone too."""
        room = self.rooms.get(member.room)
        if room is None:
            return
        room.leave(member, self._clock.monotonic())
        if not room.members:
            del self.rooms[member.room]

    def forward(self, member: Member, frame: Forwarded) -> None:
        """A client's frame for the room."""
        self.rooms[member.room].forward(member, frame)

    def is_news(self, member: Member, doc: str, update: bytes) -> bool:
        """Whether an awareness update of a client says something that the others do not know."""
        audience = self.rooms[member.room].audiences.get(doc)
        return audience is None or audience.screen.is_news(update)

    def edit(self, member: Member, frame: Update | Answer, now: float) -> None:
        """A client's edit, read from its socket at ``now``."""
        self.rooms[member.room].edit(member, frame, now)

    def open(self, member: Member, frame: Open) -> bool:
        """A client opens (or resyncs) a document. False: not now, the socket will be released in its turn."""
        return self.rooms[member.room].open(member, frame, self._clock.monotonic())

    def shut(self, member: Member, doc: str) -> None:
        self.rooms[member.room].shut(member, doc)

    def renew(self, member: Member) -> None:
        """It has a fresh grant."""
        self.rooms[member.room].introduce(member)

    def later(self, late: Late) -> None:
        """Have ``late.retry`` called on each tick until it says that nothing is left."""
        self._late.add(late)
        self.on_restless()

    def turned_slow(self, members: Iterable[Member]) -> None:
        """A socket is past its high-water mark; acted on after the round of writes that caused it."""
        self._slow.extend(members)

    def drained(self, members: Iterable[Member]) -> None:
        """A socket can be written to again."""
        for member in members:
            room = self.rooms.get(member.room)
            if room is not None:
                self.counts.resyncs_slow += 1
                room.drained(member)

    @property
    def is_restless(self) -> bool:
        """Whether `tick` has something to try again soon."""
        return bool(self._late or self._restless)

    @property
    def waiting(self) -> int:
        """Sockets whose document is opened after others."""
        return sum(room.admission.waiting for room in self.rooms.values())

    # from the bus

    def take(self, batch: list[Message]) -> None:
        """What arrived in one turn of the loop."""
        self._now = self._clock.monotonic()
        for message in batch:
            if type(message) is FromRoom:
                self._take_frame(message)
            else:
                self._flush()
                self._take_other(message, self._now)
        self._flush()
        if self._answered:
            answered, self._answered = self._answered, set()
            for room in answered:
                self._release(room)

    def _take_frame(self, message: FromRoom) -> None:
        """A frame joins the run of those before it, or, when it goes elsewhere, ends it."""
        room = self.rooms.get(message.room)
        if room is None:
            return
        everybody = message.to is None
        audience = room.audience_of(message.frame) if everybody else None
        if self._run and (audience is not self._audience or room is not self._room or not everybody):
            self._flush()
        link = room.link
        step = link.take(message.epoch, message.link)
        if step is not Step.TAKE:
            self._flush()  # what was taken before a gap goes out before anybody counts as lagging
            self._act(room, step, self._now)
            return
        link.seq = message.seq
        if not everybody:
            room.deliver(message, self._now)
            self._answered.add(room)
            if self._slow:
                self._mark_slow()
        elif audience is not None:
            if audience is room.class_audience:
                room.overhear(message.frame)
            elif type(message.frame) is AwarenessOut:
                audience.screen.heard(message.frame.update)
            elif type(message.frame) is Ask:
                room.asked(message.frame.doc)
            self._room, self._audience = room, audience
            self._run.append((Packet(message.frame), message.instead))

    def _flush(self) -> None:
        """Write the run of frames to its audience."""
        run, audience, room = self._run, self._audience, self._room
        if not run or audience is None or room is None:
            return
        self._run, self._audience, self._room = [], None, None
        counts, written = self.counts, fan_out(audience, run)
        counts.writes += written
        counts.deliveries += written * len(run)
        counts.flushes += 1
        counts.flushed_frames += len(run)
        if room.edited_at:
            counts.lag.observe(self._clock.monotonic() - room.edited_at)
            room.edited_at = 0.0
        if self._slow:
            self._mark_slow()

    def _mark_slow(self) -> None:
        slow, self._slow = self._slow, []
        for member in slow:
            room = self.rooms.get(member.room)
            if room is not None and member.conn in room.members and member.socket.slow:
                self.counts.lagged += 1
                room.lag(member)

    def _release(self, room: RoomHere) -> None:
        """Let in who waits for a document to be opened."""
        while (socket := room.admission.next()) is not None:
            socket.release()

    def _take_other(self, message: Message, now: float) -> None:
        match message:
            case Kick():
                self._kick(message, now)
            case Pulse(worker=worker, rooms=rooms):
                for key, (epoch, sent, received) in rooms.items():
                    room = self.rooms.get(key)
                    if room is not None:
                        self._act(room, room.link.pulse(worker, epoch, sent, received), now)
            case NotOwner(room=key, worker=worker, owner=owner):
                self._restless.setdefault(key, 0.0)
                self.on_restless()
                self._apply(key, lambda room: room.link.not_owner(worker, owner, now), now)
            case Moved(room=key, epoch=epoch, owner=owner):
                self._apply(key, lambda room: room.link.moved(epoch, owner), now)
            case LinkLost(room=key, worker=worker):
                self._apply(key, lambda room: room.link.lost(worker), now)
            case FromMedia(room=key, to=to, frame=frame):
                self._media(key, to, Packet(frame))
            case _:
                pass

    def _apply(self, key: str, decide: Callable[[RoomHere], Step], now: float) -> None:
        room = self.rooms.get(key)
        if room is not None:
            self._act(room, decide(room), now)

    def _act(self, room: RoomHere, step: Step, now: float) -> None:
        if step is Step.AGAIN:
            self.counts.resyncs += 1
            self._attach(room, now)

    def _kick(self, message: Kick, now: float) -> None:
        room = self.rooms.get(message.room)
        if room is None:
            return
        step = room.link.take(message.epoch, message.link)
        if step is not Step.TAKE:
            self._act(room, step, now)
            return
        code = CLOSE_CODES.get(message.code, CloseCode.REMOVED)
        for conn in message.to or list(room.members):
            member = room.members.get(conn)
            if member is not None:
                member.session.kicked(code)

    def _media(self, key: str, to: list[str] | None, packet: Packet) -> None:
        """Signalling from the SFU: native members only."""
        room = self.rooms.get(key)
        if room is None:
            return
        for conn in room.class_audience.native if to is None else to:
            member = room.members.get(conn)
            if member is not None and member.door == "native":
                member.session.deliver(packet)

    # owners

    def set_workers(self, nodes: list[Node]) -> None:
        """The room workers that live, as the registry lists them. Rooms of one that is gone are placed anew; an empty
        list (a registry that was just restarted) changes nothing."""
        if not nodes:
            return
        alive = {node.id for node in nodes}
        before, self._alive = self._alive, alive
        self._takers = [node.id for node in nodes if not node.draining] or list(alive)
        if alive != before:
            self._replace(before - alive)

    def buried(self, worker: str) -> None:
        """``worker``'s lease has ended: its rooms can be placed anew."""
        self._burying.discard(worker)
        self._suspects.pop(worker, None)
        self._alive.discard(worker)
        self._takers = [other for other in self._takers if other != worker]
        self._replace({worker})

    def tick(self) -> None:
        """Retries, time-outs, what was put off: to be called ten times a second while it `is_restless`."""
        now = self._clock.monotonic()
        for session in [session for session in self._late if session.retry(now)]:
            self._late.discard(session)
        for key, not_before in list(self._restless.items()):
            room = self.rooms.get(key)
            if room is None or isinstance(room.link.state, Attached):
                del self._restless[key]
            elif not_before <= now and room.link.is_due(now):
                self._attach(room, now)
        if now - self._inspected >= INSPECT_SECONDS:
            self._inspected = now
            self._inspect(now)

    def _inspect(self, now: float) -> None:
        """Answers that do not come."""
        self._suspects = {worker: since for worker, since in self._suspects.items() if now - since < FORGET_SECONDS}
        for room in list(self.rooms.values()):
            if room.unsaved(now):
                self._act(room, Step.AGAIN, now)
            room.inspect(now)
            self._release(room)

    def _replace(self, gone: set[str]) -> None:
        """The workers have changed: rooms of those who are gone, and rooms without any, try again at once."""
        now = self._clock.monotonic()
        for room in list(self.rooms.values()):
            if not room.link.worker or room.link.worker in gone:
                self._attach(room, now)

    def _attach(self, room: RoomHere, now: float) -> None:
        """Attach to the worker that is said to own the room, else to the one that should."""
        self._try_again(room, 0.0)
        worker = room.link.hint or owner_of(room.key, self._takers)
        if worker is None:
            room.link.detach(now)
        else:
            self._attaches += 1
            room.attach(worker, self._attaches, now)

    def _detach(self, room: RoomHere, now: float, until: float = 0.0) -> None:
        room.link.detach(now, until)
        self._try_again(room, until)

    def _try_again(self, room: RoomHere, not_before: float) -> None:
        self._restless[room.key] = not_before
        self.on_restless()

    def _unreachable(self, channel: str) -> None:
        """Nobody listens at a worker's inbox: it is dead, or (on a bus that was away) not yet listening again."""
        worker = channel.removeprefix(_ROOMS)
        if worker == channel:
            return
        now = self._clock.monotonic()
        since = self._suspects.setdefault(worker, now)
        for room in self.rooms.values():
            if room.link.worker == worker:  # ask again when the answer is certain
                self._detach(room, now, since + SUSPECT_SECONDS)
        certain = not self._bus.lossy or now - since >= SUSPECT_SECONDS
        if certain and worker not in self._burying:
            self._burying.add(worker)
            self._bury(worker)

    def _reset(self) -> None:
        """The bus was away: anything may have been lost."""
        now = self._clock.monotonic()
        self._suspects.clear()
        for index, room in enumerate(self.rooms.values()):
            self._detach(room, now, now + index * SPREAD_SECONDS)
