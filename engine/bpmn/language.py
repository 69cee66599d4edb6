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

from engine.bpmn.guards import DOMAIN, PURE, Policy
from engine.errors import ScriptError

EXPRESSION, SCRIPT = "<expression>", "<script>"
FUNCTIONS = DOMAIN | PURE.keys()

MAX_DEPTH = 50
MAX_BRACKETS = 30
MAX_SIGNS_IN_A_ROW = 20
MAX_STEPS_INTO_A_VALUE = 5
MAX_DIGITS = 25
MAX_NAME = 100
MAX_LITERAL = 10**12
MAX_LITERAL_TEXT = 2_000

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\n]+ | \#(?:[^{_UNSEEN}]|\t)*)
       | (?P<text>"(?:[^"\\{_UNSEEN}] | \\["'\\nt])*" | '(?:[^'\\{_UNSEEN}] | \\["'\\nt])*')
       | (?P<number>(?:[0-9]+(?:\.[0-9]+)? | \.[0-9]+)(?:[eE][+-]?[0-9]+)?)
       | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
       | (?P<sign>[=!<>]= | \+=? | //(?!=) | [-*/%](?![=*]) | :(?!=) | [<>=,()\[\]{{}}])""",
    re.VERBOSE,
)
_STRANGE = re.compile(r"[^\w\s\"'()\[\]{}]+|\w+|.", re.DOTALL)
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
class Compiled:
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
class _Names:
    read: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


_EXPRESSION = _Grammar("an expression", 2_000, 500, _EXPRESSION_NODES)
_SCRIPT = _Grammar("a script", 10_000, 2_000, _SCRIPT_NODES)


def compile_expression(source: str) -> Compiled:
    """The compiled expression; raises ScriptError naming what is not allowed, with line and column.

    It may spread over several lines. Compiled texts are remembered, so that asking again costs a look-up.
    """
    # The XML library hands out a kind of str that holds its whole document; only plain text may stay in the cache.
    return _expression(str(source) if isinstance(source, str) else "")


def compile_script(source: str) -> Compiled:
    """The compiled script of assignments and `if`s; raises ScriptError naming what is not allowed, and where."""
    return _script(str(source) if isinstance(source, str) else "")


@lru_cache(maxsize=2048)
def _expression(source: str) -> Compiled:
    text = _scanned(source, _EXPRESSION)
    # The brackets let it begin with a space and go over several lines; its own are known to be balanced by now.
    tree = _parsed(text, f"({text}\n)", "eval")
    names = _checked(tree, _EXPRESSION, text)
    code = _code(compile_restricted_eval(tree, filename=EXPRESSION, policy=Policy))
    return Compiled(code, frozenset(names.read))


@lru_cache(maxsize=512)
def _script(source: str) -> Compiled:
    text = textwrap.dedent(_scanned(source, _SCRIPT))
    tree = _parsed(text, text, "exec")
    names = _checked(tree, _SCRIPT, text)
    code = _code(compile_restricted_exec(tree, filename=SCRIPT, policy=Policy))
    read, written = names.read | names.changed, names.assigned | names.changed
    return Compiled(code, frozenset(read), frozenset(written), frozenset(names.changed))


def _code(result: CompileResult) -> CodeType:
    if result.code is None:
        raise ScriptError("; ".join(result.errors))
    code: CodeType = result.code
    return code


def _refusal(text: str, line: int, column: int, reason: str) -> ScriptError:
    """The error that says what is wrong and where; `line` and `column` count from 1."""
    lines = text.split("\n")
    shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return ScriptError(f"Line {line}, column {column} of `{shown}`: {reason}.")


# ---------------------------------------------------------------------------------------------- signs and words


def _scanned(source: str, grammar: _Grammar) -> str:
    """The text with one kind of line end, made of known signs and words only; raises ScriptError.

    It runs before the parser, which therefore never sees deep nesting, long digits or odd characters.
    """
    if len(source) > grammar.max_chars:
        raise ScriptError(f"{grammar.kind.capitalize()} has at most {grammar.max_chars} characters.")
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    depth = signs = 0
    before: re.Match[str] | None = None
    for token in _tokens(text):
        word = token.group()
        depth += (word in _OPENING) - (word in _CLOSING)
        signs = signs + 1 if word in _PREFIXES else 0
        reason = _refused_token(token, before, grammar) or _refused_nesting(depth, signs)
        if reason:
            raise _at(text, token.start(), reason)
        before = token
    if before is None:
        raise ScriptError(f"Nothing is written here; {grammar.kind} is expected.")
    if depth:
        raise _at(text, before.start(), "a bracket is not closed")
    return text


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """The signs, words, numbers and texts between the white space and comments."""
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _at(text, position, _strange(text, position))
        if token.lastgroup != "space":
            yield token
        position = token.end()


def _at(text: str, position: int, reason: str) -> ScriptError:
    return _refusal(text, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position), reason)


def _strange(text: str, position: int) -> str:
    found = _STRANGE.match(text, position)
    assert found is not None
    word = found.group()
    if word in "\"'":
        return "this text has no closing quote, or a backslash other than \\n, \\t, \\\\, \\\" and \\'"
    if word.isalpha():
        return f"'{word}' may stand in a text between quotes only; names are written with a-z, 0-9 and '_'"
    shown = f"'{word}'" if word.isprintable() and word.strip() else f"the character U+{ord(word[0]):04X}"
    return f"{shown} is not part of the language"


def _refused_token(token: re.Match[str], before: re.Match[str] | None, grammar: _Grammar) -> str:
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
        return _refused_word(word)
    assigning = word in {"=", "+="} and grammar is _EXPRESSION
    return f"'{word}' gives a name a value; to compare write '=='" if assigning else ""


def _refused_word(word: str) -> str:
    if word.startswith("_"):
        return f"'{word}' begins with '_', which names may not"
    if word in _REFUSED_WORDS:
        return f"'{word}' is not part of the language"
    return "the name is too long" if len(word) > MAX_NAME else ""


def _refused_nesting(depth: int, signs: int) -> str:
    if depth < 0:
        return "a bracket closes that was not opened"
    return "it is nested too deeply" if depth > MAX_BRACKETS or signs > MAX_SIGNS_IN_A_ROW else ""


# ---------------------------------------------------------------------------------------------- constructs


def _parsed(text: str, wrapped: str, mode: str) -> ast.AST:
    opening = mode == "eval"
    try:
        return ast.parse(wrapped, EXPRESSION if opening else SCRIPT, mode)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        lines = text.split("\n")
        if line > len(lines):
            # An expression that ends too early is noticed at the bracket that was put behind it.
            line, column = len(lines), len(lines[-1]) + 1
        elif opening and line == 1:
            column = max(column - 1, 1)
        raise _refusal(text, line, column, f"it cannot be read ({error.msg})") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise ScriptError("The text is nested too deeply.") from error


def _checked(tree: ast.AST, grammar: _Grammar, text: str) -> _Names:
    """The names the text uses; raises ScriptError at the first construct outside the grammar."""
    names = _Names()
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += isinstance(node, ast.expr | ast.stmt)
        reason = _refused_node(node, grammar, names)
        if depth > MAX_DEPTH or count > grammar.max_nodes:
            reason = "it is nested too deeply" if depth > MAX_DEPTH else "it is too long"
        if reason:
            raise _at_node(node, text, grammar, reason)
        stack.extend((child, depth + 1) for child in _children(node))
    return names


def _children(node: ast.AST) -> Iterable[ast.AST]:
    # The name of a called function is checked with its call: everywhere else a function's name is refused.
    return [*node.args, *node.keywords] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)


def _at_node(node: ast.AST, text: str, grammar: _Grammar, reason: str) -> ScriptError:
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    offset -= grammar is _EXPRESSION and line == 1
    lines = text.split("\n")
    # The parser counts bytes; people count letters.
    before = lines[line - 1].encode()[: max(offset, 0)] if line <= len(lines) else b""
    return _refusal(text, line, len(before.decode(errors="ignore")) + 1, reason)


def _refused_node(node: ast.AST, grammar: _Grammar, names: _Names) -> str:
    """Why this construct is outside the grammar, or an empty string; notes the names it uses."""
    kind = type(node)
    if kind not in grammar.nodes:
        return _REFUSED_NODES.get(kind, f"this construct ({kind.__name__}) is not part of the language")
    rule = _RULES.get(kind)
    return rule(node, names) if rule else ""


def _constant(node: ast.Constant, _names: _Names) -> str:
    value = node.value
    if isinstance(value, str):
        return "the text is too long" if len(value) > MAX_LITERAL_TEXT else ""
    if isinstance(value, int | float):
        return "" if value <= MAX_LITERAL else "the number is too large"
    return "" if value is None else "this kind of value is not part of the language"


def _name(node: ast.Name, names: _Names) -> str:
    if node.id in FUNCTIONS:
        return f"'{node.id}' is a function: it can only be called"
    (names.read if isinstance(node.ctx, ast.Load) else names.assigned).add(node.id)
    return ""


def _call(node: ast.Call, _names: _Names) -> str:
    if not isinstance(node.func, ast.Name):
        return "only a function can be called, by its name"
    return "" if node.func.id in FUNCTIONS else f"there is no function '{node.func.id}'"


def _compare(node: ast.Compare, _names: _Names) -> str:
    identity = [i for i, operator in enumerate(node.ops) if isinstance(operator, ast.Is | ast.IsNot)]
    right = [node.comparators[i] for i in identity]
    if all(isinstance(value, ast.Constant) and value.value is None for value in right):
        return "" if not identity or not isinstance(node.left, ast.Constant) else "a constant is never None"
    return "'is' compares with None only; write '=='"


def _dict(node: ast.Dict, _names: _Names) -> str:
    plain = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
    return "" if plain else "the keys between braces are texts"


def _assign(node: ast.Assign, names: _Names) -> str:
    if len(node.targets) > 1:
        return "one value is given to one name at a time"
    return _target(node.targets[0], names)


def _increase(node: ast.AugAssign, names: _Names) -> str:
    if not isinstance(node.op, ast.Add):
        return "of the assignments with a sign only '+=' is part of the language"
    if isinstance(node.target, ast.Name):
        names.read.add(node.target.id)
    return _target(node.target, names)


def _target(target: ast.AST, names: _Names) -> str:
    """Why nothing can be assigned to this, or an empty string; notes the name that an item belongs to."""
    steps = 0
    root = target
    while isinstance(root, ast.Subscript):
        root, steps = root.value, steps + 1
    if not isinstance(root, ast.Name):
        return "a value is given to a name or to an item of a name"
    if steps > MAX_STEPS_INTO_A_VALUE:
        return "the item lies too deep"
    if steps:
        names.changed.add(root.id)
    return ""


_RULES: dict[type[ast.AST], Callable[..., str]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Dict: _dict,
    ast.Assign: _assign,
    ast.AugAssign: _increase,
}
