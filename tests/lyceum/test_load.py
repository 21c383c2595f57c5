"""How busy a process calls itself."""

from lyceum.load import FALL_SECONDS, SAMPLE_SECONDS, SPELL_HOLDS, SPELL_SECONDS, LoadMeter


class Stretch:
    """A process whose two clocks the test moves."""

    def __init__(self) -> None:
        self.cpu = self.now = 0.0
        self.meter = LoadMeter(lambda: self.cpu, lambda: self.now)

    def lasts(self, seconds: float, busy: float, step: float = SAMPLE_SECONDS) -> float:
        share = 0.0
        for _ in range(round(seconds / step)):
            self.now += step
            self.cpu += step * busy
            share = self.meter()
        return share


def test_load_is_felt_at_once_and_forgotten_slowly() -> None:
    process = Stretch()
    assert process.lasts(2 * SAMPLE_SECONDS, busy=1.0) > 0.9
    assert 0.5 < process.lasts(FALL_SECONDS / 2, busy=0.0) < 0.7
    assert process.lasts(10 * FALL_SECONDS, busy=0.3) < 0.31


def test_a_spell_without_rest_is_full_before_there_is_a_sample_of_it_and_through_the_lull_after_it() -> None:
    process = Stretch()
    assert process.lasts(0.5, busy=0.1, step=SPELL_SECONDS) < 0.2
    assert process.lasts(2 * SPELL_SECONDS, busy=0.95, step=SPELL_SECONDS) == 1.0
    assert process.lasts(SPELL_HOLDS - SPELL_SECONDS, busy=0.2, step=SPELL_SECONDS) == 1.0
    assert process.lasts(2 * SPELL_SECONDS, busy=0.2, step=SPELL_SECONDS) < 0.9


def test_short_bursts_are_no_spell() -> None:
    process = Stretch()
    for _ in range(50):
        process.lasts(0.004, busy=1.0, step=0.001)
        assert process.lasts(0.008, busy=0.1, step=0.001) < 0.6


def test_a_look_after_a_long_silence_forgets_as_much_as_many_looks() -> None:
    process = Stretch()
    process.lasts(1.0, busy=1.0)
    process.now += FALL_SECONDS
    assert 0.3 < process.meter() < 0.45


def test_a_share_is_never_more_than_all() -> None:
    assert Stretch().lasts(1.0, busy=3.0) <= 1.0
