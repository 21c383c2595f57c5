from aioice import stun as aioice_stun
from hypothesis import given
from hypothesis import strategies as st

from media import stun

SOURCE = ("192.0.2.7", 4321)


def check(username: str = "ours:theirs", key: str = "pwd", nominate: bool = False) -> bytes:
    attributes: dict[str, object] = {"USERNAME": username, "PRIORITY": 1, "ICE-CONTROLLING": 5}
    if nominate:
        attributes["USE-CANDIDATE"] = None
    message = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST, attributes=attributes)
    message.add_message_integrity(key.encode())
    return bytes(message)


def test_a_check_is_answered_with_the_address_it_came_from() -> None:
    request = check()
    assert stun.addressed_to(request) == "ours"
    found = stun.answer(request, SOURCE, "ours:theirs", "pwd")
    assert found is not None
    assert not found.nominated
    response = aioice_stun.parse_message(found.response)
    assert response.message_class == aioice_stun.Class.RESPONSE
    assert response.transaction_id == request[8:20]
    assert response.attributes["XOR-MAPPED-ADDRESS"] == SOURCE
    assert response.check_message_integrity(b"pwd")


def test_the_answer_to_ipv6_is_what_a_client_reads() -> None:
    source = ("2001:db8::17", 65535)
    found = stun.answer(check(), source, "ours:theirs", "pwd")
    assert found is not None
    response = aioice_stun.parse_message(found.response)
    assert response.attributes["XOR-MAPPED-ADDRESS"] == source
    assert "FINGERPRINT" in response.attributes


def test_what_stands_after_the_integrity_check_nominates_nobody() -> None:
    good = check()
    bare = good[:-8]
    late = bare + b"\x00\x25\x00\x00"
    data = late[:2] + (len(late) - 20).to_bytes(2, "big") + late[4:]
    found = stun.answer(data, SOURCE, "ours:theirs", "pwd")
    assert found is not None
    assert not found.nominated


def test_nomination_is_seen() -> None:
    found = stun.answer(check(nominate=True), ("2001:db8::1", 9), "ours:theirs", "pwd")
    assert found is not None
    assert found.nominated


def test_wrong_password_wrong_fragment_and_no_integrity_are_not_answered() -> None:
    assert stun.answer(check(key="other"), SOURCE, "ours:theirs", "pwd") is None
    assert stun.answer(check(username="ours:mallory"), SOURCE, "ours:theirs", "pwd") is None
    bare = aioice_stun.Message(
        aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST, attributes={"USERNAME": "ours:theirs"}
    )
    assert stun.answer(bytes(bare), SOURCE, "ours:theirs", "pwd") is None


def test_before_their_fragment_is_known_ours_is_enough() -> None:
    assert stun.answer(check(), SOURCE, "ours:", "pwd") is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_at_without_a_fault(data: bytes) -> None:
    stun.addressed_to(data)
    assert stun.answer(data, SOURCE, "ours:theirs", "pwd") is None


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 120))
def test_damaged_checks_are_not_answered(edits: list[tuple[int, int]], cut: int) -> None:
    good = check()
    data = bytearray(good)
    for at, value in edits:
        data[at % len(data)] = value
    data = data[: len(data) - cut]
    stun.addressed_to(bytes(data))
    if bytes(data[:-8]) != good[:-8]:  # the fingerprint at the end is not under the integrity check
        assert stun.answer(bytes(data), SOURCE, "ours:theirs", "pwd") is None


def test_requests_for_nobody_are_told_cheaply() -> None:
    assert stun.addressed_to(b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\x04abcd") == "abcd"
    assert stun.addressed_to(b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\xffabcd") is None
    assert stun.addressed_to(b"\x01\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\x04abcd") is None
