"""How built-in functions are declared and called: one place counts, names and checks arguments of all of them.

A signature is text: parameters `name: kind` with commas between. Kinds are joined by `|`. A kind ending in `?` may be
left out; one in `+` takes a list or all arguments as its items; one in `*` takes the remaining arguments as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.feel.types import fit
from engine.feel.values import FeelRun, FeelType, FeelValue, as_list, type_name

BuiltinWork = Callable[..., FeelValue]
Work = TypeVar("Work", bound=BuiltinWork)
_DURATIONS = ("years and months duration", "days and time duration")


@dataclass(frozen=True, slots=True)
class BuiltinParameter:
    """A parameter: its name and the kinds of values it takes; without kinds it takes any, also null."""

    name: str
    kinds: tuple[str, ...]
    suffix: str

    @property
    def is_needed(self) -> bool:
        """Whether a call has to give it."""
        return self.suffix != "?"


@dataclass(frozen=True, slots=True)
class BuiltinSignature:
    """One way to call a function."""

    parameters: tuple[BuiltinParameter, ...]
    work: BuiltinWork

    @property
    def is_open(self) -> bool:
        """Whether it takes any number of arguments."""
        return bool(self.parameters) and self.parameters[-1].suffix in ("+", "*")

    def takes(self, count: int) -> bool:
        """Whether a call may have so many arguments in order."""
        needed = sum(parameter.is_needed for parameter in self.parameters)
        return needed <= count and (self.is_open or count <= len(self.parameters))


class BuiltinFunction:
    """A function that FEEL has by itself."""

    __slots__ = ("name", "signatures")

    def __init__(self, name: str, signatures: list[BuiltinSignature]) -> None:
        self.name = name
        self.signatures = signatures


class BuiltinFamily:
    """The functions that one module declares."""

    def __init__(self) -> None:
        self.functions: dict[str, BuiltinFunction] = {}

    def add(self, name: str, signature: str = "") -> Callable[[Work], Work]:
        """Declare a way to call the function `name`; several are tried in the order of their declaration."""

        def register(work: Work) -> Work:
            function = self.functions.setdefault(name, BuiltinFunction(name, []))
            function.signatures.append(BuiltinSignature(_parameters(signature), work))
            return work

        return register


def _parameters(signature: str) -> tuple[BuiltinParameter, ...]:
    parameters = []
    for part in filter(None, signature.split(", ")):
        name, kinds = part.split(": ")
        suffix = kinds[-1] if kinds[-1] in "?+*" else ""
        names = [kind for kind in kinds.removesuffix(suffix).split("|") if kind != "any"]
        if "duration" in names:
            names = [*(kind for kind in names if kind != "duration"), *_DURATIONS]
        parameters.append(BuiltinParameter(name, tuple(names), suffix))
    return tuple(parameters)


def bind_builtin(
    run: FeelRun, function: BuiltinFunction, values: Sequence[FeelValue], names: Sequence[str]
) -> FeelValue:
    """What the function answers; null with the reason of the signature that came nearest."""
    complaint: tuple[str, Mapping[str, object]] = ("feel-argument-count", {"count": len(values)})
    for signature in function.signatures:
        ordered = _in_order(signature, values, names)
        if ordered is None:
            continue
        problem = _fit_all(signature, ordered)
        if problem is None:
            return run.pay_for(signature.work(run, *ordered))
        complaint = problem
    if names and complaint[0] == "feel-argument-count":
        complaint = ("feel-argument-name", {"parameter": ", ".join(names)})
    return run.null_because(complaint[0], name=function.name, **complaint[1])


def _in_order(signature: BuiltinSignature, values: Sequence[FeelValue], names: Sequence[str]) -> list[FeelValue] | None:
    """The values for all parameters, null for those left out; None when this signature takes others."""
    parameters = signature.parameters
    if names:
        given = dict(zip(names, values, strict=True))
        known = {parameter.name for parameter in parameters}
        if len(given) < len(names) or not given.keys() <= known:
            return None
        if any(parameter.is_needed and parameter.name not in given for parameter in parameters):
            return None
        return [_as_given(parameter, given.get(parameter.name)) for parameter in parameters]
    if not signature.takes(len(values)):
        return None
    if signature.is_open:
        return _gathered(signature, values)
    return [*values, *[None] * (len(parameters) - len(values))]


def _as_given(parameter: BuiltinParameter, value: FeelValue) -> FeelValue:
    return as_list(value) if parameter.suffix in ("+", "*") else value


def _gathered(signature: BuiltinSignature, values: Sequence[FeelValue]) -> list[FeelValue]:
    fixed = len(signature.parameters) - 1
    rest = list(values[fixed:])
    if signature.parameters[-1].suffix == "+" and len(rest) == 1:
        return [*values[:fixed], rest[0] if isinstance(rest[0], list) else rest]
    return [*values[:fixed], rest]


def _fit_all(signature: BuiltinSignature, values: list[FeelValue]) -> tuple[str, Mapping[str, object]] | None:
    """Fit the values to the parameters in place; what is wrong with the first that does not."""
    for index, parameter in enumerate(signature.parameters):
        value = values[index]
        if not parameter.kinds or parameter.suffix in ("+", "*") or (value is None and not parameter.is_needed):
            continue
        fitting = [fitted for kind in parameter.kinds for fitted in [_as_kind(value, kind)] if fitted is not None]
        if not fitting:
            facts = {"parameter": parameter.name, "expected": " or ".join(parameter.kinds), "type": type_name(value)}
            return "feel-argument-type", facts
        values[index] = fitting[0]
    return None


def _as_kind(value: FeelValue, kind: str) -> FeelValue:
    if value is None or type_name(value) == kind:
        return value
    if kind == "date and time" and type_name(value) == "date":
        return None  # Functions that take either say so.
    fits, fitted = fit(value, FeelType(kind))
    return fitted if fits else None
