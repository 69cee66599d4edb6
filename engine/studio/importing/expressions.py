"""Takes over expressions of other tools: `=…` (FEEL) stays as it is, `${…}` (JUEL) is translated to our language.

One small parser reads JUEL into a Python syntax tree, which is unparsed and then checked like everything an analyst
types. Anything outside the grammar (methods, functions) is rejected, never guessed.
"""

from __future__ import annotations

import ast

from engine.bpmn.feel_language import compile_feel
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.language import compile_expression
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.studio.importing.dialects import (
    BINARY,
    ENGINE_VARIABLES,
    LITERAL_WORDS,
    UNARY,
    OperatorClass,
    OutsideGrammar,
    tokenize_expression,
    unescape_text,
)
from engine.studio.importing.juel import write_out_juel

__all__ = ["OutsideGrammar", "is_vendor_expression", "literal_value", "translate_expression"]

MAX_DEPTH = 20


def is_vendor_expression(text: str) -> bool:
    """Whether a text is marked as an expression of another tool; a leading `==` belongs to none."""
    text = text.strip()
    return (text.startswith(("${", "#{")) and text.endswith("}")) or (text.startswith("=") and text[1:2] != "=")


def translate_expression(text: str, *, is_condition: bool = False) -> str:
    """An expression in FEEL as it is; one in JUEL in our language, with what JUEL understands written out.

    `is_condition`: what counts is whether it holds. Raises OutsideGrammar.
    """
    if is_feel_text(text.strip()):
        return _kept_feel(text.strip())
    tree = write_out_juel(_ExpressionParser(tokenize_expression(text)).parse_all(), is_condition=is_condition)
    translation = ast.unparse(ast.fix_missing_locations(tree))
    try:
        compile_expression(translation)
    except ScriptError as error:
        raise OutsideGrammar(error) from error
    return translation


def _kept_feel(text: str) -> str:
    """A text in FEEL with its sign. Raises OutsideGrammar for what is no FEEL, with the reason."""
    try:
        compile_feel(text)
    except ScriptError as error:
        raise OutsideGrammar(error) from error
    return f"={text[1:].strip()}"


def literal_value(text: str) -> object:
    """The value of a foreign expression that is the same for all cases; raises OutsideGrammar."""
    if is_feel_text(text.strip()):
        if compile_feel(_kept_feel(text.strip())).names:
            raise OutsideGrammar(text)
        return ExpressionLanguage({}).evaluate(_kept_feel(text.strip()), {})
    try:
        return ast.literal_eval(translate_expression(text))
    except ValueError as error:
        raise OutsideGrammar(text) from error


class _ExpressionParser:
    """Parses tokens by precedence climbing."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
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
        if self.accept_token("?"):
            first = self.parse_expression()
            self.expect_token(":")
            tree = ast.IfExp(tree, first, self.parse_expression())
        self.depth -= 1
        return tree

    def parse_binary(self, min_level: int) -> ast.expr:
        tree = self.parse_unary()
        while True:
            level, kind = BINARY.get(self.next_symbol, (0, ast.Or))
            if level < min_level:
                return tree
            self.take_token()
            tree = _join_operands(kind, tree, self.parse_binary(level + 1))

    def parse_unary(self) -> ast.expr:
        kind = UNARY.get(self.next_symbol)
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
        """Parse accessors: `a.b` is our `a["b"]`."""
        while True:
            if self.accept_token("."):
                key: ast.expr = ast.Constant(self.parse_name())
            elif self.accept_token("["):
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
            return ast.Constant(unescape_text(symbol))
        if symbol[0].isdigit() or (symbol[0] == "." and symbol[1:].isdigit()):
            return ast.Constant(float(symbol) if "." in symbol else int(symbol))
        if symbol in LITERAL_WORDS:
            return ast.Constant(LITERAL_WORDS[symbol])
        if symbol in ENGINE_VARIABLES:
            raise OutsideGrammar(symbol)
        self.place -= 1
        return ast.Name(self.parse_name(), ast.Load())


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
