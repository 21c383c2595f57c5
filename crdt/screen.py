"""A bounded reader of Yjs updates (encoding v1): the door in front of the engine.

    update   = count, section*, deletes
    section  = count of structs (> 0), client, clock, struct*         one section a client
    struct   = 0, length                                              a tombstone ("GC")
             | 10, length                                             a hole ("Skip"): not in this update
             | info, [left origin], [right origin], [parent, [key]], content
    info     = 128 left origin | 64 right origin | 32 key | kind of content; a parent stands only without origins
    parent   = 1, root's name | 0, id
    id       = client, clock
    deletes  = count, (client, count, (clock, length)*)*

It builds nothing but the facts that `Document` needs, never recurses, and checks every claimed count and length against
the bytes that are left. Clocks stay below 2**31 and client ids below 2**53, where the engine and the browsers agree.
"""

from collections.abc import Container
from typing import NamedTuple

from crdt.contents import READERS, STRING, TYPE, Budget
from crdt.errors import UpdateRefused
from crdt.lib0 import read_span, read_uint
from crdt.limits import ScreenLimits
from crdt.values import skip_name

GC, SKIP = 0, 10
LEFT, RIGHT, KEY = 128, 64, 32

LAST_SINGLE = "\uffff"
"""Characters past it count as two."""

DEFAULT_LIMITS = ScreenLimits()

Range = tuple[int, int, int]
"""client, first clock, clock after the last."""


ROOT = -1
"""As the client of a link: the item stands in a root."""


class Link(NamedTuple):
    """Where an item hangs: in or beside another one, or in a root."""

    client: int
    clock: int
    end: int
    other: int
    other_clock: int
    is_parent: bool
    """Whether it hangs in the other item; otherwise beside it."""
    is_type: bool


Halves = Container[tuple[int, int]] | None


class Screened:
    """What an accepted update says of itself."""

    __slots__ = ("cuts", "deletes", "halves", "holes", "links", "needs", "parents", "ranges", "structs")

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        """One for each client that adds something."""
        self.holes: list[tuple[int, int]] = []
        """What lies inside a range without being in the update: client, and the clock after the hole."""
        self.deletes: dict[int, int] = {}
        """Client to the clock after the last one deleted."""
        self.needs: dict[int, int] = {}
        """What must be known of *other* clients: client to the highest clock referred to."""
        self.parents: list[tuple[int, int]] = []
        """Client and clock of items that are named as parents, and so have to be shared types."""
        self.links: list[Link] = []
        """Where each shared type hangs."""
        self.halves: list[tuple[int, int]] = []
        """Client and clock of the second half of each character that counts as two."""
        self.cuts: list[tuple[int, int]] = []
        """Those of the second halves given to `screen` that would be cut from their first ones."""
        self.structs = 0

    @property
    def is_empty(self) -> bool:
        """Whether it neither adds nor deletes anything (the bytes ``00 00``)."""
        return not self.ranges and not self.deletes


def screen(
    update: bytes,
    limits: ScreenLimits = DEFAULT_LIMITS,
    *,
    every_link: bool = False,
    halves: Container[tuple[int, int]] | None = None,
) -> Screened:
    """Read ``update`` to its last byte, or raise `UpdateRefused`. ``every_link`` lists links of all items, not of types
    alone; ``halves`` are the known second halves of characters, to look for `Screened.cuts`."""
    if len(update) > limits.max_bytes:
        raise UpdateRefused("too-large", f"The update is larger than {limits.max_bytes} bytes.")
    found = Screened()
    try:
        pos = _read_sections(update, found, limits, every_link, halves)
        pos = _read_deletes(update, pos, found, limits, halves)
    except IndexError:
        raise UpdateRefused("malformed", "The update ends in the middle.") from None
    except ValueError as error:
        raise UpdateRefused("malformed", f"The update cannot be read: {error}.") from None
    if pos != len(update):
        raise UpdateRefused("malformed", "The update's length and its content do not agree.")
    return found


def _read_sections(data: bytes, found: Screened, limits: ScreenLimits, every_link: bool, halves: Halves) -> int:
    sections, pos = read_uint(data, 0)
    if sections > limits.max_clients:
        raise UpdateRefused("too-many", "The update holds too many clients.")
    budget = Budget(limits.max_values)
    clients: set[int] = set()
    for _ in range(sections):
        count, pos = read_uint(data, pos)
        found.structs += count
        if found.structs > limits.max_structs:
            raise UpdateRefused("too-many", "The update holds too many items.")
        named = pos
        client, pos = read_uint(data, pos)
        if client in clients or not count:
            raise ValueError("a client stands there twice, or for nothing")
        clients.add(client)
        section = Section(client, data[named:pos], found, limits, budget, every_link, halves)
        start, pos = read_uint(data, pos)
        if halves is not None and (client, start) in halves:
            found.cuts.append((client, start))
        pos, end = section.read_structs(data, pos, count, start)
        found.ranges.append((client, start, end))
    return pos


class Section:
    """What is the same for all structs of one client."""

    __slots__ = ("budget", "client", "every_link", "found", "halves", "limits", "name")

    def __init__(
        self,
        client: int,
        name: bytes,
        found: Screened,
        limits: ScreenLimits,
        budget: Budget,
        every_link: bool = False,
        halves: Halves = None,
    ) -> None:
        self.client = client
        self.name = name
        """The client as it is encoded: most ids name the same client, and bytes compare faster than they decode."""
        self.found = found
        self.limits = limits
        self.budget = budget
        self.every_link = every_link
        self.halves = halves

    def read_structs(self, data: bytes, pos: int, count: int, clock: int) -> tuple[int, int]:
        """The position after ``count`` structs, and the clock after them. Typed text has its own short way through."""
        max_clock = self.limits.max_clock
        max_string = self.limits.max_string
        while count:
            count -= 1
            info = data[pos]
            if info & 31 == STRING and info > 63 and not self.every_link:
                pos = self._read_id(data, pos + 1, clock, info >> 7)[2]
                if info > 191:
                    pos = self._read_id(data, pos, clock, 0)[2]
                length = data[pos]
                if length < 128:
                    pos += 1
                else:
                    length, pos = read_uint(data, pos)
                end = pos + length
                text = data[pos:end]
                if not text.isascii() or length > max_string:
                    length = self._count(text, clock)
                pos = end
            elif info in (GC, SKIP):
                length, pos = read_uint(data, pos + 1)
                if info == SKIP:
                    self.found.holes.append((self.client, clock + length))
            else:
                pos, length = self._read_item(data, pos + 1, info, clock)
            if length < 1:
                raise ValueError("an item is empty")
            clock += length
            if clock > max_clock:
                raise UpdateRefused("clock-out-of-range", "The update counts further than a document can.")
        return pos, clock

    def _read_item(self, data: bytes, pos: int, info: int, clock: int) -> tuple[int, int]:
        """The position after any item, and its length."""
        kind = info & 31
        other = ROOT
        other_clock = 0
        inside = not info & (LEFT | RIGHT)
        if inside:
            named = data[pos]
            pos += 1
            if named == 1:
                pos = skip_name(data, pos, self.limits)
            elif named == 0:
                other, other_clock, pos = self._read_id(data, pos, clock, -1)
                self.found.parents.append((other, other_clock))
            else:
                raise ValueError("a parent is neither named nor an item")
            if info & KEY:
                pos = skip_name(data, pos, self.limits)
        else:
            other, other_clock, pos = self._read_id(data, pos, clock, info >> 7)
            if info & LEFT and info & RIGHT:
                _, _, pos = self._read_id(data, pos, clock, 0)
        if kind == STRING:
            start, pos = read_span(data, pos)
            length = self._count(data[start:pos], clock)
        else:
            pos, length = READERS[kind](data, pos, self.limits, self.budget)
        if kind == TYPE or self.every_link:
            self.found.links.append(Link(self.client, clock, clock + length, other, other_clock, inside, kind == TYPE))
        return pos, length

    def _count(self, text: bytes, clock: int) -> int:
        """The length of UTF-8 ``text`` in UTF-16 units, which is how Yjs counts."""
        if len(text) > self.limits.max_string:
            raise UpdateRefused("too-large", f"A single text is larger than {self.limits.max_string} bytes.")
        if text.isascii():
            return len(text)
        chars = str(text, "utf-8")
        if max(chars) <= LAST_SINGLE:
            return len(chars)
        units = 0
        for char in chars:
            units += 1
            if char > LAST_SINGLE:
                self.found.halves.append((self.client, clock + units))
                units += 1
        return units

    def _read_id(self, data: bytes, pos: int, clock: int, cut: int) -> tuple[int, int, int]:
        """Client and clock of an item that is referred to (it must be older), and the position after them. ``cut`` says
        where its text is cut: 1 after it, 0 before it, -1 not at all."""
        if data.startswith(self.name, pos):
            pos += len(self.name)
            other = self.client
        else:
            other, pos = read_uint(data, pos)
        other_clock = data[pos]
        if other_clock < 128:
            pos += 1
        else:
            other_clock, pos = read_uint(data, pos)
        if other == self.client:
            if other_clock >= clock:
                raise ValueError("an item refers to itself or to a later one")
        elif other_clock > self.found.needs.get(other, -1):
            self.found.needs[other] = other_clock
        if self.halves is not None and cut >= 0 and (other, other_clock + cut) in self.halves:
            self.found.cuts.append((other, other_clock + cut))
        return other, other_clock, pos


def _read_deletes(data: bytes, pos: int, found: Screened, limits: ScreenLimits, halves: Halves) -> int:
    clients, pos = read_uint(data, pos)
    if clients > limits.max_clients:
        raise UpdateRefused("too-many", "The update deletes from too many clients.")
    budget = limits.max_delete_ranges
    for _ in range(clients):
        client, pos = read_uint(data, pos)
        count, pos = read_uint(data, pos)
        budget -= count
        if budget < 0:
            raise UpdateRefused("too-many", "The update deletes too many ranges.")
        if client in found.deletes:
            raise ValueError("a client's deletions stand there twice")
        last = 0
        for _ in range(count):
            clock, pos = read_uint(data, pos)
            if clock < last:
                raise ValueError("deletions overlap or are out of order")
            length, pos = read_uint(data, pos)
            last = clock + length
            if halves is not None:
                found.cuts += [(client, place) for place in (clock, last) if (client, place) in halves]
        if last > limits.max_clock:
            raise UpdateRefused("clock-out-of-range", "The update counts further than a document can.")
        found.deletes[client] = last
    return pos
