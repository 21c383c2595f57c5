"""A browser with a class open: documents edited, chat written, everything it was promised remembered."""

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pycrdt

from realtime.frames import client, commands, events, server
from realtime.frames.server import ServerFrame
from realtime.frames.state import ChatMessage
from realtime.grants import Grant
from realtime.ids import is_board
from realtime.roles import Role

if TYPE_CHECKING:
    from tests.simulation.sim_gateway import Session, SimGateway
    from tests.simulation.sim_world import SimWorld

WORDS = "abcdefghij"


def content(doc: "pycrdt.Doc[Any]") -> str:
    """What people see of a document, whatever its kind."""
    pages = doc.get("pages", type=pycrdt.Map).to_py()
    return json.dumps([str(doc.get("text", type=pycrdt.Text)), pages], sort_keys=True)


class Copy:
    """A client's copy of one document: a text, or a board with one page."""

    def __init__(self, name: str, random: Random) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=random.getrandbits(31))
        self._change = self._draw if is_board(name) else self._write
        self.open = False
        self.known = False
        """Whether it was ever opened: then it can be written to without a connection."""

    def edit(self, random: Random) -> bytes:
        """Change something; the update of just that."""
        before = self.doc.get_state()
        with self.doc.transaction():
            self._change(random)
        return self.doc.get_update(before)

    def _write(self, random: Random) -> None:
        text = self.doc.get("text", type=pycrdt.Text)
        length = len(str(text))
        if length > 5 and random.random() < 0.3:
            start = random.randrange(length - 2)
            del text[start : start + random.randint(1, 2)]
        else:
            text.insert(random.randint(0, length), random.choice(WORDS) * random.randint(1, 3))

    def _draw(self, random: Random) -> None:
        pages = self.doc.get("pages", type=pycrdt.Map)
        if "p1" not in pages:
            pages["p1"] = pycrdt.Map({"name": "One", "order": "a0", "elements": pycrdt.Map()})
        elements = pages["p1"]["elements"]
        name = f"e{random.randrange(6)}"
        if name in elements and random.random() < 0.2:
            del elements[name]
        elif name in elements:
            elements[name]["x"] = random.randrange(1000)
        else:
            elements[name] = pycrdt.Map(
                {"type": "rectangle", "x": 1, "y": 2, "width": 3, "height": 4, "isDeleted": False}
            )


class SimClient:
    """One person, one tab. ``promised`` is what `Saved` said about: (document, update)."""

    def __init__(self, world: "SimWorld", name: str, room: str, docs: list[str], role: Role, random: Random) -> None:
        self._world = world
        self.name = name
        self.room = room
        self.grant = Grant("*", name, role, "school", name, issued=1.0)
        self._random = random
        self.copies = {doc: Copy(doc, random) for doc in docs}
        self.gateway: SimGateway | None = None
        self.session: Session | None = None
        self._n = 0
        self._claims: dict[int, tuple[str, bytes]] = {}
        self.promised: list[tuple[str, bytes]] = []
        self.said: dict[str, bool] = {}
        """Chat text to whether it was called done."""
        self._saying: dict[int, str] = {}
        self.seq = 0
        self.chat: dict[int, ChatMessage] = {}
        self.hands: list[str] = []
        self._behind = False
        self.slow = False
        self._counter = 0

    # connection

    @property
    def connected(self) -> bool:
        return self.session is not None

    def connect(self, gateway: "SimGateway") -> None:
        """Say Hello and open every document again; edits that were not saved are in the copies."""
        self.gateway = gateway
        self._n = 0
        self._claims.clear()
        self.slow = False
        unsaid = list(self._saying.values())
        self._saying.clear()
        self.session = gateway.enter(self, self.room, self.seq)
        for doc, copy in self.copies.items():
            copy.open = False
            self._send(client.Open(doc, copy.doc.get_state()))
        for text in unsaid:
            del self.said[text]

    def disconnect(self) -> None:
        if self.session is not None and self.gateway is not None:
            self.gateway.leave(self.session)
        self.session = None

    def kicked(self, code: str) -> None:
        self._world.violate(f"{self.name} was closed with {code}")

    def set_slow(self, slow: bool) -> None:
        if self.session is not None and self.gateway is not None and slow != self.slow:
            self.slow = slow
            self.gateway.set_slow(self.session, slow)

    # acting

    def act(self) -> None:
        """Do something a person does; without a connection they can only write."""
        self.nudge()
        if self.session is None:
            self._edit()
            return
        what = self._random.random()
        if what < 0.75:
            self._edit()
        elif what < 0.9:
            self._say()
        else:
            self._do(commands.Hand(self._random.random() < 0.5))

    def _edit(self) -> None:
        doc, copy = self._random.choice(list(self.copies.items()))
        if not copy.known or self.grant.role is Role.OBSERVER:
            return
        update = copy.edit(self._random)
        if self.session is not None and copy.open:  # else the answer to the next Opened brings it
            self._n += 1
            self._claims[self._n] = doc, update
            self._send(client.Update(doc, self._n, update))

    def _say(self) -> None:
        self._counter += 1
        text = f"{self.name}:{self._counter}"
        self.said[text] = False
        self._do(commands.Say(text))
        self._saying[self._n] = text

    def _do(self, command: commands.Command) -> None:
        self._n += 1
        self._send(client.Do(self._n, command))

    def _send(self, frame: client.ClientFrame) -> None:
        assert self.session is not None
        assert self.gateway is not None
        self.gateway.receive(self.session, frame)

    # frames

    def receive(self, session: "Session", frame: ServerFrame) -> None:
        """Frames of an earlier connection are nothing."""
        if session is not self.session:
            return
        match frame:
            case server.Opened():
                self._take(frame.doc, frame.update)
                self.copies[frame.doc].open = self.copies[frame.doc].known = True
                self._answer(frame.doc, frame.state_vector)
            case server.Update():
                self._take(frame.doc, frame.update)
            case server.Ask():
                self._answer(frame.doc, frame.state_vector)
            case server.Saved():
                self._saved(frame.n)
            case server.Refused():
                self._refused(frame)
            case server.Done():
                text = self._saying.pop(frame.n, None)
                if text is not None:
                    self.said[text] = True
            case server.Class():
                self._whole(frame)
            case server.Happened():
                self._happened(frame)
            case _:
                pass

    def _take(self, doc: str, update: bytes) -> None:
        self.copies[doc].doc.apply_update(update)

    def _answer(self, doc: str, state_vector: bytes) -> None:
        update = self.copies[doc].doc.get_update(state_vector)
        self._n += 1
        self._claims[self._n] = doc, update
        self._send(client.Answer(doc, self._n, update))

    def _saved(self, n: int) -> None:
        for number in [number for number in self._claims if number <= n]:
            doc, update = self._claims.pop(number)
            self.promised.append((doc, update))
            self._world.promised(self, doc, update)

    def _refused(self, frame: server.Refused) -> None:
        """A refused answer refuses all that was not saved of its document: it repeats it."""
        claim = self._claims.pop(frame.n, None)
        if claim is not None:
            self._claims = {n: held for n, held in self._claims.items() if n > frame.n or held[0] != claim[0]}
        text = self._saying.pop(frame.n, None)
        if text is not None:
            del self.said[text]
        if not frame.retry and self.grant.role is not Role.OBSERVER:
            self._world.violate(f"{self.name} was refused: {frame}")

    # the class

    def _whole(self, frame: server.Class) -> None:
        self.seq = frame.classroom.seq
        self.chat = {message.id: message for message in frame.classroom.chat}
        self.hands = [hand.user for hand in frame.classroom.hands]
        self._behind = False

    def _happened(self, frame: server.Happened) -> None:
        if frame.seq == 0 or frame.seq <= self.seq:
            return
        if frame.seq != self.seq + 1:
            if not self._behind:
                self._behind = True
                self._send(client.CatchUp(self.seq))
            return
        self.seq = frame.seq
        self._behind = False
        match frame.event:
            case events.Said(message=message):
                self.chat[message.id] = message
            case events.Hands(hands=hands):
                self.hands = [hand.user for hand in hands]
            case _:
                pass

    @property
    def settled(self) -> bool:
        """Whether everything it did was answered."""
        opened = all(copy.open for copy in self.copies.values())
        return opened and not self._claims and not self._saying and not self._behind

    def nudge(self) -> None:
        """What a client does by itself now and then."""
        if self._behind and self.session is not None:
            self._send(client.CatchUp(self.seq))

    def content(self, doc: str) -> str:
        return content(self.copies[doc].doc)
