"""XML from strangers: parsed by expat into plain nodes, with every limit checked while it is read.

No document type is accepted, so there are no entities, no external files and no expansion; depth, elements and
bytes are bounded. Namespaces are dropped: the readers go by local names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from rest.assessment.errors import BadPackage

LARGEST = 2 * 1024 * 1024
DEEPEST = 60
MOST_NODES = 20_000


@dataclass(slots=True)
class Node:
    """An element: its local name, its attributes by local name, and texts and elements in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    content: list["Node | str"] = field(default_factory=list["Node | str"])

    def children(self, *tags: str) -> list["Node"]:
        """Child elements, those named ``tags`` if any are given."""
        return [c for c in self.content if isinstance(c, Node) and (not tags or c.tag in tags)]

    def child(self, tag: str) -> "Node | None":
        return next(iter(self.children(tag)), None)

    def walk(self) -> Iterator["Node"]:
        """Itself and everything below, in the order of the text."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children()))

    def find(self, *tags: str) -> list["Node"]:
        """Elements named ``tags``, anywhere below or itself."""
        return [n for n in self.walk() if n.tag in tags]

    def text(self) -> str:
        """All text below, in order and as it stands."""
        waiting: list[Node | str] = [self]
        found: list[str] = []
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                found.append(part)
            else:
                waiting.extend(reversed(part.content))
        return "".join(found)


def parse(data: bytes) -> Node:
    """The root element; raises `BadPackage` when the XML is malformed, too large or brings a document type."""
    if len(data) > LARGEST:
        raise BadPackage(f"an XML file may hold {LARGEST} bytes, this one has {len(data)}")
    builder = _Builder()
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadPackage(f"not well-formed XML: {error}") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, BadPackage):
            raise
        raise BadPackage(f"XML in an encoding that cannot be read: {error}") from None
    return builder.root.children()[0]


class _Builder:
    """Expat's events into nodes."""

    def __init__(self) -> None:
        self.root = Node("")
        self._open = [self.root]
        self._nodes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if len(self._open) > DEEPEST or self._nodes > MOST_NODES:
            raise BadPackage(f"XML of more than {DEEPEST} levels or {MOST_NODES} elements and attributes")
        node = Node(_local(name), {_local(k): v for k, v in attributes.items()})
        self._open[-1].content.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].content.append(text)

    def refuse(self, *_: object) -> None:
        raise BadPackage("XML with a document type or entities is not accepted; save it without")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
