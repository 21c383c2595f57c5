"""Join tokens: rules GRANT-1 to GRANT-4."""

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.grants import MAX_TOKEN_BYTES, Grant, TokenRefused, mint, verify, verify_for
from realtime.roles import Capability, Role, may

SECRET = "a secret of the tests, long enough"
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)


@given(
    room=NAMES, user=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=50), role=st.sampled_from(Role)
)
def test_grant_1_a_minted_token_verifies_to_its_grant(room: str, user: str, role: Role) -> None:
    token = mint(Grant(room, user, role, "school", "Name"), SECRET, now=1000, ttl=60)
    grant = verify_for(token, room, SECRET, now=1059)
    assert (grant.room, grant.user, grant.role, grant.tenant, grant.expires) == (room, user, role, "school", 1060)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "token-missing"),
        ("", "token-missing"),
        ("x.y.z", "token-invalid"),
        ("x" * (MAX_TOKEN_BYTES + 1), "token-invalid"),
        (mint(Grant("math", "u"), "another secret, as long as that", 1000, 60), "token-invalid"),
        (jwt.encode({"sub": "u", "rm": "math", "exp": 2000}, key="", algorithm="none"), "token-invalid"),
        (mint(Grant("math", "u"), SECRET, 900, 60), "token-expired"),
        (mint(Grant("history", "u"), SECRET, 1000, 60), "token-wrong-room"),
    ],
)
def test_grant_2_every_other_token_is_refused_by_its_code(token: str | None, code: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        verify_for(token, "math", SECRET, now=1000)
    assert refused.value.code == code
    assert not token or token not in str(refused.value)


def test_grant_2_a_token_that_was_taken_once_still_expires_and_opens_nothing_else() -> None:
    token = mint(Grant("math", "u"), SECRET, 1000, 60)
    assert verify_for(token, "math", SECRET, 1001) == verify_for(token, "math", SECRET, 1002)
    for room, secret, now, code in (
        ("math", SECRET, 1060, "token-expired"),
        ("history", SECRET, 1001, "token-wrong-room"),
        ("math", "another secret, as long as that", 1001, "token-invalid"),
    ):
        with pytest.raises(TokenRefused) as refused:
            verify_for(token, room, secret, now)
        assert refused.value.code == code


def test_grant_3_a_prefix_opens_what_starts_with_it() -> None:
    grant = verify(mint(Grant("load*", "u"), SECRET, 1000, 60), SECRET, 1000)
    assert grant.opens("load-7")
    assert not grant.opens("math")
    assert Grant("*", "u").opens("anything")


@pytest.mark.parametrize("bad", [Grant("a/b", "u"), Grant("", "u"), Grant("a", ""), Grant("a", "u", tenant="x/y")])
def test_grant_1_what_cannot_exist_is_not_minted(bad: Grant) -> None:
    with pytest.raises(TokenRefused):
        mint(bad, SECRET, 1000, 60)


def test_grant_4_an_observer_may_nothing_and_only_staff_moderate() -> None:
    assert not any(may(Role.OBSERVER, capability) for capability in Capability)
    assert [role for role in Role if may(role, Capability.MODERATE)] == [Role.TEACHER, Role.ASSISTANT]


def test_tenants_with_the_same_room_name_get_different_keys() -> None:
    assert Grant("math", "u", tenant="a").key("math") != Grant("math", "u", tenant="b").key("math")
