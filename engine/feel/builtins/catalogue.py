"""All built-in functions by their names."""

from __future__ import annotations

from engine.feel.builtins.calendar import CALENDAR
from engine.feel.builtins.contexts import CONTEXTS
from engine.feel.builtins.conversion import CONVERSION
from engine.feel.builtins.lists import LISTS
from engine.feel.builtins.numeric import NUMERIC
from engine.feel.builtins.ranges import RANGES
from engine.feel.builtins.registry import BuiltinFunction
from engine.feel.builtins.strings import STRINGS
from engine.feel.builtins.sums import SUMS

BUILTINS: dict[str, BuiltinFunction] = {
    name: function
    for family in (CONVERSION, NUMERIC, STRINGS, LISTS, SUMS, RANGES, CALENDAR, CONTEXTS)
    for name, function in family.functions.items()
}
