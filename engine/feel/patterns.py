"""Regular expressions of XPath, matched within the steps of a run.

The matcher goes back like others do, but never twice to the same place of the pattern at the same character, so that
no pattern takes longer than its length times that of the text. With references to groups the groups count as well, and
the run's steps end what takes too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from engine.feel.pattern_classes import CharacterTest, variants
from engine.feel.pattern_parser import (
    BACK,
    CHARACTER,
    END,
    JUMP,
    MATCH,
    SAVE,
    SPLIT,
    START,
    Instruction,
    PatternError,
    PatternParser,
)
from engine.feel.values import FeelRun

Groups = tuple[int, ...]
MAX_SOURCE = 2000
_STEPS_PER_PAYMENT = 256


@lru_cache(maxsize=256)
def compile_pattern(source: str, flags: str) -> Pattern:
    """The pattern; flags are those of XPath: s, m, i, x, q. Raises PatternError."""
    if len(source) > MAX_SOURCE:
        raise PatternError("feel-pattern-long")
    if not set(flags) <= set("smixq"):
        raise PatternError("feel-pattern-flags", flags=flags)
    if "q" in flags:
        source = "".join(f"\\{sign}" if sign in "\\|.?*+(){}-[]^$" else sign for sign in source)
    elif "x" in flags:
        source = _without_blanks(source)
    parser = PatternParser(source, flags)
    program = parser.program()
    return Pattern(program, parser.groups, has_references=parser.has_references)


def _without_blanks(source: str) -> str:
    kept, depth = [], 0
    for index, character in enumerate(source):
        is_escaped = index > 0 and source[index - 1] == "\\"
        depth += (character == "[" and not is_escaped) - (character == "]" and not is_escaped and depth > 0)
        if depth or character not in " \t\n\r":
            kept.append(character)
    return "".join(kept)


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_groups", "_has_references", "_program")

    def __init__(self, program: list[Instruction], groups: int, *, has_references: bool) -> None:
        self._program = program
        self._groups = groups
        self._has_references = has_references

    def search(self, run: FeelRun, text: str, start: int = 0) -> Groups | None:
        """Where the first match from `start` on and its groups begin and end (-1: not at all); None without one."""
        visited: set[object] = set()
        for first in range(start, len(text) + 1):
            run.spend()
            groups = self._match(run, text, first, visited)
            if groups is not None:
                return groups
        return None

    def _match(self, run: FeelRun, text: str, start: int, visited: set[object]) -> Groups | None:
        waiting: list[tuple[int, int, Groups]] = [(0, start, (-1,) * (2 * self._groups + 2))]
        program, has_references, steps = self._program, self._has_references, 0
        while waiting:
            place, position, groups = waiting.pop()
            while place >= 0:
                steps += 1
                if steps % _STEPS_PER_PAYMENT == 0:
                    run.spend(_STEPS_PER_PAYMENT)
                kind, first, second = program[place]
                if kind == CHARACTER:
                    is_next = position < len(text) and cast("CharacterTest", first)(text[position])
                    place, position = (place + 1, position + 1) if is_next else (-1, position)
                elif kind == SPLIT:
                    state: object = (place, position, groups) if has_references else place * (len(text) + 1) + position
                    if state in visited:
                        break
                    visited.add(state)
                    waiting.append((place + cast("int", second), position, groups))
                    place += cast("int", first)
                elif kind == JUMP:
                    place += cast("int", first)
                elif kind == SAVE:
                    slot = cast("int", first)
                    groups = (*groups[:slot], position, *groups[slot + 1 :])
                    place += 1
                elif kind == MATCH:
                    return groups
                else:
                    place, position = self._check(kind, (first, second), text, (place, position, groups))
        return None

    def _check(
        self, kind: int, facts: tuple[object, object], text: str, state: tuple[int, int, Groups]
    ) -> tuple[int, int]:
        """The place and position after an anchor or a reference; the place is -1 when it does not hold."""
        place, position, groups = state
        if kind == BACK:
            number = cast("int", facts[0])
            taken = text[groups[2 * number] : groups[2 * number + 1]] if groups[2 * number + 1] >= 0 else ""
            there = text[position : position + len(taken)]
            is_same = _is_alike(there, taken) if facts[1] else there == taken
            return (place + 1, position + len(taken)) if is_same else (-1, position)
        is_many_lines = bool(facts[0])
        if kind == START:
            holds = position == 0 or (is_many_lines and text[position - 1] == "\n" and position < len(text))
        else:
            assert kind == END
            holds = position == len(text) or (is_many_lines and text[position] == "\n")
        return (place + 1 if holds else -1), position

    def matches(self, run: FeelRun, text: str) -> Iterator[Groups]:
        """All matches, one after another. Raises PatternError when the pattern matches the empty text (FORX0003)."""
        if self.search(run, "") is not None:
            raise PatternError("feel-pattern-empty")
        position = 0
        while position <= len(text):
            groups = self.search(run, text, position)
            if groups is None:
                return
            yield groups
            position = max(groups[1], position + 1)

    def replace(self, run: FeelRun, text: str, replacement: str) -> str:
        """The text with each match replaced, `$1` by what the first group has."""
        pieces, parts, end = self._pieces(replacement), [], 0
        for groups in self.matches(run, text):
            parts.append(text[end : groups[0]])
            parts += [piece if isinstance(piece, str) else _group(text, groups, piece) for piece in pieces]
            run.spend(1 + sum(map(len, parts[-len(pieces) :])) // 16 if pieces else 1)
            end = groups[1]
        return "".join([*parts, text[end:]])

    def split(self, run: FeelRun, text: str) -> list[str]:
        """The parts of the text between the matches."""
        parts, end = [], 0
        for groups in self.matches(run, text):
            parts.append(text[end : groups[0]])
            end = groups[1]
        return [*parts, text[end:]]

    def _pieces(self, replacement: str) -> list[str | int]:
        pieces: list[str | int] = []
        position = 0
        while position < len(replacement):
            sign, following = replacement[position], replacement[position + 1 : position + 2]
            if sign == "\\" and following in ("\\", "$") and following:
                pieces.append(following)
                position += 2
            elif sign == "$" and following.isdecimal():
                number = int(following)
                position += 2
                while replacement[position : position + 1].isdecimal():
                    longer = number * 10 + int(replacement[position])
                    if longer > self._groups:
                        break
                    number, position = longer, position + 1
                pieces.append(number)
            elif sign in "\\$":
                raise PatternError("feel-pattern-misplaced", sign=sign)
            else:
                pieces.append(sign)
                position += 1
        return pieces


def _group(text: str, groups: Groups, number: int) -> str:
    if 2 * number + 1 >= len(groups) or groups[2 * number + 1] < 0:
        return ""
    return text[groups[2 * number] : groups[2 * number + 1]]


def _is_alike(left: str, right: str) -> bool:
    if len(left) != len(right):
        return False
    return all(not set(variants(one)).isdisjoint(variants(other)) for one, other in zip(left, right, strict=True))
