"""The gradebook as CSV that a spreadsheet shows and never runs.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end is a formula to spreadsheets, and a student may
choose such a name. Such a text gets an apostrophe before it. Numbers are ours and stay numbers. RFC 4180: CRLF,
quotes doubled.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rest.assessment.gradebook import Book, Cell, Scale, letter, standing
from rest.assessment.points import rounded

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")

Value = str | Decimal | Fraction | None


def safe(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula; control characters are taken out."""
    visible = "".join(c for c in text if c.isprintable() or c in "\t\r\n")
    return f"'{visible}" if visible.lstrip(" \u00a0\ufeff").startswith(RISKY) else visible


def cell(value: Value) -> str:
    """A value as it stands in the file: texts made safe, numbers plain, None empty."""
    match value:
        case None:
            return ""
        case str():
            return safe(value)
        case Decimal() | Fraction():
            return format(rounded(value).normalize(), "f")


def to_csv(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """CSV text of ``rows`` under ``header``."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([safe(title) for title in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def book_csv(
    book: Book, names: Mapping[str, str], marks: Mapping[str, Mapping[str, Cell]], scale: Scale | None = None
) -> str:
    """One row a student, in the order of ``names`` (id to name): scores, percent of the course, and the grade."""
    header = ["id", "name", *(c.title or c.id for c in book.columns), "course %", *(["grade"] if scale else [])]
    return to_csv(header, [_row(book, student, name, marks.get(student, {}), scale) for student, name in names.items()])


def _row(book: Book, student: str, name: str, cells: Mapping[str, Cell], scale: Scale | None) -> list[Value]:
    share = standing(book, cells).course
    grade = [letter(scale, share) if share is not None else None] if scale else []
    return [
        student,
        name,
        *(_shown(cells.get(c.id)) for c in book.columns),
        share * 100 if share is not None else None,
        *grade,
    ]


def _shown(of: Cell | None) -> Value:
    if of is not None and of.excused:
        return "excused"
    return of.score if of else None
