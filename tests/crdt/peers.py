"""Peers that edit at random: documents of pycrdt and of y-py, as different as their engines allow.

Both take a `random.Random`, so that a failing seed can be replayed. A y-py document stays on the thread that made it.
"""

import contextlib
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pycrdt
import y_py

WORDS = ["a", "bc", "éè", "日本", "🙂🙃", "line\nbreak", "\x00", "x" * 200, " ", "ﷺ"]
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    63,
    64,
    2**31,
    -(2**40),
    1.5,
    1e300,
    "text",
    "🙂",
    b"\x00\xff",
    [1, [2, ["three"]]],
    {"a": {"b": [None, True]}, "": ""},
]


class Peer(Protocol):
    """One editing party."""

    def edit(self, rng: random.Random) -> None: ...
    def take(self, update: bytes) -> None: ...
    def state(self) -> bytes: ...
    def diff(self, state: bytes) -> bytes: ...
    def drain(self) -> list[bytes]: ...


class PeerBroke(Exception):
    """y-py 0.6 panics on some honest updates. A test that meets one of those takes another example."""


def word(rng: random.Random) -> str:
    return rng.choice(WORDS)


class PycrdtPeer:
    """Edits every kind of shared type; `drain` hands out the updates it made since the last call."""

    def __init__(self, client_id: int | None = None, *, subdocuments: bool = False) -> None:
        self._subdocuments = subdocuments
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
        self.text = self.doc.get("text", type=pycrdt.Text)
        self.array = self.doc.get("array", type=pycrdt.Array)
        self.map = self.doc.get("map", type=pycrdt.Map)
        self.xml = self.doc.get("xml", type=pycrdt.XmlFragment)
        self._made: list[bytes] = []
        self._taking = False
        self.doc.observe(self._on_update)

    def _on_update(self, event: pycrdt.TransactionEvent) -> None:
        if not self._taking:
            self._made.append(event.update)

    def drain(self) -> list[bytes]:
        made, self._made = self._made, []
        return made

    def take(self, update: bytes) -> None:
        self._taking = True
        try:
            self.doc.apply_update(update)
        finally:
            self._taking = False

    def state(self) -> bytes:
        return self.doc.get_state()

    def diff(self, state: bytes) -> bytes:
        return self.doc.get_update(state)

    def edit(self, rng: random.Random) -> None:
        rng.choice((self._text, self._text, self._format, self._array, self._map, self._xml, self._nested))(rng)

    def value(self) -> dict[str, Any]:
        """What a reader sees, for comparing peers."""
        return {
            "text": self.text.diff(),
            "array": _plain(self.array),
            "map": _plain(self.map),
            "xml": str(self.xml),
        }

    def _text(self, rng: random.Random) -> None:
        edges = self._edges()
        if len(edges) > 1 and rng.random() < 0.3:
            start = rng.randrange(len(edges) - 1)
            del self.text[edges[start] : edges[min(len(edges) - 1, start + rng.randint(1, 5))]]
        else:
            self.text.insert(rng.choice(edges), word(rng))

    def _format(self, rng: random.Random) -> None:
        edges = self._edges()
        if rng.random() < 0.3:
            self.text.insert_embed(rng.choice(edges), {"image": word(rng)})
        elif len(edges) > 1:
            start, end = sorted(rng.sample(edges, 2))
            self.text.format(start, end, {rng.choice("bi"): rng.choice([True, None, "x"])})

    def _edges(self) -> list[int]:
        """The places between characters. (pycrdt counts text in bytes of UTF-8; inside a character it breaks.)"""
        edges = [0]
        for chunk, _ in self.text.diff():
            sizes = [len(char.encode()) for char in chunk] if isinstance(chunk, str) else [1]
            for size in sizes:
                edges.append(edges[-1] + size)
        return edges

    def _array(self, rng: random.Random) -> None:
        size = len(self.array)
        if size and rng.random() < 0.3:
            del self.array[rng.randrange(size)]
        else:
            self.array.insert(rng.randint(0, size), rng.choice(VALUES))

    def _map(self, rng: random.Random) -> None:
        key = rng.choice("abcde")
        if key in self.map and rng.random() < 0.3:
            del self.map[key]
        elif self._subdocuments and rng.random() < 0.2:
            self.map[key] = pycrdt.Doc({"t": pycrdt.Text("sub")})
        else:
            self.map[key] = rng.choice(VALUES)

    def _nested(self, rng: random.Random) -> None:
        made = rng.choice((pycrdt.Map, pycrdt.Array, pycrdt.Text))
        initial: dict[Any, Any] = {pycrdt.Map: {"k": word(rng)}, pycrdt.Array: [1, word(rng)], pycrdt.Text: word(rng)}
        target: Any = self.map
        while rng.random() < 0.6 and isinstance(target, pycrdt.Map) and isinstance(target.get("deep"), pycrdt.Map):
            target = target["deep"]
        target["deep" if rng.random() < 0.7 else "side"] = made(initial[made])

    def _xml(self, rng: random.Random) -> None:
        parent: Any = self.xml
        while rng.random() < 0.6:
            elements = [child for child in parent.children if isinstance(child, pycrdt.XmlElement)]
            if not elements:
                break
            parent = rng.choice(elements)
        size = len(parent.children)
        if size and rng.random() < 0.2:
            del parent.children[rng.randrange(size)]
        elif rng.random() < 0.5:
            element = parent.children.insert(rng.randint(0, size), pycrdt.XmlElement(rng.choice(["p", "h1", "li"])))
            element.attributes["class"] = word(rng)
        else:
            node = parent.children.insert(rng.randint(0, size), pycrdt.XmlText(word(rng)))
            node.insert(0, "bold", {"b": True})


def _plain(value: Any) -> Any:
    if isinstance(value, pycrdt.Doc):
        return "subdocument"
    if isinstance(value, pycrdt.Map):
        return {key: _plain(value[key]) for key in sorted(value.keys())}
    if isinstance(value, pycrdt.Array):
        return [_plain(item) for item in value]
    if isinstance(value, pycrdt.Text):
        return value.diff()
    return value


@contextlib.contextmanager
def _panics() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of its own kind, below BaseException
            raise PeerBroke from error
        raise


class YpyPeer:
    """The older engine, an independent opinion. (It can move items too, which no stock Yjs client reads: not here.)"""

    def __init__(self, client_id: int) -> None:
        self.doc = y_py.YDoc(client_id)
        self.text = self.doc.get_text("text")
        self.array = self.doc.get_array("array")
        self.map = self.doc.get_map("map")
        self._sent = y_py.encode_state_vector(self.doc)

    def drain(self) -> list[bytes]:
        update = self.diff(self._sent)
        self._sent = y_py.encode_state_vector(self.doc)
        return [] if update == b"\x00\x00" else [update]

    def take(self, update: bytes) -> None:
        with _panics():
            y_py.apply_update(self.doc, update)

    def state(self) -> bytes:
        return bytes(y_py.encode_state_vector(self.doc))

    def diff(self, state: bytes) -> bytes:
        with _panics():
            return bytes(y_py.encode_state_as_update(self.doc, state))

    def edit(self, rng: random.Random) -> None:
        with _panics(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            transaction: Any = self.doc.begin_transaction()
            with transaction:
                rng.choice((self._text, self._array, self._map))(transaction, rng)

    def _text(self, transaction: Any, rng: random.Random) -> None:
        # y-py counts text in bytes, and embeds by one: only in plain ASCII are its indices between characters
        size = len(self.text)
        plain = size == len(str(self.text))
        if plain and size and rng.random() < 0.3:
            self.text.delete(transaction, rng.randrange(size))
        elif plain and size > 2 and rng.random() < 0.2:
            self.text.format(transaction, 0, 2, {"b": True})
        elif rng.random() < 0.2:
            self.text.insert_embed(transaction, size, {"image": "x"}, {})
        else:
            self.text.insert(transaction, rng.randint(0, size) if plain else 0, word(rng))

    def _array(self, transaction: Any, rng: random.Random) -> None:
        size = len(self.array)
        if size and rng.random() < 0.3:
            self.array.delete(transaction, rng.randrange(size))
        else:
            self.array.insert(transaction, rng.randint(0, size), rng.choice(["x", 1, 1.5, None, {"a": [1]}, [True]]))

    def _map(self, transaction: Any, rng: random.Random) -> None:
        key = rng.choice("abcde")
        types: Any = y_py
        values: list[Any] = ["x", 2**31, {"b": {}}, types.YMap({"k": 1}), types.YArray([1]), types.YText("t")]
        if key in self.map and rng.random() < 0.3:
            self.map.pop(transaction, key)
        else:
            self.map.set(transaction, key, rng.choice(values))


MAKERS: list[Callable[[int], Peer]] = [PycrdtPeer, YpyPeer]
"""For peers that meet: y-py panics on subdocuments, so pycrdt's makes none here."""
