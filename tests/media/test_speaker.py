from media.speaker import SpeakerDetector

LOUD, QUIET, SILENCE = 20, 45, 127


def talk(detector: SpeakerDetector, levels: dict[str, int], start: float, seconds: float) -> float:
    now = start
    while now < start + seconds:
        for track, level in levels.items():
            detector.observe(track, level, now)
        detector.tick(now)
        now += 0.1
    return now


def test_the_one_who_talks_comes_first() -> None:
    detector = SpeakerDetector()
    talk(detector, {"ann": LOUD, "bob": SILENCE}, 0, 1)
    assert detector.order == ["ann"]


def test_a_change_of_turn_is_followed() -> None:
    detector = SpeakerDetector()
    now = talk(detector, {"ann": LOUD, "bob": SILENCE}, 0, 2)
    talk(detector, {"ann": SILENCE, "bob": LOUD}, now, 2)
    assert detector.order == ["bob", "ann"]


def test_a_cough_does_not_take_the_floor() -> None:
    detector = SpeakerDetector()
    now = talk(detector, {"ann": LOUD}, 0, 2)
    now = talk(detector, {"ann": LOUD, "bob": QUIET}, now, 0.2)
    assert detector.order[0] == "ann"


def test_recent_talkers_are_kept_in_order_and_forgotten_when_gone() -> None:
    detector = SpeakerDetector()
    now = 0.0
    for name in ("ann", "bob", "cyd"):
        now = talk(detector, {name: LOUD}, now, 2)
    assert detector.recent(2) == ["cyd", "bob"]
    detector.forget("cyd")
    assert detector.recent(2) == ["bob", "ann"]


def test_tick_tells_when_the_order_changed() -> None:
    detector = SpeakerDetector()
    detector.observe("ann", LOUD, 0)
    detector.tick(0)
    detector.observe("ann", LOUD, 0.1)
    assert detector.tick(0.1) is False
    for i in range(30):
        detector.observe("bob", LOUD, 1 + i * 0.1)
        if detector.tick(1 + i * 0.1):
            break
    assert detector.order[0] == "bob"
