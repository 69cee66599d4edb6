"""Looking into the text of expressions without running it. For this package and the studio."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from engine.bpmn.language import FUNCTIONS, compile_expression
from engine.errors import ScriptError

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
UNQUOTED = re.compile(r"P(?:\d|T\d)[\dYMWDTHS.,]*|R\d*/.+|\d{4}-\d{2}-\d{2}.*")
"""What looks like a time of ISO 8601 without the quotes that make it a text."""
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_WORDS = frozenset({"and", "or", "not", "in", "is", "if", "elif", "else"})


def tree(source: str) -> ast.AST | None:
    """The syntax tree of an expression; None when it is outside the language (which has its own rule)."""
    try:
        compile_expression(source)
        return ast.parse(f"({source}\n)", mode="eval").body
    except (ScriptError, SyntaxError):
        return None


def leaves(node: ast.AST | None) -> Iterator[ast.AST]:
    """The values an expression can come to, as far as they are written out: members of lists and both branches of
    a choice, but not the operands of a comparison or the arguments of a call.
    """
    match node:
        case None:
            return
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from leaves(part)
        case ast.IfExp(body=body, orelse=orelse):
            yield from leaves(body)
            yield from leaves(orelse)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from leaves(left)
            yield from leaves(right)
        case _:
            yield node


def texts(source: str) -> list[str]:
    """The literal texts an expression can come to."""
    found = leaves(tree(source))
    return [leaf.value for leaf in found if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)]


def without_texts(source: str) -> str:
    """The source with its quoted texts emptied, so that signs can be looked for outside them."""
    return _TEXT.sub('""', source)


def unknown_functions(source: str) -> list[str]:
    """The names that are called like functions and are none of the language's."""
    called = dict.fromkeys(_CALLED.findall(without_texts(source)))
    return [name for name in called if name not in FUNCTIONS | _WORDS]
