"""Uploads: which, how large, how they are served; and the pure rules behind."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from rest.courses.kinds import KINDS, byte_range, headers, kind_of
from tests.rest.world import Rest, School, User, code, good

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)


@pytest.fixture
async def path(school: School) -> str:
    return f"/courses/{await school.course()}/files"


async def upload(user: User, path: str, name: str, content: bytes) -> str:
    return good(await user("POST", path, params={"name": name}, content=content))["id"]


async def test_a_file_comes_back_as_it_was(school: School, path: str) -> None:
    for size in (0, 1, 300_000, 2_500_000):
        content = (b"x" * 1000 + b"\n") * (size // 1001) + b"y" * (size % 1001)
        id = await upload(school.teacher, path, f"{size}.txt", content)
        answer = await school.student("GET", f"{path}/{id}/content")
        assert answer.content == content
        assert answer.headers["content-length"] == str(size)
    listed = (await school.student.get(path))["items"]
    assert sorted(item["size"] for item in listed) == [0, 1, 300_000, 2_500_000]


async def test_it_is_served_so_that_nothing_in_it_runs(school: School, path: str) -> None:
    image = await upload(school.teacher, path, 'Größe "1".png', PNG)
    drawing = await upload(school.teacher, path, "d.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = await school.student("GET", f"{path}/{image}/content")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    answer = await school.student("GET", f"{path}/{drawing}/content")
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html>"),
        ("run.exe", b"MZ"),
        ("noending", b"text"),
        (".pdf", b"text"),
        ("a.png", b"<script>"),
        ("a.pdf", b"PK\x03\x04"),
        ("a.txt", b"\x00\x01"),
        ("a.txt", b"\xff\xfe\xff"),
        ("a.pdf.html", b"%PDF-"),
    ],
)
async def test_what_is_not_taken_or_not_what_it_says_is_refused(
    school: School, path: str, name: str, content: bytes
) -> None:
    answer = await school.teacher("POST", path, params={"name": name}, content=content)
    assert code(answer, 415) == "file-kind"
    assert (await school.teacher.get(path))["items"] == []


async def test_a_quota_holds_for_one_file_and_for_all(rest: Rest, school: School, path: str) -> None:
    quotas = '{"file_bytes": 1000, "storage_bytes": 1500}'
    async with rest.database.unit(school.tenant) as unit:
        await unit.session.execute(text("UPDATE institutions SET quotas = CAST(:q AS jsonb)"), {"q": quotas})
    large = await school.teacher("POST", f"{path}?name=a.txt", content=b"x" * 1001)
    assert code(large, 413) == "file-too-large"
    first = await upload(school.teacher, path, "a.txt", b"x" * 1000)
    assert code(await school.teacher("POST", f"{path}?name=b.txt", content=b"x" * 501), 403) == "quota-reached"
    await school.teacher.delete(f"{path}/{first}")
    await upload(school.teacher, path, "b.txt", b"x" * 501)


async def test_an_upload_holds_no_connection_while_it_comes(rest: Rest, school: School, path: str) -> None:
    seen: list[int] = []

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(3):
            seen.append(rest.database.engine.pool.checkedout())  # type: ignore[attr-defined]
            yield b"some text\n"

    good(await school.teacher("POST", f"{path}?name=a.txt", content=slow()))
    assert seen == [0, 0, 0]


async def test_bytes_are_not_read_from_those_who_may_not_send_them(school: School, path: str) -> None:
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"x"

    assert code(await school.student("POST", f"{path}?name=a.txt", content=body()), 403) == "not-allowed"
    assert read == []


async def test_some_bytes_of_a_file(school: School, path: str) -> None:
    id = await upload(school.teacher, path, "a.txt", bytes(range(65, 91)))
    for spec, expected in (
        ("bytes=0-3", b"ABCD"),
        ("bytes=24-", b"YZ"),
        ("bytes=-2", b"YZ"),
        ("bytes=20-99", b"UVWXYZ"),
    ):
        answer = await school.student("GET", f"{path}/{id}/content", headers={"Range": spec})
        assert (answer.status_code, answer.content) == (206, expected)
    assert answer.headers["content-range"] == "bytes 20-25/26"
    assert (await school.student("GET", f"{path}/{id}/content", headers={"Range": "bytes=26-"})).status_code == 416
    whole = await school.student("GET", f"{path}/{id}/content", headers={"Range": "lines=1-2"})
    assert (whole.status_code, len(whole.content)) == (200, 26)
    again = await school.student("GET", f"{path}/{id}/content", headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_of_another_course_or_a_deleted_one_is_not_there(school: School, path: str) -> None:
    id = await upload(school.teacher, path, "a.txt", b"x")
    other = f"/courses/{await school.course('Other')}/files/{id}"
    assert code(await school.teacher("GET", other), 404) == "no-such-file"
    assert code(await school.teacher("GET", other + "/content"), 404) == "no-such-file"
    assert code(await school.teacher("DELETE", other), 404) == "no-such-file"
    await school.teacher.delete(f"{path}/{id}")
    assert code(await school.teacher("GET", f"{path}/{id}/content"), 404) == "no-such-file"


@given(st.text(max_size=60), st.integers(0, 2**40))
def test_any_range_header_is_a_range_within_the_file_or_none(header: str, size: int) -> None:
    for candidate in (header, f"bytes={header}"):
        found = byte_range(candidate, size)
        if found is not None and found[1] > 0:
            assert 0 <= found[0] < size
            assert found[0] + found[1] <= size


@given(st.text(min_size=1, max_size=40), st.binary(max_size=600))
def test_any_name_and_bytes_are_a_known_kind_or_refused(name: str, head: bytes) -> None:
    for ending in ("", ".txt", ".png", ".pdf"):
        kind = kind_of(name + ending, head[:512])
        assert kind is None or kind in KINDS.values()
    served = headers(name, "text/plain", "00")
    assert all(value.isascii() and value.isprintable() for value in served.values())


@given(st.text("aé€😀", min_size=1, max_size=9))
def test_text_cut_in_the_middle_of_a_character_is_still_text(words: str) -> None:
    assert kind_of("a.txt", (words * 600).encode()[:512]) is not None
    assert kind_of("a.txt", (words * 600).encode()[:512] + b"\xff") is None
