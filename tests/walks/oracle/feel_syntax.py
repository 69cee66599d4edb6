"""Reads expressions in FEEL into trees of tuples: the part of the grammar of DMN 1.5, 10.3.1, that diagrams use.

A name may have several words; each run of words that are no keywords is one. What is not read raises AssertionError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

Tree = tuple[Any, ...]
"""The kind of a node, and its parts: `("name", "Vacation Approval")`, `("=", left, right)`."""

_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:\\.|[^"\\])*")|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[^\W\d]\w*)'
    r"|(?P<sign>\*\*|<=|>=|!=|[-+*/=<>().,:\[\]{}]))"
)
_KEYWORDS = frozenset(
    ("if", "then", "else", "for", "some", "every", "in", "return", "satisfies", "and", "or", "between", "instance")
)
_LITERALS = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|[nrt"\\\'])')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@lru_cache(maxsize=4096)
def read_feel(source: str) -> Tree:
    """The tree of a text that is marked as FEEL."""
    reader = _Reader(source.strip().removeprefix("="))
    tree = reader.expression()
    assert reader.kind == "end", f"the oracle does not read {source!r} behind {reader.text!r}"
    return tree


def parts_of(tree: Tree) -> Iterator[Tree]:
    """A node and all below it."""
    yield tree
    for part in tree[1:]:
        for below in part if isinstance(part, list) else [part]:
            if isinstance(below, tuple) and below and isinstance(below[0], str):
                yield from parts_of(below)


class _Reader:
    """Goes through the tokens of one text; `kind` and `text` are those of the next."""

    def __init__(self, source: str) -> None:
        self.source, self.end = source, 0
        self.kind, self.text = "", ""
        self._advance()

    def _advance(self) -> str:
        before = self.text
        if not self.source[self.end :].strip():
            self.kind, self.text = "end", ""
            return before
        match = _TOKEN.match(self.source, self.end)
        assert match is not None, f"the oracle does not read {self.source[self.end :]!r}"
        self.kind, self.end = str(match.lastgroup), match.end()
        self.text = match[self.kind]
        return before

    def _takes(self, *texts: str) -> bool:
        """Whether the next token is one of these, which is then passed."""
        is_it = self.kind in ("sign", "word") and self.text in texts
        if is_it:
            self._advance()
        return is_it

    def _needs(self, text: str) -> None:
        assert self._takes(text), f"the oracle reads {self.text!r} where it needs {text!r} in {self.source!r}"

    def expression(self) -> Tree:
        """A whole expression: what binds least comes first."""
        if self._takes("if"):
            condition = self.expression()
            self._needs("then")
            then = self.expression()
            self._needs("else")
            return ("if", condition, then, self.expression())
        for kind, before in (("for", "return"), ("some", "satisfies"), ("every", "satisfies")):
            if self._takes(kind):
                return self._iteration(kind, before)
        return self._either()

    def _iteration(self, kind: str, before: str) -> Tree:
        names: list[tuple[str, Tree]] = []
        while not names or self._takes(","):
            name = self._name()
            self._needs("in")
            names.append((name, self._either()))
        self._needs(before)
        body = self.expression()
        for name, items in reversed(names):
            body = (kind, name, items, body)
        return body

    def _either(self) -> Tree:
        return self._chain(("or",), lambda: self._chain(("and",), self._comparison))

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        tree = part()
        while self.text in signs and self.kind in ("sign", "word"):
            sign = self._advance()
            tree = (sign, tree, part())
        return tree

    def _comparison(self) -> Tree:
        left = self._sum()
        if self.kind == "sign" and self.text in COMPARISONS:
            return (self._advance(), left, self._sum())
        return left

    def _sum(self) -> Tree:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), lambda: self._chain(("**",), self._signed)))

    def _signed(self) -> Tree:
        return ("-", ("value", Decimal(0)), self._signed()) if self._takes("-") else self._postfix()

    def _postfix(self) -> Tree:
        tree = self._primary()
        while self.kind == "sign":
            if self._takes("."):
                tree = ("path", tree, self._name())
            elif self.text == "(" and tree[0] == "name":
                self._advance()
                tree = ("call", tree[1], self._list(")"))
            else:
                break
        return tree

    def _primary(self) -> Tree:
        if self.kind == "number":
            return ("value", Decimal(self._advance()))
        if self.kind == "string":
            return ("value", _ESCAPE.sub(_unescaped, self._advance()[1:-1]))
        if self.kind == "word" and self.text in _LITERALS:
            return ("value", _LITERALS[self._advance()])
        if self._takes("("):
            tree = self.expression()
            self._needs(")")
            return tree
        if self._takes("["):
            return ("list", self._list("]"))
        return ("context", self._entries()) if self._takes("{") else ("name", self._name())

    def _list(self, end: str) -> list[Tree]:
        """What stands between commas, up to the end, which is passed."""
        parts: list[Tree] = []
        while not self._takes(end):
            if parts:
                self._needs(",")
            parts.append(self.expression())
        return parts

    def _entries(self) -> list[Tree]:
        entries: list[Tree] = []
        while not self._takes("}"):
            if entries:
                self._needs(",")
            name = self._advance()[1:-1] if self.kind == "string" else self._name()
            self._needs(":")
            entries.append(("entry", name, self.expression()))
        return entries

    def _name(self) -> str:
        words: list[str] = []
        while self.kind == "word" and self.text not in _KEYWORDS:
            words.append(self._advance())
        assert words, f"the oracle reads {self.text!r} where it needs a name in {self.source!r}"
        return " ".join(words)


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1][1:], 16)) if match[1][0] == "u" else _ESCAPED.get(match[1], match[1])
