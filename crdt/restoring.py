"""Bringing an earlier version back: new edits on top of everything, never a reset.

Whoever is editing keeps editing; their copies and the log go on. Where the two versions agree nothing is touched, so
cursors and the authorship of what stays survive.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pycrdt

Root = type[pycrdt.Text] | type[pycrdt.Array[Any]] | type[pycrdt.Map[Any]] | type[pycrdt.XmlFragment]
Chunk = tuple[Any, dict[str, Any] | None]
"""A piece of text (or something embedded) and its formats."""
XmlParent = pycrdt.XmlFragment | pycrdt.XmlElement
XmlNode = pycrdt.XmlElement | pycrdt.XmlText | pycrdt.XmlFragment


def restore(current: bytes, wanted: bytes, roots: Mapping[str, Root], client_id: int) -> bytes:
    """The update that makes ``current`` show what ``wanted`` shows; both are whole documents, screened. ``roots`` says
    what kind each root is, ``client_id`` who edits (a fresh one). ``00 00`` when they show the same."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
    other: pycrdt.Doc[Any] = pycrdt.Doc()
    pairs = [(doc.get(name, type=kind), other.get(name, type=kind)) for name, kind in roots.items()]
    doc.apply_update(current)
    other.apply_update(wanted)
    before = doc.get_state()
    made: list[bytes] = []
    doc.observe(lambda event: made.append(event.update))
    with doc.transaction():
        for mine, theirs in pairs:
            _restore(mine, theirs)
    if len(made) > 1:
        return doc.get_update(before)
    return made[0] if made else b"\x00\x00"


def _restore(mine: Any, theirs: Any) -> None:
    if isinstance(mine, pycrdt.Text):
        _restore_text(mine, theirs)
    elif isinstance(mine, pycrdt.Map):
        _restore_map(cast("pycrdt.Map[Any]", mine), theirs)
    elif isinstance(mine, pycrdt.Array):
        _restore_array(cast("pycrdt.Array[Any]", mine), theirs)
    else:
        _restore_children(mine, theirs)


def _common(mine: Sequence[Any], theirs: Sequence[Any]) -> tuple[int, int]:
    """How many entries at the beginning, and then at the end, are the same."""
    most = min(len(mine), len(theirs))
    first = 0
    while first < most and mine[first] == theirs[first]:
        first += 1
    last = 0
    while last < most - first and mine[-1 - last] == theirs[-1 - last]:
        last += 1
    return first, last


# text


def _restore_text(mine: Any, theirs: Any) -> None:
    """Character by character at both ends, chunk by chunk between them."""
    have, want = _characters(mine.diff()), _characters(theirs.diff())
    first, last = _common(have, want)
    start = sum(_size(char) for char, _ in have[:first])
    gone = sum(_size(char) for char, _ in have[first : len(have) - last])
    if gone:
        del mine[start : start + gone]
    for chunk, formats in _chunks(want[first : len(want) - last]):
        if isinstance(chunk, str):
            mine.insert(start, chunk, formats or {})
        else:
            mine.insert_embed(start, _copy(chunk), formats or {})
        start += _size(chunk)


def _characters(chunks: list[Chunk]) -> list[Chunk]:
    split: list[Chunk] = []
    for chunk, formats in chunks:
        split += [(char, formats) for char in chunk] if isinstance(chunk, str) else [(chunk, formats)]
    return split


def _chunks(characters: list[Chunk]) -> list[Chunk]:
    """Neighbours of the same formats together."""
    joined: list[Chunk] = []
    for char, formats in characters:
        if joined and isinstance(char, str) and isinstance(joined[-1][0], str) and joined[-1][1] == formats:
            joined[-1] = joined[-1][0] + char, formats
        else:
            joined.append((char, formats))
    return joined


def _size(chunk: object) -> int:
    """The engine counts text in bytes of UTF-8, and whatever is embedded as one."""
    return len(chunk.encode()) if isinstance(chunk, str) else 1


# maps and lists


def _restore_map(mine: pycrdt.Map[Any], theirs: pycrdt.Map[Any]) -> None:
    for key in sorted(set(mine.keys()) - set(theirs.keys())):
        del mine[key]
    for key in sorted(theirs.keys()):
        have: Any = mine.get(key)
        want: Any = theirs[key]
        if _is_shared(want) and have.__class__ is want.__class__:
            _restore(have, want)
        elif key not in mine or _plain(have) != _plain(want):
            mine[key] = _copy(want)


def _restore_array(mine: pycrdt.Array[Any], theirs: pycrdt.Array[Any]) -> None:
    have, want = [_plain(item) for item in mine], [_plain(item) for item in theirs]
    first, last = _common(have, want)
    if len(have) - last > first:
        del mine[first : len(have) - last]
    for index in range(first, len(want) - last):
        mine.insert(index, _copy(theirs[index]))


def _is_shared(value: object) -> bool:
    return isinstance(value, pycrdt.Map | pycrdt.Array | pycrdt.Text)


def _plain(value: Any) -> Any:
    """A value that can be compared; kinds of shared types stay apart."""
    if isinstance(value, pycrdt.Text):
        return ("text", value.diff())
    if isinstance(value, pycrdt.Array):
        return ("array", [_plain(item) for item in cast("pycrdt.Array[Any]", value)])
    if isinstance(value, pycrdt.Map):
        return ("map", {key: _plain(item) for key, item in cast("pycrdt.Map[Any]", value).items()})
    if isinstance(value, pycrdt.Doc):
        return ("doc", cast("pycrdt.Doc[Any]", value).guid)
    return value


def _copy(value: Any) -> Any:
    """The same value for another document. Formats of nested texts are kept where the engine lets them be given."""
    if isinstance(value, pycrdt.Text):
        return pycrdt.Text(str(value))
    if isinstance(value, pycrdt.Array):
        return pycrdt.Array([_copy(item) for item in cast("pycrdt.Array[Any]", value)])
    if isinstance(value, pycrdt.Map):
        return pycrdt.Map({key: _copy(item) for key, item in cast("pycrdt.Map[Any]", value).items()})
    if isinstance(value, pycrdt.Doc):
        copy: pycrdt.Doc[Any] = pycrdt.Doc(guid=cast("pycrdt.Doc[Any]", value).guid)
        return copy
    if isinstance(value, bytearray):  # which the engine hands out, but does not take
        return bytes(value)
    if isinstance(value, list):
        return [_copy(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in cast("dict[str, Any]", value).items()}
    return value


# rich text


def _restore_children(mine: XmlParent, theirs: XmlParent) -> None:
    have, want = list(mine.children), list(theirs.children)
    first, last = _common([_outline(child) for child in have], [_outline(child) for child in want])
    kept = _same_kinds(have[first : len(have) - last], want[first : len(want) - last])
    for offset in range(kept):
        _restore_node(have[first + offset], want[first + offset])
    first += kept
    for _ in range(len(have) - last - first):
        del mine.children[first]
    for index in range(first, len(want) - last):
        _insert(mine, index, want[index])


def _same_kinds(have: list[XmlNode], want: list[XmlNode]) -> int:
    """How many can be changed in place instead of being made anew."""
    count = 0
    for mine, theirs in zip(have, want, strict=False):
        if type(mine) is not type(theirs) or getattr(mine, "tag", None) != getattr(theirs, "tag", None):
            break
        count += 1
    return count


def _restore_node(mine: Any, theirs: Any) -> None:
    _restore_attributes(mine, theirs)
    if isinstance(mine, pycrdt.XmlText):
        _restore_text(mine, theirs)
    else:
        _restore_children(mine, theirs)


def _restore_attributes(mine: Any, theirs: Any) -> None:
    have, want = dict(mine.attributes), dict(theirs.attributes)
    for name in have.keys() - want.keys():
        del mine.attributes[name]
    for name, value in sorted(want.items()):
        if name not in have or have[name] != value:
            mine.attributes[name] = value


def _insert(parent: XmlParent, index: int, wanted: Any) -> None:
    if isinstance(wanted, pycrdt.XmlText):
        made: Any = parent.children.insert(index, pycrdt.XmlText())
    else:
        made = parent.children.insert(index, pycrdt.XmlElement(wanted.tag))
    _restore_node(made, wanted)


def _outline(node: Any) -> Any:
    """A node that can be compared."""
    if isinstance(node, pycrdt.XmlText):
        return ("text", dict(cast("Any", node).attributes), node.diff())
    return (node.tag, dict(node.attributes), [_outline(child) for child in node.children])
