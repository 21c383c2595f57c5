"""A content package: a zip with a manifest and one file a question.

A package from a stranger is measured before and while it is unpacked, only in memory: bytes, entries, bytes of each
entry as they come out (what the archive claims is not believed), names that stay inside. Questions that cannot be used
are listed with the reason; the others are read.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rest.assessment.errors import BadPackage
from rest.assessment.items import Item
from rest.assessment.qti.identifiers import to_identifier
from rest.assessment.qti.reader import read_item
from rest.assessment.qti.safe_xml import LARGEST, parse
from rest.assessment.qti.writer import write_item

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_ENTRIES = 2_000
MANIFEST = "imsmanifest.xml"
TYPE = "imsqti_item_xmlv2p1"
_NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError, KeyError)
"""What a damaged or encrypted archive raises on its way out."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Imported:
    """Items read, and (file, reason) of those refused."""

    items: tuple[Item, ...]
    refused: tuple[tuple[str, str], ...]


def read_package(data: bytes) -> Imported:
    """The questions of a package; raises `BadPackage` when it is no package, too large or hostile."""
    if len(data) > MOST_BYTES:
        raise BadPackage(f"a package may hold {MOST_BYTES} bytes, this one has {len(data)}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except BadPackage:
        raise
    except _DAMAGED as error:
        raise BadPackage(f"not a zip archive that can be read: {error}") from None


def _read(archive: zipfile.ZipFile) -> Imported:
    names = _checked_names(archive)
    budget = _Budget()
    if MANIFEST not in names:
        raise BadPackage(f"the package has no {MANIFEST} at its top")
    items: dict[str, Item] = {}
    refused: list[tuple[str, str]] = []
    for href in _questions(budget.read(archive, MANIFEST)):
        try:
            if href not in names:
                raise BadPackage("the file is not in the package")
            item = read_item(budget.read(archive, href))
            if item.id in items:
                raise BadPackage(f"a second item is called {item.id!r}")
            items[item.id] = item
        except BadPackage as error:
            refused.append((href, str(error)))
    return Imported(tuple(items.values()), tuple(refused))


def _checked_names(archive: zipfile.ZipFile) -> set[str]:
    names = archive.namelist()
    if len(names) > MOST_ENTRIES:
        raise BadPackage(f"a package may hold {MOST_ENTRIES} files, this one has {len(names)}")
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise BadPackage(f"a file of the package points outside of it: {name[:80]!r}")
    return set(names)


class _Budget:
    """Bytes that may still come out of the archive."""

    def __init__(self) -> None:
        self._left = MOST_UNPACKED

    def read(self, archive: zipfile.ZipFile, name: str) -> bytes:
        with archive.open(name) as file:
            data = file.read(min(LARGEST, self._left) + 1)
        self._left -= len(data)
        if len(data) > LARGEST or self._left < 0:
            raise BadPackage(f"{name[:80]!r} unpacks to more than is accepted")
        return data


def _questions(manifest: bytes) -> list[str]:
    """The files of the item resources, in the order of the manifest, each once."""
    resources = parse(manifest).find("resource")
    hrefs = [
        r.attributes.get("href", "") for r in resources if r.attributes.get("type", "").startswith("imsqti_item_xml")
    ]
    return list(dict.fromkeys(h for h in hrefs if h))


def write_package(items: Sequence[Item]) -> bytes:
    """A package of ``items``; the same items always give the same bytes."""
    if len({item.id for item in items}) != len(items):
        raise BadPackage("two items have the same id")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [(MANIFEST, _manifest(items)), *((_href(i), write_item(i)) for i in items)]:
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _href(item: Item) -> str:
    return f"items/{to_identifier(item.id)}.xml"


def _manifest(items: Sequence[Item]) -> bytes:
    root = Element("manifest", {"xmlns": _NAMESPACE, "identifier": "MANIFEST"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for item in items:
        resource = SubElement(resources, "resource", {"identifier": f"RES-{to_identifier(item.id)}"})
        resource.attrib |= {"type": TYPE, "href": _href(item)}
        SubElement(resource, "file", {"href": _href(item)})
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n"
