"""A program, from what the sandbox reports about its tests: a separate channel that the program cannot write to."""

from dataclasses import dataclass
from fractions import Fraction

from rest.assessment.grading.outcome import Credit, Remark
from rest.assessment.items import Code
from rest.assessment.points import NONE


@dataclass(frozen=True, slots=True)
class Run:
    """Names of the tests that passed; those not named failed, crashed or ran out of time."""

    passed: frozenset[str]


def grade_code(item: Code, run: Run | None) -> Credit:
    """Weight of the tests passed; without a run the result is still open."""
    if run is None:
        return Credit(NONE, (Remark("not-run"),), manual=True)
    failed = [t for t in item.tests if t.id not in run.passed]
    weight = sum(t.weight for t in item.tests)
    remarks = [Remark("test-failed", (t.id,)) for t in failed if not t.hidden]
    hidden = sum(t.hidden for t in failed)
    if hidden:
        remarks.append(Remark("hidden-tests-failed", (str(hidden),)))
    return Credit(Fraction(weight - sum(t.weight for t in failed), weight), tuple(remarks))
