"""A whiteboard: a document whose schema the server knows (`board_schema`).

Each item of an update is checked before the engine has it, so that nothing has to be undone and no second copy is kept.
That is sound because the place of an item follows from the update and from the places of the items it names alone
(`board_slots`), by the same rule that both engines use. An update that has to wait cannot be placed yet: a board asks
for the whole difference instead.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import pycrdt

from crdt.board_items import ROOT, Item, read_items, refused
from crdt.board_places import place
from crdt.board_schema import ELEMENT_FIELDS, PAGE_FIELDS, BoardLimits, check_field, is_name
from crdt.board_slots import ELEMENT_FIELD, ELEMENT_MAP, MAPS, NOWHERE, PAGE_MAP, Slot, Slots
from crdt.board_svg import render
from crdt.contents import ANY, DELETED, TYPE
from crdt.document import DEFAULT_LIMITS, Applied, Document
from crdt.errors import UpdateRefused
from crdt.limits import DocumentLimits
from crdt.screen import GC, Screened

DEFAULT_BOARD_LIMITS = BoardLimits()
PAGES = Slot(PAGE_MAP, "")
"""Where all pages are counted together."""

Element = dict[str, Any]
"""An element's fields, as Excalidraw knows them."""


class Page(NamedTuple):
    """A page of a board, without its elements."""

    id: str
    name: str
    order: str


class Board(Document):
    """A whiteboard document. `UpdateRefused` with the code ``schema`` says what it could not hold."""

    __slots__ = ("_board_limits", "_created", "_slots")

    _inspects = True

    def __init__(
        self, limits: DocumentLimits = DEFAULT_LIMITS, board_limits: BoardLimits = DEFAULT_BOARD_LIMITS
    ) -> None:
        super().__init__(limits)
        self._board_limits = board_limits
        self._slots = Slots()
        self._created: dict[Slot, int] = {}
        """How many maps there are in each place at most; not there when they have to be counted."""

    # reading

    def pages(self) -> list[Page]:
        """The pages in their order."""
        pages: list[Page] = []
        for key, page in _maps(self._root()):
            name, order = page.get("name"), page.get("order")
            pages.append(Page(key, name if isinstance(name, str) else "", order if isinstance(order, str) else ""))
        return sorted(pages, key=lambda page: (page.order, page.id))

    def elements(self, page: str) -> list[Element]:
        """The visible elements of a page, the lowest first."""
        found: list[Element] = []
        for key, element in _maps(self._elements(page)):
            fields = element.to_py() or {}
            if fields.get("isDeleted") is not True:
                found.append({**fields, "id": key})
        return sorted(found, key=_layer)

    def count(self) -> dict[str, int]:
        """Page id to the number of its elements, those included that are only marked as deleted."""
        return {page.id: len(self._elements(page.id)) for page in self.pages()}

    def svg(self, page: str) -> str:
        """A picture of a page."""
        return render(self.elements(page))

    def _root(self) -> pycrdt.Map[Any]:
        return self.doc.get(ROOT, type=pycrdt.Map)

    def _elements(self, page: str) -> pycrdt.Map[Any] | dict[str, Any]:
        found = self._root().get(page)
        if not isinstance(found, pycrdt.Map):
            return {}
        elements = cast("pycrdt.Map[Any]", found).get("elements")
        return cast("pycrdt.Map[Any]", elements) if isinstance(elements, pycrdt.Map) else {}

    # checking

    def _take_pieces(self, update: bytes, stored: bool) -> Applied:
        if not stored:
            raise UpdateRefused("pending-full", "A board does not take updates that have to wait; send the difference.")
        return super()._take_pieces(update, stored)

    def _inspect(self, update: bytes, found: Screened) -> object:
        """Refuse what a board cannot hold; the slots of what it can."""
        items = list(read_items(update, lenient=self._loading))
        placed = place(items, {client: (start, end) for client, start, end in found.ranges}, self._slots, self._loading)
        if not self._loading:
            made: dict[Slot, int] = {}
            for item, slot in placed:
                self._check(item, slot)
                if slot.kind in (PAGE_MAP, ELEMENT_MAP) and item.kind == TYPE:
                    place_of = PAGES if slot.kind == PAGE_MAP else slot
                    made[place_of] = made.get(place_of, 0) + 1
            self._check_counts(made)
        return placed

    def _admitted(self, inspected: object) -> None:
        placed: list[tuple[Item, Slot]] = inspected  # pyright: ignore[reportAssignmentType]
        for item, slot in placed:
            self._slots.add(item.client, item.clock, slot)

    def _check(self, item: Item, slot: Slot) -> None:
        if slot is NOWHERE or item.kind in (GC, DELETED):
            return
        if item.key and not is_name(item.key):
            raise refused(f"{item.key[:80]!r} cannot name anything on a board.")
        if (item.kind == TYPE) != (slot.kind in MAPS):
            raise refused(f"A {slot.kind} of a board cannot hold that.")
        if item.kind == ANY:
            fields = ELEMENT_FIELDS if slot.kind == ELEMENT_FIELD else PAGE_FIELDS
            if not check_field(fields, slot.name, item.size, item.value, self._board_limits):
                raise refused(f"The field {slot.name!r} of a board cannot hold that value.")

    def _check_counts(self, made: dict[Slot, int]) -> None:
        for slot, count in made.items():
            created = self._created.get(slot, limit := self._limit(slot)) + count
            if created > limit:
                created = len(self._root() if slot is PAGES else self._elements(slot.name)) + count
            if created > limit:
                raise refused(f"A board holds at most {limit} {'pages' if slot is PAGES else 'elements on a page'}.")
            self._created[slot] = created

    def _limit(self, slot: Slot) -> int:
        return self._board_limits.max_pages if slot is PAGES else self._board_limits.max_elements


def _maps(parent: pycrdt.Map[Any] | dict[str, Any]) -> Iterable[tuple[str, pycrdt.Map[Any]]]:
    for key, value in parent.items():
        if isinstance(value, pycrdt.Map):
            yield key, value


def _layer(element: Element) -> tuple[str, str]:
    index = element.get("index")
    return index if isinstance(index, str) else "", str(element["id"])
