"""The values of FEEL (DMN 1.5, 10.3.2.2) and the run in which they are made.

null, booleans, texts and numbers are None, bool, str and Decimal; lists and contexts are list and dict, which nobody
changes once they are made; the others are classes of engine.feel.temporal and of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.feel.limits import (
    CHARACTERS_PER_STEP,
    MAX_LENGTH,
    MAX_REASONS,
    MAX_STACK,
    MAX_STEPS,
    FeelLimit,
)
from engine.feel.reasons import FeelReason
from engine.feel.temporal import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration

FeelValue = object
FeelContext = dict[str, object]


@dataclass(frozen=True, slots=True)
class FeelRange:
    """A range; an end that is None is open to infinity. `sign` is set when a comparison such as `< 10` made it."""

    low: FeelValue
    high: FeelValue
    low_closed: bool
    high_closed: bool
    sign: str = ""


class FeelRun:
    """One evaluation: what it has cost, why values became null, and the time that it is told, if any."""

    __slots__ = ("now", "reasons", "stack", "steps")

    def __init__(self, now: FeelDateTime | None = None, steps: int = MAX_STEPS) -> None:
        self.now = now
        self.steps = steps
        self.stack = 0
        self.reasons: list[FeelReason] = []

    def spend(self, steps: int = 1) -> None:
        """Pay for work. Raises FeelLimit when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelLimit("feel-too-many-steps", MAX_STEPS)

    def pay_for(self, value: FeelValue) -> FeelValue:
        """Pay for a text or list by its size, and return it. Raises FeelLimit when it is too large."""
        if isinstance(value, (str, list)):
            if len(value) > MAX_LENGTH:
                raise FeelLimit("feel-too-large", MAX_LENGTH)
            self.spend(len(value) // CHARACTERS_PER_STEP if isinstance(value, str) else len(value))
        return value

    def enter(self, levels: int) -> None:
        """Go into a function whose body is so deep; `stack` is set back by whoever calls. Raises FeelLimit."""
        self.stack += levels
        if self.stack > MAX_STACK:
            raise FeelLimit("feel-recursion-too-deep", MAX_STACK)

    def null_because(self, rule: str, **facts: object) -> None:
        """The null of an error, with the reason kept."""
        if len(self.reasons) < MAX_REASONS:
            self.reasons.append(FeelReason(rule, facts))


class FeelScope:
    """What names mean at one place of an expression: some values, and those of the scope around it."""

    __slots__ = ("parent", "run", "values")

    def __init__(self, values: Mapping[str, FeelValue], parent: FeelScope | None, run: FeelRun) -> None:
        self.values = values
        self.parent = parent
        self.run = run

    def inner(self, values: Mapping[str, FeelValue]) -> FeelScope:
        """A scope within this one."""
        return FeelScope(values, self, self.run)


FeelCode = Callable[[FeelScope], FeelValue]


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: its name, its parts in order, and the names of a context's entries; `is_list_of` has one part."""

    name: str
    parts: tuple[FeelType, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeelParameter:
    """A parameter of a function and its type."""

    name: str
    type: FeelType


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function that can be called: `invoke` gets the run and the values of all parameters, in order and coerced."""

    name: str
    parameters: tuple[FeelParameter, ...]
    result: FeelType
    invoke: Callable[[FeelRun, list[FeelValue]], FeelValue]
    depth: int = 1


_NAMES: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", FeelDate: "date", FeelTime: "time",
    FeelDateTime: "date and time", MonthsDuration: "years and months duration", DaysDuration: "days and time duration",
    list: "list", dict: "context", FeelRange: "range", FeelFunction: "function",
}  # fmt: skip


def type_name(value: FeelValue) -> str:
    """The name of the type that a value has; functions of any kind are `function`."""
    return _NAMES.get(type(value), "function")


def type_class(name: str) -> type | None:
    """The class whose values have a type of that name; None when there is none or several may."""
    return next((kind for kind, own in _NAMES.items() if own == name), None)


def as_list(value: FeelValue) -> list[FeelValue]:
    """The items of a list; any other value is the only item of its list (10.3.2.5)."""
    return value if isinstance(value, list) else [value]
