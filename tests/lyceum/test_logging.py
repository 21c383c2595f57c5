"""No secret reaches a log line."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from lyceum.logging import configure, hide_in_text, hide_secrets
from lyceum.settings import Settings
from realtime.grants import Grant, mint

TOKEN = mint(Grant("demo", "ada"), "a-secret-of-enough-length", 1_700_000_000.0, 60.0)
AROUND = st.text(alphabet=st.characters(codec="ascii", exclude_characters="0123456789_-."), max_size=20)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, configured as in production; the loggers are put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(Settings(log_format="json", process="gateway-1"), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_one_json_line_from_either_logger(written: io.StringIO) -> None:
    structlog.get_logger("x").info("joined", room="demo", token=TOKEN)
    logging.getLogger("y").warning("GET /yjs/demo/notes?token=%s", TOKEN)
    structlog.get_logger("x").debug("not at this level")
    first, second = map(json.loads, written.getvalue().splitlines())
    assert (first["event"], first["room"], first["token"]) == ("joined", "demo", "[hidden]")
    assert (second["event"], second["level"]) == ("GET /yjs/demo/notes?token=[hidden]", "warning")
    assert first["process"] == second["process"] == "gateway-1"


def test_an_exception_is_logged_without_its_secrets(written: io.StringIO) -> None:
    try:
        raise ConnectionError("postgresql://lyceum:hunter2@db/lyceum refused")
    except ConnectionError:
        structlog.get_logger("x").exception("database away")
    assert "ConnectionError" in written.getvalue()
    assert "hunter2" not in written.getvalue()


@given(AROUND, AROUND)
def test_a_join_token_is_hidden_wherever_it_stands(before: str, after: str) -> None:
    text = f"{before} {TOKEN} {after}"
    assert TOKEN.split(".")[1] not in hide_in_text(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"/yjs/demo/notes?a=1&token={TOKEN}&b=2", "&b=2"),
        ("/oidc?code=hunter2&state=5", "state=5"),
        ("redis://:hunter2@host:6379/0", "host:6379/0"),
        ("redis://user:hunter2@host:6379/0", "user"),
        ("Authorization: Bearer hunter2hunter2", "Authorization"),
        ("authorization: basic hunter2hunter2", "authorization"),
        ("api_key=hunter2", "api_key"),
    ],
)
def test_secrets_inside_text(text: str, kept: str) -> None:
    hidden = hide_in_text(text)
    assert "hunter2" not in hidden
    assert TOKEN not in hidden
    assert kept in hidden


@pytest.mark.parametrize("text", ["room demo joined", "GET /ws/rooms/demo", "decode=3", "a tokenised text", "a@b.org"])
def test_plain_text_stays(text: str) -> None:
    assert hide_in_text(text) == text


def test_nested_values_are_searched_and_bytes_only_counted() -> None:
    event = {"headers": {"Cookie": "hunter2", "list": ["?token=hunter2"]}, "body": b"hunter2", "n": 3, "ok": True}
    hidden = hide_secrets(None, "info", event)
    assert "hunter2" not in repr(hidden)
    assert hidden["body"] == "7 bytes"
    assert (hidden["n"], hidden["ok"]) == (3, True)
