"""Translates simple expressions of other tools to our language: `${…}` (JUEL) and `=…` (FEEL).

One small parser reads both into a Python syntax tree, which is unparsed and then checked like everything an analyst
types. Anything outside the grammar (methods, functions, filters, intervals) is rejected, never guessed.
"""

from __future__ import annotations

import ast

from engine.bpmn.language import compile_expression
from engine.errors import ScriptError
from engine.studio.importing.dialects import (
    COMPARISON_LEVEL,
    ENGINE_VARIABLES,
    LITERAL_WORDS,
    Dialect,
    OperatorClass,
    OutsideGrammar,
    tokenize_expression,
    unescape_text,
)
from engine.studio.importing.feel import write_out_feel
from engine.studio.importing.juel import write_out_juel

__all__ = ["OutsideGrammar", "is_vendor_expression", "literal_value", "split_text_call", "translate_expression"]

MAX_DEPTH = 20


def is_vendor_expression(text: str) -> bool:
    """Whether a text is marked as an expression of another tool; a leading `==` belongs to none."""
    text = text.strip()
    return (text.startswith(("${", "#{")) and text.endswith("}")) or (text.startswith("=") and text[1:2] != "=")


def translate_expression(text: str, *, is_condition: bool = False) -> str:
    """Translate an expression to our language, with what the other one understands written out.

    `is_condition`: what counts is whether it holds. Raises OutsideGrammar.
    """
    tokens, dialect = tokenize_expression(text)
    write_out = write_out_feel if dialect.is_feel else write_out_juel
    tree = write_out(_ExpressionParser(tokens, dialect).parse_all(), is_condition=is_condition)
    translation = ast.unparse(ast.fix_missing_locations(tree))
    try:
        compile_expression(translation)
    except ScriptError as error:
        raise OutsideGrammar(error) from error
    return translation


def literal_value(text: str) -> object:
    """The value of a foreign expression that is only a text, a number or a list of them; raises OutsideGrammar."""
    try:
        return ast.literal_eval(translate_expression(text))
    except ValueError as error:
        raise OutsideGrammar(text) from error


def split_text_call(text: str) -> tuple[str, str]:
    """The function and the text argument of `=duration("PT2H")`; raises OutsideGrammar for anything else."""
    tokens, dialect = tokenize_expression(text)
    if not dialect.is_feel or len(tokens) < 4 or (tokens[-3], tokens[-1]) != ("(", ")") or tokens[-2][0] not in "\"'":
        raise OutsideGrammar(text)
    return " ".join(tokens[:-3]), unescape_text(tokens[-2], dialect)


class _ExpressionParser:
    """Parses tokens by precedence climbing."""

    def __init__(self, tokens: list[str], dialect: Dialect) -> None:
        self.tokens, self.dialect = tokens, dialect
        self.place = self.depth = 0

    def parse_all(self) -> ast.expr:
        """Parse all tokens into one tree."""
        tree = self.parse_expression()
        if self.next_symbol:
            raise OutsideGrammar(self.next_symbol)
        return tree

    @property
    def next_symbol(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take_token(self) -> str:
        symbol = self.next_symbol
        if not symbol:
            raise OutsideGrammar("…")
        self.place += 1
        return symbol

    def accept_token(self, symbol: str) -> bool:
        """Consume the symbol if it comes next; returns whether it did."""
        if self.next_symbol != symbol:
            return False
        self.place += 1
        return True

    def expect_token(self, symbol: str) -> None:
        if not self.accept_token(symbol):
            raise OutsideGrammar(self.next_symbol or "…")

    def parse_expression(self) -> ast.expr:
        """Parse an operator expression, including JUEL's `a ? b : c`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OutsideGrammar(self.next_symbol)
        tree = self.parse_binary(1)
        if not self.dialect.is_feel and self.accept_token("?"):
            first = self.parse_expression()
            self.expect_token(":")
            tree = ast.IfExp(tree, first, self.parse_expression())
        self.depth -= 1
        return tree

    def parse_binary(self, min_level: int) -> ast.expr:
        tree = self.parse_unary()
        while True:
            if self.dialect.is_feel and min_level <= COMPARISON_LEVEL and self.next_symbol in {"between", "in"}:
                tree = self.parse_between(tree) if self.take_token() == "between" else self.parse_membership(tree)
                continue
            level, kind = self.dialect.binary.get(self.next_symbol, (0, ast.Or))
            if level < min_level:
                return tree
            self.take_token()
            tree = _join_operands(kind, tree, self.parse_binary(level + 1))

    def parse_between(self, tree: ast.expr) -> ast.expr:
        """Parse FEEL's `x between a and b`."""
        first = self.parse_binary(COMPARISON_LEVEL + 1)
        self.expect_token("and")
        return ast.Compare(first, [ast.LtE(), ast.LtE()], [tree, self.parse_binary(COMPARISON_LEVEL + 1)])

    def parse_membership(self, tree: ast.expr) -> ast.expr:
        """Parse FEEL's `x in (a, b)` with constants; intervals and comparisons in the brackets are not supported."""
        self.expect_token("(")
        values = self.parse_list(")")
        if not all(isinstance(value, ast.Constant) for value in values):
            raise OutsideGrammar("in (")
        return ast.Compare(tree, [ast.In()], [ast.List(values, ast.Load())])

    def parse_unary(self) -> ast.expr:
        kind = self.dialect.unary.get(self.next_symbol)
        if kind is None:
            return self.parse_accessors(self.parse_value())
        self.take_token()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OutsideGrammar(self.next_symbol)
        tree = ast.UnaryOp(kind(), self.parse_unary())
        self.depth -= 1
        return tree

    def parse_accessors(self, tree: ast.expr) -> ast.expr:
        """Parse accessors: `a.b` is our `a["b"]`; FEEL's brackets index from 1 or filter and are not supported."""
        while True:
            if self.accept_token("."):
                key: ast.expr = ast.Constant(self.parse_name())
            elif not self.dialect.is_feel and self.accept_token("["):
                key = self.parse_expression()
                self.expect_token("]")
            else:
                return tree
            tree = ast.Subscript(tree, key, ast.Load())

    def parse_name(self) -> str:
        word = self.take_token()
        if not word.isidentifier() or self.next_symbol == "(":
            raise OutsideGrammar(word + self.next_symbol)
        return word

    def parse_value(self) -> ast.expr:
        symbol = self.take_token()
        if symbol == "(":
            tree = self.parse_expression()
            self.expect_token(")")
            return tree
        if symbol[0] in "\"'":
            return ast.Constant(unescape_text(symbol, self.dialect))
        if symbol[0].isdigit() or (symbol[0] == "." and symbol[1:].isdigit()):
            return ast.Constant(float(symbol) if "." in symbol else int(symbol))
        if self.dialect.is_feel and symbol in {"[", "if", "not"}:
            return self.parse_feel_form(symbol)
        if symbol in LITERAL_WORDS:
            return ast.Constant(LITERAL_WORDS[symbol])
        if symbol in ENGINE_VARIABLES:
            raise OutsideGrammar(symbol)
        self.place -= 1
        return ast.Name(self.parse_name(), ast.Load())

    def parse_feel_form(self, symbol: str) -> ast.expr:
        """Parse the forms that only FEEL has: lists, `if … then … else …`, `not(…)`."""
        if symbol == "[":
            return ast.List(self.parse_list("]"), ast.Load())
        if symbol == "not":
            self.expect_token("(")
            tree = self.parse_expression()
            self.expect_token(")")
            return ast.UnaryOp(ast.Not(), tree)
        condition = self.parse_expression()
        self.expect_token("then")
        first = self.parse_expression()
        self.expect_token("else")
        return ast.IfExp(condition, first, self.parse_expression())

    def parse_list(self, closing: str) -> list[ast.expr]:
        values = [self.parse_expression()]
        while self.accept_token(","):
            values.append(self.parse_expression())
        self.expect_token(closing)
        return values


def _join_operands(kind: OperatorClass, left: ast.expr, right: ast.expr) -> ast.expr:
    if issubclass(kind, ast.boolop):
        operands = left.values if isinstance(left, ast.BoolOp) and isinstance(left.op, kind) else [left]
        return ast.BoolOp(kind(), [*operands, right])
    if issubclass(kind, ast.operator):
        return ast.BinOp(left, kind(), right)
    is_null_test = isinstance(right, ast.Constant) and right.value is None and not isinstance(left, ast.Constant)
    if is_null_test and issubclass(kind, ast.Eq | ast.NotEq):
        return ast.Compare(left, [ast.Is() if issubclass(kind, ast.Eq) else ast.IsNot()], [right])
    return ast.Compare(left, [kind()], [right])
