from hypothesis import given
from hypothesis import strategies as st

from media import twcc

arrivals = st.lists(st.one_of(st.none(), st.integers(0, 2_000)), min_size=1, max_size=300)


@given(arrivals, st.integers(0, 65535), st.floats(1, 10_000))
def test_written_feedback_reads_back_to_a_quarter_millisecond(gaps: list[int | None], base: int, start: float) -> None:
    """Gaps are quarter milliseconds since the previous arrival."""
    clock, times = start, list[float | None]()
    for gap in gaps:
        if gap is not None:
            clock += gap * twcc.TICK
        times.append(clock if gap is not None else None)
    if all(t is None for t in times):
        return
    body = twcc.write(base, 3, times)
    assert len(body) % 4 == 0
    found = twcc.read(body)
    assert found is not None
    assert (found.base, found.number, len(found.times)) == (base, 3, len(times))
    shift = None
    for wrote, got in zip(times, found.times, strict=True):
        assert (wrote is None) == (got is None)
        if wrote is not None and got is not None:
            shift = shift if shift is not None else wrote - got
            assert abs(wrote - got - shift) <= twcc.TICK * 1.01


@given(st.binary(max_size=120))
def test_any_body_is_read_without_a_fault(body: bytes) -> None:
    found = twcc.read(body)
    assert found is None or 0 < len(found.times) <= twcc.MAX_STATUSES


def test_one_bit_vectors_are_read() -> None:
    body = bytes.fromhex("0005 0003 000001 00".replace(" ", "")) + bytes([0b10101000, 0]) + bytes([4, 8])
    found = twcc.read(body)
    assert found is not None
    assert found.times == [0.065, None, 0.067]


def test_the_recorder_reports_each_packet_once_and_the_lost_between() -> None:
    recorder = twcc.Recorder()
    assert recorder.body() is None
    for seq, at in ((65534, 1.0), (65535, 1.001), (1, 1.003)):
        recorder.record(seq, at)
    body = recorder.body()
    assert body is not None
    found = twcc.read(body)
    assert found is not None
    assert found.base == 65534
    assert [t is not None for t in found.times] == [True, True, False, True]
    assert recorder.body() is None
    recorder.record(2, 1.1)
    body = recorder.body()
    assert body is not None
    assert (twcc.read(body) or found).base == 2


def test_a_jump_in_numbers_does_not_make_a_giant_report() -> None:
    recorder = twcc.Recorder()
    recorder.record(10, 1.0)
    recorder.record(30_000, 1.1)
    body = recorder.body()
    assert body is not None
    assert len(body) < 100
