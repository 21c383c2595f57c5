"""One room as this gateway sees it: its link to the owner, its members, and who follows what."""

from collections.abc import Callable

from gateway.admission import Admission
from gateway.audience import Audience
from gateway.member import Member, OpenDocument, Phase
from gateway.outlet import ThroughOutlet
from gateway.packet import Packet
from gateway.room_link import RoomLink
from realtime.envelopes import Attach, Detach, Forward, FromRoom, Join, Lagged, Leave, RoomInput, ToRoom, inbox
from realtime.frames.client import Answer, Awareness, CatchUp, Do, Open, Shut, Update
from realtime.frames.server import (
    Ask,
    ChatPage,
    Class,
    Done,
    Happened,
    Opened,
    Refused,
    Roster,
    Saved,
    Saving,
    ServerFrame,
    Waiting,
    Welcome,
)
from realtime.frames.server import Awareness as AwarenessOut
from realtime.frames.server import Update as UpdateOut
from realtime.position import Position
from realtime.roles import Role

Publish = Callable[[str, ToRoom], None]
Forwarded = Open | Shut | Update | Answer | Awareness | Do | CatchUp
UNSAVED_SECONDS = 3.0
"""On a bus that loses messages: an edit that is not called saved for so long is asked for again."""
LONGEST_UNSAVED_SECONDS = 60.0


class RoomHere:
    """Sends through ``publish(channel, message)``; receives through `deliver`. Times are monotonic seconds."""

    __slots__ = (
        "_gateway",
        "_inbox",
        "_lagging",
        "_lossy",
        "_patience",
        "_publish",
        "_saving",
        "admission",
        "audiences",
        "class_audience",
        "edited_at",
        "key",
        "link",
        "members",
        "seen",
    )

    def __init__(self, key: str, gateway: str, publish: Publish, lossy: bool) -> None:
        self.key = key
        self._gateway = gateway
        self._inbox = ""
        self._publish = publish
        self._lossy = lossy
        self.link = RoomLink(lossy)
        self.members: dict[str, Member] = {}
        self._lagging: dict[str, Member] = {}
        """Those with a document that may lag: looking after them does not mean looking at everybody."""
        self.audiences: dict[str, Audience] = {}
        self.class_audience = Audience()
        """Native members: only they follow the class."""
        self.seen = 0
        """The last numbered class event that was passed on to all of them."""
        self.edited_at = 0.0
        """When the first edit was forwarded that came after the last update from the room."""
        self.admission = Admission()
        self._saving = True
        self._patience = UNSAVED_SECONDS

    # to the room

    def post(self, conn: str, body: RoomInput) -> None:
        """Send to the owner; while there is none, nothing: attaching says everything again that is still true."""
        link = self.link
        if link.worker:
            link.sent = number = link.sent + 1
            self._publish(self._inbox, ToRoom(self.key, self._gateway, number, conn, body))

    def forward(self, member: Member, frame: Forwarded) -> None:
        """A client's frame."""
        self.post(member.conn, Forward(frame))

    def edit(self, member: Member, frame: Update | Answer, now: float) -> None:
        """A client's edit, read from its socket at ``now``."""
        if member.door == "yjs":
            member.last_n = frame.n  # nobody is told what of it is saved
        else:
            member.edited(frame.n, now)
        if type(frame) is Answer:  # mostly empty: nothing is broadcast, nothing has a lag
            frame = self._answer(member, frame)
        elif not self.edited_at:
            self.edited_at = now
        self.post(member.conn, Forward(frame))

    def _answer(self, member: Member, frame: Answer) -> Update | Answer:
        """An answer to a question from before a loss says nothing about what was lost with it: it is just an edit, and
        the room goes on waiting for the answer to the question it asked after (LINK-3)."""
        held = member.docs.get(frame.doc)
        if held is not None and held.is_stale_answer() and member.may_edit:
            return Update(frame.doc, frame.n, frame.update)
        return frame

    def asked(self, doc: str) -> None:
        """A question to everybody who has ``doc`` open is passed on."""
        for member in self.members.values():
            held = member.docs.get(doc)
            if held is not None and held.phase is Phase.LIVE:
                held.questions += 1

    def attach(self, worker: str, generation: int, now: float) -> None:
        """Make ``worker`` the one to talk to, and join every member (again)."""
        self.link.attach(worker, generation, now)
        for audience in self.audiences.values():
            audience.screen.forget()
        self._inbox = inbox(worker)
        self.post("", Attach(self._gateway))
        for member in self.members.values():
            self._join(member)

    def enter(self, member: Member) -> None:
        self.members[member.conn] = member
        if self.link.worker:
            self.introduce(member)

    def introduce(self, member: Member) -> None:
        """Join for the first time, or with a fresh grant."""
        self.post(member.conn, Join(member.grant, member.door, member.seen))
        member.introduced = True
        member.joined = member.door != "native"

    def leave(self, member: Member, now: float) -> None:
        """Forget ``member``; the last one ends the link."""
        if self.members.pop(member.conn, None) is None:
            return
        self.class_audience.remove(member)
        for doc in list(member.docs):
            self.shut(member, doc)
        self.admission.forget(member.conn)
        self.post(member.conn, Leave())
        if not self.members:
            self.post("", Detach(self._gateway))
            self.link.detach(now)

    def _join(self, member: Member) -> None:
        """Join, then say again what was not answered: documents being opened, commands."""
        if not member.joined:
            lost = member.introduced
            self.introduce(member)
            if lost:  # the answer, perhaps with the question: being introduced twice brings no class
                self.post(member.conn, Join(member.grant, member.door, member.seen, again=True))
        else:
            docs = {doc: self._position(member, doc, held) for doc, held in member.docs.items() if _is_open(held)}
            seen = max(member.seen, self.seen) if member.in_step else member.seen
            self.post(member.conn, Join(member.grant, member.door, seen, True, docs, member.last_n))
        for doc, held in member.docs.items():
            if held.phase is Phase.OPENING:
                self.forward(member, Open(doc, held.state_vector))
        for command in list((member.commands or {}).values()):
            self.forward(member, command)

    def _position(self, member: Member, doc: str, held: OpenDocument) -> Position:
        """Up to where ``doc`` was served to ``member``; from now until the answer it lags."""
        held.stale = held.questions
        self._lag(member, doc, held, asked=True)
        return held.since

    # documents

    def open(self, member: Member, frame: Open, now: float) -> bool:
        """Forward a document's opening; False when others are being served first (the socket will be released)."""
        if not self.admission.admit(member.socket, member.conn, frame.doc, now):
            return False
        if frame.doc not in member.docs:
            member.docs[frame.doc] = OpenDocument(frame.state_vector, member.may_edit)
        self.forward(member, frame)
        return True

    def shut(self, member: Member, doc: str) -> None:
        """``member`` does not follow ``doc`` any more."""
        if member.docs.pop(doc, None) is not None:
            self._remove(member, doc)
            self.admission.answered(member.conn, doc)

    def lag(self, member: Member) -> None:
        """``member`` reads too slowly: pass on no updates from here on."""
        for doc, held in member.docs.items():
            self._lag(member, doc, held, asked=held.asked)
        if member.conn in self.class_audience.native:
            self.class_audience.native[member.conn] = ThroughOutlet(member.socket.write_event)

    def drained(self, member: Member) -> None:
        """``member`` can read again: ask for what it missed."""
        if member.conn in self.class_audience.native:
            self.class_audience.native[member.conn] = member.socket.outlet
        self._ask_again(member)

    def _lag(self, member: Member, doc: str, held: OpenDocument, asked: bool) -> None:
        if held.phase is Phase.LIVE:
            self._remove(member, doc)
        held.lag(self.link.served, asked)
        self._lagging[member.conn] = member

    def _follow(self, member: Member, doc: str, held: OpenDocument) -> None:
        """``member`` has everything as of now; pass on what comes, unless it does not read."""
        if member.socket.slow:
            self._lag(member, doc, held, asked=False)
            return
        audience = self.audiences.get(doc)
        if audience is None:
            audience = self.audiences[doc] = Audience()
        audience.add(member)

    def _remove(self, member: Member, doc: str) -> None:
        audience = self.audiences.get(doc)
        if audience is not None:
            audience.remove(member)
            if not len(audience):
                del self.audiences[doc]

    # from the room

    def audience_of(self, frame: ServerFrame) -> Audience | None:
        """Who a frame for everybody goes to; None: nobody here."""
        if type(frame) is UpdateOut or type(frame) is AwarenessOut or type(frame) is Ask:
            return self.audiences.get(frame.doc)
        return self.class_audience

    def overhear(self, frame: ServerFrame) -> None:
        """News of the class were taken: what they mean here."""
        if isinstance(frame, Happened):
            self.seen = max(self.seen, frame.seq)
        elif isinstance(frame, Saving):
            self._saving = frame.ok

    def deliver(self, message: FromRoom, now: float) -> None:
        """A frame for the connections in ``message.to``."""
        frame = message.frame
        packet = Packet(frame)
        for conn in message.to or ():
            member = self.members.get(conn)
            if member is None:
                continue
            if type(frame) is Saved:
                self._patience = UNSAVED_SECONDS
                member.saved(frame.n, now)
            else:
                self._note(member, frame)
            member.session.deliver(packet)

    def _note(self, member: Member, frame: ServerFrame) -> None:
        """What an addressed frame changes here."""
        match frame:
            case UpdateOut(doc=doc):
                held = member.docs.get(doc)
                if held is not None and held.caught_up():
                    self._follow(member, doc, held)
            case Opened(doc=doc, writable=writable):
                self._opened(member, doc, writable)
            case Refused(n=n, doc=doc, retry=retry):
                member.answered(n)
                self._refused(member, n, doc, retry)
            case Done(n=n) | ChatPage(n=n) | Roster(n=n):
                member.answered(n)
            case Welcome(role=role):
                member.joined, member.waiting = True, False
                member.take_role(Role(role))
                self._follow_class(member)
            case Waiting():
                member.waiting = True
            case Ask(doc=doc):
                held = member.docs.get(doc)
                if held is not None:
                    held.questions += 1
            case Class(classroom=classroom):
                member.in_step = True
                member.seen = max(member.seen, classroom.seq)
            case Happened(seq=seq):
                member.seen = max(member.seen, seq)
            case _:
                pass

    def _follow_class(self, member: Member) -> None:
        """``member`` was let in: pass on what everybody is told."""
        if member.conn not in self.class_audience.native:
            self.class_audience.add(member)
            if member.socket.slow:
                self.class_audience.native[member.conn] = ThroughOutlet(member.socket.write_event)

    def _opened(self, member: Member, doc: str, writable: bool) -> None:
        self.admission.answered(member.conn, doc)
        held = member.docs.get(doc)
        if held is not None:
            held.questions += 1
            held.opened(writable)
            self._follow(member, doc, held)

    def _refused(self, member: Member, n: int, doc: str, retry: bool) -> None:
        """When it was a document that was refused, it is not open; one that lagged is asked for again later."""
        if n:
            return
        self.admission.answered(member.conn, doc)
        held = member.docs.get(doc)
        if held is None or held.phase is Phase.LIVE:
            return
        if held.phase is Phase.LAGGING and retry:
            held.asked = False
        else:
            self.shut(member, doc)

    # time

    def inspect(self, now: float) -> None:
        """About once a second: answers that do not come."""
        self.admission.expire(now)
        self._lagging = {conn: it for conn, it in self._lagging.items() if conn in self.members and it.lags}
        for member in self._lagging.values():
            if not member.socket.slow:
                self._ask_again(member)

    def _ask_again(self, member: Member) -> None:
        for doc, held in member.docs.items():
            if held.phase is Phase.LAGGING and not held.asked and self.link.worker:
                held.asked = True
                self.post(member.conn, Lagged(doc, held.since))

    def unsaved(self, now: float) -> bool:
        """Whether an edit waits so long to be called saved that a message may have been lost (LINK-2)."""
        if not self._lossy or not self._saving:
            return False
        waits = (member.unsaved_since for member in self.members.values() if member.door != "yjs")
        if not any(since and now - since > self._patience for since in waits):
            return False
        self._patience = min(self._patience * 2, LONGEST_UNSAVED_SECONDS)
        return True


def _is_open(held: OpenDocument) -> bool:
    return held.phase is not Phase.OPENING
