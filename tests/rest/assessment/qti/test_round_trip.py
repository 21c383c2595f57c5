"""What is written reads back the same, for every kind, odd text and odd names included."""

import io
import zipfile
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment.errors import BadPackage
from rest.assessment.qti.identifiers import from_identifier, to_identifier
from rest.assessment.qti.package import MANIFEST, read_package, write_package
from rest.assessment.qti.reader import read_item
from rest.assessment.qti.safe_xml import parse
from rest.assessment.qti.writer import write_item
from tests.rest.assessment import strategies as some

prose = st.text(st.sampled_from("ab <>&\"'\n\té漢ع.;]]>"), max_size=25)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@st.composite
def dressed(draw: st.DrawFn) -> k.Item:
    """An item of any kind with odd texts and names."""
    item = draw(some.items)
    own: dict[str, object] = {
        "id": draw(names),
        "prompt": draw(prose),
        "right": draw(prose),
        "wrong": draw(prose),
        "skills": tuple(draw(st.lists(st.sampled_from(["a b", "ü"]), max_size=2))),
    }
    if isinstance(item, k.SingleChoice | k.MultipleChoice | k.Ordering):
        own["choices"] = tuple(msgspec.structs.replace(c, text=draw(prose)) for c in item.choices)
    return msgspec.structs.replace(item, **own)


@given(dressed())
def test_an_item_reads_back_the_same(item: k.Item) -> None:
    data = write_item(item)
    assert write_item(item) == data
    assert read_item(data) == item


@settings(max_examples=15)
@given(st.lists(dressed(), max_size=4, unique_by=lambda i: i.id))
def test_a_package_reads_back_the_same_and_is_the_same_bytes_again(items: list[k.Item]) -> None:
    data = write_package(items)
    assert write_package(items) == data
    imported = read_package(data)
    assert imported.items == tuple(items)
    assert imported.refused == ()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_identifiers_are_names_for_xml_and_turn_back(name: str) -> None:
    identifier = to_identifier(name)
    assert identifier.isascii()
    assert identifier[0].isalpha() or identifier[0] == "_"
    assert all(c.isalnum() or c in "._-" for c in identifier)
    assert from_identifier(identifier) == name


def test_what_cannot_be_written_in_xml_is_left_out() -> None:
    item = k.TrueFalse(id="q", prompt="bell\x07 and\r\nreturn \ufffe", key=True)
    assert read_item(write_item(item)).prompt == "bell and\nreturn "


def test_others_find_score_and_key_where_the_standard_puts_them() -> None:
    choices = (k.Choice("a", "A"), k.Choice("b", "B"), k.Choice("c", "C"))
    item = k.MultipleChoice(id="q", prompt="Which?", points=Decimal(3), choices=choices, keys=("a", "b"))
    root = parse(write_item(item))
    (response,) = root.children("responseDeclaration")
    assert response.attributes == {"identifier": "RESPONSE", "cardinality": "multiple", "baseType": "identifier"}
    assert [v.text() for v in response.children("correctResponse")[0].children("value")] == ["a", "b"]
    mapped = {e.attributes["mapKey"]: e.attributes["mappedValue"] for e in response.find("mapEntry")}
    assert mapped == {"a": "1.5", "b": "1.5", "c": "-3"}
    assert [n.attributes["identifier"] for n in root.find("mapResponse")] == ["RESPONSE"]
    assert root.find("choiceInteraction")[0].attributes["maxChoices"] == "0"


def archive(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def manifest(*hrefs: str) -> bytes:
    listed = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p1" href="{h}"/>' for n, h in enumerate(hrefs)
    )
    return f"<manifest><resources>{listed}</resources></manifest>".encode()


GOOD = write_item(k.TrueFalse(id="q", prompt="?", key=True))


def test_bad_questions_are_listed_and_good_ones_read() -> None:
    files = {
        MANIFEST: manifest("good.xml", "bad.xml", "none.xml", "twin.xml"),
        "good.xml": GOOD,
        "bad.xml": b"<x/>",
        "twin.xml": GOOD,
    }
    imported = read_package(archive(files))
    assert [i.id for i in imported.items] == ["q"]
    assert [name for name, _ in imported.refused] == ["bad.xml", "none.xml", "twin.xml"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK nonsense", "zip"),
        (archive({"x.xml": b""}), "no imsmanifest"),
        (archive({MANIFEST: manifest(), "../x": b""}), "outside"),
        (archive({MANIFEST: manifest(), "/etc/x": b""}), "outside"),
        (archive({MANIFEST: b"<!DOCTYPE m><manifest/>"}), "document type"),
        (archive({MANIFEST: b" " * (3 << 20)}), "unpacks"),
        (archive({MANIFEST: manifest(), **{f"f{n}": b"" for n in range(2001)}}), "2000 files"),
        (GOOD * 40_000, "bytes"),
    ],
)
def test_hostile_packages_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(BadPackage, match=words):
        read_package(data)


def test_a_zip_bomb_stops_at_the_budget() -> None:
    bomb = archive({MANIFEST: manifest("bomb.xml"), "bomb.xml": b"\0" * (64 << 20)})
    assert len(bomb) < 1 << 20
    ((name, reason),) = read_package(bomb).refused
    assert name == "bomb.xml"
    assert "unpacks" in reason


@given(st.binary(max_size=40), st.integers(0, 2000))
def test_damaged_packages_are_refused_or_read_but_never_break(noise: bytes, at: int) -> None:
    whole = bytearray(write_package([k.TrueFalse(id="q", prompt="?", key=True)]))
    whole[at % len(whole) : at % len(whole) + len(noise)] = noise
    try:
        read_package(bytes(whole))
    except BadPackage:
        pass
