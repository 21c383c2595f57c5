"""The exam of the load tests: what a student keeps account of, and what the hall reads."""

import json
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.exam.hall import Account, Session, links, read_accounts
from loadtests.exam.questions import ITEMS
from loadtests.exam.sheet import AnswerSheet, Astray, Save
from rest.assessment import autosave
from rest.assessment.responses import encode_response
from rest.assessment.wire import read_item, read_response


def exam() -> list[dict[str, Any]]:
    return [{"item": str(uuid4()), "kind": content["kind"]} for content in ITEMS]


class Kept:
    """What a server that keeps its word has, by the join of the server itself."""

    def __init__(self) -> None:
        self._saved: dict[str, autosave.Save] = {}

    def put(self, sent: list[Save]) -> list[dict[str, Any]]:
        self._saved = autosave.merge(self._saved, [_read(save) for save in sent])
        told = autosave.acknowledged(self._saved)
        return [{"item": save["item"], "seq": told[save["item"]]} for save in sent]

    def get(self) -> list[Save]:
        return [{"item": it.item, "seq": it.seq, "response": _shown(it)} for it in self._saved.values()]


def _read(save: Save) -> autosave.Save:
    return autosave.Save(save["item"], save["seq"], read_response(save["response"])[0])


def _shown(save: autosave.Save) -> dict[str, Any]:
    return json.loads(encode_response(save.response))


ROADS = st.lists(st.sampled_from(["through", "answer lost", "request lost"]), min_size=1, max_size=12)


@given(st.integers(), ROADS)
def test_a_server_that_keeps_its_word_loses_nothing(seed: int, roads: list[str]) -> None:
    sheet, server = AnswerSheet(exam(), Random(seed)), Kept()
    for road in roads:
        sheet.write()
        sent = sheet.unsaved()
        if road != "request lost":
            told = server.put(sent)
            if road == "through":
                sheet.acknowledge(sent, told)
        assert sheet.lost(server.get()) == []
    assert (sheet.unsaved() == []) == (roads[-1] == "through")
    assert sheet.acknowledged <= len(server.get()) <= len(ITEMS)


def saved() -> tuple[AnswerSheet, list[Save]]:
    """A sheet of which everything was acknowledged, and what the server has."""
    sheet, server = AnswerSheet(exam(), Random(1)), Kept()
    for _ in range(5):
        sheet.write()
        sheet.acknowledge(sheet.unsaved(), server.put(sheet.unsaved()))
    return sheet, server.get()


def test_an_answer_that_is_not_there_is_lost() -> None:
    sheet, there = saved()
    assert sheet.lost(there) == []
    assert sheet.lost(there[1:]) == [there[0]["item"]]
    assert len(sheet.lost([])) == sheet.acknowledged == len(there)


@pytest.mark.parametrize("change", [{"seq": 0}, {"seq": 99}, {"response": {"kind": "said", "text": "another"}}])
def test_an_answer_that_is_another_one_is_lost(change: dict[str, Any]) -> None:
    sheet, there = saved()
    assert sheet.lost([there[0] | change, *there[1:]]) == [there[0]["item"]]


def test_what_was_never_sent_is_not_acknowledged() -> None:
    sheet = AnswerSheet(exam(), Random(1))
    sheet.write()
    sent = sheet.unsaved()
    with pytest.raises(Astray):
        sheet.acknowledge(sent, [{"item": sent[0]["item"], "seq": 99}])
    with pytest.raises(Astray):
        sheet.acknowledge(sent, [{"item": str(uuid4()), "seq": 1}])
    assert sheet.unsaved() == sent


def test_the_questions_are_what_the_server_takes() -> None:
    assert [read_item(uuid4(), content).prompt for content in ITEMS] == [content["prompt"] for content in ITEMS]


def test_accounts_are_read_line_by_line() -> None:
    text = "# institution,email,password\n\nschool,ada@school.example,a, b\n  school,bo@school.example,#c\n"
    ada, bo = Account("school", "ada@school.example", "a, b"), Account("school", "bo@school.example", "#c")
    assert read_accounts(text) == [ada, bo]
    assert "a, b" not in repr(ada)


@pytest.mark.parametrize("line", ["school,ada@school.example", "school,,secret-words", "secret-words"])
def test_a_line_that_is_no_account_is_named_and_not_shown(line: str) -> None:
    with pytest.raises(ValueError, match="line 2") as refused:
        read_accounts(f"school,ada@school.example,pw\n{line}\n")
    assert "secret-words" not in str(refused.value)


def test_the_newest_link_of_each_recipient_counts() -> None:
    def message(recipient: str, text: str) -> dict[str, str]:
        return {"recipient": recipient, "text": text}

    page = "Choose here:\nhttps://lyceum.example/set-password#token="
    messages = [
        message("a@x.example", f"{page}lyo_x~2\nIf it was not you"),
        message("b@x.example", "https://lyceum.example/verify-email#token=lyo_x~3"),
        message("a@x.example", f"{page}lyo_x~1"),
    ]
    assert links(messages) == {"a@x.example": "lyo_x~2"}


def test_a_session_is_renewed_well_before_it_ends() -> None:
    session = Session().take({"access_token": "a", "refresh_token": "r", "access_seconds": 900}, 100.0)
    assert (session.access, session.refresh) == ("a", "r")
    assert 100.0 < session.renew_at < 1000.0
