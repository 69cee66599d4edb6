"""Inspects the text of expressions without running it."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator

from engine.bpmn.feel_language import compile_feel
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.language import FUNCTIONS, compile_expression, compile_script
from engine.bpmn.table_cells import strip_quoted_texts
from engine.errors import ScriptError
from engine.feel import syntax
from engine.feel.free_names import called_names, free_names
from engine.feel.syntax import FeelNode

NAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
UNQUOTED_TIME = re.compile(r"P(?:\d|T\d)[\dYMWDTHS.,]*|R\d*/.+|\d{4}-\d{2}-\d{2}.*")
"""Matches an ISO 8601 time that lacks the quotes that would make it a text."""
_FUNCTION_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "elif", "else"})


def syntax_tree(source: str) -> ast.AST | None:
    """The syntax tree of an expression; None when it is outside the language, which has its own rule."""
    try:
        compile_expression(source)
        return ast.parse(f"({source}\n)", mode="eval").body
    except (ScriptError, SyntaxError):
        return None


def feel_tree(source: str) -> FeelNode | None:
    """The syntax tree of a text in FEEL; None when it is none, which has its own rule."""
    try:
        return compile_feel(source).tree
    except ScriptError:
        return None


def names_in(source: str) -> frozenset[str]:
    """The names in an expression of either language, those of functions included; none when it cannot be read."""
    if is_feel_text(source):
        tree = feel_tree(source)
        return frozenset() if tree is None else free_names(tree).possible.union(called_names(tree))
    tree_of_own = syntax_tree(source)
    parts = ast.walk(tree_of_own) if tree_of_own is not None else ()
    return frozenset(part.id for part in parts if isinstance(part, ast.Name))


def script_tree(source: str) -> ast.AST | None:
    """The syntax tree of a script; None when it is outside the language."""
    try:
        compile_script(source)
        return ast.parse(textwrap.dedent(source))
    except (ScriptError, SyntaxError):
        return None


def leaf_nodes(node: ast.AST | None) -> Iterator[ast.AST]:
    """The values an expression can yield, as far as they are literal.

    Includes the members of lists and both branches of a choice, but not the operands of a comparison or the arguments
    of a call.
    """
    match node:
        case None:
            return
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from leaf_nodes(part)
        case ast.IfExp(body=body, orelse=orelse):
            yield from leaf_nodes(body)
            yield from leaf_nodes(orelse)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from leaf_nodes(left)
            yield from leaf_nodes(right)
        case _:
            yield node


def feel_leaves(node: FeelNode | None) -> Iterator[FeelNode]:
    """The same for FEEL."""
    match node:
        case None:
            return
        case syntax.ListOf(items=parts) | syntax.Chain(operands=parts, signs=("+", *_)):
            for part in parts:
                yield from feel_leaves(part)
        case syntax.Conditional(then=then, otherwise=otherwise):
            yield from feel_leaves(then)
            yield from feel_leaves(otherwise)
        case _:
            yield node


def literal_texts(source: str) -> list[str]:
    """The literal texts an expression can yield."""
    if is_feel_text(source):
        leaves = feel_leaves(feel_tree(source))
        return [leaf.value for leaf in leaves if isinstance(leaf, syntax.Constant) and isinstance(leaf.value, str)]
    nodes = leaf_nodes(syntax_tree(source))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def unknown_functions(source: str) -> list[str]:
    """The names that are called like functions but are not functions of the language."""
    called_names = dict.fromkeys(_FUNCTION_CALL.findall(strip_quoted_texts(source)))
    return [name for name in called_names if name not in FUNCTIONS | _KEYWORDS]
