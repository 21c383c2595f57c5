"""The ledger and the auditor's replica find what they are there to find."""

import pycrdt
import pytest

from tests.chaos.auditor import Replica
from tests.chaos.ledger import Ledger, quantile
from tests.chaos.pressure import Pressure


def ledger() -> Ledger:
    made = Ledger()
    for name, place in (("a", "room/doc"), ("b", "room/doc"), ("c", "other/doc")):
        made.enter(name, place, "native")
    for number, at in enumerate((1.0, 2.0, 3.0), start=1):
        made.made("a", number, at)
    return made


def test_promises_are_watermarks_that_only_rise() -> None:
    book = ledger()
    book.acked("a", 2, 2.5)
    book.acked("a", 1, 2.6)
    assert book.promised("room/doc", 2.4) == {"a": 0, "b": 0}
    assert book.promised("room/doc", 2.5) == {"a": 2, "b": 0}
    assert book.acknowledged() == 2
    assert book.ack_delays() == [1.5, 0.5]


def test_an_edit_may_not_be_left_out() -> None:
    with pytest.raises(ValueError, match="skips from edit 3 to 5"):
        ledger().made("a", 5, 4.0)


def test_failover_counts_only_edits_made_after_the_fault() -> None:
    book = ledger()
    book.saw("b", "a", 1, 2.2)
    assert book.first_sight("room/doc", 1.5) is None
    book.saw("b", "a", 2, 2.7)
    assert book.first_sight("room/doc", 1.5) == 2.7
    assert book.last_first_sight("room/doc", 1.5) is None, "a has seen nobody else's"
    book.made("b", 1, 2.8)
    book.saw("a", "b", 1, 2.9)
    assert book.last_first_sight("room/doc", 1.5) == 2.9


def test_an_edit_that_nobody_has_seen_is_the_slowest() -> None:
    book = ledger()
    book.saw("b", "a", 1, 1.1)
    assert book.slowest_sight("room/doc", 0.0, 1.5, now=9.0) == pytest.approx(0.1)
    assert book.slowest_sight("room/doc", 0.0, 2.5, now=9.0) == 7.0
    assert book.slowest_sight("other/doc", 0.0, 9.0, now=9.0) == 0.0


def test_a_replica_names_the_promised_edits_it_lacks() -> None:
    source: pycrdt.Doc[pycrdt.Array[str]] = pycrdt.Doc()
    source.get("log", type=pycrdt.Array).extend(["a:1", "a:3", "b:1"])
    replica = Replica()
    replica.apply(source.get_update())
    assert replica.lacks({"a": 3, "b": 1, "c": 0}) == ["a:2"]


def test_quantiles() -> None:
    assert (quantile([], 0.5), quantile([3.0, 1.0, 2.0], 0.5), quantile([1.0, 2.0], 0.95)) == (0.0, 2.0, 2.0)


def test_a_delay_is_what_is_left_of_it_without_the_time_in_which_programs_waited() -> None:
    pressure = Pressure()
    assert pressure.beyond(1.0, 3.0) == 2.0
    for second in range(10):
        pressure.note(float(second), 100.0 + min(second, 5) * 0.5)
    assert pressure.beyond(1.0, 3.0) == 1.0
    assert pressure.beyond(1.5, 2.5) == 0.0
    assert pressure.beyond(6.0, 9.0) == 3.0
    assert pressure.beyond(20.0, 21.0) == 1.0
