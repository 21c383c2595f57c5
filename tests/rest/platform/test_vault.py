"""Field encryption."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.platform.vault import Vault, VaultError

OLD, NEW = "old master", "new master"
texts = st.text(max_size=200)


def vault(*masters: str) -> Vault:
    return Vault(masters, secrets.token_bytes)


@given(texts)
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    sealed = vault(NEW).seal("north", "people.name:1", text)
    assert vault(NEW).open("north", "people.name:1", sealed) == text


@pytest.mark.parametrize(("tenant", "place"), [("south", "people.name:1"), ("north", "people.name:2")])
def test_it_opens_nowhere_else(tenant: str, place: str) -> None:
    sealed = vault(NEW).seal("north", "people.name:1", "Ada")
    with pytest.raises(VaultError, match="damaged"):
        vault(NEW).open(tenant, place, sealed)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_damage_anywhere_is_found(at: int, change: int) -> None:
    sealed = bytearray(vault(NEW).seal("north", "people.name:1", "Ada Lovelace"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(VaultError):
        vault(NEW).open("north", "people.name:1", bytes(sealed))


@given(st.binary(max_size=100))
def test_bytes_that_are_no_sealed_field_are_refused(junk: bytes) -> None:
    with pytest.raises(VaultError):
        vault(NEW).open("north", "people.name:1", junk)


def test_keys_rotate() -> None:
    before = vault(OLD).seal("north", "p", "Ada")
    rotated = vault(NEW, OLD)
    assert rotated.open("north", "p", before) == "Ada"
    assert not rotated.is_current(before)
    assert rotated.is_current(rotated.seal("north", "p", "Ada"))
    with pytest.raises(VaultError, match="which this server does not have"):
        vault(NEW).open("north", "p", before)


def test_an_index_is_the_same_for_the_same_value_only() -> None:
    keys = vault(NEW)
    assert keys.index("north", "email", "a@b") == keys.index("north", "email", "a@b")
    others = [("south", "email", "a@b"), ("north", "phone", "a@b"), ("north", "email", "a@c")]
    assert keys.index("north", "email", "a@b") not in [keys.index(*other) for other in others]


def test_a_value_indexed_under_an_older_key_is_still_found() -> None:
    assert vault(OLD).index("north", "email", "a@b") in vault(NEW, OLD).indexes("north", "email", "a@b")


def test_a_nonce_is_never_used_twice() -> None:
    keys = vault(NEW)
    assert len({keys.seal("north", "p", "same")[5:17] for _ in range(500)}) == 500
