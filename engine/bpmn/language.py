"""The grammar of everything an analyst types: what may be written, its limits, and its compilation.

The language is a small total part of Python: every text ends, and its time and memory are bounded by its length.
A text passes four gates, each enough for most attacks: the known signs and words, Python's own parser, the list of
allowed constructs, and RestrictedPython with the policy of engine.bpmn.guards. Only engine.bpmn imports this module.
"""

from __future__ import annotations

import ast
import keyword
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType

from RestrictedPython import CompileResult, compile_restricted_eval, compile_restricted_exec

from engine.bpmn.guards import CASE_FUNCTIONS, PURE_FUNCTIONS, GuardTransformer
from engine.errors import ScriptError

EXPRESSION_FILENAME, SCRIPT_FILENAME = "<expression>", "<script>"
FUNCTIONS = CASE_FUNCTIONS | PURE_FUNCTIONS.keys()

MAX_DEPTH = 50
MAX_BRACKETS = 30
MAX_PREFIX_OPERATORS = 20
MAX_SUBSCRIPT_DEPTH = 5
MAX_DIGITS = 25
MAX_NAME = 100
MAX_LITERAL = 10**12
MAX_LITERAL_TEXT = 2_000

_INVISIBLE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\n]+ | \#(?:[^{_INVISIBLE}]|\t)*)
       | (?P<text>"(?:[^"\\{_INVISIBLE}] | \\["'\\nt])*" | '(?:[^'\\{_INVISIBLE}] | \\["'\\nt])*')
       | (?P<number>(?:[0-9]+(?:\.[0-9]+)? | \.[0-9]+)(?:[eE][+-]?[0-9]+)?)
       | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
       | (?P<sign>[=!<>]= | \+=? | //(?!=) | [-*/%](?![=*]) | :(?!=) | [<>=,()\[\]{{}}])""",
    re.VERBOSE,
)
_STRAY_TOKEN = re.compile(r"[^\w\s\"'()\[\]{}]+|\w+|.", re.DOTALL)
_OPENING, _CLOSING, _PREFIXES = frozenset("([{"), frozenset(")]}"), frozenset({"-", "+", "not"})
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "elif", "True", "False", "None"})
_REFUSED_WORDS = (frozenset(keyword.kwlist) - _KEYWORDS) | {"print", "printed"}

_EXPRESSION_NODES: frozenset[type[ast.AST]] = frozenset(
    {
        *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Call, ast.Subscript, ast.IfExp),
        *(ast.List, ast.Tuple, ast.Dict, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd),
        *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Compare, ast.Eq, ast.NotEq),
        *(ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
    }
)
_SCRIPT_NODES = (_EXPRESSION_NODES - {ast.Expression}) | {ast.Module, ast.Assign, ast.AugAssign, ast.If, ast.Store}
_REFUSED_NODES: dict[type[ast.AST], str] = {
    ast.Slice: "a slice is not part of the language",
    ast.Starred: "'*' before a value is not part of the language",
    ast.keyword: "arguments are given by position, not by name",
    ast.Set: "a set is not part of the language; write a list",
    ast.AnnAssign: "a type after a name is not part of the language",
    ast.Expr: "a line is an assignment or an 'if'; a value alone does nothing",
    ast.Match: "'match' is not part of the language",
}


@dataclass(frozen=True, slots=True)
class CompiledSource:
    """A checked text, ready to run: the names it reads, the names it gives values, those it changes in place."""

    code: CodeType
    names: frozenset[str]
    assigned: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Grammar:
    kind: str
    max_chars: int
    max_nodes: int
    nodes: frozenset[type[ast.AST]]


@dataclass(slots=True)
class _UsedNames:
    read: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


_EXPRESSION_GRAMMAR = _Grammar("an expression", 2_000, 500, _EXPRESSION_NODES)
_SCRIPT_GRAMMAR = _Grammar("a script", 10_000, 2_000, _SCRIPT_NODES)


def compile_expression(source: str) -> CompiledSource:
    """The compiled expression; raises ScriptError naming what is not allowed, with line and column.

    It may spread over several lines. Compiled texts are remembered, so that asking again costs a look-up.
    """
    # The XML library hands out a kind of str that holds its whole document; only plain text may stay in the cache.
    return _compile_expression(str(source) if isinstance(source, str) else "")


def compile_script(source: str) -> CompiledSource:
    """The compiled script of assignments and `if`s; raises ScriptError naming what is not allowed, and where."""
    return _compile_script(str(source) if isinstance(source, str) else "")


@lru_cache(maxsize=2048)
def _compile_expression(source: str) -> CompiledSource:
    text = _scan_text(source, _EXPRESSION_GRAMMAR)
    # The brackets let it begin with a space and go over several lines; its own are known to be balanced by now.
    tree = _parse_tree(text, f"({text}\n)", "eval")
    names = _check_tree(tree, _EXPRESSION_GRAMMAR, text)
    code = _require_code(compile_restricted_eval(tree, filename=EXPRESSION_FILENAME, policy=GuardTransformer))
    return CompiledSource(code, frozenset(names.read))


@lru_cache(maxsize=512)
def _compile_script(source: str) -> CompiledSource:
    text = textwrap.dedent(_scan_text(source, _SCRIPT_GRAMMAR))
    tree = _parse_tree(text, text, "exec")
    names = _check_tree(tree, _SCRIPT_GRAMMAR, text)
    code = _require_code(compile_restricted_exec(tree, filename=SCRIPT_FILENAME, policy=GuardTransformer))
    names_read, names_assigned = names.read | names.changed, names.assigned | names.changed
    return CompiledSource(code, frozenset(names_read), frozenset(names_assigned), frozenset(names.changed))


def _require_code(result: CompileResult) -> CodeType:
    if result.code is None:
        raise ScriptError("; ".join(result.errors))
    code: CodeType = result.code
    return code


def _located_error(text: str, line: int, column: int, reason: str) -> ScriptError:
    """The error that says what is wrong and where; `line` and `column` count from 1."""
    lines = text.split("\n")
    excerpt = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    excerpt = excerpt if len(excerpt) <= 60 else f"{excerpt[:57]}..."
    return ScriptError(f"Line {line}, column {column} of `{excerpt}`: {reason}.")


# ---------------------------------------------------------------------------------------------- signs and words


def _scan_text(source: str, grammar: _Grammar) -> str:
    """The text with one kind of line end, made of known signs and words only; raises ScriptError.

    It runs before the parser, which therefore never sees deep nesting, long digits or odd characters.
    """
    if len(source) > grammar.max_chars:
        raise ScriptError(f"{grammar.kind.capitalize()} has at most {grammar.max_chars} characters.")
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    depth = prefix_operators = 0
    before: re.Match[str] | None = None
    for token in _iter_tokens(text):
        word = token.group()
        depth += (word in _OPENING) - (word in _CLOSING)
        prefix_operators = prefix_operators + 1 if word in _PREFIXES else 0
        reason = _token_problem(token, before, grammar) or _nesting_problem(depth, prefix_operators)
        if reason:
            raise _error_at(text, token.start(), reason)
        before = token
    if before is None:
        raise ScriptError(f"Nothing is written here; {grammar.kind} is expected.")
    if depth:
        raise _error_at(text, before.start(), "a bracket is not closed")
    return text


def _iter_tokens(text: str) -> Iterator[re.Match[str]]:
    """The signs, words, numbers and texts between the white space and comments."""
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _error_at(text, position, _stray_token_problem(text, position))
        if token.lastgroup != "space":
            yield token
        position = token.end()


def _error_at(text: str, position: int, reason: str) -> ScriptError:
    return _located_error(text, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position), reason)


def _stray_token_problem(text: str, position: int) -> str:
    match = _STRAY_TOKEN.match(text, position)
    assert match is not None
    word = match.group()
    if word in "\"'":
        return "this text has no closing quote, or a backslash other than \\n, \\t, \\\\, \\\" and \\'"
    if word.isalpha():
        return f"'{word}' may stand in a text between quotes only; names are written with a-z, 0-9 and '_'"
    quoted = f"'{word}'" if word.isprintable() and word.strip() else f"the character U+{ord(word[0]):04X}"
    return f"{quoted} is not part of the language"


def _token_problem(token: re.Match[str], before: re.Match[str] | None, grammar: _Grammar) -> str:
    """Why this word may not stand here, or an empty string."""
    kind, word = token.lastgroup, token.group()
    previous = before.lastgroup if before else ""
    touching = before is not None and before.end() == token.start()
    if kind == previous == "text":
        return "two texts stand side by side: a comma or a sign is missing"
    if touching and previous in {"word", "number"} and kind in {"word", "number", "text"}:
        return f"'{word}' stands directly after '{before.group() if before else ''}'"
    if kind == "number":
        return "the number is too long" if len(word) > MAX_DIGITS else ""
    if kind == "word":
        return _word_problem(word)
    assigning = word in {"=", "+="} and grammar is _EXPRESSION_GRAMMAR
    return f"'{word}' gives a name a value; to compare write '=='" if assigning else ""


def _word_problem(word: str) -> str:
    if word.startswith("_"):
        return f"'{word}' begins with '_', which names may not"
    if word in _REFUSED_WORDS:
        return f"'{word}' is not part of the language"
    return "the name is too long" if len(word) > MAX_NAME else ""


def _nesting_problem(depth: int, prefix_operators: int) -> str:
    if depth < 0:
        return "a bracket closes that was not opened"
    return "it is nested too deeply" if depth > MAX_BRACKETS or prefix_operators > MAX_PREFIX_OPERATORS else ""


# ---------------------------------------------------------------------------------------------- constructs


def _parse_tree(text: str, wrapped: str, mode: str) -> ast.AST:
    is_expression = mode == "eval"
    try:
        return ast.parse(wrapped, EXPRESSION_FILENAME if is_expression else SCRIPT_FILENAME, mode)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        lines = text.split("\n")
        if line > len(lines):
            # An expression that ends too early is noticed at the bracket that was put behind it.
            line, column = len(lines), len(lines[-1]) + 1
        elif is_expression and line == 1:
            column = max(column - 1, 1)
        raise _located_error(text, line, column, f"it cannot be read ({error.msg})") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise ScriptError("The text is nested too deeply.") from error


def _check_tree(tree: ast.AST, grammar: _Grammar, text: str) -> _UsedNames:
    """The names the text uses; raises ScriptError at the first construct outside the grammar."""
    names = _UsedNames()
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += isinstance(node, ast.expr | ast.stmt)
        reason = _node_problem(node, grammar, names)
        if depth > MAX_DEPTH or count > grammar.max_nodes:
            reason = "it is nested too deeply" if depth > MAX_DEPTH else "it is too long"
        if reason:
            raise _error_at_node(node, text, grammar, reason)
        stack.extend((child, depth + 1) for child in _child_nodes(node))
    return names


def _child_nodes(node: ast.AST) -> Iterable[ast.AST]:
    # The name of a called function is checked with its call: everywhere else a function's name is refused.
    return [*node.args, *node.keywords] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)


def _error_at_node(node: ast.AST, text: str, grammar: _Grammar, reason: str) -> ScriptError:
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    offset -= grammar is _EXPRESSION_GRAMMAR and line == 1
    lines = text.split("\n")
    # The parser counts bytes; people count letters.
    before = lines[line - 1].encode()[: max(offset, 0)] if line <= len(lines) else b""
    return _located_error(text, line, len(before.decode(errors="ignore")) + 1, reason)


def _node_problem(node: ast.AST, grammar: _Grammar, names: _UsedNames) -> str:
    """Why this construct is outside the grammar, or an empty string; notes the names it uses."""
    kind = type(node)
    if kind not in grammar.nodes:
        return _REFUSED_NODES.get(kind, f"this construct ({kind.__name__}) is not part of the language")
    rule = _NODE_RULES.get(kind)
    return rule(node, names) if rule else ""


def _constant_problem(node: ast.Constant, _names: _UsedNames) -> str:
    value = node.value
    if isinstance(value, str):
        return "the text is too long" if len(value) > MAX_LITERAL_TEXT else ""
    if isinstance(value, int | float):
        return "" if value <= MAX_LITERAL else "the number is too large"
    return "" if value is None else "this kind of value is not part of the language"


def _name_problem(node: ast.Name, names: _UsedNames) -> str:
    if node.id in FUNCTIONS:
        return f"'{node.id}' is a function: it can only be called"
    (names.read if isinstance(node.ctx, ast.Load) else names.assigned).add(node.id)
    return ""


def _call_problem(node: ast.Call, _names: _UsedNames) -> str:
    if not isinstance(node.func, ast.Name):
        return "only a function can be called, by its name"
    return "" if node.func.id in FUNCTIONS else f"there is no function '{node.func.id}'"


def _compare_problem(node: ast.Compare, _names: _UsedNames) -> str:
    identity = [i for i, operator in enumerate(node.ops) if isinstance(operator, ast.Is | ast.IsNot)]
    right = [node.comparators[i] for i in identity]
    if all(isinstance(value, ast.Constant) and value.value is None for value in right):
        return "" if not identity or not isinstance(node.left, ast.Constant) else "a constant is never None"
    return "'is' compares with None only; write '=='"


def _dict_problem(node: ast.Dict, _names: _UsedNames) -> str:
    plain = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
    return "" if plain else "the keys between braces are texts"


def _assign_problem(node: ast.Assign, names: _UsedNames) -> str:
    if len(node.targets) > 1:
        return "one value is given to one name at a time"
    return _target_problem(node.targets[0], names)


def _increment_problem(node: ast.AugAssign, names: _UsedNames) -> str:
    if not isinstance(node.op, ast.Add):
        return "of the assignments with a sign only '+=' is part of the language"
    if isinstance(node.target, ast.Name):
        names.read.add(node.target.id)
    return _target_problem(node.target, names)


def _target_problem(target: ast.AST, names: _UsedNames) -> str:
    """Why nothing can be assigned to this, or an empty string; notes the name that an item belongs to."""
    steps = 0
    root = target
    while isinstance(root, ast.Subscript):
        root, steps = root.value, steps + 1
    if not isinstance(root, ast.Name):
        return "a value is given to a name or to an item of a name"
    if steps > MAX_SUBSCRIPT_DEPTH:
        return "the item lies too deep"
    if steps:
        names.changed.add(root.id)
    return ""


_NODE_RULES: dict[type[ast.AST], Callable[..., str]] = {
    ast.Constant: _constant_problem,
    ast.Name: _name_problem,
    ast.Call: _call_problem,
    ast.Compare: _compare_problem,
    ast.Dict: _dict_problem,
    ast.Assign: _assign_problem,
    ast.AugAssign: _increment_problem,
}
