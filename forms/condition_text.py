"""Reads the text of a condition: its grammar, and the kinds of what it compares.

A comparison that could never be true (a choice that the field does not have, a number with a text) is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forms.conditions import CASE_FACTS, FACT_NAMES, AnswerCondition, Tree
from forms.fields import KINDS, FormField
from forms.texts import iso_date, iso_instant, iso_time

MAX_DEPTH = 20
MAX_TOKENS = 200

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"\\]*")|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)|(?P<sign>!=|<=|>=|[=<>(),])'
    r"|(?P<word>list contains\b|[A-Za-z][A-Za-z0-9_]*))"
)
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}
_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_KIND_NAMES = {"date": "day", "datetime": "minute", "time": "time", "number": "number", "checkbox": "flag"}
_EXAMPLES = {
    "number": "12.5",
    "flag": "true, false",
    "text": '"correct"',
    "day": '"2026-11-24"',
    "minute": '"2026-11-24T08:30"',
    "time": '"08:30"',
}
_READERS = {"day": iso_date, "minute": iso_instant, "time": iso_time}


class BadCondition(Exception):
    """The text is no condition, or one that could never work: a rule and its facts."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule, self.facts = rule, facts
        super().__init__(rule)


def parse_condition(
    text: str, fields: Mapping[str, FormField], *, facts: bool, unknown: str = "form-condition-above"
) -> AnswerCondition:
    """The condition in `text`, which begins with `=`; raises BadCondition.

    It may name the keys of `fields` and, with `facts`, the facts of time and of the case; any other name breaks the
    rule `unknown`.
    """
    tokens = _split_tokens(text)
    parser = _ConditionParser(tokens, fields, facts=facts, unknown=unknown)
    tree = parser.read_any(0)
    if parser.place != len(tokens):
        raise BadCondition("form-condition")
    return AnswerCondition(tree, frozenset(parser.names))


def _split_tokens(text: str) -> list[tuple[str, str]]:
    text = text.strip()
    if not text.startswith("="):
        raise BadCondition("form-condition")
    tokens: list[tuple[str, str]] = []
    place = 1
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or len(tokens) == MAX_TOKENS:
            raise BadCondition("form-condition")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return tokens


class _ConditionParser:
    """A parser by descent; each method reads one level of the grammar."""

    def __init__(
        self, tokens: list[tuple[str, str]], fields: Mapping[str, FormField], *, facts: bool, unknown: str
    ) -> None:
        self.tokens, self.fields, self.facts, self.unknown = tokens, fields, facts, unknown
        self.place = 0
        self.names: set[str] = set()

    def read_any(self, depth: int) -> Tree:
        """Parts joined by `or`."""
        return self._read_joined("or", self._read_all, depth)

    def _read_all(self, depth: int) -> Tree:
        return self._read_joined("and", self._read_one, depth)

    def _read_joined(self, word: str, read: Any, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise BadCondition("form-condition")
        parts = [read(depth)]
        while self._take(word):
            parts.append(read(depth))
        return parts[0] if len(parts) == 1 else (word, *parts)

    def _read_one(self, depth: int) -> Tree:
        if self._take("not"):
            self._expect("(")
            tree: Tree = ("not", self.read_any(depth + 1))
            self._expect(")")
            return tree
        if self._take("("):
            tree = self.read_any(depth + 1)
            self._expect(")")
            return tree
        return self._read_contains() if self._take("list contains") else self._read_comparison()

    def _read_contains(self) -> Tree:
        self._expect("(")
        name = self._read_name()
        field = self._named_field(name)
        self._expect(",")
        value = self._read_literal()
        self._expect(")")
        if field is None or field.kind != "checklist":
            raise BadCondition("form-condition-no-list", key=name)
        _require_choice(field, value)
        return ("contains", name, value)

    def _read_comparison(self) -> Tree:
        left, left_kind = self._read_operand()
        if self._take("in"):
            return self._read_membership(left, left_kind)
        sign = self._peek()[1] if self._peek()[0] == "sign" and self._peek()[1] in _SIGNS else ""
        if not sign:
            if left_kind != "flag" or left[0] != "name":
                raise BadCondition("form-condition")
            return ("compare", "=", "flag", left, ("value", True))
        self.place += 1
        right, right_kind = self._read_operand()
        kind = self._common_kind((left, left_kind), (right, right_kind), sign)
        return ("compare", sign, kind, self._typed(left, kind), self._typed(right, kind))

    def _read_membership(self, left: Tree, kind: str) -> Tree:
        self._expect("(")
        values = [self._read_literal()]
        while self._take(","):
            values.append(self._read_literal())
        self._expect(")")
        if left[0] != "name":
            raise BadCondition("form-condition")
        for value in values:
            self._check_literal(left, kind, value)
        return ("in", kind, left, tuple(values))

    def _read_operand(self) -> tuple[Tree, str]:
        kind, text = self._peek()
        if kind == "word" and text not in _CONSTANTS:
            name = self._read_name()
            field = self._named_field(name)
            return ("name", name), _fact_kind(name) if field is None else _compared_kind(field)
        value = self._read_literal()
        return ("value", value), _literal_kind(value)

    def _read_name(self) -> str:
        kind, text = self._peek()
        if kind != "word" or text in _CONSTANTS:
            raise BadCondition("form-condition")
        self.place += 1
        return text

    def _named_field(self, name: str) -> FormField | None:
        """The field of this key; None for a fact."""
        if name not in self.fields and not (self.facts and name in FACT_NAMES):
            raise BadCondition(self.unknown, key=name)
        self.names.add(name)
        return self.fields.get(name)

    def _read_literal(self) -> object:
        kind, text = self._peek()
        self.place += 1
        if kind == "text":
            return text[1:-1]
        if kind == "number":
            return float(text)
        if kind == "word" and text in _CONSTANTS:
            return _CONSTANTS[text]
        raise BadCondition("form-condition")

    def _common_kind(self, left: tuple[Tree, str], right: tuple[Tree, str], sign: str) -> str:
        """What both sides are compared as; raises BadCondition for sides that can never be equal or ordered."""
        names = [(part, kind) for part, kind in (left, right) if part[0] == "name"]
        values = [part[1] for part, _kind in (left, right) if part[0] == "value"]
        if not names:
            raise BadCondition("form-condition")
        kind = names[0][1]
        for value in values:
            if value is None and sign in {"=", "!="}:
                return "text" if kind == "many" else kind
            kind = self._check_literal(names[0][0], kind, value)
        kinds = {kind for _part, kind in names}
        if "many" in kinds:
            raise BadCondition("form-condition-many", key=names[0][0][1])
        if kinds == {"day", "minute"}:
            return "day"
        if len(kinds) > 1:
            raise BadCondition("form-condition-kinds", key=names[0][0][1], other=names[1][0][1])
        if sign not in {"=", "!="} and kind in {"text", "flag"}:
            raise BadCondition("form-condition-order", key=names[0][0][1])
        return kind

    def _check_literal(self, name: Tree, kind: str, value: object) -> str:
        """What a field and a literal are compared as; raises BadCondition for an answer that it can never have."""
        key = name[1]
        if kind == "many":
            raise BadCondition("form-condition-many", key=key)
        if kind == "minute" and isinstance(value, str) and iso_date(value) == value:
            return "day"
        reader = _READERS.get(kind)
        fits = value not in (None, "") and _literal_kind(value) == ("text" if reader else kind)
        if not fits or (reader is not None and reader(value) is None):
            raise BadCondition("form-condition-value", key=key, example=_EXAMPLES[kind])
        field = self.fields.get(key)
        if field is not None and field.choices:
            _require_choice(field, value)
        if field is None and value not in CASE_FACTS.get(key, (value,)):
            raise BadCondition("form-condition-option", key=key, value=value)
        return kind

    def _typed(self, part: Tree, kind: str) -> Tree:
        """A literal moment or day in the spelling in which answers are stored."""
        reader = _READERS.get(kind)
        if part[0] == "name" or reader is None or part[1] is None:
            return part
        return ("value", reader(part[1]))

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("", "")

    def _take(self, text: str) -> bool:
        kind, token = self._peek()
        if token == text and kind != "text":
            self.place += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise BadCondition("form-condition")


def _fact_kind(name: str) -> str:
    return "text" if name in CASE_FACTS else "minute"


def _compared_kind(field: FormField) -> str:
    if KINDS[field.kind].comparable_type is None:
        return "many"
    return _KIND_NAMES.get(field.kind, "text")


def _literal_kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, float) else "text"


def _require_choice(field: FormField, value: object) -> None:
    if value not in {choice.value for choice in field.choices}:
        raise BadCondition("form-condition-option", key=field.key, value=value)
