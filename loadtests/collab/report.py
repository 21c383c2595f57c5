"""One table and one picture of many runs: medians, smallest to largest, and how the others compare with Lyceum."""

import html
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Runs = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
"""(scenario, server) → its repetitions."""
FIGURES = {
    "join200": ("cpu_ms_per_join", "CPU ms a join"),
    "join500": ("cpu_ms_per_join", "CPU ms a join"),
    "open300": ("connect_s", "s until all are open"),
    "idle": ("kb_per_connection", "KB a connection"),
    "idle10000": ("kb_per_connection", "KB a connection"),
    "aware50e": ("server_cpu_s", "CPU s in 6 s"),
    "stall0": ("grown_mb", "MB more memory"),
    "stall5": ("grown_mb", "MB more memory"),
    "stalled": ("held_mb", "MB held for stalled readers"),
}
"""What a scenario is about; all others: CPU seconds a million deliveries."""
USUAL = ("cpu_s_per_million", "CPU s a million")
COLOURS = ("#1f6feb", "#9a6700", "#8250df", "#1a7f37", "#bf3989")


def figure(scenario: str, run: Mapping[str, Any]) -> float | None:
    """The headline of one run; None when it failed."""
    key, _ = FIGURES.get(scenario, USUAL)
    if key == "grown_mb":
        return run["rss_done_mb"] - run["rss_ready_mb"] if "rss_done_mb" in run else None
    return run.get(key)


def with_stalled(runs: Runs) -> dict[tuple[str, str], Sequence[Mapping[str, Any]]]:
    """``runs`` and, as a scenario ``stalled``, what stall5 takes more than stall0: the same without stalled readers."""
    found = dict(runs)
    for (scenario, server), with_them in runs.items():
        without = runs.get(("stall0", server), ())
        if scenario == "stall5" and without:
            pairs = [
                (figure("stall5", one), figure("stall0", other)) for one, other in zip(with_them, without, strict=True)
            ]
            held = [{"held_mb": one - other} for one, other in pairs if one is not None and other is not None]
            found["stalled", server] = held
    return found


def headlines(runs: Runs, scenario: str, server: str) -> list[float]:
    found = (figure(scenario, run) for run in runs.get((scenario, server), ()))
    return [value for value in found if value is not None]


def table(runs: Runs, scenarios: Sequence[str], servers: Sequence[str]) -> str:
    """For a terminal and for Markdown alike."""
    first = servers[0]
    ratios = [f"{server} / {first}" for server in servers[1:]]
    cells = [["scenario", "figure", *servers, f"{first}'s PostgreSQL", f"{first} p50 / p99 ms", *ratios, "trouble"]]
    for scenario in scenarios:
        figures = [headlines(runs, scenario, server) for server in servers]
        row = [scenario, FIGURES.get(scenario, USUAL)[1], *(_spread(values) for values in figures)]
        own = runs.get((scenario, first), ())
        row.append(_spread([run["store_cpu_s_per_million"] for run in own if "store_cpu_s_per_million" in run]))
        delays = [(run["p50_ms"], run["p99_ms"]) for run in own if run.get("p99_ms")]
        row.append(" / ".join(f"{median(values):.1f}" for values in zip(*delays, strict=True)) if delays else "")
        row += [_ratio(values, figures[0]) for values in figures[1:]]
        row.append(_troubles(runs, scenario, servers))
        cells.append(row)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    return f"{median(theirs) / median(ours):.2f}" if theirs and ours and median(ours) > 0 else ""


def _troubles(runs: Runs, scenario: str, servers: Sequence[str]) -> str:
    return "; ".join(filter(None, (_trouble(server, runs.get((scenario, server), ())) for server in servers)))


def _trouble(server: str, runs: Sequence[Mapping[str, Any]]) -> str:
    """What must not be, in few words."""
    found = {key: sum(run.get(key, 0) for run in runs) for key in ("lost", "gaps", "strays", "closed")}
    words = [f"{count} {key}" for key, count in found.items() if count]
    words += ["not verified" for run in runs if run.get("verified") is False][:1]
    exact = [run["stalled_exact"] for run in runs if "stalled_exact" in run]
    words += [f"{min(exact)} of 5 stalled exact"] if exact and min(exact) < 5 else []
    words += [f"failed: {run['error'][:60]}" for run in runs if "error" in run][:1]
    return f"{server}: {', '.join(words)}" if words else ""


BAR, GAP, LEFT, WIDTH, HEAD = 14, 18, 190, 960, 54


def plot(runs: Runs, scenarios: Sequence[str], servers: Sequence[str], title: str) -> str:
    """A bar for each server in each scenario, scaled to the scenario's longest, as SVG; whiskers: smallest, largest."""
    step = BAR * len(servers) + GAP
    height = HEAD + step * len(scenarios) + 10
    size = f'width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        f'<rect {size} fill="white"/><text x="10" y="20" font-size="15">{html.escape(title)}</text>',
    ]
    for index, server in enumerate(servers):
        x = LEFT + index * 150
        parts.append(f'<rect x="{x}" y="30" width="12" height="12" fill="{COLOURS[index % len(COLOURS)]}"/>')
        parts.append(f'<text x="{x + 18}" y="41">{html.escape(server)}</text>')
    for index, scenario in enumerate(scenarios):
        parts += _group(runs, scenario, servers, HEAD + index * step)
    return "\n".join([*parts, "</svg>"])


def _group(runs: Runs, scenario: str, servers: Sequence[str], top: int) -> list[str]:
    figures = [headlines(runs, scenario, server) for server in servers]
    longest = max((max(values) for values in figures if values), default=0.0)
    scale = (WIDTH - LEFT - 130) / longest if longest > 0 else 0.0
    parts = [
        f'<text x="10" y="{top + 12}">{scenario}</text>',
        f'<text x="10" y="{top + 27}" fill="#666" font-size="10">{FIGURES.get(scenario, USUAL)[1]}</text>',
    ]
    for index, values in enumerate(figures):
        if values:
            y, colour = top + index * BAR, COLOURS[index % len(COLOURS)]
            middle, low, high = (max(0.0, it) * scale for it in (median(values), min(values), max(values)))
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{middle:.1f}" height="{BAR - 3}" fill="{colour}"/>')
            line = y + (BAR - 3) / 2
            parts.append(f'<path d="M{LEFT + low:.1f} {line}H{LEFT + high:.1f}" stroke="black"/>')
            parts.append(f'<text x="{LEFT + high + 6:.1f}" y="{y + 10}" font-size="11">{median(values):.2f}</text>')
    return parts
