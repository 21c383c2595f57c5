"""Joining updates into one, byte for byte: structs are moved, never written anew.

The engine's own merge is faster, and right for what one document integrated in order. For what waits it is not: given
updates that overlap or have holes it loses items now and then. So what waits is joined here.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from crdt import engine
from crdt.contents import ANY, DELETED, STRING, Budget
from crdt.engine import EMPTY_UPDATE
from crdt.errors import CrdtError
from crdt.lib0 import read_span, read_uint, span, uint
from crdt.limits import STORED_SCREEN, ScreenLimits
from crdt.pieces import Deletion, Run, skip_head, take_apart
from crdt.screen import GC, LEFT, RIGHT, SKIP, Screened, Section
from crdt.values import skip_values

Span = tuple[int, int]


def join(updates: Iterable[bytes], limits: ScreenLimits, *, first_deletes: bool = True) -> bytes:
    """One update with all that ``updates`` (screened) hold. Where they say different things the first one counts.
    Without ``first_deletes`` the deletions of the first one are left out."""
    runs: dict[int, list[Run]] = {}
    deletions: dict[int, list[Span]] = {}
    for index, update in enumerate(updates):
        for piece in take_apart(update, limits, by_needs=False):
            if isinstance(piece, Deletion):
                if not index and not first_deletes:
                    break
                deletions.setdefault(piece.client, []).append((piece.start, piece.end))
            else:
                _place(runs.setdefault(piece.client, []), piece, limits)
    out = uint(len(runs))
    for client in sorted(runs, reverse=True):
        out += _section(runs[client])
    out += uint(len(deletions))
    for client in sorted(deletions, reverse=True):
        out += _ranges(client, deletions[client])
    return out


def merge(updates: Sequence[bytes]) -> bytes:
    """One update with the effect of all ``updates``, which were applied in this order. One alone is returned as it is.

    `Document.merge` also knows whether they waited or overlapped, when the engine's merge cannot be trusted."""
    if len(updates) == 1:
        return updates[0]
    try:
        return engine.merge(updates) if updates else EMPTY_UPDATE
    except CrdtError:
        return join(updates, STORED_SCREEN)


def _place(placed: list[Run], run: Run, limits: ScreenLimits) -> None:
    """Put the parts of ``run`` that are not covered yet among those that are ``placed``, which are in order."""
    index = bisect_right(placed, run.start, key=_end)
    at = run.start
    while at < run.end:
        following = placed[index].start if index < len(placed) else run.end
        if at < following:
            end = min(following, run.end)
            placed.insert(index, cut_run(run, at, end, limits))
            index += 1
            at = end
        if at < run.end:
            at = placed[index].end
            index += 1


def _end(run: Run) -> int:
    return run.end


def _section(runs: list[Run]) -> bytes:
    """Runs of one client behind each other, with holes between them where something is missing."""
    client, start, end = runs[0].client, runs[0].start, runs[0].start
    structs, count = bytearray(), 0
    for run in runs:
        if run.start > end:
            structs += bytes((SKIP,)) + uint(run.start - end)
            count += 1
        structs += run.structs
        count += run.items
        end = run.end
    return uint(count) + uint(client) + uint(start) + bytes(structs)


def cut_run(run: Run, start: int, end: int, limits: ScreenLimits) -> Run:
    """What ``run`` holds from ``start`` to ``end``. Only its first item may need something of others."""
    if start == run.start and end == run.end:
        return run
    section = Section(run.client, uint(run.client), Screened(), limits, Budget(limits.max_values))
    structs, count, needs = bytearray(), 0, run.needs
    pos, at = 0, run.start
    for index in range(run.items):
        after, then = section.read_structs(run.structs, pos, 1, at)
        if then > start and at < end:
            first, last = max(start, at), min(end, then)
            whole = first == at and last == then
            struct = run.structs[pos:after]
            structs += struct if whole else _cut_struct(struct, run.client, at, first, last, limits)
            needs = needs if index == 0 or count else ()
            count += 1
        pos, at = after, then
    return Run(run.client, start, end, count, bytes(structs), needs, run.types, run.named)


def _cut_struct(struct: bytes, client: int, at: int, start: int, end: int, limits: ScreenLimits) -> bytes:
    """A part of a struct; as Yjs writes it, what does not begin an item has the tick before as its left origin."""
    info = struct[0]
    if info in (GC, SKIP):
        return bytes((info,)) + uint(end - start)
    content = skip_head(struct)
    head = struct[:content]
    if start > at:
        right = b""
        if info & RIGHT:
            _, pos = _read_id(struct, 1) if info & LEFT else (b"", 1)
            right, _ = _read_id(struct, pos)
        head = bytes((info & 31 | LEFT | info & RIGHT,)) + uint(client) + uint(start - 1) + right
    return head + _cut_content(struct, content, start - at, end - at, limits)


def _read_id(struct: bytes, pos: int) -> tuple[bytes, int]:
    first = pos
    _, pos = read_uint(struct, pos)
    _, pos = read_uint(struct, pos)
    return struct[first:pos], pos


def _cut_content(struct: bytes, pos: int, start: int, end: int, limits: ScreenLimits) -> bytes:
    kind = struct[0] & 31
    if kind == DELETED:
        return uint(end - start)
    if kind == ANY:
        _, pos = read_uint(struct, pos)
        first, _ = skip_values(struct, pos, start, limits, limits.max_values)
        last, _ = skip_values(struct, first, end - start, limits, limits.max_values)
        return uint(end - start) + struct[first:last]
    if kind == STRING:
        first, last = read_span(struct, pos)
        units = str(struct[first:last], "utf-8").encode("utf-16-le")[2 * start : 2 * end]
        return span(units.decode("utf-16-le", "replace").encode())
    raise ValueError("content of one tick cannot be cut")


def _ranges(client: int, spans: list[Span]) -> bytes:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    body = b"".join(uint(start) + uint(end - start) for start, end in merged)
    return uint(client) + uint(len(merged)) + body
