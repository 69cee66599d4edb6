"""Simple expressions of other tools in our language: `${…}` (JUEL) and `=…` (FEEL). For the conversion alone.

Both are read by one small parser into Python's syntax tree, which is written out and then checked like everything an
analyst types. What is outside the grammar (methods, functions, filters, intervals) is refused, never guessed.
"""

from __future__ import annotations

import ast

from engine.bpmn.language import compile_expression
from engine.errors import ScriptError
from engine.studio.importing.dialects import COMPARISONS, NOT_HERE, WORDS, Dialect, Operator, Outside, opened, unescaped

__all__ = ["Outside", "called_text", "is_foreign", "literal", "translated"]

MAX_DEPTH = 20


def is_foreign(text: str) -> bool:
    """Whether a text is marked as an expression of another tool; `==` at the beginning is nobody's."""
    text = text.strip()
    return (text.startswith(("${", "#{")) and text.endswith("}")) or (text.startswith("=") and text[1:2] != "=")


def translated(text: str) -> str:
    """The same expression in our language; raises Outside."""
    found = ast.unparse(_Parser(*opened(text)).whole())
    try:
        compile_expression(found)
    except ScriptError as error:
        raise Outside(str(error)) from error
    return found


def literal(text: str) -> object:
    """The value of a foreign expression that is a mere text, number or list of them; raises Outside."""
    try:
        return ast.literal_eval(translated(text))
    except ValueError as error:
        raise Outside(text) from error


def called_text(text: str) -> tuple[str, str]:
    """The function and the text of `=duration("PT2H")`; raises Outside for anything else."""
    tokens, dialect = opened(text)
    if not dialect.feel or len(tokens) < 4 or (tokens[-3], tokens[-1]) != ("(", ")") or tokens[-2][0] not in "\"'":
        raise Outside(text)
    return " ".join(tokens[:-3]), unescaped(tokens[-2], dialect)


class _Parser:
    """Reads tokens by precedence climbing."""

    def __init__(self, tokens: list[str], dialect: Dialect) -> None:
        self.tokens, self.dialect = tokens, dialect
        self.place = self.depth = 0

    def whole(self) -> ast.expr:
        """The tree of all tokens."""
        tree = self.expression()
        if self.next:
            raise Outside(self.next)
        return tree

    @property
    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        if not token:
            raise Outside("…")
        self.place += 1
        return token

    def taken(self, token: str) -> bool:
        """Whether this token comes next; if so it is passed."""
        if self.next != token:
            return False
        self.place += 1
        return True

    def expect(self, token: str) -> None:
        if not self.taken(token):
            raise Outside(self.next or "…")

    def expression(self) -> ast.expr:
        """An operator's expression, with JUEL's `a ? b : c`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Outside(self.next)
        tree = self.binary(1)
        if not self.dialect.feel and self.taken("?"):
            first = self.expression()
            self.expect(":")
            tree = ast.IfExp(tree, first, self.expression())
        self.depth -= 1
        return tree

    def binary(self, least: int) -> ast.expr:
        tree = self.unary()
        while True:
            if self.dialect.feel and least <= COMPARISONS and self.next in {"between", "in"}:
                tree = self.between(tree) if self.take() == "between" else self.among(tree)
                continue
            level, kind = self.dialect.binary.get(self.next, (0, ast.Or))
            if level < least:
                return tree
            self.take()
            tree = _joined(kind, tree, self.binary(level + 1))

    def between(self, tree: ast.expr) -> ast.expr:
        """FEEL's `x between a and b`."""
        first = self.binary(COMPARISONS + 1)
        self.expect("and")
        return ast.Compare(first, [ast.LtE(), ast.LtE()], [tree, self.binary(COMPARISONS + 1)])

    def among(self, tree: ast.expr) -> ast.expr:
        """FEEL's `x in (a, b)` with constants; intervals and comparisons in the brackets are outside."""
        self.expect("(")
        values = self.listed(")")
        if not all(isinstance(value, ast.Constant) for value in values):
            raise Outside("in (")
        return ast.Compare(tree, [ast.In()], [ast.List(values, ast.Load())])

    def unary(self) -> ast.expr:
        kind = self.dialect.unary.get(self.next)
        if kind is None:
            return self.steps(self.value())
        self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Outside(self.next)
        tree = ast.UnaryOp(kind(), self.unary())
        self.depth -= 1
        return tree

    def steps(self, tree: ast.expr) -> ast.expr:
        """What is asked of a value: `a.b` is our `a["b"]`; FEEL's brackets count from 1 or filter and are outside."""
        while True:
            if self.taken("."):
                key: ast.expr = ast.Constant(self.name())
            elif not self.dialect.feel and self.taken("["):
                key = self.expression()
                self.expect("]")
            else:
                return tree
            tree = ast.Subscript(tree, key, ast.Load())

    def name(self) -> str:
        word = self.take()
        if not word.isidentifier() or self.next == "(":
            raise Outside(word + self.next)
        return word

    def value(self) -> ast.expr:
        piece = self.take()
        if piece == "(":
            tree = self.expression()
            self.expect(")")
            return tree
        if piece[0] in "\"'":
            return ast.Constant(unescaped(piece, self.dialect))
        if piece[0].isdigit() or (piece[0] == "." and piece[1:].isdigit()):
            return ast.Constant(float(piece) if "." in piece else int(piece))
        if self.dialect.feel and piece in {"[", "if", "not"}:
            return self.special(piece)
        if piece in WORDS:
            return ast.Constant(WORDS[piece])
        if piece in NOT_HERE:
            raise Outside(piece)
        self.place -= 1
        return ast.Name(self.name(), ast.Load())

    def special(self, piece: str) -> ast.expr:
        """What only FEEL has: lists, `if … then … else …`, `not(…)`."""
        if piece == "[":
            return ast.List(self.listed("]"), ast.Load())
        if piece == "not":
            self.expect("(")
            tree = self.expression()
            self.expect(")")
            return ast.UnaryOp(ast.Not(), tree)
        condition = self.expression()
        self.expect("then")
        first = self.expression()
        self.expect("else")
        return ast.IfExp(condition, first, self.expression())

    def listed(self, closing: str) -> list[ast.expr]:
        values = [self.expression()]
        while self.taken(","):
            values.append(self.expression())
        self.expect(closing)
        return values


def _joined(kind: Operator, left: ast.expr, right: ast.expr) -> ast.expr:
    if issubclass(kind, ast.boolop):
        before = left.values if isinstance(left, ast.BoolOp) and isinstance(left.op, kind) else [left]
        return ast.BoolOp(kind(), [*before, right])
    if issubclass(kind, ast.operator):
        return ast.BinOp(left, kind(), right)
    nothing = isinstance(right, ast.Constant) and right.value is None and not isinstance(left, ast.Constant)
    if nothing and issubclass(kind, ast.Eq | ast.NotEq):
        return ast.Compare(left, [ast.Is() if issubclass(kind, ast.Eq) else ast.IsNot()], [right])
    return ast.Compare(left, [kind()], [right])
