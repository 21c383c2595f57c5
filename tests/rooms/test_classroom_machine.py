"""The class against a plain model, with owners that change at any moment: what is kept is what the model says."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from realtime.frames import commands
from realtime.roles import Role
from rooms.classroom.records import decode_snapshot, encode_snapshot
from rooms.log import CLASS
from tests.rooms.scene import Scene

PEOPLE = ["g1.1", "g1.2", "g1.3", "g1.4"]
STUDENTS = st.sampled_from(PEOPLE[1:])
WORDS = st.text("abc ", min_size=1, max_size=5)


class ClassMachine(RuleBasedStateMachine):
    """``g1.1`` teaches; the others are students."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.n = 0
        self.chat: list[str] = []
        self.hands: list[str] = []
        self.polls: list[tuple[bool, dict[str, int]]] = []
        self.locked: set[str] = set()
        self.leader = ""
        self._everybody_joins(again=False)

    def _everybody_joins(self, *, again: bool) -> None:
        for conn in PEOPLE:
            self.scene.join(conn, Role.TEACHER if conn == PEOPLE[0] else Role.STUDENT, again=again)

    def _do(self, conn: str, command: commands.Command) -> bool:
        """Whether it was carried out."""
        self.n += 1
        self.scene.do(conn, self.n, command)
        self.scene.settle()
        done = self.n in self.scene.done(conn)
        assert done is not any(n == self.n for n, _ in self.scene.refusals(conn))
        return done

    @rule(who=st.sampled_from(PEOPLE), text=WORDS)
    def say(self, who: str, text: str) -> None:
        if self._do(who, commands.Say(text)):
            self.chat.append(text.strip())
        else:
            assert not text.strip()

    @rule(number=st.integers(1, 12))
    def unsay(self, number: int) -> None:
        if self._do(PEOPLE[0], commands.Unsay(number)):
            assert self.chat[number - 1]
            self.chat[number - 1] = ""

    @rule(who=STUDENTS, up=st.booleans())
    def hand(self, who: str, up: bool) -> None:
        assert self._do(who, commands.Hand(up))
        user = f"user-{who}"
        if up and user not in self.hands:
            self.hands.append(user)
        elif not up and user in self.hands:
            self.hands.remove(user)

    @rule()
    def open_poll(self) -> None:
        assert self._do(PEOPLE[0], commands.OpenPoll("?", ["a", "b", "c"]))
        self.polls.append((True, {}))

    @rule(who=STUDENTS, poll=st.integers(1, 4), choice=st.integers(0, 3))
    def vote(self, who: str, poll: int, choice: int) -> None:
        is_open = poll <= len(self.polls) and self.polls[poll - 1][0]
        assert self._do(who, commands.Vote(poll, [choice])) is (is_open and choice < 3)
        if is_open and choice < 3:
            self.polls[poll - 1][1][who] = choice

    @rule(poll=st.integers(1, 4))
    def close_poll(self, poll: int) -> None:
        if self._do(PEOPLE[0], commands.ClosePoll(poll)):
            self.polls[poll - 1] = False, self.polls[poll - 1][1]
        else:
            assert poll > len(self.polls)

    @rule(doc=st.sampled_from(["notes", "board"]), locked=st.booleans())
    def lock(self, doc: str, locked: bool) -> None:
        assert self._do(PEOPLE[0], commands.Lock(doc, locked))
        (self.locked.add if locked else self.locked.discard)(doc)

    @rule(on=st.booleans())
    def lead(self, on: bool) -> None:
        assert self._do(PEOPLE[0], commands.Lead(on))
        self.leader = f"user-{PEOPLE[0]}" if on else ""

    @rule()
    def another_owner(self) -> None:
        """It starts from the entries alone."""
        self.scene = Scene(entries=self.scene.entries, epoch=self.scene.room.epoch + 1)
        self._everybody_joins(again=True)

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        kept = decode_snapshot(self.scene.room.snapshot(CLASS))
        assert [message.text for message in kept.chat] == self.chat
        assert [hand.user for hand in kept.hands] == self.hands
        assert set(kept.locked) == self.locked
        assert kept.leader == self.leader
        for poll, (is_open, votes) in zip(kept.polls, self.polls, strict=True):
            assert poll.open is is_open
            assert poll.votes == {f"user-{who}": [choice] for who, choice in votes.items()}

    @invariant()
    def a_snapshot_says_the_same_as_the_entries(self) -> None:
        blob = self.scene.room.snapshot(CLASS)
        assert encode_snapshot(decode_snapshot(blob)) == blob


TestClass = ClassMachine.TestCase
TestClass.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
