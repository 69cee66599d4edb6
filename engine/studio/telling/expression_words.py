"""Expressions of a diagram in words: conditions, lengths of time, units; what has no words stays as it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from engine.bpmn.feel_marks import without_mark
from engine.bpmn.lint.source import literal_texts
from engine.studio.diff.words import TIMER_CALLS, timer_duration
from engine.studio.telling.name_book import NameBook
from engine.studio.telling.outside_words import RECIPIENT_WORDS
from engine.translation.catalogue import N_, translate
from engine.translation.wording import amount_text

_COMPARED: Mapping[type[ast.AST], str] = {
    ast.Eq: N_("{left} là {right}"),
    ast.NotEq: N_("{left} không phải {right}"),
    ast.Lt: N_("{left} nhỏ hơn {right}"),
    ast.LtE: N_("{left} không quá {right}"),
    ast.Gt: N_("{left} lớn hơn {right}"),
    ast.GtE: N_("{left} từ {right} trở lên"),
    ast.In: N_("{left} là một trong {right}"),
    ast.NotIn: N_("{left} không thuộc {right}"),
}
_JOINED: Mapping[type[ast.AST], str] = {ast.And: N_("{left} và {right}"), ast.Or: N_("{left} hoặc {right}")}
_NOT, _TRUE, _EMPTY = N_("không phải: {what}"), N_("có “{name}”"), N_("để trống")
_CHOSEN = N_("{first} nếu {condition}, nếu không thì {second}")
_ABOVE, _KIND = N_("đơn vị cấp trên của {unit}"), N_("loại đơn vị của {unit}")
_AFTER_START = N_("theo “{name}”")


class ExpressionWords:
    """Words the expressions of one deployment."""

    def __init__(self, book: NameBook) -> None:
        self.book = book

    def condition(self, source: str) -> str:
        """A condition; its own text in quotation marks where it says more than comparisons."""
        tree = _expression(source)
        words = None if tree is None else self._condition(tree)
        return words or _quoted(source)

    def duration(self, source: str) -> str:
        """How long a timer waits, or until when."""
        if words := timer_duration(source, self.book.language):
            return words
        tree = _expression(source)
        return (None if tree is None else self._duration(tree)) or _quoted(source)

    def unit(self, source: str) -> str:
        """Which unit an expression gives."""
        tree = _expression(source)
        return (None if tree is None else self._unit(tree)) or _quoted(source)

    def recipients(self, source: str) -> list[str]:
        """Whom a list of recipients names."""
        tree = _expression(source)
        parts = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree] if tree is not None else []
        return [self._recipient(part) for part in parts] or [_quoted(source)]

    def amount(self, source: str) -> str:
        """A number, or what the name is called that holds it."""
        tree = _expression(source)
        return (None if tree is None else self._operand(tree, "")) or _quoted(source)

    def _say(self, sentence: str, **facts: str) -> str:
        return translate(sentence, self.book.language).format(**facts)

    def _condition(self, tree: ast.AST) -> str | None:
        match tree:
            case ast.BoolOp(op=op, values=values):
                return self._joined(op, list(self._conditions(values)))
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
                return self._say(_COMPARED[ast.Eq], left=self.book.name(name), right=self._say(_EMPTY))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._condition(operand)
                return inner and self._say(_NOT, what=inner)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right)
            case ast.Name(id=name):
                return self._say(_TRUE, name=self.book.name(name))
        return None

    def _conditions(self, trees: list[ast.expr]) -> Iterator[str | None]:
        return (self._condition(tree) for tree in trees)

    def _joined(self, op: ast.AST, parts: list[str | None]) -> str | None:
        known = [part for part in parts if part]
        if len(known) != len(parts):
            return None
        words = known[0]
        for part in known[1:]:
            words = self._say(_JOINED[type(op)], left=words, right=part)
        return words

    def _comparison(self, left: ast.expr, op: ast.AST, right: ast.expr) -> str | None:
        name = left.id if isinstance(left, ast.Name) else ""
        before, after = self._operand(left, ""), self._operand(right, name)
        if not before or not after or type(op) not in _COMPARED:
            return None
        return self._say(_COMPARED[type(op)], left=before, right=after)

    def _operand(self, tree: ast.expr, name: str) -> str | None:
        """One side of a comparison; `name` is what it is compared with."""
        match tree:
            case ast.Constant(value=str(text)):
                return f"“{self.book.value(name, text)}”" if text else self._say(_EMPTY)
            case ast.Constant(value=bool() | None):
                return None
            case ast.Constant(value=int() | float() as number):
                return amount_text(number, self.book.language)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                words = [self._operand(part, name) for part in parts]
                return ", ".join(word for word in words if word) if all(words) else None
            case ast.Name() | ast.Call():
                return self._unit(tree)
        return None

    def _duration(self, tree: ast.expr) -> str | None:
        match tree:
            case ast.IfExp(test=test, body=first, orelse=second):
                words = (self._duration(first), self._condition(test), self._duration(second))
                return self._say(_CHOSEN, first=words[0], condition=words[1], second=words[2]) if all(words) else None  # type: ignore[arg-type]
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=amount)], keywords=[]) if name in TIMER_CALLS:
                return self._say(TIMER_CALLS[name], amount=f"“{self.book.name(amount)}”")
            case ast.Name(id=name):
                return self._say(_AFTER_START, name=self.book.name(name))
        return timer_duration(ast.unparse(tree), self.book.language) or None

    def _unit(self, tree: ast.expr) -> str | None:
        match tree:
            case ast.Constant(value=str(code)):
                return self.book.units.get(code) or f"“{code}”"
            case ast.Name(id=name):
                return self.book.name(name)
            case ast.Call(func=ast.Name(id="unit_above"), args=[inner]):
                words = self._unit(inner)
                return words and self._say(_ABOVE, unit=words)
            case ast.Call(func=ast.Name(id="unit_kind"), args=[inner]):
                words = self._unit(inner)
                return words and self._say(_KIND, unit=words)
        return None

    def _recipient(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.Constant) and tree.value in RECIPIENT_WORDS:
            return translate(RECIPIENT_WORDS[str(tree.value)], self.book.language)
        return self._unit(tree) or _quoted(ast.unparse(tree))


def first_literal(source: str) -> str:
    """The first text that an expression can give; "" if it gives none that is written in it."""
    return next(iter(literal_texts(source)), "")


def _expression(source: str) -> ast.expr | None:
    try:
        return ast.parse(without_mark(source).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _quoted(source: str) -> str:
    return f"“{' '.join(without_mark(source).split())}”"
