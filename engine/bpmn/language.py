"""The grammar of what an analyst types without FEEL: what may be written, its limits, and its compilation.

The language is a small total subset of Python: every text terminates, and its time and memory are bounded by its
length. A text passes four gates, each enough for most attacks: the known tokens, Python's own parser, the list of
allowed constructs, and RestrictedPython with the policy of engine.bpmn.guards.
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
    ast.Slice: "expression-slice",
    ast.Starred: "expression-star",
    ast.keyword: "expression-argument-named",
    ast.Set: "expression-set",
    ast.AnnAssign: "expression-name-typed",
    ast.Expr: "expression-value-alone",
    ast.Match: "expression-match",
}
# The start of a message from Python's parser, and the rule that replaces it.
_SYNTAX_RULES: dict[str, str] = {
    "invalid syntax. Perhaps you forgot a comma": "expression-comma-missing",
    "invalid syntax": "expression-syntax",
    "expected ':'": "expression-colon-missing",
    "expected 'else' after 'if' expression": "expression-else-missing",
    "expected an indented block": "expression-block-missing",
    "unexpected indent": "expression-indent",
    "unindent does not match": "expression-indent",
    "inconsistent use of tabs": "expression-indent",
    "closing parenthesis": "expression-brackets-differ",
    "leading zeros": "expression-leading-zero",
    "cannot assign to": "expression-assignment-target",
}

# Why something may not be written; None if it may.
Refusal = ScriptError | None


@dataclass(frozen=True, slots=True)
class CompiledSource:
    """A checked text, ready to run: the names it reads, the names it assigns, those it changes in place."""

    code: CodeType
    names: frozenset[str]
    assigned: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Grammar:
    missing_rule: str
    too_long_rule: str
    max_chars: int
    max_nodes: int
    nodes: frozenset[type[ast.AST]]


@dataclass(slots=True)
class _UsedNames:
    read: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


_EXPRESSION_GRAMMAR = _Grammar("expression-missing", "expression-too-long", 2_000, 500, _EXPRESSION_NODES)
_SCRIPT_GRAMMAR = _Grammar("script-missing", "script-too-long", 10_000, 2_000, _SCRIPT_NODES)


def compile_expression(source: str) -> CompiledSource:
    """The compiled expression; raises ScriptError naming what is not allowed, with line and column.

    It may span several lines. Compiled texts are cached, so that compiling one again costs a look-up.
    """
    # The XML library returns a kind of str that holds its whole document; only plain text may stay in the cache.
    return _compile_expression(str(source) if isinstance(source, str) else "")


def compile_script(source: str) -> CompiledSource:
    """The compiled script of assignments and `if`s; raises ScriptError naming what is not allowed, and where."""
    return _compile_script(str(source) if isinstance(source, str) else "")


@lru_cache(maxsize=2048)
def _compile_expression(source: str) -> CompiledSource:
    text = _scan_text(source, _EXPRESSION_GRAMMAR)
    # The brackets let it begin with a space and span several lines; its own are known to be balanced by now.
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
        raise ScriptError("expression-outside-language", detail="; ".join(result.errors))
    code: CodeType = result.code
    return code


def _located_error(text: str, line: int, column: int, reason: ScriptError) -> ScriptError:
    """An error that says what is wrong and where; `line` and `column` count from 1."""
    lines = text.split("\n")
    excerpt = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    excerpt = excerpt if len(excerpt) <= 60 else f"{excerpt[:57]}..."
    return ScriptError("expression-at", line=str(line), column=str(column), excerpt=excerpt, reason=reason)


# ---------------------------------------------------------------------------------------------- tokens


def _scan_text(source: str, grammar: _Grammar) -> str:
    """The text with normalised line endings, made of known tokens only; raises ScriptError.

    It runs before the parser, which therefore never sees deep nesting, long digits or odd characters.
    """
    if len(source) > grammar.max_chars:
        raise ScriptError(grammar.too_long_rule, most=grammar.max_chars)
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    depth = prefix_operators = 0
    before: re.Match[str] | None = None
    for token in _iter_tokens(text):
        word = token.group()
        depth += (word in _OPENING) - (word in _CLOSING)
        prefix_operators = prefix_operators + 1 if word in _PREFIXES else 0
        reason = _token_refusal(token, before, grammar) or _nesting_refusal(depth, prefix_operators)
        if reason:
            raise _error_at(text, token.start(), reason)
        before = token
    if before is None:
        raise ScriptError(grammar.missing_rule)
    if depth:
        raise _error_at(text, before.start(), ScriptError("expression-bracket-unclosed"))
    return text


def _iter_tokens(text: str) -> Iterator[re.Match[str]]:
    """The operators, words, numbers and text literals between white space and comments."""
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _error_at(text, position, _stray_token_refusal(text, position))
        if token.lastgroup != "space":
            yield token
        position = token.end()


def _error_at(text: str, position: int, reason: ScriptError) -> ScriptError:
    return _located_error(text, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position), reason)


def _stray_token_refusal(text: str, position: int) -> ScriptError:
    match = _STRAY_TOKEN.match(text, position)
    assert match is not None
    word = match.group()
    if word in "\"'":
        return ScriptError("expression-text-unclosed")
    if word.isalpha():
        return ScriptError("expression-word-unquoted", word=word)
    if word.isprintable() and word.strip():
        return ScriptError("expression-word-refused", word=word)
    return ScriptError("expression-character-refused", character=f"U+{ord(word[0]):04X}")


def _token_refusal(token: re.Match[str], before: re.Match[str] | None, grammar: _Grammar) -> Refusal:
    """Why this token is not allowed here."""
    kind, word = token.lastgroup, token.group()
    previous = before.lastgroup if before else ""
    touching = before is not None and before.end() == token.start()
    if kind == previous == "text":
        return ScriptError("expression-texts-adjacent")
    if before and touching and previous in {"word", "number"} and kind in {"word", "number", "text"}:
        return ScriptError("expression-words-touching", word=word, previous=before.group())
    if kind == "number":
        return ScriptError("expression-number-too-long") if len(word) > MAX_DIGITS else None
    if kind == "word":
        return _word_refusal(word)
    assigning = word in {"=", "+="} and grammar is _EXPRESSION_GRAMMAR
    return ScriptError("expression-assigning", word=word) if assigning else None


def _word_refusal(word: str) -> Refusal:
    if word.startswith("_"):
        return ScriptError("expression-name-underscore", word=word)
    if word in _REFUSED_WORDS:
        return ScriptError("expression-word-refused", word=word)
    return ScriptError("expression-name-too-long") if len(word) > MAX_NAME else None


def _nesting_refusal(depth: int, prefix_operators: int) -> Refusal:
    if depth < 0:
        return ScriptError("expression-bracket-unopened")
    too_deep = depth > MAX_BRACKETS or prefix_operators > MAX_PREFIX_OPERATORS
    return ScriptError("expression-part-too-deep") if too_deep else None


# ---------------------------------------------------------------------------------------------- constructs


def _parse_tree(text: str, wrapped: str, mode: str) -> ast.AST:
    is_expression = mode == "eval"
    try:
        return ast.parse(wrapped, EXPRESSION_FILENAME if is_expression else SCRIPT_FILENAME, mode)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        lines = text.split("\n")
        if line > len(lines):
            # An expression that ends too early is noticed at the bracket that was added after it.
            line, column = len(lines), len(lines[-1]) + 1
        elif is_expression and line == 1:
            column = max(column - 1, 1)
        raise _located_error(text, line, column, _syntax_refusal(error.msg)) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise ScriptError("expression-too-deep") from error


def _syntax_refusal(message: str) -> ScriptError:
    """A message of Python's parser, as one of our rules."""
    rule = next((rule for start, rule in _SYNTAX_RULES.items() if message.startswith(start)), "")
    return ScriptError(rule) if rule else ScriptError("expression-unreadable", detail=message)


def _check_tree(tree: ast.AST, grammar: _Grammar, text: str) -> _UsedNames:
    """The names the text uses; raises ScriptError at the first construct outside the grammar."""
    names = _UsedNames()
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += isinstance(node, ast.expr | ast.stmt)
        reason = _node_refusal(node, grammar, names)
        if depth > MAX_DEPTH or count > grammar.max_nodes:
            reason = ScriptError("expression-part-too-deep" if depth > MAX_DEPTH else "expression-part-too-long")
        if reason:
            raise _error_at_node(node, text, grammar, reason)
        stack.extend((child, depth + 1) for child in _child_nodes(node))
    return names


def _child_nodes(node: ast.AST) -> Iterable[ast.AST]:
    # The name of a called function is checked with its call: everywhere else a function's name is refused.
    return [*node.args, *node.keywords] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)


def _error_at_node(node: ast.AST, text: str, grammar: _Grammar, reason: ScriptError) -> ScriptError:
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    offset -= grammar is _EXPRESSION_GRAMMAR and line == 1
    lines = text.split("\n")
    # The parser counts bytes; people count characters.
    before = lines[line - 1].encode()[: max(offset, 0)] if line <= len(lines) else b""
    return _located_error(text, line, len(before.decode(errors="ignore")) + 1, reason)


def _node_refusal(node: ast.AST, grammar: _Grammar, names: _UsedNames) -> Refusal:
    """Why this construct is outside the grammar; records the names it uses."""
    kind = type(node)
    if kind not in grammar.nodes:
        rule = _REFUSED_NODES.get(kind)
        return ScriptError(rule) if rule else ScriptError("expression-construct", kind=kind.__name__)
    check = _NODE_CHECKS.get(kind)
    return check(node, names) if check else None


def _constant_refusal(node: ast.Constant, _names: _UsedNames) -> Refusal:
    value = node.value
    if isinstance(value, str):
        return ScriptError("expression-text-too-long") if len(value) > MAX_LITERAL_TEXT else None
    if isinstance(value, int | float):
        return None if value <= MAX_LITERAL else ScriptError("expression-number-too-large")
    return None if value is None else ScriptError("expression-constant-kind")


def _name_refusal(node: ast.Name, names: _UsedNames) -> Refusal:
    if node.id in FUNCTIONS:
        return ScriptError("expression-function-uncalled", name=node.id)
    (names.read if isinstance(node.ctx, ast.Load) else names.assigned).add(node.id)
    return None


def _call_refusal(node: ast.Call, _names: _UsedNames) -> Refusal:
    if not isinstance(node.func, ast.Name):
        return ScriptError("expression-call-target")
    return None if node.func.id in FUNCTIONS else ScriptError("expression-function-unknown", name=node.func.id)


def _compare_refusal(node: ast.Compare, _names: _UsedNames) -> Refusal:
    identity = [i for i, operator in enumerate(node.ops) if isinstance(operator, ast.Is | ast.IsNot)]
    right = [node.comparators[i] for i in identity]
    if all(isinstance(value, ast.Constant) and value.value is None for value in right):
        is_constant = identity and isinstance(node.left, ast.Constant)
        return ScriptError("expression-constant-none") if is_constant else None
    return ScriptError("expression-is-without-none")


def _dict_refusal(node: ast.Dict, _names: _UsedNames) -> Refusal:
    plain = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
    return None if plain else ScriptError("expression-keys")


def _assign_refusal(node: ast.Assign, names: _UsedNames) -> Refusal:
    if len(node.targets) > 1:
        return ScriptError("expression-several-names")
    return _target_refusal(node.targets[0], names)


def _increment_refusal(node: ast.AugAssign, names: _UsedNames) -> Refusal:
    if not isinstance(node.op, ast.Add):
        return ScriptError("expression-increment-operator")
    if isinstance(node.target, ast.Name):
        names.read.add(node.target.id)
    return _target_refusal(node.target, names)


def _target_refusal(target: ast.AST, names: _UsedNames) -> Refusal:
    """Why nothing can be assigned to this; records the name that an item belongs to."""
    steps = 0
    root = target
    while isinstance(root, ast.Subscript):
        root, steps = root.value, steps + 1
    if not isinstance(root, ast.Name):
        return ScriptError("expression-assignment-target")
    if steps > MAX_SUBSCRIPT_DEPTH:
        return ScriptError("expression-item-too-deep")
    if steps:
        names.changed.add(root.id)
    return None


_NODE_CHECKS: dict[type[ast.AST], Callable[..., Refusal]] = {
    ast.Constant: _constant_refusal,
    ast.Name: _name_refusal,
    ast.Call: _call_refusal,
    ast.Compare: _compare_refusal,
    ast.Dict: _dict_refusal,
    ast.Assign: _assign_refusal,
    ast.AugAssign: _increment_refusal,
}
