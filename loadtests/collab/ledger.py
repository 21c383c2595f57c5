"""What every client of one run has seen of every writer, and how long it took."""

import time
from dataclasses import dataclass, field

from loadtests.collab.doors import Said

now = time.perf_counter


@dataclass(slots=True)
class Reader:
    """One client's view: clocks reached, by writer."""

    number: int
    edits: dict[int, int] = field(default_factory=dict[int, int])
    cursors: dict[int, int] = field(default_factory=dict[int, int])


class Ledger:
    """Counts deliveries: one edit (or cursor step) becoming visible at one other client.

    A server may merge edits and skip cursor states: each edit counts once a reader, a later cursor covers earlier ones.
    Counting and timing happen while `measuring` only; gaps always.
    """

    def __init__(self, clients: int, per_room: int, edit_bytes: int) -> None:
        self.sent: list[list[float]] = [[] for _ in range(clients)]
        self.moved: list[list[float]] = [[] for _ in range(clients)]
        self.delays: list[float] = []
        self.delivered = self.gaps = self.strays = 0
        self.frames = self.bytes = self.edit_frames = self.cursor_frames = 0
        self.measuring = False
        self._per_room = per_room
        self._edit_bytes = edit_bytes

    def take(self, reader: Reader, said: Said, at: float) -> None:
        """``reader`` received edits."""
        me, seen, size = reader.number, reader.edits, self._edit_bytes
        for writer, start, end in said.runs:
            have = seen.get(writer, 0)
            if end <= have or writer == me:
                continue
            if start > have:
                self.gaps += 1
                have = start
            seen[writer] = end
            if writer // self._per_room != me // self._per_room:
                self.strays += 1
            elif self.measuring:
                self._count(self.sent[writer][have // size : end // size], at)

    def take_cursors(self, reader: Reader, said: Said, at: float) -> list[bytes]:
        """``reader`` received cursors; the raw entries of those that were news, for clients that echo."""
        news: list[bytes] = []
        seen = reader.cursors
        for writer, clock, raw in said.states:
            have = seen.get(writer, 0)
            if clock <= have:
                continue
            seen[writer] = clock
            if writer != reader.number:
                news.append(raw)
                if self.measuring:
                    self._count(self.moved[writer][have:clock], at)
        return news

    def _count(self, times: list[float], at: float) -> None:
        self.delivered += len(times)
        for sent_at in times:
            self.delays.append(at - sent_at)

    def begin(self) -> None:
        """From now on it counts; what was sent before does not."""
        self.delivered = self.frames = self.bytes = self.edit_frames = self.cursor_frames = 0
        self.delays.clear()
        self.measuring = True

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.delays)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 3) if ordered else 0.0
