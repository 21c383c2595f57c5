"""How busy a process calls itself."""

from lyceum.load import SAMPLE_SECONDS, LoadMeter


class Stretch:
    """A process whose two clocks the test moves."""

    def __init__(self) -> None:
        self.cpu = self.now = 0.0
        self.meter = LoadMeter(lambda: self.cpu, lambda: self.now)

    def lasts(self, samples: int, busy: float) -> float:
        share = 0.0
        for _ in range(samples):
            self.now += SAMPLE_SECONDS
            self.cpu += SAMPLE_SECONDS * busy
            share = self.meter()
        return share


def test_load_is_felt_at_once_and_forgotten_slowly() -> None:
    process = Stretch()
    assert process.lasts(2, busy=1.0) > 0.9
    assert 0.5 < process.lasts(2, busy=0.0) < 0.8
    assert process.lasts(30, busy=0.3) < 0.31


def test_a_share_is_never_more_than_all() -> None:
    assert Stretch().lasts(5, busy=3.0) <= 1.0
