"""Rewrites texts of the older language in FEEL so that they mean the same, or says why one cannot be.

What differs between the two is written out: `!=` and `not` are true of nothing (`(a = b) != true`), places count from
1. What depends on a kind of value that nobody knows, or has no equal, is refused and never guessed. A condition is
meant to hold or not; where the older language fails, FEEL is null, which does not hold.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from engine.bpmn.feel_functions import SIGNATURES
from engine.bpmn.feel_language import compile_feel, compile_feel_script
from engine.bpmn.feel_marks import VALUE
from engine.bpmn.language import compile_expression, compile_script
from engine.errors import ScriptError
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.lexer import KEYWORDS
from engine.feel.numbers import number_text
from engine.feel.text_escapes import quoted

NameTypes = Mapping[str, str]
"""The FEEL types of names, where all that writes them agrees."""
_SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_SUMS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_MOMENTS = frozenset({"date", "time", "date and time"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def feel_expression(source: str, types: NameTypes, *, is_test: bool) -> str:
    """An expression in FEEL, without its mark; raises ScriptError for what cannot be converted exactly."""
    compile_expression(source)
    writer = _Writer(types)
    tree = ast.parse(f"({source}\n)", mode="eval").body
    text = writer.test(tree) if is_test else writer.value(tree)
    compile_feel(VALUE + text)
    return text


def feel_script(source: str, types: NameTypes) -> str:
    """A script in FEEL, a context; raises ScriptError for what cannot be converted exactly."""
    compile_script(source)
    text = _context(ast.parse(source.strip()).body, _Writer(types))
    compile_feel_script(VALUE + text)
    return text


def _context(body: Sequence[ast.stmt], writer: _Writer) -> str:
    """A script of assignments, or of one `if` with nothing beside it."""
    if len(body) == 1 and isinstance(body[0], ast.If):
        choice = body[0]
        then, otherwise = _context(choice.body, writer), _context(choice.orelse, writer)
        return f"if {writer.test(choice.test)} then {then} else {otherwise}"
    entries: dict[str, str] = {}
    for statement in body:
        name, value = _assignment(statement)
        if name in entries:
            raise _refusal(statement)
        entries[name] = writer.value(value)
        writer = _Writer({other: kind for other, kind in writer.types.items() if other != name})
    return "{" + ", ".join(f"{name}: {value}" for name, value in entries.items()) + "}"


def _assignment(statement: ast.stmt) -> tuple[str, ast.expr]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            return name, ast.BinOp(ast.Name(name, ast.Load()), op, value)
    raise _refusal(statement)


def _refusal(node: ast.AST, rule: str = "conversion-piece") -> ScriptError:
    return ScriptError(rule, piece=ast.unparse(node)[:80])


class _Writer:
    """Writes trees of the older language in FEEL."""

    def __init__(self, types: NameTypes) -> None:
        self.types = types

    def test(self, tree: ast.expr) -> str:  # noqa: PLR0911 - one kind of node each
        """What holds when the tree counts as true."""
        match tree:
            case ast.BoolOp(op=op, values=values):
                word = " and " if isinstance(op, ast.And) else " or "
                return word.join(f"({self.test(value)})" for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"({self.test(operand)}) != true"
            case ast.Compare():
                return self._comparisons(tree)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"if {self.test(test)} then ({self.test(body)}) else ({self.test(orelse)})"
            case ast.Constant(value=bool(value)):
                return "true" if value else "false"
            case ast.Call(func=ast.Name(id="province_has_districts")):
                return self.value(tree)
        return self._counts_as_true(tree)

    def _counts_as_true(self, tree: ast.expr) -> str:
        """A value as a condition: what is neither nothing nor empty nor zero, where its type is known."""
        text, kind = self.value(tree), self._type_of(tree)
        empty = {"boolean": "= true", "string": '!= ""', "number": "!= 0", "list": "!= []"}.get(kind)
        if empty is None:
            raise _refusal(tree, "conversion-truth")
        return f"{text} {empty}" if kind == "boolean" else f"{text} != null and {text} {empty}"

    def value(self, tree: ast.expr) -> str:
        """The value of the tree."""
        for kind, write in _WRITERS.items():
            if isinstance(tree, kind):
                return write(self, tree)
        raise _refusal(tree)

    def constant(self, tree: ast.Constant) -> str:
        """A literal."""
        if tree.value is None or isinstance(tree.value, bool):
            return {None: "null", True: "true", False: "false"}[tree.value]
        if isinstance(tree.value, int | float):
            return number_text(Decimal(repr(tree.value)))
        return quoted(str(tree.value))

    def name(self, tree: ast.Name) -> str:
        """A name that FEEL reads as one."""
        if tree.id in KEYWORDS or tree.id in BUILTINS or tree.id in SIGNATURES:
            raise _refusal(tree, "conversion-name")
        return tree.id

    def truth(self, tree: ast.expr) -> str:
        """A truth as a value, which is never null in the older language."""
        if isinstance(tree, ast.BoolOp) and not all(map(_is_truth, tree.values)):
            raise _refusal(tree)  # It gives one of its operands, whatever that is.
        return f"({self.test(tree)}) = true"

    def sign(self, tree: ast.UnaryOp) -> str:
        """A number with its sign, or `not`."""
        if isinstance(tree.op, ast.Not):
            return self.truth(tree)
        return f"{'-' if isinstance(tree.op, ast.USub) else ''}({self.value(tree.operand)})"

    def choice(self, tree: ast.IfExp) -> str:
        """`a if c else b`."""
        return f"if {self.test(tree.test)} then {self.value(tree.body)} else {self.value(tree.orelse)}"

    def sum(self, tree: ast.BinOp) -> str:
        """Arithmetic; `+` of what may be a list is not that of FEEL."""
        left, right = self.value(tree.left), self.value(tree.right)
        kinds = {self._type_of(tree.left), self._type_of(tree.right)}
        if isinstance(tree.op, ast.Add) and "list" in kinds:
            return f"concatenate({left}, {right})"
        if isinstance(tree.op, ast.Add) and not kinds & {"number", "string"}:
            raise _refusal(tree, "conversion-sum")
        if isinstance(tree.op, ast.FloorDiv):
            return f"floor({_bracketed(left)} / {_bracketed(right)})"
        if isinstance(tree.op, ast.Mod):
            return f"modulo({left}, {right})"
        return f"{_bracketed(left)} {_SUMS[type(tree.op)]} {_bracketed(right)}"

    def item(self, tree: ast.Subscript) -> str:
        """An entry by its name, or an item by its place, which counts from 1."""
        match tree.slice:
            case ast.Constant(value=str(key)) if _NAME.fullmatch(key) and key not in KEYWORDS:
                return f"{self.value(tree.value)}.{key}"
            case ast.Constant(value=int(place)) if not isinstance(place, bool):
                return f"{self.value(tree.value)}[{place + 1}]"
        raise _refusal(tree)

    def listed(self, tree: ast.List | ast.Tuple) -> str:
        """A list."""
        return f"[{', '.join(map(self.value, tree.elts))}]"

    def context(self, tree: ast.Dict) -> str:
        """A dictionary, whose entries must not read one another as those of a context do."""
        keys = [str(key.value) for key in tree.keys if isinstance(key, ast.Constant)]
        read = {part.id for value in tree.values for part in ast.walk(value) if isinstance(part, ast.Name)}
        if read & {*keys} or not all(map(_NAME.fullmatch, keys)):
            raise _refusal(tree)
        return "{" + ", ".join(f"{key}: {self.value(v)}" for key, v in zip(keys, tree.values, strict=True)) + "}"

    def call(self, tree: ast.Call) -> str:
        """A function about cases, which both have, or one with an equal in FEEL."""
        name, arguments = (tree.func.id if isinstance(tree.func, ast.Name) else ""), list(map(self.value, tree.args))
        kind = self._type_of(tree.args[0]) if tree.args else ""
        if name == "len" and kind in ("list", "string"):
            name = "count" if kind == "list" else "string length"
        elif name not in SIGNATURES and name not in ("now", "min", "max", "abs"):
            raise _refusal(tree)
        return f"{name}({', '.join(arguments)})"

    def _comparisons(self, tree: ast.Compare) -> str:
        sides = [tree.left, *tree.comparators]
        parts = [self._compare(sides[at], sign, sides[at + 1]) for at, sign in enumerate(tree.ops)]
        return " and ".join(parts) if len(parts) == 1 else " and ".join(f"({part})" for part in parts)

    def _compare(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> str:
        if isinstance(sign, ast.In | ast.NotIn):
            member = self._membership(left, right)
            return member if isinstance(sign, ast.In) else f"({member}) != true"
        one, other = self._compared(left, right), self._compared(right, left)
        if isinstance(sign, ast.Eq | ast.Is):
            return f"{one} = {other}"
        if isinstance(sign, ast.NotEq | ast.IsNot):
            is_plain = "null" in (one, other) or self._type_of(left) == self._type_of(right) != ""
            return f"{one} != {other}" if is_plain else f"({one} = {other}) != true"
        return f"{one} {_SIGNS[type(sign)]} {other}"

    def _compared(self, side: ast.expr, other: ast.expr) -> str:
        """One side of a comparison; a text that is compared with a day is one."""
        kinds, text = (self._type_of(side), self._type_of(other)), self.value(side)
        if not _MOMENTS.intersection(kinds) or kinds[0] == kinds[1] or "Null" in kinds:
            return text
        if kinds[1] == "date" and isinstance(side, ast.Constant) and _DAY.fullmatch(str(side.value)):
            return f"date({text})"
        if kinds[0] == "date" and isinstance(other, ast.Constant) and _DAY.fullmatch(str(other.value)):
            return text
        raise _refusal(side, "conversion-moment")

    def _membership(self, item: ast.expr, holder: ast.expr) -> str:
        if isinstance(holder, ast.List | ast.Tuple) and holder.elts:
            return f"{self.value(item)} in ({', '.join(self._compared(part, item) for part in holder.elts)})"
        kind = self._type_of(holder)
        if kind == "list":
            return f"list contains({self.value(holder)}, {self.value(item)})"
        if kind == "string":
            return f"contains({self.value(holder)}, {self.value(item)})"
        raise _refusal(holder, "conversion-truth")

    def _type_of(self, tree: ast.expr) -> str:  # noqa: PLR0911 - one kind of node each
        match tree:
            case ast.Constant(value=None):
                return "Null"
            case ast.Constant(value=bool()) | ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return "boolean"
            case ast.Constant(value=int() | float()) | ast.UnaryOp():
                return "number"
            case ast.Constant(value=str()):
                return "string"
            case ast.List() | ast.Tuple():
                return "list"
            case ast.Name(id=name):
                return self.types.get(name, "")
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                kinds = {self._type_of(left), self._type_of(right)} - {""}
                return kinds.pop() if len(kinds) == 1 else ""
            case ast.BinOp():
                return "number"
            case ast.Call(func=ast.Name(id=name)):
                return "date and time" if name == "now" else SIGNATURES[name][1].name if name in SIGNATURES else ""
        return ""


def _bracketed(text: str) -> str:
    """A part of a sum, in brackets where it is more than a name or a number."""
    return text if re.fullmatch(r"[\w.]+", text) else f"({text})"


def _is_truth(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Compare | ast.BoolOp) or (
        isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    )


# Each function takes trees of its own class alone, which a dictionary cannot say.
_WRITERS: Mapping[type[ast.expr] | tuple[type[ast.expr], ...], Callable[..., str]] = {
    ast.Constant: _Writer.constant,
    ast.Name: _Writer.name,
    (ast.Compare, ast.BoolOp): _Writer.truth,
    ast.UnaryOp: _Writer.sign,
    ast.IfExp: _Writer.choice,
    ast.BinOp: _Writer.sum,
    ast.Subscript: _Writer.item,
    (ast.List, ast.Tuple): _Writer.listed,
    ast.Dict: _Writer.context,
    ast.Call: _Writer.call,
}
