"""A few words against accepted texts: case, spaces, accents of typing and small slips aside."""

import unicodedata
from fractions import Fraction

from rest.assessment.grading.outcome import Credit, Remark
from rest.assessment.items import Accepted, Essay, ShortText
from rest.assessment.points import NONE
from rest.assessment.responses import Said

LONGEST = 1_000
"""Characters of a short answer that are compared; a longer one matches nothing."""

_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def grade_short_text(item: ShortText, response: Said) -> Credit:
    """The best accepted text that matches; failing that, the best one a few slips away."""
    given = plain(response.text, item.case_sensitive)
    best = _best([a for a in item.accepted if _matches(a, given, item)])
    if best is None and item.typos and len(given) <= LONGEST:
        best = _best([a for a in item.accepted if _slipped(a, given, item)])
        if best:
            return Credit(Fraction(best.percent, 100), (Remark("typo", (best.text,)), *_said(best)))
    if best:
        return Credit(Fraction(best.percent, 100), _said(best))
    return Credit(NONE, (Remark("for-a-person"),) if item.review else (), manual=item.review)


def grade_essay(item: Essay, response: Said) -> Credit:
    """Nothing but the word count can be told here; the rest is for a person."""
    words = len(response.text.split())
    remarks = [Remark("for-a-person")]
    if words < item.least_words:
        remarks.append(Remark("too-short", (str(words), str(item.least_words))))
    if item.most_words and words > item.most_words:
        remarks.append(Remark("too-long", (str(words), str(item.most_words))))
    return Credit(NONE, tuple(remarks), manual=True)


def plain(text: str, case_sensitive: bool = False) -> str:
    """One form for what reads the same: compatible letters, straight quotes, single spaces, no closing stop."""
    flat = " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split()).rstrip(".!? ")
    return flat if case_sensitive else flat.casefold()


def _best(matching: list[Accepted]) -> Accepted | None:
    return max(matching, key=lambda a: (a.percent, a.text), default=None)


def _said(accepted: Accepted) -> tuple[Remark, ...]:
    return (Remark("author", (accepted.feedback,)),) if accepted.feedback else ()


def _matches(accepted: Accepted, given: str, item: ShortText) -> bool:
    wanted = plain(accepted.text, item.case_sensitive)
    return len(given) <= LONGEST and (wildcard(wanted, given) if "*" in wanted else wanted == given)


def _slipped(accepted: Accepted, given: str, item: ShortText) -> bool:
    """Within the allowed slips, of which a word of fewer than five letters gets none and of ten at most one."""
    wanted = plain(accepted.text, item.case_sensitive)
    allowed = min(item.typos, len(wanted) // 5)
    digits = [c for c in wanted if c.isdigit()] == [c for c in given if c.isdigit()]
    return "*" not in wanted and digits and 0 < edits(wanted, given, allowed) <= allowed


def wildcard(pattern: str, text: str) -> bool:
    """Whether ``text`` fits ``pattern``, where ``*`` stands for anything; never backtracks, whatever the pattern."""
    head, *middle, tail = pattern.split("*")
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def edits(one: str, two: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two texts; ``most + 1`` if there are more."""
    if abs(len(one) - len(two)) > most:
        return most + 1
    before, last = [0] * (len(two) + 1), list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            step = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                step = min(step, before[j - 2] + 1)
            row.append(step)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
