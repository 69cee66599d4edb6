"""Reads a regular expression of XPath (functions 3.1, 5.6.1) into a program for the matcher.

The instructions are tuples: a kind, and where to go or what to test. A pattern that would become very long is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel.pattern_classes import (
    ESCAPED_CHARACTERS,
    ESCAPED_CLASSES,
    CharacterTest,
    any_of,
    between,
    inverted,
    property_test,
    variants,
    without_case,
)
from engine.feel.reasons import FeelReason

CHARACTER, SPLIT, JUMP, SAVE, START, END, BACK, MATCH = range(8)
Instruction = tuple[int, object, object]
MAX_PROGRAM, MAX_GROUPS = 4000, 60


class PatternError(Exception):
    """A pattern or replacement that cannot be used; `reason` says why."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.reason = FeelReason(rule, facts)


@dataclass(slots=True)
class PatternParser:
    """One pass over a pattern."""

    source: str
    flags: str
    position: int = 0
    groups: int = 0
    closed: set[int] = field(default_factory=set)
    has_references: bool = False

    def program(self) -> list[Instruction]:
        """The whole pattern as a program."""
        body = self._branches()
        if self.position < len(self.source):
            raise PatternError("feel-pattern-bracket")
        return [(SAVE, 0, None), *body, (SAVE, 1, None), (MATCH, None, None)]

    def _peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternError("feel-pattern-end")
        self.position += 1
        return character

    def _branches(self) -> list[Instruction]:
        code = self._branch()
        while self._peek() == "|":
            self._take()
            other = self._branch()
            code = [(SPLIT, 1, len(code) + 2), *code, (JUMP, len(other) + 1, None), *other]
        return _checked(code)

    def _branch(self) -> list[Instruction]:
        code: list[Instruction] = []
        while self._peek() not in ("", "|", ")"):
            code += self._repeated(self._atom())
            _checked(code)
        return code

    def _repeated(self, atom: list[Instruction]) -> list[Instruction]:
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return atom
        is_lazy = self._peek() == "?"
        self.position += is_lazy
        if len(atom) * max(least, most or 0) > MAX_PROGRAM:
            raise PatternError("feel-pattern-long")
        code = atom * least
        if most is None:
            return [*code, _split(1, len(atom) + 2, is_lazy), *atom, (JUMP, -len(atom) - 1, None)]
        optional: list[Instruction] = []
        for _ in range(most - least):
            optional = [_split(1, len(atom) + len(optional) + 1, is_lazy), *atom, *optional]
        return [*code, *optional]

    def _quantifier(self) -> tuple[int, int | None]:
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        sign = self._peek()
        if sign in simple:
            self.position += 1
            return simple[sign]
        if sign != "{":
            return 1, 1
        end = self.source.find("}", self.position)
        low, comma, high = self.source[self.position + 1 : max(end, 0)].partition(",")
        if end < 0 or not _is_count(low) or (high and not _is_count(high)):
            raise PatternError("feel-pattern-repetition")
        self.position = end + 1
        least = int(low)
        most = int(high) if high else None if comma else least
        if most is not None and most < least:
            raise PatternError("feel-pattern-repetition")
        return least, most

    def _atom(self) -> list[Instruction]:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._test(self._class())
        if character in "^$":
            return [(START if character == "^" else END, "m" in self.flags, None)]
        if character == ".":
            return [(CHARACTER, (lambda _: True) if "s" in self.flags else (lambda sign: sign not in "\n\r"), None)]
        if character == "\\":
            return self._escape()
        if character in "?*+{}]":
            raise PatternError("feel-pattern-misplaced", sign=character)
        return self._test(self._equal(character))

    def _test(self, test: CharacterTest) -> list[Instruction]:
        return [(CHARACTER, test, None)]

    def _equal(self, character: str) -> CharacterTest:
        if "i" not in self.flags:
            return lambda other: other == character
        cases = set(variants(character))
        return lambda other: not cases.isdisjoint(variants(other))

    def _group(self) -> list[Instruction]:
        is_plain = self.source.startswith("?:", self.position)
        self.position += 2 * is_plain
        self.groups += not is_plain
        number = self.groups
        if number > MAX_GROUPS:
            raise PatternError("feel-pattern-long")
        code = self._branches()
        if self._take() != ")":
            raise PatternError("feel-pattern-bracket")
        if is_plain:
            return code
        self.closed.add(number)
        return [(SAVE, 2 * number, None), *code, (SAVE, 2 * number + 1, None)]

    def _escape(self) -> list[Instruction]:
        if self._peek().isdecimal() and self._peek() != "0":
            return self._reference()
        test = self._escaped_class()
        return self._test(self._equal(self._escaped_character()) if test is None else test)

    def _reference(self) -> list[Instruction]:
        number = int(self._take())
        while self._peek().isdecimal() and number * 10 + int(self._peek()) in self.closed:
            number = number * 10 + int(self._take())
        if number not in self.closed:
            raise PatternError("feel-pattern-reference", number=number)
        self.has_references = True
        return [(BACK, number, "i" in self.flags)]

    def _escaped_character(self) -> str:
        character = self._take()
        if character not in ESCAPED_CHARACTERS:
            raise PatternError("feel-pattern-misplaced", sign=f"\\{character}")
        return ESCAPED_CHARACTERS[character]

    def _escaped_class(self) -> CharacterTest | None:
        """The test of an escape such as \\d or \\p{L} at this place; None when it is a single character."""
        letter = self._peek()
        if letter in ("p", "P"):
            self._take()
            test = property_test(self._property_name())
            if test is None:
                raise PatternError("feel-pattern-property")
        elif letter and letter.lower() in ESCAPED_CLASSES:
            self._take()
            test = ESCAPED_CLASSES[letter.lower()]
        else:
            return None
        return inverted(test) if letter.isupper() else test

    def _property_name(self) -> str:
        end = self.source.find("}", self.position)
        if self._peek() != "{" or end < 0:
            raise PatternError("feel-pattern-property")
        name = self.source[self.position + 1 : end]
        self.position = end + 1
        return name

    def _class(self) -> CharacterTest:
        """The test of a class, after its opening bracket: `[a-z]`, `[^a-z]`, `[a-z-[aeiou]]`."""
        is_negative = self._peek() == "^"
        self.position += is_negative
        tests: list[CharacterTest] = []
        without: CharacterTest | None = None
        while self._peek() != "]":
            if self.source.startswith("-[", self.position) and tests:
                self.position += 2
                without = self._class()
                break
            tests.append(self._class_part())
        if self._take() != "]" or not tests:
            raise PatternError("feel-pattern-bracket")
        test = any_of(tests)
        test = without_case(test) if "i" in self.flags else test
        test = inverted(test) if is_negative else test
        return test if without is None else _difference(test, without)

    def _class_part(self) -> CharacterTest:
        first = self._class_character()
        if not isinstance(first, str):
            return first
        is_range = self._peek() == "-" and self.source[self.position + 1 : self.position + 2] not in ("]", "[", "")
        if not is_range:
            return between(first, first)
        self.position += 1
        last = self._class_character()
        if not isinstance(last, str) or last < first:
            raise PatternError("feel-pattern-range")
        return between(first, last)

    def _class_character(self) -> str | CharacterTest:
        character = self._take()
        if character == "[":
            raise PatternError("feel-pattern-bracket")
        if character != "\\":
            return character
        test = self._escaped_class()
        return self._escaped_character() if test is None else test


def _difference(test: CharacterTest, without: CharacterTest) -> CharacterTest:
    return lambda character: test(character) and not without(character)


def _split(first: int, second: int, is_lazy: bool) -> Instruction:  # noqa: FBT001
    return (SPLIT, second, first) if is_lazy else (SPLIT, first, second)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _checked(code: list[Instruction]) -> list[Instruction]:
    if len(code) > MAX_PROGRAM:
        raise PatternError("feel-pattern-long")
    return code
