"""Who may open a document now, and who is let in next."""

from collections import deque
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.admission import EACH, PATIENCE_SECONDS, WINDOW, Admission
from realtime.frames.client import Open
from realtime.frames.server import Opened
from tests.gateway.rig import Rig, WireTap

ENOUGH = 10_000


class Client:
    """Opens documents in order; what is not admitted is held, as a connection holds its input."""

    def __init__(self, admission: Admission, conn: str, docs: list[str]) -> None:
        self.socket = WireTap()
        self.socket.on_release = self.go_on
        self.conn = conn
        self.opened: list[str] = []
        self._admission = admission
        self._left = deque(docs)
        self._turns = 0

    def go_on(self) -> None:
        self._turns += 1
        assert self._turns < ENOUGH, "released again and again"
        while self._left and self._admission.admit(self.socket, self.conn, self._left[0], 0.0):
            self.opened.append(self._left.popleft())


def release(admission: Admission) -> None:
    """As the hub does."""
    while (socket := admission.next()) is not None:
        socket.release()


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), min_size=1, max_size=40), st.randoms())
def test_everybody_opens_everything_in_order_and_within_the_bounds(wishes: list[list[str]], random: Random) -> None:
    admission = Admission()
    clients = {str(number): Client(admission, str(number), docs) for number, docs in enumerate(wishes)}
    for client in clients.values():
        client.go_on()
    answered: dict[str, int] = dict.fromkeys(clients, 0)
    while under_way := [(conn, doc) for conn, it in clients.items() for doc in it.opened[answered[conn] :]]:
        assert len(under_way) <= WINDOW
        assert all(len(it.opened) - answered[conn] <= EACH for conn, it in clients.items())
        conn = random.choice(under_way)[0]
        admission.answered(conn, clients[conn].opened[answered[conn]])
        answered[conn] += 1
        release(admission)
    assert [it.opened for it in clients.values()] == wishes
    assert admission.waiting == 0


def test_an_answer_that_never_comes_gives_its_place_away() -> None:
    admission = Admission()
    clients = [Client(admission, str(number), ["a", "b", "c"]) for number in range(WINDOW)]
    for client in clients:
        client.go_on()
    assert [len(it.opened) for it in clients] == [EACH] * (WINDOW // EACH) + [0] * (WINDOW - WINDOW // EACH)
    admission.expire(PATIENCE_SECONDS + 0.1)
    release(admission)
    assert sum(len(it.opened) for it in clients) == 2 * WINDOW


def test_who_waits_for_its_own_answer_does_not_stop_the_gateway_when_others_are_answered() -> None:
    """Three documents that are slow to load, and an answer to somebody else in the room, hung the process once."""
    rig = Rig()
    slow, slow_session = rig.native(token="student:ann")
    _, other_session = rig.native(token="student:bob")
    waits = rig.say(slow_session, *(Open(doc, b"\x00") for doc in ("a", "b", "c")))
    assert waits[:2] == [0.0, 0.0]
    assert waits[2] == float("inf")

    def again() -> None:
        assert slow.released < 10, "released again and again"
        rig.say(slow_session, Open("c", b"\x00"))

    slow.on_release = again
    rig.say(other_session, Open("a", b"\x00"))
    rig.room_says(Opened("a", b"\x00", b"\x00\x00", True), to=["g.2"])
    assert slow.released == 0
    rig.sent()
    rig.room_says(Opened("a", b"\x00", b"\x00\x00", True), to=["g.1"])
    assert slow.released == 1
    assert [frame.doc for frame in rig.forwarded()] == ["c"]
