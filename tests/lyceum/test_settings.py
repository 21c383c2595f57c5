"""`lyceum.settings`: read, refused, handed on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyceum.errors import SettingsError
from lyceum.settings import LOG_LEVELS, Settings

SECRET = "a-secret-of-enough-length"

given_settings = st.builds(
    Settings,
    database_url=st.sampled_from([None, "postgresql://u:p@h/lyceum", "postgres:///x?host=/run/a"]),
    redis_url=st.sampled_from([None, "redis://h:1/0", "unix:///run/redis.sock"]),
    secret=st.sampled_from([None, SECRET]),
    host=st.sampled_from(["127.0.0.1", "::1", "0.0.0.0"]),
    port=st.integers(0, 65535),
    data_dir=st.sampled_from([Path("data"), Path("/srv/lyceum data")]),
    log_level=st.sampled_from(LOG_LEVELS),
    given_public_url=st.sampled_from([None, "https://class.example.org"]),
    trusted_proxies=st.sampled_from([(), ("10.0.0.0/8", "fd00::/8")]),
    files_url=st.sampled_from([None, "s3://bucket/prefix"]),
    smtp_url=st.sampled_from([None, "smtps://u:p@mail.example.org"]),
    mail_from=st.sampled_from([None, "lyceum@example.org"]),
    given_recordings_dir=st.sampled_from([None, Path("/srv/shared/recordings")]),
    demo=st.booleans(),
    drain_seconds=st.floats(0, 3600),
    process=st.sampled_from(["", "gateway-1"]),
)


@given(given_settings)
def test_a_child_process_reads_what_its_parent_was_told(settings: Settings) -> None:
    assert Settings.from_env(settings.to_env()) == settings


def test_nothing_given_is_the_laptop_default() -> None:
    settings = Settings.from_env({"PATH": "/bin", "LYCEUM_PORT": " ", "LYCEUM_CHROMIUM": "/usr/bin/chromium"})
    assert settings == Settings()
    assert settings.public_url == "http://127.0.0.1:8000"


def test_limits_have_names_of_their_own() -> None:
    assert Settings.from_env({"LYCEUM_LIMIT_CHAT_CHARACTERS": "7"}).limits.chat_characters == 7


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LYCEUM_DATABSE_URL", "postgresql://h/x", "did you mean LYCEUM_DATABASE_URL"),
        ("LYCEUM_COLOUR", "red", "not a setting of this version"),
        ("LYCEUM_DATABASE_URL", "mysql://h/x", "starts with postgresql://"),
        ("LYCEUM_REDIS_URL", "localhost:6379", "starts with redis://"),
        ("LYCEUM_SECRET", "short", "at least 16"),
        ("LYCEUM_PORT", "80000", "0 to 65535"),
        ("LYCEUM_PORT", "٨٠", "0 to 65535"),
        ("LYCEUM_LOG_LEVEL", "loud", "one of debug"),
        ("LYCEUM_PUBLIC_URL", "class.example.org", "https://class.example.org"),
        ("LYCEUM_PUBLIC_URL", "https://example.org/path", "without a path"),
        ("LYCEUM_DEMO", "perhaps", "yes or no"),
        ("LYCEUM_DRAIN_SECONDS", "nan", "seconds"),
        ("LYCEUM_LIMIT_CHAT_CHARACTERS", "many", "LYCEUM_LIMIT_CHAT_CHARACTERS"),
        ("LYCEUM_LIMIT_NOTHING", "1", "LYCEUM_LIMIT_NOTHING"),
    ],
)
def test_what_cannot_be_meant_is_one_line_that_names_it(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        Settings.from_env({name: value})
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_refusal_never_repeats_a_secret() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"LYCEUM_SECRET": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_settings_do_not_show_secrets_when_printed() -> None:
    settings = Settings.from_env({"LYCEUM_SECRET": SECRET, "LYCEUM_DATABASE_URL": "postgresql://u:hunter2@h/x"})
    assert SECRET not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_need_names_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="LYCEUM_REDIS_URL is not set, and `lyceum rooms` needs it"):
        Settings(database_url="postgresql://h/x").need("rooms", "LYCEUM_DATABASE_URL", "LYCEUM_REDIS_URL")
