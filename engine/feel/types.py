"""Types: which values have them, and how values are fitted to them (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.syntax import TypeNode
from engine.feel.temporal import FeelDate, midnight
from engine.feel.values import FeelFunction, FeelRange, FeelRun, FeelType, FeelValue, type_name
from engine.feel.zones import UTC_ZONE

ANY = FeelType("Any")
SIMPLE_NAMES = (
    "Any", "Null", "number", "string", "boolean", "date", "time", "date and time", "years and months duration",
    "days and time duration", "list", "context", "function", "range",
)  # fmt: skip
_OTHER_NAMES = {"dateTime": "date and time", "dayTimeDuration": "days and time duration", "days duration": "Any"}
_OTHER_NAMES |= {"yearMonthDuration": "years and months duration", "null": "Null"}


def type_of_node(node: TypeNode, known: Mapping[str, FeelType]) -> FeelType | None:
    """The type that a text names, `known` has those of the model; None when there is none."""
    if node.name in known and not node.parts:
        return known[node.name]
    name = _OTHER_NAMES.get(node.name, node.name)
    if name not in SIMPLE_NAMES:
        return None
    parts = [type_of_node(part, known) for part in node.parts]
    if None in parts:
        return None
    return FeelType(name, tuple(part for part in parts if part is not None), node.names)


def conforms(value: FeelValue, kind: FeelType) -> bool:
    """Whether a value has a type; null has only the type Null."""
    if kind.name == "Any":
        return value is not None
    if kind.name == "Null" or value is None:
        return value is None and kind.name == "Null"
    if type_name(value) != kind.name:
        return False
    if isinstance(value, FeelFunction):
        return _conforms_function(value, kind)
    return not kind.parts or _conforms_inside(value, kind)


def _conforms_inside(value: FeelValue, kind: FeelType) -> bool:
    if isinstance(value, list):
        return all(item is None or conforms(item, kind.parts[0]) for item in value)
    if isinstance(value, dict):
        entries = zip(kind.names, kind.parts, strict=True)
        return all(name in value and (value[name] is None or conforms(value[name], part)) for name, part in entries)
    if isinstance(value, FeelRange):
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(conforms(end, kind.parts[0]) for end in ends)
    return True


def _conforms_function(function: FeelFunction, kind: FeelType) -> bool:
    """Whether a function takes at least what the type's may be given, and gives at most what the type's gives."""
    if not kind.parts:
        return True
    *parameters, result = kind.parts
    if len(parameters) != len(function.parameters):
        return False
    pairs = [(function.result, result)]  # A function whose result is not declared may give anything.
    pairs += [(given, own.type) for given, own in zip(parameters, function.parameters, strict=True)]
    return all(lower.name == "Any" or is_subtype(lower, higher) for lower, higher in pairs)


def is_subtype(lower: FeelType, higher: FeelType) -> bool:
    """Whether every value of `lower` is one of `higher` (10.3.2.9.2)."""
    if higher.name == "Any" or lower.name == "Null":
        return True
    if lower.name != higher.name:
        return False
    if higher.name == "context":
        own = dict(zip(lower.names, lower.parts, strict=True))
        return all(
            name in own and is_subtype(own[name], part) for name, part in zip(higher.names, higher.parts, strict=True)
        )
    if higher.name == "function" and higher.parts:
        if len(lower.parts) != len(higher.parts):
            return False
        pairs = list(zip(lower.parts, higher.parts, strict=True))
        return all(is_subtype(high, low) for low, high in pairs[:-1]) and is_subtype(*pairs[-1])
    return all(is_subtype(*pair) for pair in zip(lower.parts, higher.parts, strict=False))


def fit(value: FeelValue, kind: FeelType) -> tuple[bool, FeelValue]:
    """Whether a value can be had as `kind`, and as what: as it is, from or to a list of one, a date as its midnight."""
    if value is None or kind.name == "Any" or conforms(value, kind):
        return True, value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], kind):
        return True, value[0]
    if kind.name == "list" and (not kind.parts or conforms(value, kind.parts[0])):
        return True, [value]
    if kind.name == "date and time" and isinstance(value, FeelDate):
        return True, midnight(value, UTC_ZONE)
    return False, None


def coerce(run: FeelRun, value: FeelValue, kind: FeelType, name: str) -> FeelValue:
    """The value fitted to a type (10.3.2.9.4); null with a reason when it does not fit."""
    fits, result = fit(value, kind)
    if not fits:
        return run.null_because("feel-type-mismatch", name=name, type=type_name(value), expected=type_text(kind))
    return result


def type_text(kind: FeelType) -> str:
    """The type as FEEL writes it."""
    if kind.name == "function" and kind.parts:
        given = ", ".join(type_text(part) for part in kind.parts[:-1])
        return f"function<{given}> -> {type_text(kind.parts[-1])}"
    if kind.name == "context" and kind.names:
        entries = zip(kind.names, kind.parts, strict=True)
        return f"context<{', '.join(f'{name}: {type_text(part)}' for name, part in entries)}>"
    return f"{kind.name}<{type_text(kind.parts[0])}>" if kind.parts else kind.name
