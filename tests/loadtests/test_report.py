"""The table and the picture of a run."""

from xml.etree import ElementTree

from loadtests.collab.processes import spent
from loadtests.collab.report import plot, table, with_stalled

RUNS = {
    ("fan50", "lyceum"): [
        {"cpu_s_per_million": value, "store_cpu_s_per_million": 2.0, "p50_ms": 1.0, "p99_ms": 4.0}
        for value in (9, 10, 14)
    ],
    ("fan50", "peer"): [{"cpu_s_per_million": 20.0, "lost": 3}, {"error": "did not start"}],
    ("stall0", "lyceum"): [{"rss_ready_mb": 100.0, "rss_done_mb": 150.0}],
    ("stall5", "lyceum"): [{"rss_ready_mb": 100.0, "rss_done_mb": 151.5, "stalled_exact": 4}],
}


def test_the_table_has_medians_spans_ratios_and_troubles() -> None:
    shown = with_stalled(RUNS)
    rows = [line.split("|") for line in table(shown, ["fan50", "stall5", "stalled"], ["lyceum", "peer"]).splitlines()]
    fan50 = [cell.strip() for cell in rows[2]]
    assert fan50[3:8] == ["10.00 (9.00-14.00)", "20.00", "2.00 (2.00-2.00)", "1.0 / 4.0", "2.00"]
    assert fan50[8] == "peer: 3 lost, failed: did not start"
    assert "lyceum: 4 of 5 stalled exact" in rows[3][8]
    assert rows[4][3].strip() == "1.50"


def test_the_picture_is_sound_svg_with_a_bar_a_server() -> None:
    root = ElementTree.fromstring(plot(RUNS, ["fan50", "stall0"], ["lyceum", "peer"], "A < B"))
    bars = [it for it in root.iter("{http://www.w3.org/2000/svg}rect") if it.get("height") == "11"]
    assert len(bars) == 3
    assert "A < B" in "".join(root.itertext())


def test_what_this_process_spends_is_seen() -> None:
    import os

    before = spent([os.getpid()])
    while spent([os.getpid()]).cpu <= before.cpu:
        sum(range(100_000))
    assert before.rss >= before.pss > 0
    assert before.processes >= 1
