"""Versions of a document, from the rows of its log: who wrote what and when, how it looked, and how it came to be.

A row is one accepted update with its authors and its time. Rows hold deleted text too, so a `Timeline` over them shows
every moment; the document itself forgets what is deleted. All of it is computed on demand and changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crdt.contents import STRING, TYPE
from crdt.document import Document
from crdt.intervals import FirstSaid
from crdt.joining import merge
from crdt.limits import STORED_SCREEN
from crdt.pieces import Deletion, take_apart
from crdt.screen import screen
from crdt.sequence import OBJECT, Node, Sequences

BLOCK_END = "\n"


class Row(NamedTuple):
    """One accepted update; ``at`` in Unix seconds. The first row may be a snapshot, with no authors."""

    update: bytes
    authors: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Span:
    """Text that one row wrote. ``deleted`` is the row that deleted it, or None while it stands."""

    text: str
    written: int
    deleted: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one row did to a text, at one place: ``removed`` characters went, then ``text`` came in."""

    row: int
    position: int
    removed: int
    text: str


def state_at(rows: Sequence[Row], version: int) -> bytes:
    """The document as the row ``version`` left it, as one update."""
    return Document.load([row.update for row in rows[: version + 1]]).full()


def automatic_versions(rows: Sequence[Row], pause: float = 300.0, longest: float = 3600.0) -> list[int]:
    """The rows after which a version is worth keeping: before each ``pause``, and each ``longest`` seconds of work."""
    versions: list[int] = []
    began = rows[0].at if rows else 0.0
    for index, row in enumerate(rows):
        last = index + 1 == len(rows)
        if last or rows[index + 1].at - row.at >= pause or row.at - began >= longest:
            versions.append(index)
            began = row.at if last else rows[index + 1].at
    return versions


class Timeline:
    """Every moment of the sequences (texts, rich texts, lists) of one document.

    Versions are numbers of rows: 0 is what the first row made. Positions count characters; a block of rich text ends in
    a line break, and what is embedded reads as U+FFFC."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._written = FirstSaid()
        self._deleted = FirstSaid()
        for number, row in enumerate(rows):
            for client, start, end in screen(row.update, STORED_SCREEN).ranges:
                self._written.say(client, start, end, number)
            for piece in take_apart(row.update, STORED_SCREEN, by_needs=False):
                if isinstance(piece, Deletion):
                    self._deleted.say(piece.client, piece.start, piece.end, number)
        self._sequences = Sequences(merge([row.update for row in rows]))

    def roots(self) -> list[str]:
        """The roots that hold a sequence."""
        return sorted(self._sequences.roots)

    def authors(self, span: Span) -> tuple[str, ...]:
        """Who wrote ``span``: one person, or those whose edits came in the same row."""
        return self._rows[span.written].authors

    def spans(self, root: str) -> list[Span]:
        """All that ever stood in ``root``, in order, what is deleted too."""
        return list(_joined(self._walk(self._sequences.roots.get(root))))

    def text(self, root: str, version: int | None = None) -> list[Span]:
        """What stood in ``root`` after the row ``version`` (the last one when None), span by span with its row."""
        last = len(self._rows) - 1 if version is None else version
        return list(_joined(Span(span.text, span.written) for span in self.spans(root) if _stands(span, last)))

    def difference(self, root: str, before: int, after: int) -> list[tuple[str, Span]]:
        """``root`` at two versions at once: spans that are ``same``, ``new`` or ``gone``."""
        changes: list[tuple[str, Span]] = []
        for span in self.spans(root):
            was, stands = _stands(span, before), _stands(span, after)
            if was or stands:
                changes.append(("same" if was and stands else "new" if stands else "gone", span))
        return changes

    def replay(self, root: str) -> Iterator[Step]:
        """How ``root`` came to be, row by row; each step applies to the text that the steps before it made."""
        spans = self.spans(root)
        events: dict[int, list[int]] = {}
        for index, span in enumerate(spans):
            events.setdefault(span.written, []).append(index)
            if span.deleted is not None and span.deleted > span.written:
                events.setdefault(span.deleted, []).append(index)
        lengths = _Lengths(len(spans))
        for row in sorted(events):
            for index in events[row]:
                span = spans[index]
                if span.written == row and span.deleted != row:
                    yield Step(row, lengths.before(index), 0, span.text)
                    lengths.set(index, len(span.text))
                elif span.deleted == row and span.written != row:
                    yield Step(row, lengths.before(index), len(span.text), "")
                    lengths.set(index, 0)

    def _walk(self, first: Node | None) -> Iterator[Span]:
        """All text below ``first``, in order. What stands in something deleted is deleted with it."""
        stack: list[tuple[Node | None, int | None]] = [(first, None)]
        while stack:
            node, gone = stack.pop()
            while node is not None and node.kind != TYPE:
                yield from self._pieces(node, gone)
                node = node.next
            if node is not None:
                deleted = _first(gone, self._deleted.at(node.client, node.start))
                stack.append((node.next, gone))
                if node.xml:
                    stack.append((_block_end(node), deleted))
                stack.append((node.first, deleted))

    def _pieces(self, node: Node, gone: int | None) -> Iterator[Span]:
        if not node.text:
            return
        written = self._written.at(node.client, node.start) or 0
        if node.text in (OBJECT, BLOCK_END):
            yield Span(node.text, written, _first(gone, self._deleted.at(node.client, node.start)))
            return
        units = node.text.encode("utf-16-le", "surrogatepass")
        for start, end, number in self._written.parts(node.client, node.start, node.end):
            for first, last, deleted in self._deleted.parts(node.client, start, end):
                part = units[2 * (first - node.start) : 2 * (last - node.start)].decode("utf-16-le", "replace")
                yield Span(part, number or 0, _first(gone, deleted))


def _block_end(node: Node) -> Node:
    """A line break that comes and goes with an XML element."""
    end = Node(node.client, node.start, node.end)
    end.kind, end.text = STRING, BLOCK_END
    return end


def _first(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _stands(span: Span, version: int) -> bool:
    return span.written <= version and (span.deleted is None or span.deleted > version)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that were written and deleted together are one span."""
    last: Span | None = None
    for span in spans:
        if last is not None and (last.written, last.deleted) == (span.written, span.deleted):
            last = Span(last.text + span.text, last.written, last.deleted)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


class _Lengths:
    """How long the text before each span is, while spans come and go (a Fenwick tree)."""

    def __init__(self, size: int) -> None:
        self._sums = [0] * (size + 1)
        self._lengths = [0] * size

    def set(self, index: int, length: int) -> None:
        more = length - self._lengths[index]
        self._lengths[index] = length
        index += 1
        while index < len(self._sums):
            self._sums[index] += more
            index += index & -index

    def before(self, index: int) -> int:
        total = 0
        while index:
            total += self._sums[index]
            index -= index & -index
        return total
