"""Polls: one or many choices, a vote a person, a tally hidden until it is revealed unless the poll is live."""

from collections.abc import Sequence

from realtime.frames.commands import OpenPoll
from realtime.frames.state import Poll
from realtime.limits import Limits
from realtime.refusals import Refuse
from rooms.classroom.records import PollClosed, PollOpened, PollRevealed, StoredPoll, Voted
from rooms.errors import CommandRefused


class _Ballot:
    """One poll and everybody's answer, counted as it changes."""

    __slots__ = ("is_open", "opened", "revealed", "tally", "votes")

    def __init__(self, opened: PollOpened) -> None:
        self.opened = opened
        self.is_open = True
        self.revealed = False
        self.votes: dict[str, list[int]] = {}
        self.tally = [0] * len(opened.choices)

    def put(self, user: str, choices: list[int]) -> None:
        for choice in self.votes.pop(user, ()):
            self.tally[choice] -= 1
        for choice in choices:
            self.tally[choice] += 1
        if choices:
            self.votes[user] = choices


class Polls:
    """All polls of a room, oldest first."""

    __slots__ = ("_ballots", "_limits", "next_id")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ballots: dict[int, _Ballot] = {}
        self.next_id = 1

    def open(self, ask: OpenPoll, at: float) -> PollOpened:
        """Decide a new poll."""
        question, choices = ask.question.strip(), [choice.strip() for choice in ask.choices]
        if not question or not all(choices) or len(set(choices)) < len(choices) or len(choices) < 2:
            raise CommandRefused(Refuse.MALFORMED)
        if len(choices) > self._limits.poll_choices or len(self._ballots) >= self._limits.polls_per_room:
            raise CommandRefused(Refuse.TOO_MANY)
        if max(map(len, (question, *choices))) > self._limits.poll_characters:
            raise CommandRefused(Refuse.TOO_LONG)
        return PollOpened(self.next_id, question, choices, ask.many, ask.live, at)

    def vote(self, poll: int, user: str, choices: Sequence[int]) -> Voted | None:
        """Decide an answer; None when it is what stands already."""
        ballot = self._known(poll)
        if not ballot.is_open:
            raise CommandRefused(Refuse.CLOSED)
        ticked = sorted(set(choices))
        in_range = all(0 <= choice < len(ballot.tally) for choice in ticked)
        if not in_range or len(ticked) < len(choices) or (len(ticked) > 1 and not ballot.opened.many):
            raise CommandRefused(Refuse.MALFORMED)
        return None if ballot.votes.get(user, []) == ticked else Voted(poll, user, ticked)

    def close(self, poll: int) -> PollClosed | None:
        """Decide the end of voting; None when it has ended."""
        return PollClosed(poll) if self._known(poll).is_open else None

    def reveal(self, poll: int) -> PollRevealed | None:
        """Decide that the tally shows; None when it does."""
        return None if self._known(poll).revealed else PollRevealed(poll)

    def apply_opened(self, opened: PollOpened) -> None:
        self._ballots[opened.id] = _Ballot(opened)
        self.next_id = max(self.next_id, opened.id + 1)

    def apply_voted(self, voted: Voted) -> None:
        if voted.poll in self._ballots:
            self._ballots[voted.poll].put(voted.user, voted.choices)

    def apply_closed(self, closed: PollClosed) -> None:
        if closed.poll in self._ballots:
            self._ballots[closed.poll].is_open = False

    def apply_revealed(self, revealed: PollRevealed) -> None:
        if revealed.poll in self._ballots:
            self._ballots[revealed.poll].revealed = True

    def shown(self, poll: int, *, staff: bool) -> Poll:
        """A poll as staff or others may see it, without anybody's own answer."""
        ballot = self._ballots[poll]
        it = ballot.opened
        tally = list(ballot.tally) if staff or it.live or ballot.revealed else []
        voters = len(ballot.votes)
        about = (it.id, it.question, it.choices, it.many, it.live)
        return Poll(*about, ballot.is_open, ballot.revealed, it.at, tally, voters)

    def is_secret(self, poll: int) -> bool:
        """Whether staff see more of it than others."""
        ballot = self._ballots[poll]
        return not (ballot.opened.live or ballot.revealed)

    def all_shown(self, *, staff: bool) -> list[Poll]:
        return [self.shown(poll, staff=staff) for poll in self._ballots]

    def answers_of(self, user: str) -> dict[int, list[int]]:
        """Poll to what ``user`` ticked, where they did."""
        return {poll: ballot.votes[user] for poll, ballot in self._ballots.items() if user in ballot.votes}

    def answer_of(self, poll: int, user: str) -> list[int]:
        return self._ballots[poll].votes.get(user, [])

    def stored(self) -> list[StoredPoll]:
        """For the snapshot."""
        return [StoredPoll(it.opened, it.is_open, it.revealed, dict(it.votes)) for it in self._ballots.values()]

    def restore(self, stored: Sequence[StoredPoll]) -> None:
        """From the snapshot."""
        for poll in stored:
            self.apply_opened(poll.opened)
            ballot = self._ballots[poll.opened.id]
            ballot.is_open, ballot.revealed = poll.open, poll.revealed
            for user, choices in poll.votes.items():
                ballot.put(user, choices)

    def _known(self, poll: int) -> _Ballot:
        ballot = self._ballots.get(poll)
        if ballot is None:
            raise CommandRefused(Refuse.UNKNOWN)
        return ballot
