"""Programs as tokens that keep the structure and lose names, values, comments and layout.

Python goes through its syntax tree: the names of the nodes in the order of the text, with an end for each block.
Languages with braces are read word by word: key words and operators stay, names and values become their kind.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from rest.assessment.errors import BadResponse

LARGEST = 200_000
"""Characters of a program that are compared; more is refused before anything parses it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A kind of thing, and the line it stands on."""

    kind: str
    line: int


def tokens(source: str, language: str) -> list[Token]:
    """The tokens of ``source``; Python that does not parse is read word by word as well."""
    if len(source) > LARGEST:
        raise BadResponse(f"a program of {len(source)} characters is too large to compare")
    if language.casefold() in {"python", "py"}:
        return _python(source) or list(_words(source, _HASH))
    return list(_words(source, _SLASHES))


def _python(source: str) -> list[Token] | None:
    """Tokens of the syntax tree, or None when there is none (nesting that overflows the parser counts as none)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return list(_walk(tree))


_SILENT = (ast.Module, ast.Load, ast.Store, ast.Del, ast.Expr, ast.Pass, ast.alias, ast.arguments)
_BLOCKS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.If,
    ast.With,
    ast.Try,
    ast.Match,
)


def _walk(tree: ast.AST) -> Iterator[Token]:
    """Nodes in order, without recursion; texts that stand alone (docstrings) and annotations are passed over."""
    waiting: list[ast.AST | Token] = [tree]
    line = 1
    while waiting:
        node = waiting.pop()
        if isinstance(node, Token):
            yield node
            continue
        line = getattr(node, "lineno", line)
        if not isinstance(node, _SILENT):
            yield Token(_kind(node), line)
        if isinstance(node, _BLOCKS):
            waiting.append(Token("End", getattr(node, "end_lineno", line)))
        waiting.extend(reversed(list(_children(node))))


def _kind(node: ast.AST) -> str:
    name = type(node).__name__
    return f"{name}:{type(node.value).__name__}" if isinstance(node, ast.Constant) else name


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "type_comment"}:
            continue
        for child in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
            if isinstance(child, ast.AST) and not _stands_alone(child):
                yield child


def _stands_alone(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


_KEY_WORDS = """
abstract assert break case catch class continue default def del do elif else enum except export extends final
finally for from func function goto if implements import in instanceof interface lambda let match namespace new not
or and package private protected public raise return static struct super switch this throw throws try typedef using var
virtual while
with yield
"""
_TYPE_WORDS = "boolean bool byte char const double float int integer long short signed string unsigned void"
_KEPT, _TYPES = frozenset(_KEY_WORDS.split()), frozenset(_TYPE_WORDS.split())

_REST = r"""
  | (?P<text>   "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|[^`\\])*` )
  | (?P<number> \d[\w.]* )
  | (?P<word>   [^\W\d]\w* )
  | (?P<sign>   \+\+ | -- | && | \|\| | [-+*/%&|^<>=!]= | -> | => | << | >> | [^\s\w] )
"""
_SLASHES = re.compile(r"(?P<skip> //[^\n]* | /\*.*?(?:\*/|\Z) )" + _REST, re.VERBOSE | re.DOTALL)
_HASH = re.compile(r"(?P<skip> \#[^\n]* )" + _REST, re.VERBOSE)


def _words(source: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    line, last = 1, 0
    for found in pattern.finditer(source):
        line += source.count("\n", last, found.start())
        last = found.start()
        if found.lastgroup != "skip":
            yield Token(_class(found.lastgroup or "", found[0]), line)


def _class(group: str, text: str) -> str:
    if group == "sign" or (group == "word" and text.casefold() in _KEPT):
        return text.casefold()
    return "type" if group == "word" and text.casefold() in _TYPES else group
