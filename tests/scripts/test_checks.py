"""A check runs until it has passed, and again when anything that its answer depends on has changed."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import checks
from scripts.checks import CHECKS, Check
from scripts.prepare import steps


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with one source; checks keep their stamps and words beside it."""
    for module in (steps, checks):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "KEPT", tmp_path / "kept")
    checks.KEPT.mkdir()
    (tmp_path / "source").write_text("good")
    return tmp_path


def looks_for(word: str) -> tuple[str, ...]:
    """A command that counts its calls, shows the source and passes when the word is in it."""
    counted = "print(1, file=open('calls', 'a')); said = open('source').read(); print(said);"
    code = f"{counted} raise SystemExit({word!r} not in said)"
    return (sys.executable, "-c", code)


@pytest.fixture
def check(tree: Path) -> Check:
    def sources() -> Iterator[Path]:
        yield tree / "source"

    return Check("word", "the word", (looks_for("good"),), sources, "mend: write good")


def calls(tree: Path) -> int:
    return len((tree / "calls").read_text().splitlines())


def test_what_passed_is_not_run_again_and_says_so(check: Check, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.run(check)
    assert "the word: passed in" in capsys.readouterr().out
    assert checks.run(check)
    assert "nothing has changed" in capsys.readouterr().out
    assert calls(tree) == 1


def test_another_source_another_command_another_interpreter_run_it_again(
    check: Check, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.run(check)
    (tree / "source").write_text("good too")
    assert checks.run(check)
    assert checks.run(replace(check, commands=(looks_for("too"),)))
    monkeypatch.setattr(checks, "interpreters", lambda: ("newer",))
    assert checks.run(check)
    assert calls(tree) == 4


def test_what_failed_shows_its_words_and_the_cure_and_runs_again(
    check: Check, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "source").write_text("bad")
    for _ in range(2):
        assert not checks.run(check)
        assert capsys.readouterr().out.split("\n", 1)[0] == "bad"
    assert calls(tree) == 2


def test_a_failure_takes_back_what_was_passed_before(
    check: Check, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checks.run(check)
    (tree / "source").write_text("bad")
    assert not checks.run(check)
    assert "mend: write good" in capsys.readouterr().out
    (tree / "source").write_text("good")
    assert checks.run(check)
    assert calls(tree) == 3


def test_one_failure_fails_all_and_the_others_are_still_told(
    check: Check, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = replace(check, name="other", title="another", commands=(looks_for("absent"),))
    monkeypatch.setattr(checks, "CHECKS", (wrong, check))
    assert checks.main([]) == 1
    said = capsys.readouterr().out
    assert "✗ another failed" in said
    assert "the word: passed" in said
    assert checks.main(["word"]) == 0
    assert checks.main(["wrod"]) == 2


def test_every_check_looks_at_its_sources_and_locks() -> None:
    looked = {check.name: {path.relative_to(steps.ROOT).as_posix() for path in check.sources()} for check in CHECKS}
    for name in ("ruff", "pyright", "imports"):
        assert {"lyceum/cli.py", "tests/conftest.py", "pyproject.toml", "requirements/dev.txt"} <= looked[name]
    for name in ("web-types", "web-lint", "web-tests"):
        assert {"web/src/main.tsx", "web/package-lock.json", "web/eslint.config.js", "web/tsconfig.json"} <= looked[
            name
        ]
    assert not [path for paths in looked.values() for path in paths if "node_modules" in path]
