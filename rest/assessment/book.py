"""The gradebook of a course: columns and marks brought together, weighed, curved, graded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from rest.assessment.columns import Marks, columns
from rest.assessment.curves import curved
from rest.assessment.errors import AssessmentError
from rest.assessment.gradebook import Book, Category, Cell, Scale, Standing, check_scale, letter, standing
from rest.assessment.gradebook_csv import Value, to_csv
from rest.assessment.points import FULL
from rest.assessment.schemas_book import (
    CellShown,
    ColumnShown,
    CourseGrades,
    GradebookSettings,
    GradebookShown,
    RowShown,
    SetCell,
    SetGradebook,
    StandingShown,
)
from rest.assessment.tables import GradebookCell, GradebookRow
from rest.courses.access import CourseAccess
from rest.courses.tables import Course, Enrolment
from rest.db import Unit
from rest.identity.principal import About
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.etags import stale
from rest.platform.rows import add, missing, revise
from rest.platform.vault import Vault
from rest.problems import Unprocessable
from rest.trust.audit import audit

NEVER_SET = 0
"""The version of a gradebook that nobody has set up yet."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole course's marks: settings, columns, what people set, and how everybody stands."""

    settings: GradebookSettings
    columns: Sequence[Marks]
    set_by_hand: Mapping[tuple[UUID, UUID], GradebookCell]
    cells: Mapping[UUID, Mapping[str, Cell]]
    standings: Mapping[UUID, Standing]
    curved: Mapping[UUID, Fraction]


async def settings_of(unit: Unit, course: UUID) -> GradebookSettings:
    """How the marks of a course add up; plainly, when nobody said."""
    row = await unit.session.scalar(
        select(GradebookRow).where(GradebookRow.tenant == unit.tenant, GradebookRow.id == course)
    )
    return GradebookSettings(version=NEVER_SET, categories=[], scale=[]) if row is None else _settings(row)


def _settings(row: GradebookRow) -> GradebookSettings:
    mean = None if row.curve_mean is None else float(row.curve_mean)
    plain: dict[str, Any] = {"categories": row.categories, "scale": row.scale, "curve": row.curve, "curve_mean": mean}
    return GradebookSettings(version=row.version, missing_counts=row.missing_counts, **plain)


async def set_up(unit: Unit, access: CourseAccess, version: int, asked: SetGradebook) -> GradebookSettings:
    """Say how the marks of a course add up; raise `Stale` unless it is at ``version``."""
    _check(asked)
    mean = None if asked.curve_mean is None else Decimal(str(asked.curve_mean))
    values = asked.model_dump() | {"curve_mean": mean}
    id = access.course.id
    audit(unit, access.who, "gradebook.set", f"course:{id}", why=access.ground)
    if version != NEVER_SET:
        return _settings(await revise(unit, GradebookRow, id, version, "gradebook", **values))
    if (await settings_of(unit, id)).version != NEVER_SET:
        raise stale()
    return _settings(await add(unit, GradebookRow, id=id, **values))


def _check(asked: SetGradebook) -> None:
    names = [one.name for one in asked.categories]
    if len(set(names)) != len(names):
        raise Unprocessable("bad-settings", "Two categories have the same name.")
    try:
        if asked.scale:
            check_scale(_scale(asked))
    except AssessmentError as error:
        raise Unprocessable(error.code, f"{error}.") from None


def _scale(settings: SetGradebook) -> Scale:
    return tuple((Decimal(str(step.least)), step.grade) for step in settings.scale)


async def sheet_of(unit: Unit, course: UUID, people: Sequence[UUID], for_students: bool = False) -> Sheet:
    """How ``people`` stand in a course."""
    settings = await settings_of(unit, course)
    marks = await columns(unit, course, for_students)
    here = (GradebookCell.tenant == unit.tenant, GradebookCell.course_id == course)
    by_hand = {
        (row.column_id, row.person_id): row
        for row in (await unit.session.scalars(select(GradebookCell).where(*here))).all()
    }
    cells = {person: _cells(marks, by_hand, person) for person in people}
    standings = {person: standing(_book(settings, marks, own), own) for person, own in cells.items()}
    return Sheet(settings, marks, by_hand, cells, standings, _curved(settings, standings))


def _cells(marks: Sequence[Marks], by_hand: Mapping[tuple[UUID, UUID], GradebookCell], person: UUID) -> dict[str, Cell]:
    """One person's marks; what a person set stands over what was computed."""
    found: dict[str, Cell] = {}
    for one in marks:
        own = by_hand.get((UUID(one.column.id), person))
        score = one.scores.get(person)
        if own is not None:
            found[one.column.id] = Cell(score if own.score is None else own.score, own.excused)
        elif score is not None:
            found[one.column.id] = Cell(score)
    return found


def _book(settings: SetGradebook, marks: Sequence[Marks], cells: Mapping[str, Cell]) -> Book:
    """The book for one person: without what is neither marked nor over."""
    named = [Category(c.name, Decimal(str(c.weight)), c.drop_lowest, c.equal) for c in settings.categories]
    others = sorted({one.column.category for one in marks} - {category.id for category in named})
    counted = tuple(one.column for one in marks if one.over or one.column.id in cells)
    return Book((*named, *map(Category, others)), counted, settings.missing_counts)


def _curved(settings: SetGradebook, standings: Mapping[UUID, Standing]) -> dict[UUID, Fraction]:
    shares = {str(person): one.course for person, one in standings.items() if one.course is not None}
    if settings.curve is None:
        return {UUID(person): share for person, share in shares.items()}
    mean = FULL if settings.curve_mean is None else Fraction(Decimal(str(settings.curve_mean))) / 100
    return {UUID(person): share for person, share in curved(settings.curve, shares, mean).items()}


def show_columns(sheet: Sheet) -> list[ColumnShown]:
    """The columns of a sheet."""
    return [
        ColumnShown(
            id=UUID(one.column.id),
            title=one.column.title,
            category=one.column.category,
            maximum=float(one.column.maximum),
            over=one.over,
        )
        for one in sheet.columns
    ]


def show_standing(sheet: Sheet, person: UUID) -> StandingShown:
    """How one person stands."""
    own, share = sheet.standings[person], sheet.curved.get(person)
    scale = _scale(sheet.settings)
    return StandingShown(
        cells=[_cell(sheet, one, person, own) for one in sheet.columns],
        categories={name: _percent(value) for name, value in own.categories.items()},
        percent=_percent(own.course),
        curved=_percent(share),
        grade=letter(scale, share) if scale and share is not None else None,
    )


def _cell(sheet: Sheet, one: Marks, person: UUID, own: Standing) -> CellShown:
    id = UUID(one.column.id)
    cell, by_hand = sheet.cells[person].get(one.column.id, Cell()), sheet.set_by_hand.get((id, person))
    return CellShown(
        column_id=id,
        score=None if cell.score is None else float(cell.score),
        excused=cell.excused,
        overridden=by_hand is not None and by_hand.score is not None,
        dropped=one.column.id in own.dropped,
        comment=by_hand.comment if by_hand else "",
    )


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share * 100), 4)


async def students(unit: Unit, vault: Vault, course: UUID) -> dict[UUID, str]:
    """Names of the students of a course, by name."""
    query = (
        select(Person)
        .join(Enrolment, (Enrolment.tenant == Person.tenant) & (Enrolment.person_id == Person.id))
        .where(Enrolment.tenant == unit.tenant, Enrolment.course_id == course, Enrolment.role == "student")
        .where(Enrolment.status == "active", Person.deleted_at.is_(None))
    )
    names = {person.id: sealed.name(vault, person) for person in (await unit.session.scalars(query)).all()}
    return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))


async def whole(unit: Unit, vault: Vault, access: CourseAccess) -> GradebookShown:
    """The gradebook as staff see it."""
    names, sheet = await _read(unit, vault, access)
    rows = [RowShown(person_id=id, name=name, **dict(show_standing(sheet, id))) for id, name in names.items()]
    return GradebookShown(columns=show_columns(sheet), rows=rows)


async def as_csv(unit: Unit, vault: Vault, access: CourseAccess) -> str:
    """The gradebook for a spreadsheet."""
    names, sheet = await _read(unit, vault, access)
    titles = [one.column.title for one in sheet.columns]
    header = ["id", "name", *titles, "course %", "curved %", "grade"]
    return to_csv(header, [_line(sheet, id, name) for id, name in names.items()])


def _line(sheet: Sheet, person: UUID, name: str) -> list[Value]:
    cells = [sheet.cells[person].get(one.column.id, Cell()) for one in sheet.columns]
    points: list[Value] = ["excused" if cell.excused else cell.score for cell in cells]
    share, after = sheet.standings[person].course, sheet.curved.get(person)
    grade = show_standing(sheet, person).grade
    return [str(person), name, *points, _hundred(share), _hundred(after), grade]


def _hundred(share: Fraction | None) -> Fraction | None:
    return None if share is None else share * 100


async def _read(unit: Unit, vault: Vault, access: CourseAccess) -> tuple[dict[UUID, str], Sheet]:
    names = await students(unit, vault, access.course.id)
    audit(unit, access.who, "gradebook.read", f"course:{access.course.id}", why=access.ground, count=len(names))
    return names, await sheet_of(unit, access.course.id, list(names))


async def set_cell(unit: Unit, access: CourseAccess, column: UUID, person: UUID, asked: SetCell) -> None:
    """Set somebody's mark in a column, or excuse them."""
    course = access.course.id
    known = {one.column.id: one.column for one in await columns(unit, course, for_students=False)}.get(str(column))
    if known is None:
        raise missing("column")
    enrolled = (Enrolment.tenant == unit.tenant, Enrolment.course_id == course, Enrolment.person_id == person)
    if await unit.session.scalar(select(Enrolment.id).where(*enrolled)) is None:
        raise missing("person")
    keys = {"tenant": unit.tenant, "course_id": course, "column_id": column, "person_id": person}
    values = asked.model_dump() | {"set_by": access.who.person, "set_at": unit.now}
    new = insert(GradebookCell).values(**keys, **values)
    await unit.session.execute(new.on_conflict_do_update(index_elements=list(keys), set_=values))
    audit(unit, access.who, "mark.set", f"course:{course}", person=person, why=access.ground, column=str(column))


async def clear_cell(unit: Unit, access: CourseAccess, column: UUID, person: UUID) -> None:
    """Have what was computed count again."""
    here = (GradebookCell.tenant == unit.tenant, GradebookCell.course_id == access.course.id)
    gone = delete(GradebookCell).where(*here, GradebookCell.column_id == column, GradebookCell.person_id == person)
    if await unit.session.scalar(gone.returning(GradebookCell.person_id)) is None:
        raise missing("mark")
    subject = f"course:{access.course.id}"
    audit(unit, access.who, "mark.cleared", subject, person=person, why=access.ground, column=str(column))


async def of_person(unit: Unit, vault: Vault, about: About) -> list[CourseGrades]:
    """How somebody stands in the courses they study, by what is out."""
    mine = (Enrolment.tenant == Course.tenant) & (Enrolment.course_id == Course.id)
    query = (
        select(Course)
        .join(Enrolment, mine & (Enrolment.person_id == about.person) & (Enrolment.role == "student"))
        .where(Course.tenant == unit.tenant, Course.deleted_at.is_(None), Course.status != "draft")
        .order_by(Course.id)
    )
    audit(unit, about.who, "grades.read", f"person:{about.person}", person=about.person, why=about.ground)
    return [await _in_course(unit, vault, course, about.person) for course in (await unit.session.scalars(query)).all()]


async def _in_course(unit: Unit, vault: Vault, course: Course, person: UUID) -> CourseGrades:
    """With everybody else's marks where the class is curved as a whole."""
    curve = (await settings_of(unit, course.id)).curve
    people = [person] if curve is None else list({*await students(unit, vault, course.id), person})
    sheet = await sheet_of(unit, course.id, people, for_students=True)
    shown = dict(show_standing(sheet, person))
    return CourseGrades(course_id=course.id, title=course.title, columns=show_columns(sheet), **shown)
