"""From text to syntax tree, by the grammar in feel.lark; the tree is built while parsing, without recursion."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import cast

from lark import Lark, Token, UnexpectedInput
from lark.exceptions import VisitError
from lark.lexer import Lexer

from engine.feel.lexer import FeelToken, tokenize
from engine.feel.reasons import FeelSyntaxError
from engine.feel.simple_literals import simple_expression, simple_tests
from engine.feel.syntax import FeelNode
from engine.feel.tree import TreeBuilder

# Tokens whose text the tree needs; the grammar marks the others with a line, and lark leaves them out.
_KEPT = frozenset(
    {"NUMBER", "STRING", "AT", "NAME", "TRUE", "FALSE", "NULL", "LT", "LE", "GT", "GE", "EQ", "NE", "PLUS", "MINUS",
     "STAR", "SLASH", "POWER"}
)  # fmt: skip


def parse_expression(text: str, names: Collection[str]) -> FeelNode:
    """The tree of an expression that may use `names`. Raises FeelSyntaxError."""
    return simple_expression(text) or _parse("expression_text", tokenize(text, names))


def parse_unary_tests(text: str, names: Collection[str]) -> FeelNode | None:
    """The tree of a cell of a decision table (rule 17); None for one that is empty or `-` and lets everything pass."""
    if text.strip() in ("", "-"):
        return None
    return simple_tests(text) or _tests_tree(text, frozenset(names))


@lru_cache(maxsize=1024)
def _tests_tree(text: str, names: frozenset[str]) -> FeelNode:
    """Cells of tables often say the same; trees never change."""
    return _parse("tests_text", tokenize(text, names, is_tests=True))


class _NoLexer(Lexer):
    """Tokens are fed to the parser one by one."""

    def __init__(self, *_: object) -> None:
        pass

    def lex(self, *_: object) -> Iterable[Token]:  # type: ignore[override]
        return ()


def _parse(start: str, tokens: list[FeelToken]) -> FeelNode:
    parser = _grammar().parse_interactive(start=start)
    token = None
    try:
        for token in tokens:
            kind = token.kind if token.kind in _KEPT else f"_{token.kind}"
            parser.feed_token(Token(kind, token.text, token.at))
        return cast("FeelNode", parser.feed_eof())  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        is_end = getattr(getattr(error, "token", None), "type", "") == "$END"
        if is_end or token is None:
            raise FeelSyntaxError("feel-syntax-end") from None
        raise FeelSyntaxError("feel-syntax", at=token.at + 1, text=token.text) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FeelSyntaxError):
            raise error.orig_exc from None
        raise


@cache
def _grammar() -> Lark:
    grammar = FilePath(__file__).with_name("feel.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=_NoLexer,
        start=["expression_text", "tests_text"],
        transformer=TreeBuilder(),
        maybe_placeholders=False,
        keep_all_tokens=False,
    )
