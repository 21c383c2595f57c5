"""What a run found, for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from tests.chaos.ledger import quantile
from tests.chaos.run import Outcome

MOST_LINES = 20


def text(outcome: Outcome) -> str:
    return "\n".join(_lines(outcome))


def as_json(outcome: Outcome) -> str:
    whole = asdict(outcome)
    whole["passed"] = outcome.passed
    whole["ack_delays"] = {"p50": quantile(outcome.ack_delays, 0.5), "p95": quantile(outcome.ack_delays, 0.95)}
    whole["late"] = {"p50": quantile(outcome.late, 0.5), "p95": quantile(outcome.late, 0.95)}
    return json.dumps(whole, default=str)


def _lines(outcome: Outcome) -> Iterator[str]:
    options = outcome.options
    size = f"{options.gateways} gateways, {options.workers} room workers, {outcome.clients} clients"
    yield f"chaos, seed {options.seed}: {size}"
    yield f"  {sum(outcome.injected.values())} faults in {outcome.seconds:.0f} s"
    yield f"    {'':45}  slowest edit meanwhile: p50 / p95 / max, s"
    for kind, count in sorted(outcome.injected.items()):
        yield f"    {kind:40}{count:5}  {figures(outcome.outage.get(kind, []))}"
    yield f"  edits made {outcome.edits}, acknowledged {outcome.acknowledged}, audits of PostgreSQL {outcome.audits}"
    yield f"  acknowledged edits lost       {len(outcome.lost)}"
    yield f"  edits missing at the end      {len(outcome.missing)}, doubled {len(outcome.doubled)}"
    yield f"  clients or logs apart         {len(outcome.apart)}"
    yield f"  documents slow to heal        {len(outcome.unhealed)}"
    yield f"  clients that had to reload    {len(outcome.stuck)}"
    yield "  failover after kill -9 of a room's owner, from the kill"
    yield f"    to the next edit seen       {figures(outcome.failover)}"
    yield f"    to one seen by everybody    {figures(outcome.failover_all)}"
    yield f"  acknowledgement, faults included: {figures(outcome.ack_delays)}"
    yield f"  the measuring process itself was late by: {figures(outcome.late)}"
    yield f"  closes by code: {dict(sorted(outcome.closes.items()))}"
    for name, found in (
        ("lost", outcome.lost),
        ("missing", outcome.missing),
        ("doubled", outcome.doubled),
        ("apart", outcome.apart),
        ("slow to heal", outcome.unhealed),
    ):
        for line in found[:MOST_LINES]:
            yield f"    {name}: {line}"
    yield from (f"    seen: {line}" for line in outcome.evidence)
    for client, why in outcome.stuck.items():
        yield f"    stuck: {client}: {why}"
    for line in outcome.trouble[:MOST_LINES]:
        yield f"    logged: {line[:400]}"
    yield "  passed" if outcome.passed else f"  FAILED: again with --seed {options.seed} --faults {options.faults}"


def figures(values: Sequence[float]) -> str:
    """``p50 / p95 / max``, in seconds."""
    found = quantile(values, 0.5), quantile(values, 0.95), max(values, default=0.0)
    return f"{' / '.join(f'{value:6.2f}' for value in found)}  (n = {len(values)})"
