"""LINK-1, LINK-2, LINK-4: the numbered link to a room's owner."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.room_link import Attached, Attaching, Detached, RoomLink, Step
from realtime.envelopes import first_of
from realtime.position import Position

FIRST = first_of(1)
SECOND = first_of(2)


def attached(epoch: int = 3, lossy: bool = True) -> RoomLink:
    link = RoomLink(lossy)
    link.attach("w-1", 1, 0.0)
    assert link.take(epoch, FIRST) is Step.TAKE
    return link


def test_link_1_numbers_step_by_one_and_a_larger_step_is_a_loss() -> None:
    link = attached()
    assert link.take(3, FIRST + 1) is Step.TAKE
    assert link.take(3, FIRST + 1) is Step.DROP
    assert link.take(3, FIRST + 3) is Step.AGAIN
    assert link.take(3, FIRST + 2) is Step.TAKE


def test_link_1_what_was_sent_before_the_attach_is_dropped() -> None:
    link = attached()
    link.take(3, FIRST + 1)
    link.attach("w-1", 2, 1.0)
    numbers = (FIRST + 2, FIRST + 3, SECOND, FIRST + 4, SECOND + 1)
    assert [link.take(3, number) for number in numbers] == [Step.DROP, Step.DROP, Step.TAKE, Step.DROP, Step.TAKE]


def test_link_1_a_lost_first_answer_is_a_loss_and_not_an_earlier_answer_continued() -> None:
    link = attached()
    link.attach("w-1", 2, 1.0)
    assert link.take(3, FIRST) is Step.DROP
    assert link.take(3, SECOND + 1) is Step.AGAIN


def test_link_4_a_lower_epoch_is_ignored_and_a_higher_one_attaches_again() -> None:
    link = attached(epoch=3)
    assert link.take(2, FIRST + 1) is Step.DROP
    assert link.take(4, FIRST + 1) is Step.AGAIN
    link.attach("w-2", 2, 1.0)
    assert link.take(2, SECOND) is Step.DROP
    assert link.take(4, SECOND) is Step.TAKE
    assert link.epoch == 4


def test_our_own_numbers_start_again_with_an_attach() -> None:
    link = attached()
    assert [link.next(), link.next()] == [FIRST, FIRST + 1]
    link.attach("w-1", 2, 1.0)
    assert link.next() == SECOND


def test_a_pulse_shows_the_loss_of_the_last_message() -> None:
    link = attached()
    assert link.pulse("w-1", 3, FIRST, 0) is Step.DROP
    assert link.pulse("w-1", 3, FIRST + 1, 0) is Step.AGAIN


def test_a_pulse_shows_what_the_worker_lacks_but_not_what_is_under_way() -> None:
    link = attached()
    link.next()
    assert [link.pulse("w-1", 3, FIRST, 0) for _ in range(2)] == [Step.DROP, Step.DROP]
    assert link.pulse("w-1", 3, FIRST, 0) is Step.AGAIN


def test_pulses_of_others_mean_nothing() -> None:
    link = attached()
    assert link.pulse("w-2", 3, 9, 0) is Step.DROP
    assert link.pulse("w-1", 2, 9, 0) is Step.DROP


def test_not_the_owner() -> None:
    link = attached()
    assert link.not_owner("w-2", "w-3", 0.0) is Step.DROP
    assert link.not_owner("w-1", "w-3", 0.0) is Step.AGAIN
    assert link.hint == "w-3"
    link.attach("w-3", 1, 0.0)
    assert link.hint == ""
    assert link.not_owner("w-3", "", 0.0) is Step.DROP
    assert isinstance(link.state, Detached)
    assert not link.is_due(0.0)
    assert link.is_due(1.0)


def test_workers_that_point_at_each_other_are_not_chased() -> None:
    link = RoomLink(lossy=True)
    steps: list[Step] = []
    for index in range(6):
        link.attach(f"w-{index % 2}", 1, 0.0)
        steps.append(link.not_owner(f"w-{index % 2}", f"w-{1 - index % 2}", 0.0))
    assert steps[0] is Step.AGAIN
    assert steps[-1] is Step.DROP


def test_whoever_is_named_last_is_still_asked_after_the_pause() -> None:
    """A handover whose lease could not be given back: the placement names w-2, the lease w-1, for ever."""
    other = {"w-1": "w-2", "w-2": "w-1"}
    link = RoomLink(lossy=True)
    link.attach("w-2", 1, 0.0)
    while link.not_owner(link.worker, other[link.worker], 0.0) is Step.AGAIN:
        link.attach(link.hint, 1, 0.0)
    assert isinstance(link.state, Detached)
    named = link.hint
    link.attach(named, 1, link.state.retry_at)
    assert link.not_owner(named, other[named], 1.0) is Step.DROP
    assert link.hint == other[named]


def test_a_new_worker_is_given_no_less_patience_for_the_silence_of_the_last() -> None:
    link = RoomLink(lossy=True)
    for _ in range(5):
        link.attach("w-1", 1, 0.0)
    assert not link.is_due(10.0)
    link.attach("w-2", 1, 0.0)
    assert link.is_due(2.0)


def test_moved_rooms_are_followed_once() -> None:
    link = attached()
    assert link.moved(2, "w-2") is Step.DROP
    assert link.moved(3, "w-1") is Step.DROP
    assert link.moved(3, "w-2") is Step.AGAIN
    assert link.hint == "w-2"


def test_silence_ends_an_attempt_only_where_messages_can_be_lost() -> None:
    lossy, safe = RoomLink(lossy=True), RoomLink(lossy=False)
    for link in (lossy, safe):
        link.attach("w-1", 1, 0.0)
        assert isinstance(link.state, Attaching)
        assert not link.is_due(1.0)
    assert lossy.is_due(1.6)
    assert not safe.is_due(1e9)


@given(st.lists(st.sampled_from(("kept", "lost", "seen")), max_size=60))
def test_the_served_position_never_passes_a_message_that_was_lost(steps: list[str]) -> None:
    """A worker sends, the bus drops (Attaches too), the gateway attaches again: what counts as served was really taken
    in order. ``seen``: the worker learns of the last attach."""
    link = RoomLink(lossy=True)
    link.attach("w-1", 1, 0.0)
    generation, number, seq, taken, missed = 1, FIRST - 1, 0, 0, False
    for step in steps:
        if step == "seen" and first_of(generation) > number:
            number, missed = first_of(generation) - 1, False
            continue
        number, seq = number + 1, seq + 1
        missed = missed or step == "lost"
        verdict = link.take(1, number) if step != "lost" else None
        if verdict is Step.TAKE:
            assert not missed
            taken, link.seq = seq, seq
        if verdict is Step.AGAIN:
            generation += 1
            link.attach("w-1", generation, 0.0)
        assert link.served == Position(link.epoch, taken)
        if isinstance(link.state, Attached):
            assert link.state.received <= number
