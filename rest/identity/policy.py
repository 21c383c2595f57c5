# pyright: strict
"""Who may do what: one table, deny by default.

Roles come from three places: what a person holds in the institution, what they are in one course (their enrolment),
and how they stand to a person (themselves, or the guardian of). An `Action` is allowed on the first *ground* of its
`Rule` that applies; the ground stands in the audit log as the reason why.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

GIVE_NOTHING: frozenset["Role"] = frozenset()


class Role(enum.StrEnum):
    """From the most to the least that may be done. The first two count in an institution, as does ``guardian``."""

    PLATFORM = "platform"
    """Runs the installation: institutions and their quotas, no record of any person in them."""
    ADMINISTRATOR = "administrator"
    TEACHER = "teacher"
    ASSISTANT = "assistant"
    STUDENT = "student"
    GUARDIAN = "guardian"
    OBSERVER = "observer"


RANK = {role: rank for rank, role in enumerate(reversed(Role))}

MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.PLATFORM: frozenset({Role.PLATFORM}),
    Role.ADMINISTRATOR: frozenset(Role) - {Role.PLATFORM},
    Role.TEACHER: frozenset({Role.TEACHER, Role.ASSISTANT, Role.STUDENT, Role.OBSERVER}),
}
"""Which roles one may give to others: administrators in the institution, teachers in their courses."""

IN_COURSE = frozenset({Role.TEACHER, Role.ASSISTANT, Role.STUDENT, Role.OBSERVER})
"""Roles an enrolment may have."""


class Action(enum.StrEnum):
    """Everything that is decided."""

    INSTITUTIONS_RUN = "institutions.run"
    INSTITUTION_READ = "institution.read"
    INSTITUTION_EDIT = "institution.edit"
    PROVIDERS_EDIT = "providers.edit"
    SELF = "self"
    KEYS_OWN = "keys.own"
    PEOPLE_LIST = "people.list"
    PERSON_READ = "person.read"
    PERSON_EDIT = "person.edit"
    GUARDIANS_EDIT = "guardians.edit"
    PERSON_EXPORT = "person.export"
    PERSON_ERASE = "person.erase"
    CONSENT_READ = "consent.read"
    CONSENT_GIVE = "consent.give"
    AUDIT_READ = "audit.read"
    KEYS_ROTATE = "keys.rotate"
    TERMS_READ = "terms.read"
    TERMS_EDIT = "terms.edit"
    COURSES_LIST = "courses.list"
    COURSE_CREATE = "course.create"
    COURSE_READ = "course.read"
    DRAFTS_READ = "drafts.read"
    CONTENT_EDIT = "content.edit"
    COURSE_EDIT = "course.edit"
    ROSTER_READ = "roster.read"
    ROSTER_EDIT = "roster.edit"
    CLASS_EDIT = "class.edit"
    CLASS_RUN = "class.run"
    CLASS_JOIN = "class.join"
    ATTENDANCE_READ = "attendance.read"
    ATTENDANCE_MARK = "attendance.mark"
    ATTENDANCE_OF = "attendance.of"
    ITEMS_EDIT = "items.edit"
    ATTEMPT = "attempt"
    GRADE = "grade"
    GRADES_READ = "grades.read"
    GRADES_OF = "grades.of"
    SUGGESTIONS = "suggestions"


@dataclass(frozen=True, slots=True)
class Rule:
    """Grounds on which an action is allowed."""

    institution: frozenset[Role] = GIVE_NOTHING
    """Roles held in the institution."""
    course: frozenset[Role] = GIVE_NOTHING
    """Roles in the course it is about."""
    own: bool = False
    """To the person it is about."""
    ward: bool = False
    """To a guardian of the person it is about."""
    member: bool = False
    """To everybody of the institution, whatever their roles."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to what they want to do."""

    institution: frozenset[Role] = GIVE_NOTHING
    course: Role | None = None
    own: bool = False
    ward: bool = False


_ADMIN = frozenset({Role.ADMINISTRATOR})
_TEACHER = frozenset({Role.TEACHER})
_STAFF = _TEACHER | {Role.ASSISTANT}
_CLASS = _STAFF | {Role.STUDENT}
_ANY = IN_COURSE

POLICY: dict[Action, Rule] = {
    Action.INSTITUTIONS_RUN: Rule(frozenset({Role.PLATFORM})),
    Action.INSTITUTION_READ: Rule(member=True),
    Action.INSTITUTION_EDIT: Rule(_ADMIN),
    Action.PROVIDERS_EDIT: Rule(_ADMIN),
    Action.SELF: Rule(member=True),
    Action.KEYS_OWN: Rule(frozenset({Role.PLATFORM, Role.ADMINISTRATOR, Role.TEACHER})),
    Action.PEOPLE_LIST: Rule(_ADMIN),
    Action.PERSON_READ: Rule(_ADMIN, own=True, ward=True),
    Action.PERSON_EDIT: Rule(_ADMIN),
    Action.GUARDIANS_EDIT: Rule(_ADMIN),
    Action.PERSON_EXPORT: Rule(_ADMIN, own=True, ward=True),
    Action.PERSON_ERASE: Rule(_ADMIN),
    Action.CONSENT_READ: Rule(_ADMIN, own=True, ward=True),
    Action.CONSENT_GIVE: Rule(ward=True),
    Action.AUDIT_READ: Rule(_ADMIN | {Role.PLATFORM}),
    Action.KEYS_ROTATE: Rule(_ADMIN | {Role.PLATFORM}),
    Action.TERMS_READ: Rule(member=True),
    Action.TERMS_EDIT: Rule(_ADMIN),
    Action.COURSES_LIST: Rule(member=True),
    Action.COURSE_CREATE: Rule(_ADMIN | _TEACHER),
    Action.COURSE_READ: Rule(_ADMIN, _ANY),
    Action.DRAFTS_READ: Rule(_ADMIN, _STAFF),
    Action.CONTENT_EDIT: Rule(_ADMIN, _STAFF),
    Action.COURSE_EDIT: Rule(_ADMIN, _TEACHER),
    Action.ROSTER_READ: Rule(_ADMIN, _STAFF),
    Action.ROSTER_EDIT: Rule(_ADMIN, _TEACHER),
    Action.CLASS_EDIT: Rule(_ADMIN, _TEACHER),
    Action.CLASS_RUN: Rule(_ADMIN, _STAFF),
    Action.CLASS_JOIN: Rule(course=_ANY),
    Action.ATTENDANCE_READ: Rule(_ADMIN, _STAFF),
    Action.ATTENDANCE_MARK: Rule(_ADMIN, _STAFF),
    Action.ATTENDANCE_OF: Rule(_ADMIN, own=True, ward=True),
    Action.ITEMS_EDIT: Rule(_ADMIN, _STAFF),
    Action.ATTEMPT: Rule(course=frozenset({Role.STUDENT})),
    Action.GRADE: Rule(_ADMIN, _STAFF),
    Action.GRADES_READ: Rule(_ADMIN, _STAFF),
    Action.GRADES_OF: Rule(_ADMIN, own=True, ward=True),
    Action.SUGGESTIONS: Rule(course=_CLASS),
}


def ground(action: Action, standing: Standing) -> str | None:
    """Why ``action`` is allowed to somebody of the institution, such as ``administrator``, ``teacher of the course``,
    ``self``; None: it is not."""
    rule = POLICY.get(action)
    if rule is None:
        return None
    if standing.own and rule.own:
        return "self"
    if standing.course in rule.course and standing.course is not None:
        return f"{standing.course} of the course"
    if standing.ward and rule.ward:
        return "guardian"
    held = rule.institution & standing.institution
    if held:
        return highest(held).value
    return "member" if rule.member else None


def highest(roles: Iterable[Role]) -> Role:
    """The role of ``roles`` that may do the most."""
    return max(roles, key=lambda role: RANK[role])


def may_give(holder: Iterable[Role], role: Role) -> bool:
    """Whether somebody with the roles ``holder`` may give ``role`` to others."""
    return any(role in MAY_GIVE.get(held, GIVE_NOTHING) for held in holder)
