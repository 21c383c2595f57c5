"""How long pictures are held back on links that lose packets."""

from hypothesis import given
from hypothesis import strategies as st

from media.patience import MOVE_SECONDS, ONE_ROUND, THREE_ROUNDS, TWO_ROUNDS, Patience


def after(*losses: float, patience: Patience | None = None) -> Patience:
    """A report a second."""
    patience = patience or Patience()
    start = patience._next_at + 1.0
    for second, loss in enumerate(losses):
        patience.report(loss, start + second)
    return patience


def test_it_begins_with_one_round_and_a_clean_link_shows_pictures_at_once() -> None:
    patience = Patience()
    assert patience.said() == bytes([0x01, 0x93, 0xE8])
    after(*[0.0] * 8, patience=patience)
    assert patience.held == 0.0
    assert int.from_bytes(patience.said(), "big") == 1000, "never none for both: that would be no order at all"


def test_what_is_said_ends_once_the_receiver_must_have_heard_it() -> None:
    patience = after(*[0.0] * 25)
    assert patience.said() == b""
    assert not patience.report(0.0, 100.0)
    assert patience.report(0.05, 101.0)
    assert patience.said() != b""


def test_the_worse_a_link_the_more_rounds_of_repairs_are_waited_for() -> None:
    assert after(*[0.03] * 20).held == ONE_ROUND
    assert after(*[0.05] * 20).held == TWO_ROUNDS
    assert after(*[0.10] * 20).held == THREE_ROUNDS
    assert after(*[0.10] * 5, *[0.06] * 60).held == THREE_ROUNDS, "not enough less"
    assert after(*[0.10] * 5, *[0.03] * 60).held == TWO_ROUNDS


def test_a_quiet_second_on_a_bad_link_changes_nothing() -> None:
    bursts = after(*[0.12, 0.0, 0.0] * 10)
    assert bursts.held == THREE_ROUNDS


def test_reports_that_come_thicker_than_one_a_second_do_not_hurry_it() -> None:
    patience = Patience()
    for tick in range(100):
        patience.report(0.2, tick / 100)
    assert patience.held <= ONE_ROUND + 2 * MOVE_SECONDS


@given(st.lists(st.floats(0, 1), max_size=60))
def test_pictures_are_never_shifted_by_a_jump(losses: list[float]) -> None:
    patience, before = Patience(), ONE_ROUND
    for second, loss in enumerate(losses):
        changed = patience.report(loss, float(second))
        assert abs(patience.held - before) <= MOVE_SECONDS + 1e-9
        assert changed or patience.held == before
        assert 0.0 <= patience.held <= THREE_ROUNDS
        before = patience.held
