"""`supervision` decides: by hand-driven time, and by random histories."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lyceum.supervision import NEVER_AGAIN, ChildName, Do, Effect, State, Supervision, fleet

GATEWAY, ROOMS, MEDIA = ChildName("gateway", 1), ChildName("rooms", 1), ChildName("media", 1)
NAMES = [GATEWAY, ROOMS, MEDIA]
DRAIN = 10.0


def _running() -> Supervision:
    fleet_now = Supervision(NAMES, DRAIN)
    assert fleet_now.tick(0.0) == [Effect(Do.START, name) for name in NAMES]
    return fleet_now


def test_the_fleet_of_two_workers() -> None:
    names = ["gateway-1", "gateway-2", "rooms-1", "rooms-2", "media-1", "media-2", "jobs-1"]
    assert list(map(str, fleet(2, media=True))) == names
    assert ChildName("media", 1) not in fleet(2, media=False)


def test_who_dies_is_started_again_later_and_later() -> None:
    decide, now, pauses = _running(), 0.0, []
    for _ in range(8):
        assert decide.ended(ROOMS, -9, now) == []
        wake = decide.wake_at()
        assert wake is not None
        pauses.append(round(wake - now, 3))
        assert decide.tick(wake - 0.001) == []
        assert decide.tick(wake) == [Effect(Do.START, ROOMS)]
        now = wake
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_who_ran_long_is_started_again_soon() -> None:
    decide = _running()
    decide.ended(ROOMS, 1, 1.0)
    decide.tick(2.0)
    decide.ended(ROOMS, 1, 100.0)
    assert decide.wake_at() == 100.1


def test_a_drain_ends_gateways_before_what_serves_them() -> None:
    decide = _running()
    assert decide.drain(1.0) == [Effect(Do.ASK, GATEWAY)]
    assert decide.ended(GATEWAY, 0, 2.0) == [Effect(Do.ASK, ROOMS), Effect(Do.ASK, MEDIA)]
    assert decide.ended(MEDIA, 0, 3.0) == []
    assert not decide.finished
    assert decide.ended(ROOMS, 0, 4.0) == []
    assert decide.finished


def test_who_does_not_end_is_killed_once_at_the_deadline() -> None:
    decide = _running()
    decide.drain(1.0)
    assert decide.tick(1.0 + DRAIN - 0.1) == []
    assert decide.tick(1.0 + DRAIN) == [Effect(Do.KILL, GATEWAY)]
    assert decide.tick(1.0 + DRAIN + 1) == []
    assert decide.ended(GATEWAY, -9, 12.0)[0] == Effect(Do.ASK, ROOMS)


def test_a_second_drain_changes_nothing() -> None:
    decide = _running()
    decide.drain(1.0)
    assert decide.drain(2.0) == []
    assert decide.wake_at() == 1.0 + DRAIN


def test_who_waits_for_a_start_is_not_started_in_a_drain() -> None:
    decide = _running()
    decide.ended(ROOMS, 1, 1.0)
    decide.drain(1.05)
    assert decide.tick(5.0) == []
    assert decide.state(ROOMS) is State.GONE


def test_wrong_settings_stop_the_fleet() -> None:
    decide = _running()
    assert decide.ended(ROOMS, NEVER_AGAIN, 1.0) == [Effect(Do.ASK, GATEWAY)]
    assert decide.exit_code == NEVER_AGAIN


class Fleet(RuleBasedStateMachine):
    """Children that die, hang and obey at random."""

    def __init__(self) -> None:
        super().__init__()
        self.names = fleet(2, media=True)
        self.decide = Supervision(self.names, DRAIN)
        self.now = 0.0
        self.running: set[ChildName] = set()
        self.asked: set[ChildName] = set()
        self.draining = False

    def carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if effect.do is Do.START:
                assert effect.child not in self.running, "two processes in one place"
                assert not self.draining, "a start in a drain"
                self.running.add(effect.child)
            else:
                assert effect.child in self.running
                assert self.draining
                self.asked.add(effect.child)

    @rule(seconds=st.floats(0, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.carry_out(self.decide.tick(self.now))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), code=st.sampled_from([0, 1, -9]))
    def one_ends(self, data: st.DataObject, code: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.running, key=str)))
        self.running.discard(name)
        self.carry_out(self.decide.ended(name, code, self.now))

    @rule()
    def drain(self) -> None:
        self.draining = True
        self.carry_out(self.decide.drain(self.now))

    @invariant()
    def rooms_are_asked_only_when_no_gateway_runs(self) -> None:
        if any(name.plane == "rooms" for name in self.asked):
            assert not any(name.plane == "gateway" for name in self.running)

    @invariant()
    def whoever_is_down_will_be_started_unless_draining(self) -> None:
        if not self.draining and len(self.running) < len(self.names):
            assert self.decide.wake_at() is not None

    @invariant()
    def a_drain_that_hangs_has_a_deadline(self) -> None:
        if self.draining and self.running and self.decide.wake_at() is None:
            assert self.asked & self.running, "nobody is asked, nobody will be"

    def teardown(self) -> None:
        """However it came to be, a drain ends everything."""
        self.drain()
        for _ in range(len(self.names) + 1):
            self.time_passes(DRAIN)
            for name in sorted(self.running & self.asked, key=str):
                self.running.discard(name)
                self.carry_out(self.decide.ended(name, -9, self.now))
        assert self.decide.finished
        assert not self.running


TestFleet = Fleet.TestCase
TestFleet.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(st.integers(1, 50), st.booleans())
def test_every_child_of_any_fleet_has_a_name_of_its_own(workers: int, media: bool) -> None:
    names = fleet(workers, media=media)
    assert len(set(map(str, names))) == len(names) == (3 if media else 2) * workers + 1
