from media.keyframes import PATIENT_AFTER_SECONDS, REPEAT_SECONDS, THROTTLE_SECONDS, KeyframeGate

MINUTE = [10.0 + i * 0.02 for i in range(3000)]


def test_the_first_need_is_asked_at_once() -> None:
    gate = KeyframeGate()
    assert not gate.due(10.0, True)
    gate.want(10.0)
    assert gate.due(10.0, True)


def test_a_storm_of_needs_is_one_request() -> None:
    gate = KeyframeGate()
    asked = 0
    for i in range(200):
        gate.want(10.0 + i * 0.001)
        asked += gate.due(10.0 + i * 0.001, True)
    assert asked == 1


def test_it_repeats_until_a_keyframe_comes() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    assert gate.due(10.0, True)
    assert not gate.due(10.0 + REPEAT_SECONDS * 0.9, True)
    assert gate.due(10.0 + REPEAT_SECONDS * 1.1, True)
    gate.arrived()
    assert not gate.due(20.0, True)


def test_a_new_need_right_after_a_keyframe_waits_for_the_throttle() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    assert gate.due(10.0, True)
    gate.arrived()
    gate.want(10.1)
    assert not gate.due(10.1, True)
    assert gate.due(10.0 + THROTTLE_SECONDS, True)


def test_a_stream_that_does_not_answer_is_asked_seldom_but_for_as_long_as_somebody_waits() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    asked = [at for at in MINUTE if gate.due(at, True)]
    early = [at for at in asked if at < 10.0 + PATIENT_AFTER_SECONDS]
    assert abs(len(early) - PATIENT_AFTER_SECONDS / REPEAT_SECONDS) <= 2
    assert 5 <= len(asked) - len(early) <= 10
    gate.arrived()
    assert not gate.due(100.0, True)


def test_a_stream_that_nobody_waits_for_is_not_asked_for_ever() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    asked = [at for at in MINUTE if gate.due(at, False)]
    assert asked
    assert asked[-1] < 10.0 + PATIENT_AFTER_SECONDS
