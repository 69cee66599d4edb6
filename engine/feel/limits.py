"""How much one expression may cost: FEEL is total here, whatever text or value it is given.

A step is a few microseconds at most. What makes something large pays by its size, so that steps bound memory as well.
"""

from __future__ import annotations

MAX_TEXT = 20_000  # Characters of one expression.
MAX_NESTING = 60  # Brackets within brackets.
MAX_DEPTH = 120  # Levels of the syntax tree.
MAX_STACK = 400  # Levels of the syntax trees of all functions that are being called.
MAX_STEPS = 100_000
MAX_LENGTH = 100_000  # Characters of one string, items of one list.
MAX_REASONS = 50
CHARACTERS_PER_STEP = 16
ITEMS_PER_STEP = 16  # Of a list that is copied.


class FeelLimit(Exception):
    """An expression costs more than it may; `rule` names the limit."""

    def __init__(self, rule: str, most: int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.most = most
