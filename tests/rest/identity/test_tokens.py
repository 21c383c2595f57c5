"""Tokens, without I/O."""

from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.grants import Grant, TokenRefused, mint, verify
from rest.identity.tokens import (
    ACCESS_SECONDS,
    API_KEY,
    REFRESH,
    Access,
    BadToken,
    Opaque,
    fingerprint,
    mint_access,
    read_access,
    read_opaque,
    write_opaque,
)

SECRET = "a secret of the tests, long enough"
ADA, SESSION = UUID(int=1), UUID(int=2)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)


def test_an_access_token_says_whose_it_is_until_it_ends() -> None:
    token = mint_access(SECRET, "north", ADA, SESSION, 1000)
    assert read_access(SECRET, token, 1000) == Access("north", ADA, SESSION, 1000 + ACCESS_SECONDS)
    with pytest.raises(BadToken):
        read_access(SECRET, token, 1000 + ACCESS_SECONDS)
    with pytest.raises(BadToken):
        read_access(SECRET + "!", token, 1000)


def test_a_join_token_is_no_access_token_nor_the_other_way_round() -> None:
    with pytest.raises(BadToken):
        read_access(SECRET, mint(Grant("room", str(ADA)), SECRET, 1000, 60), 1000)
    with pytest.raises(TokenRefused):
        verify(mint_access(SECRET, "north", ADA, SESSION, 1000), SECRET, 1000)


def test_an_unsigned_token_is_refused() -> None:
    claims = {"iss": "lyceum", "aud": "lyceum-session", "ten": "n", "sub": str(ADA), "sid": str(SESSION), "exp": 9e9}
    with pytest.raises(BadToken):
        read_access(SECRET, jwt.encode(claims, "", algorithm="none"), 1000)


@given(names, st.uuids(), st.binary(min_size=1, max_size=64), st.integers(0, 10**8 - 1))
def test_an_opaque_token_survives_being_text(tenant: str, id: UUID, secret: bytes, number: int) -> None:
    token = Opaque(tenant, id, secret, number)
    text = write_opaque(REFRESH, token)
    assert read_opaque(REFRESH, text) == token
    assert token.matches(fingerprint(secret))
    assert not token.matches(fingerprint(secret + b"!"))
    with pytest.raises(BadToken):
        read_opaque(API_KEY, text)


@given(st.text(max_size=200))
def test_any_text_is_a_token_or_refused(text: str) -> None:
    for candidate in (text, f"{REFRESH}_{text}", f"{REFRESH}_a~{text}~0~AA"):
        try:
            read_opaque(REFRESH, candidate)
        except BadToken:
            pass
        with pytest.raises(BadToken):
            read_access(SECRET, candidate, 0)
