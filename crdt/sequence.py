"""A document's sequences with the id of every item in them, deleted ones too: what the engine knows but does not tell.

Items are put in order by the rule that both engines follow (YATA): an item stands right of its left origin, and of
those that were put into one place at once the one of the lower client stands first, with all that was put behind it.
The order of two items never changes, so one order serves every moment of a history.
"""

from bisect import bisect_right
from collections.abc import Iterator

from crdt.contents import EMBED, STRING, TYPE, XML_ELEMENT, Budget
from crdt.lib0 import read_span, read_uint, uint
from crdt.limits import STORED_SCREEN, DocumentLimits
from crdt.pending import Pending, unmet
from crdt.pieces import Run, skip_head, take_apart
from crdt.screen import GC, KEY, LEFT, RIGHT, Screened, Section

Id = tuple[int, int]
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What an embedded thing reads as."""


class Node:
    """One item, or a part of one. ``parent`` is a root's name, the node of a shared type, or None when it is lost."""

    __slots__ = ("client", "end", "first", "key", "kind", "next", "origin", "parent", "right", "start", "text", "xml")

    def __init__(self, client: int, start: int, end: int) -> None:
        self.client = client
        self.start = start
        self.end = end
        self.kind = GC
        self.parent: str | Node | None = None
        self.key: str | None = None
        """Of an entry of a map; such nodes stand in no sequence here."""
        self.origin: Id | None = None
        self.right: Id | None = None
        self.next: Node | None = None
        self.first: Node | None = None
        """Of a shared type: where its sequence begins."""
        self.text = ""
        self.xml = False
        """A shared type that is an XML element: a block of its own."""


class Sequences:
    """All items of one update that lacks nothing."""

    def __init__(self, update: bytes) -> None:
        self.roots: dict[str, Node | None] = {}
        """Root to the first node of its sequence."""
        self._nodes: dict[int, list[Node]] = {}
        for run in _in_order(update):
            for node, parent in _read(run):
                if isinstance(parent, tuple):
                    nodes, index = self._find(parent)
                    node.parent = nodes[index]
                else:
                    node.parent = parent
                self._integrate(node)

    def _find(self, place: Id) -> tuple[list[Node], int]:
        nodes = self._nodes[place[0]]
        return nodes, bisect_right(nodes, place[1], key=_start) - 1

    def _ending_at(self, place: Id) -> Node:
        """The node whose last tick is ``place``; one that goes on is cut there."""
        nodes, index = self._find(place)
        node = nodes[index]
        if place[1] + 1 < node.end:
            _cut(nodes, index, place[1] + 1)
        return node

    def _beginning_at(self, place: Id) -> Node:
        nodes, index = self._find(place)
        if nodes[index].start < place[1]:
            _cut(nodes, index, place[1])
            index += 1
        return nodes[index]

    def _integrate(self, node: Node) -> None:
        self._nodes.setdefault(node.client, []).append(node)
        left = self._ending_at(node.origin) if node.origin else None
        right = self._beginning_at(node.right) if node.right else None
        beside = left or right
        if beside is not None:
            node.parent, node.key = beside.parent, beside.key
            lost = any(other is not None and other.parent is None for other in (left, right))
            node.parent = None if lost else node.parent
        if node.kind == GC or node.parent is None or node.key is not None:
            return
        if isinstance(node.parent, Node) and (node.parent.kind != TYPE or node.parent.parent is None):
            node.parent = None
            return
        left = self._place(node, left, right)
        if left is not None:
            node.next, left.next = left.next, node
        elif isinstance(node.parent, Node):
            node.next, node.parent.first = node.parent.first, node
        else:
            node.next, self.roots[node.parent] = self.roots.get(node.parent), node

    def _place(self, node: Node, left: Node | None, right: Node | None) -> Node | None:
        """The node that ``node`` comes right after."""
        parent = node.parent
        first = parent.first if isinstance(parent, Node) else self.roots.get(parent or "")
        other = left.next if left else first
        passed: set[int] = set()
        conflicting: set[int] = set()
        while other is not None and other is not right:
            passed.add(id(other))
            conflicting.add(id(other))
            if other.origin == node.origin:
                if other.client < node.client:
                    left = other
                    conflicting.clear()
                elif other.right == node.right:
                    break
            elif other.origin and id(origin := self._ending_at(other.origin)) in passed:
                if id(origin) not in conflicting:
                    left = other
                    conflicting.clear()
            else:
                break
            other = other.next
        return left


def _start(node: Node) -> int:
    return node.start


def _cut(nodes: list[Node], index: int, clock: int) -> None:
    """Cut a node in two at ``clock``."""
    node = nodes[index]
    rest = Node(node.client, clock, node.end)
    rest.kind, rest.parent, rest.key = node.kind, node.parent, node.key
    rest.origin, rest.right = (node.client, clock - 1), node.right
    if node.kind == STRING:
        units = node.text.encode("utf-16-le", "surrogatepass")
        at = 2 * (clock - node.start)
        node.text = units[:at].decode("utf-16-le", "surrogatepass")
        rest.text = units[at:].decode("utf-16-le", "surrogatepass")
    node.end = clock
    rest.next, node.next = node.next, rest
    nodes.insert(index + 1, rest)


def _in_order(update: bytes) -> Iterator[Run]:
    """The runs of an update, each after those it refers to."""
    state: dict[int, int] = {}
    pending = Pending(DocumentLimits())
    for run in take_apart(update, STORED_SCREEN):
        if not isinstance(run, Run):
            continue
        if required := unmet(run.required, state):
            pending.add(run, required)
            continue
        state[run.client] = run.end
        yield run
        yield from (piece for piece in pending.take_ready(state, [run.client]) if isinstance(piece, Run))


def _read(run: Run) -> Iterator[tuple[Node, str | Id | None]]:
    """The nodes of a run, with the parent each names."""
    section = Section(run.client, uint(run.client), Screened(), STORED_SCREEN, Budget(STORED_SCREEN.max_values))
    pos, clock = 0, run.start
    while pos < len(run.structs):
        after, end = section.read_structs(run.structs, pos, 1, clock)
        node = Node(run.client, clock, end)
        parent = None if run.structs[pos] == GC else _read_node(node, run.structs[pos:after])
        yield node, parent
        pos, clock = after, end


def _read_node(node: Node, struct: bytes) -> str | Id | None:
    info, pos = struct[0], 1
    parent: str | Id | None = None
    node.kind = info & 31
    if info & LEFT:
        node.origin, pos = _read_id(struct, pos)
    if info & RIGHT:
        node.right, pos = _read_id(struct, pos)
    if not info & (LEFT | RIGHT):
        if struct[pos]:
            start, pos = read_span(struct, pos + 1)
            parent = str(struct[start:pos], "utf-8")
        else:
            parent, pos = _read_id(struct, pos + 1)
        if info & KEY:
            start, pos = read_span(struct, pos)
            node.key = str(struct[start:pos], "utf-8")
    content = skip_head(struct)
    if node.kind == STRING:
        start, end = read_span(struct, content)
        node.text = str(struct[start:end], "utf-8")
    elif node.kind == EMBED:
        node.text = OBJECT
    node.xml = node.kind == TYPE and struct[content] == XML_ELEMENT
    return parent


def _read_id(struct: bytes, pos: int) -> tuple[Id, int]:
    client, pos = read_uint(struct, pos)
    clock, pos = read_uint(struct, pos)
    return (client, clock), pos
