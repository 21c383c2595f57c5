"""Joining updates into one, byte for byte: structs are moved, never written anew.

The engine's own merge is faster, and right for what one document integrated in order. For what waits it is not: given
updates that overlap or have holes it loses items now and then. So what waits is joined here.
"""

from collections.abc import Iterable

from crdt.contents import ANY, DELETED, STRING, Budget
from crdt.lib0 import read_span, read_uint, span, uint
from crdt.limits import ScreenLimits
from crdt.pieces import Deletion, Run, skip_head, take_apart
from crdt.screen import GC, LEFT, RIGHT, SKIP, Screened, Section
from crdt.values import skip_values

Span = tuple[int, int]


def join(updates: Iterable[bytes], limits: ScreenLimits) -> bytes:
    """One update with all that ``updates`` (screened) hold. Where they overlap the first one counts."""
    runs: dict[int, list[Run]] = {}
    deletions: dict[int, list[Span]] = {}
    for update in updates:
        for piece in take_apart(update, limits, by_needs=False):
            if isinstance(piece, Deletion):
                deletions.setdefault(piece.client, []).append((piece.start, piece.end))
            else:
                runs.setdefault(piece.client, []).append(piece)
    out = uint(len(runs))
    for client in sorted(runs, reverse=True):
        out += _section(runs[client], limits)
    out += uint(len(deletions))
    for client in sorted(deletions, reverse=True):
        out += _ranges(client, deletions[client])
    return out


def _section(runs: list[Run], limits: ScreenLimits) -> bytes:
    """Runs of one client behind each other, with holes between them where something is missing."""
    runs = sorted(runs, key=lambda run: run.start)
    client, start, end = runs[0].client, runs[0].start, runs[0].start
    structs, count = bytearray(), 0
    for run in runs:
        if run.end <= end:
            continue
        if run.start > end:
            structs += bytes((SKIP,)) + uint(run.start - end)
            count += 1
        elif run.start < end:
            run = cut_run(run, end, limits)
        structs += run.structs
        count += run.items
        end = run.end
    return uint(count) + uint(client) + uint(start) + bytes(structs)


def cut_run(run: Run, clock: int, limits: ScreenLimits) -> Run:
    """What ``run`` holds from ``clock`` on (inside of it). Only its first item may need something of others."""
    section = Section(run.client, uint(run.client), Screened(), limits, Budget(limits.max_values))
    pos, at = 0, run.start
    for index in range(run.items):
        after, end = section.read_structs(run.structs, pos, 1, at)
        if end > clock:
            first = run.structs[pos:after]
            if at < clock:
                first = _cut_struct(first, run.client, at, clock, limits)
            needs = run.needs if index == 0 else ()
            structs = first + run.structs[after:]
            return Run(run.client, clock, run.end, run.items - index, structs, needs, run.types, run.named)
        pos, at = after, end
    raise ValueError("the clock is not inside the run")


def _cut_struct(struct: bytes, client: int, start: int, clock: int, limits: ScreenLimits) -> bytes:
    """The rest of a struct; as Yjs writes it, the rest of an item has the part before it as its left origin."""
    info, less = struct[0], clock - start
    if info in (GC, SKIP):
        return bytes((info,)) + uint(read_uint(struct, 1)[0] - less)
    right = b""
    if info & RIGHT:
        _, pos = _read_id(struct, 1) if info & LEFT else (b"", 1)
        right, _ = _read_id(struct, pos)
    head = bytes((info & 31 | LEFT | info & RIGHT,)) + uint(client) + uint(clock - 1) + right
    return head + _cut_content(struct, skip_head(struct), info & 31, less, limits)


def _read_id(struct: bytes, pos: int) -> tuple[bytes, int]:
    first = pos
    _, pos = read_uint(struct, pos)
    _, pos = read_uint(struct, pos)
    return struct[first:pos], pos


def _cut_content(struct: bytes, pos: int, kind: int, less: int, limits: ScreenLimits) -> bytes:
    if kind == DELETED:
        return uint(read_uint(struct, pos)[0] - less)
    if kind == ANY:
        count, pos = read_uint(struct, pos)
        pos, _ = skip_values(struct, pos, less, limits, limits.max_values)
        return uint(count - less) + struct[pos:]
    if kind == STRING:
        start, end = read_span(struct, pos)
        units = str(struct[start:end], "utf-8").encode("utf-16-le")[2 * less :]
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
