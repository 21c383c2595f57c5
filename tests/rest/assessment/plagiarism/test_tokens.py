"""Tokens forget what a copyist changes first and keep the structure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.errors import BadResponse
from rest.assessment.plagiarism.tokens import LARGEST, Token, tokens

ORIGINAL = '''
def mean(values: list[float]) -> float:
    """The mean."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values)
'''
RENAMED = """
# my very own work
def average(xs):
    s = 1.5
    for x in xs:
        s += x

    return s / len(xs)
"""


def kinds(source: str, language: str = "python") -> list[str]:
    return [t.kind for t in tokens(source, language)]


def test_names_values_comments_annotations_and_docstrings_do_not_matter() -> None:
    assert kinds(ORIGINAL) == kinds(RENAMED)


def test_structure_does() -> None:
    assert kinds(ORIGINAL) != kinds(ORIGINAL.replace("+=", "-="))
    assert kinds("if a:\n b()\nc()") != kinds("if a:\n b()\n c()")


def test_tokens_know_their_lines() -> None:
    assert tokens("x = 1\n\ny = f(2)", "python")[-1].line == 3
    assert tokens("/* a\n b */ int x;\nx++;", "java")[-1] == Token(";", 3)


def test_brace_languages_are_read_word_by_word() -> None:
    one = 'for (int i = 0; i < n; i++) { out.println("hi " + i); } // loop'
    two = "/* loop */ for(long k=7;k<m;k++)\n{\n sys.print('x' + k);\n}"
    assert kinds(one, "java") == kinds(two, "java")
    assert kinds("while (true) {}", "java") != kinds("if (true) {}", "java")


def test_python_that_does_not_parse_is_still_compared() -> None:
    assert kinds("def f(:\n  return x # no") == ["def", "word", "(", ":", "return", "word"]


@pytest.mark.parametrize(
    "bomb", ["(" * 50_000, "-" * 100_000 + "1", "a" + ".b" * 60_000, "not " * 40_000 + "1", "1" + "+1" * 60_000]
)
def test_deep_nesting_overflows_nothing(bomb: str) -> None:
    assert isinstance(tokens(bomb, "python"), list)


def test_too_large_a_program_is_refused() -> None:
    with pytest.raises(BadResponse, match="too large"):
        tokens("x" * (LARGEST + 1), "python")


@given(st.text(max_size=200), st.sampled_from(["python", "java"]))
def test_any_text_gives_tokens_on_its_lines(source: str, language: str) -> None:
    lines = source.count("\n") + source.count("\r") + source.count("\f") + 1
    assert all(1 <= t.line <= lines for t in tokens(source, language))
