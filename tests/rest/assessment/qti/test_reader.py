"""Files of other systems, and files that mean harm."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment.errors import BadPackage
from rest.assessment.qti.reader import read_item
from rest.assessment.qti.safe_xml import DEEPEST, parse

HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="item1" title="Capitals">'


def item(declaration: str, body: str, rest: str = "") -> bytes:
    return f"{HEAD}{declaration}<itemBody>{body}</itemBody>{rest}</assessmentItem>".encode()


def response(cardinality: str, base: str, *correct: str, mapping: str = "") -> str:
    values = "".join(f"<value>{v}</value>" for v in correct)
    right = f"<correctResponse>{values}</correctResponse>" if correct else ""
    declared = f'identifier="R" cardinality="{cardinality}" baseType="{base}"'
    return f"<responseDeclaration {declared}>{right}{mapping}</responseDeclaration>"


def mapping(*entries: tuple[str, str], upper: str = "") -> str:
    listed = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}" caseSensitive="false"/>' for key, value in entries
    )
    return f'<mapping upperBound="{upper}">{listed}</mapping>' if upper else f"<mapping>{listed}</mapping>"


def match_sets(*sides: tuple[str, ...]) -> str:
    def choice(name: str) -> str:
        return f'<simpleAssociableChoice identifier="{name}" matchMax="1">{name}</simpleAssociableChoice>'

    listed = "".join(f"<simpleMatchSet>{''.join(map(choice, side))}</simpleMatchSet>" for side in sides)
    return f'<matchInteraction responseIdentifier="R">{listed}</matchInteraction>'


def choices(tag: str, *names: str, extra: str = "") -> str:
    listed = "".join(f'<simpleChoice identifier="{n}">Text <b>{n}</b></simpleChoice>' for n in names)
    return f'<{tag} responseIdentifier="R" {extra}>{listed}</{tag}>'


def test_a_single_choice_with_markup_and_a_prompt_of_its_own() -> None:
    body = '<p>Look at <em>this</em>:</p><p><img src="x.png" alt="a map"/></p>' + choices(
        "choiceInteraction", "A", "B"
    ).replace("<simpleChoice", "<prompt>Which one?</prompt><simpleChoice", 1)
    read = read_item(item(response("single", "identifier", "B"), body))
    assert isinstance(read, k.SingleChoice)
    assert (read.id, read.title, read.key) == ("item1", "Capitals", "B")
    assert read.prompt == "Look at this:\n\n[a map]\n\nWhich one?"
    assert [c.text for c in read.choices] == ["Text A", "Text B"]


def test_the_best_mapped_choice_is_the_key_when_none_is_declared() -> None:
    mapped = mapping(("A", "4"), ("B", "1"), upper="4")
    read = read_item(item(response("single", "identifier", mapping=mapped), choices("choiceInteraction", "A", "B")))
    assert isinstance(read, k.SingleChoice)
    assert (read.key, read.points) == ("A", 4)


def test_multiple_answers_are_all_or_nothing_unless_mapped() -> None:
    plain = read_item(item(response("multiple", "identifier", "A", "B"), choices("choiceInteraction", "A", "B", "C")))
    assert isinstance(plain, k.MultipleChoice)
    assert (plain.keys, plain.credit) == (("A", "B"), "all-or-nothing")
    earns = mapping(("A", "1"), ("C", "1.5"), ("B", "-1"))
    mapped = read_item(
        item(response("multiple", "identifier", mapping=earns), choices("choiceInteraction", "A", "B", "C"))
    )
    assert isinstance(mapped, k.MultipleChoice)
    assert (mapped.keys, mapped.credit, mapped.points) == (("A", "C"), "right-minus-wrong", Decimal("2.5"))


def test_true_and_false_make_a_statement() -> None:
    read = read_item(item(response("single", "identifier", "True"), choices("choiceInteraction", "True", "False")))
    assert isinstance(read, k.TrueFalse)
    assert read.key is True


def test_an_order_is_listed_as_it_should_be() -> None:
    read = read_item(item(response("ordered", "identifier", "C", "A", "B"), choices("orderInteraction", "A", "B", "C")))
    assert isinstance(read, k.Ordering)
    assert [c.id for c in read.choices] == ["C", "A", "B"]


def test_pairs_are_matched() -> None:
    body = match_sets(("s1", "s2"), ("t1", "t2", "t3"))
    read = read_item(item(response("multiple", "directedPair", "s1 t3", "s2 t1"), body))
    assert isinstance(read, k.Matching)
    assert read.pairs == {"s1": "t3", "s2": "t1"}
    with pytest.raises(BadPackage, match="exactly one target"):
        read_item(item(response("multiple", "directedPair", "s1 t3", "s1 t1"), body))


def test_a_gap_is_a_few_words_and_a_declared_number_is_a_number() -> None:
    gap = '<p>The capital of <b>France</b> is <textEntryInteraction responseIdentifier="R"/>.</p>'
    earns = mapping(("Paris", "2"), ("Lutetia", "1"))
    words = read_item(item(response("single", "string", "Paris", mapping=earns), gap))
    assert isinstance(words, k.ShortText)
    assert words.prompt == "The capital of France is ____."
    assert [(a.text, a.percent) for a in words.accepted] == [("Paris", 100), ("Lutetia", 50)]
    assert not words.case_sensitive
    rest = '<responseProcessing><equal toleranceMode="absolute" tolerance="0.5 0.5"/></responseProcessing>'
    number = read_item(item(response("single", "float", "3.14"), gap, rest))
    assert isinstance(number, k.Numeric)
    assert (number.key, number.tolerance, number.relative) == (Decimal("3.14"), Decimal("0.5"), False)


def test_a_prompt_said_twice_is_read_once() -> None:
    body = "<p>Order!</p>" + choices("orderInteraction", "A", "B").replace(">", "><prompt>Order!</prompt>", 1)
    assert read_item(item(response("ordered", "identifier", "A", "B"), body)).prompt == "Order!"


def test_an_essay_needs_no_key() -> None:
    read = read_item(item(response("single", "string"), '<p>Why?</p><extendedTextInteraction responseIdentifier="R"/>'))
    assert isinstance(read, k.Essay)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (item(response("single", "identifier", "Z"), choices("choiceInteraction", "A", "B")), "not among"),
        (item(response("single", "identifier"), choices("choiceInteraction", "A", "B")), "neither"),
        (item("", choices("choiceInteraction", "A", "B")), "not declared"),
        (item(response("single", "identifier", "A"), ""), "0 interactions"),
        (item(response("single", "identifier", "A"), choices("choiceInteraction", "A") * 2), "2 interactions"),
        (item(response("single", "point", "1 2"), '<hotspotInteraction responseIdentifier="R"/>'), "not supported"),
        (item(response("single", "file"), '<uploadInteraction responseIdentifier="R"/>'), "not supported"),
        (item(response("ordered", "identifier", "A"), choices("orderInteraction", "A", "B")), "every choice"),
        (item(response("single", "float", "x"), '<textEntryInteraction responseIdentifier="R"/>'), "not a number"),
        (b"<quiz/>", "assessmentItem is expected"),
        (b"<assessmentItem/>", "no itemBody"),
        (b"", "well-formed"),
        (b"<a>", "well-formed"),
        (b"<a/>" * 2, "well-formed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding|well-formed"),
        (b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "document type"),
        (b"<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>", "document type"),
        (b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>", "document type"),
        (b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1), "levels"),
        (b"<a>" + b"<b/>" * 20_001 + b"</a>", "elements"),
        (b"<a " + b" ".join(b"x%d='1'" % n for n in range(20_001)) + b"/>", "attributes"),
        (b"<a>" + b"x" * (2 << 20) + b"</a>", "bytes"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(BadPackage, match=words):
        read_item(data)


def test_settings_of_ours_never_overrule_what_the_file_says() -> None:
    settings = '{"kind":"numeric","key":"99","unit":"m"}'
    hidden = (
        '<outcomeDeclaration identifier="LYCEUM_SETTINGS" cardinality="single" baseType="string">'
        f"<defaultValue><value>{settings}</value></defaultValue></outcomeDeclaration>"
    )
    read = read_item(item(response("single", "float", "3") + hidden, '<textEntryInteraction responseIdentifier="R"/>'))
    assert isinstance(read, k.Numeric)
    assert (read.key, read.unit) == (3, "m")
    bad = hidden.replace('"unit":"m"', '"typos":99')
    with pytest.raises(BadPackage, match="LYCEUM_SETTINGS"):
        read_item(item(response("single", "float", "3") + bad, '<textEntryInteraction responseIdentifier="R"/>'))


def test_text_comes_in_the_order_it_is_read() -> None:
    assert parse(b"<a>1<b>2<c>3</c>4</b>5</a>").text() == "12345"


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(BadPackage):
        read_item(noise)


@given(st.integers(0, 3000), st.binary(max_size=6))
def test_damaged_items_are_refused_or_read_but_never_break(at: int, noise: bytes) -> None:
    whole = bytearray(item(response("single", "identifier", "B"), choices("choiceInteraction", "A", "B")))
    whole[at % len(whole) : at % len(whole) + len(noise)] = noise
    try:
        read_item(bytes(whole))
    except BadPackage:
        pass
