"""`grade`: one item, one response, one result."""

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.grading.choice import grade_matching, grade_multiple, grade_single, grade_true_false
from rest.assessment.grading.code import Run, grade_code
from rest.assessment.grading.number import grade_numeric
from rest.assessment.grading.order import grade_ordering
from rest.assessment.grading.outcome import Credit, Graded, Remark
from rest.assessment.grading.text import grade_essay, grade_short_text
from rest.assessment.points import FULL, NONE, credited
from rest.assessment.responses import is_blank


def grade(item: k.Item, response: r.Response | None, run: Run | None = None) -> Graded:
    """The result of ``response`` to ``item``; ``run`` holds the sandbox' findings for submitted code.

    Pure and total: never raises, never below 0 or above the item's points. A response of the wrong shape, as an item
    that was changed may find, earns nothing and says so.
    """
    credit = (
        Credit(NONE, (Remark("blank"),)) if response is None or is_blank(response) else _credit(item, response, run)
    )
    return Graded(
        credited(item.points, credit.share),
        credited(item.points, FULL),
        (*_summary(item, credit), *credit.remarks),
        credit.manual,
    )


def _credit(item: k.Item, response: r.Response, run: Run | None) -> Credit:
    match item, response:
        case k.SingleChoice(), r.Chosen():
            return grade_single(item, response)
        case k.MultipleChoice(), r.Chosen():
            return grade_multiple(item, response)
        case k.TrueFalse(), r.Chosen():
            return grade_true_false(item, response)
        case k.Matching(), r.Matched():
            return grade_matching(item, response)
        case k.Ordering(), r.Ordered():
            return grade_ordering(item, response)
        case k.Numeric(), r.Said():
            return grade_numeric(item, response)
        case k.ShortText(), r.Said():
            return grade_short_text(item, response)
        case k.Essay(), r.Said():
            return grade_essay(item, response)
        case k.Code(), r.Submitted():
            return grade_code(item, run)
        case _:
            return Credit(NONE, (Remark("malformed"),))


def _summary(item: k.Item, credit: Credit) -> tuple[Remark, ...]:
    """Right, wrong or partly, and the author's words for it; nothing while the result is open."""
    if credit.manual:
        return ()
    if credit.share == FULL:
        return (Remark("right"), *_author(item.right))
    verdict = Remark("partly") if credit.share > NONE else Remark("wrong")
    return (verdict, *_author(item.wrong))


def _author(words: str) -> tuple[Remark, ...]:
    return (Remark("author", (words,)),) if words else ()
