"""Setup does each step once, again when its source changed or its product went, and never calls a failure done."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.prepare import debian, steps
from scripts.prepare.steps import PrepareError, Step, digest, quietly


@pytest.fixture
def done(tmp_path: Path) -> list[str]:
    return []


@pytest.fixture
def step(tmp_path: Path, done: list[str]) -> Step:
    product = tmp_path / "product"

    def work() -> None:
        product.touch()
        done.append("worked")

    return Step("a step", "key-1", tmp_path / "deep" / "stamp", product, work)


def test_a_step_runs_once(step: Step, done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    step.run()
    assert "a step" in capsys.readouterr().out
    step.run()
    assert done == ["worked"]
    assert capsys.readouterr().out == ""


def test_a_new_key_runs_it_again(step: Step, done: list[str]) -> None:
    step.run()
    replace(step, key="key-2").run()
    assert done == ["worked", "worked"]


def test_a_lost_product_runs_it_again(step: Step, done: list[str]) -> None:
    step.run()
    step.product.unlink()
    step.run()
    assert done == ["worked", "worked"]


def test_a_failed_step_leaves_no_stamp(step: Step) -> None:
    def fails() -> None:
        raise PrepareError("no disk")

    with pytest.raises(PrepareError, match="no disk"):
        replace(step, work=fails).run()
    assert not step.stamp.exists()


def test_the_digest_sees_content_names_and_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("one")
    first = digest([a, b])
    assert digest([b, a]) == first
    assert digest([a, b], "fact") != first
    b.write_text("")
    assert digest([a, b]) != first
    a.write_text("two")
    b.unlink()
    assert digest([a]) != first


def test_a_failing_program_shows_its_end_and_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "SETUP", tmp_path / ".setup")
    with pytest.raises(PrepareError, match="plug it in"):
        quietly([sys.executable, "-c", "print('no power'); raise SystemExit(3)"], "plug it in", cwd=tmp_path)
    assert "| no power" in capsys.readouterr().err


def test_without_privilege_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert not debian.install("chromium")


@pytest.mark.parametrize("python", ["/nonexistent/python", "/bin/false"])
def test_a_python_that_will_not_do_is_refused_in_one_line(python: str) -> None:
    ended = _find_python({"PYTHON": python})
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert python in ended.stderr
    assert "sudo apt-get install" in ended.stderr


def test_a_python_that_was_named_is_taken() -> None:
    assert _find_python({"PYTHON": sys.executable}).stdout.strip() == sys.executable


def _find_python(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(steps.ROOT / "scripts" / "find-python")]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
