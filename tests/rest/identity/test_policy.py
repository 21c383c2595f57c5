"""The one table of who may do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.identity.policy import IN_COURSE, POLICY, Action, Role, Standing, ground, highest, may_give

roles = st.sampled_from(Role)
standings = st.builds(
    Standing, st.frozensets(roles), st.none() | st.sampled_from(sorted(IN_COURSE)), st.booleans(), st.booleans()
)


MEMBERS = {Action.INSTITUTION_READ, Action.SELF, Action.TERMS_READ, Action.COURSES_LIST}


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule_and_without_standing_one_may_hardly_anything(action: Action) -> None:
    assert action in POLICY
    assert ground(action, Standing()) == ("member" if action in MEMBERS else None)


@given(st.sampled_from(Action), standings)
def test_more_standing_never_allows_less(action: Action, standing: Standing) -> None:
    if ground(action, standing) is not None:
        more = Standing(frozenset(Role), standing.course, own=True, ward=True)
        assert ground(action, more) is not None


@pytest.mark.parametrize("action", Action)
def test_observers_and_guardians_change_nothing_on_their_own(action: Action) -> None:
    reads = MEMBERS | {Action.COURSE_READ, Action.CLASS_JOIN}
    in_course = ground(action, Standing(frozenset({Role.OBSERVER}), Role.OBSERVER))
    assert in_course is None or action in reads
    guardian = ground(action, Standing(frozenset({Role.GUARDIAN})))
    assert guardian is None or action in reads


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.INSTITUTIONS_RUN}))
def test_platform_staff_have_no_say_in_the_records_of_people(action: Action) -> None:
    allowed = MEMBERS | {Action.KEYS_OWN, Action.AUDIT_READ, Action.KEYS_ROTATE}
    assert (ground(action, Standing(frozenset({Role.PLATFORM}))) is not None) == (action in allowed)


def test_the_ground_says_why() -> None:
    assert ground(Action.PERSON_READ, Standing(own=True)) == "self"
    assert ground(Action.PERSON_READ, Standing(ward=True)) == "guardian"
    assert ground(Action.ROSTER_READ, Standing(course=Role.ASSISTANT)) == "assistant of the course"
    assert ground(Action.ROSTER_READ, Standing(frozenset({Role.ADMINISTRATOR, Role.STUDENT}))) == "administrator"


@given(st.frozensets(roles), roles)
def test_nobody_gives_a_role_above_their_own(held: frozenset[Role], role: Role) -> None:
    if may_give(held, role):
        assert highest({*held, role}) == highest(held)


def test_only_platform_staff_make_platform_staff() -> None:
    assert [role for role in Role if may_give({role}, Role.PLATFORM)] == [Role.PLATFORM]
