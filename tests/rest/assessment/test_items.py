"""Items check themselves, when built and when decoded; responses have sizes and shapes."""

from decimal import Decimal as Dec
from typing import Any

import msgspec
import pytest
from hypothesis import given

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.errors import BadItem, BadResponse
from tests.rest.assessment import strategies as some

AB = (k.Choice("a", "A"), k.Choice("b", "B"))
BASE: dict[str, Any] = {"id": "q", "prompt": "?"}


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (k.SingleChoice, {"choices": AB, "key": "c"}, "not among"),
        (k.SingleChoice, {"choices": AB[:1], "key": "a"}, "2 to 100"),
        (k.SingleChoice, {"choices": (*AB, AB[0]), "key": "a"}, "same id"),
        (k.MultipleChoice, {"choices": AB, "keys": ("a", "a")}, "twice"),
        (k.MultipleChoice, {"choices": AB, "keys": ("z",)}, "not among"),
        (k.TrueFalse, {"key": True, "points": Dec(-1)}, "points"),
        (k.TrueFalse, {"key": True, "points": Dec("NaN")}, "points"),
        (k.TrueFalse, {"key": True, "points": Dec("0.00001")}, "points"),
        (k.Numeric, {"key": Dec("Infinity")}, "number"),
        (k.Numeric, {"key": Dec("1e-5000")}, "number"),
        (k.Numeric, {"key": Dec(1), "unit": "parsec"}, "unit"),
        (k.Numeric, {"key": Dec(1), "tolerance": Dec(-1)}, "tolerance"),
        (k.ShortText, {"accepted": ()}, "accepted"),
        (k.ShortText, {"accepted": (k.Accepted("x"), k.Accepted("x", 50))}, "twice"),
        (k.ShortText, {"accepted": (k.Accepted(" * "),)}, "empty"),
        (k.Matching, {"sources": AB, "targets": AB, "pairs": {"a": "b"}}, "pair"),
        (k.Matching, {"sources": AB, "targets": AB, "pairs": {"a": "b", "b": "z"}}, "target"),
        (k.Essay, {"least_words": 9, "most_words": 3}, "words"),
        (k.Code, {"language": "c", "tests": ()}, "tests"),
        (k.Code, {"language": "c", "tests": (k.CodeTest("t", 0),)}, "weight"),
    ],
)
def test_an_item_that_cannot_be_graded_is_refused(kind: type[k.Base], fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadItem, match=words):
        kind(**BASE | fields)


def test_decoding_checks_too_and_knows_no_other_fields() -> None:
    for bad in (
        b'{"kind":"single","id":"q","prompt":"?","choices":[],"key":"a"}',
        b'{"kind":"true-false","id":"q","prompt":"?","key":true,"x":1}',
        b'{"kind":"riddle"}',
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(bad, type=k.Item)


@given(some.responses)
def test_responses_survive_the_wire(response: r.Response | None) -> None:
    assert r.decode_response(r.encode_response(response)) == response


def test_large_malformed_and_misshapen_responses_are_refused() -> None:
    with pytest.raises(BadResponse, match="bytes"):
        r.decode_response(b'"' + b"x" * r.LARGEST + b'"')
    for bad in (b"{", b'{"kind":"chosen"}', b'{"kind":"said","text":"' + b"x" * 200_001 + b'"}', b"[" * 100_000):
        with pytest.raises(BadResponse):
            r.decode_response(bad)
    with pytest.raises(BadResponse, match="wants chosen"):
        r.check_response(k.TrueFalse(id="q", prompt="?", key=True), r.Said("yes"))
    r.check_response(k.TrueFalse(id="q", prompt="?", key=True), None)


def test_equal_responses_have_equal_bytes() -> None:
    assert r.encode_response(r.Matched({"a": "1", "b": "2"})) == r.encode_response(r.Matched({"b": "2", "a": "1"}))
