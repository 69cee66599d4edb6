"""The types of what scripts in FEEL set, so that a day that one has stored is a day to whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.bpmn.feel_functions import SIGNATURES
from engine.bpmn.feel_language import compile_feel_script
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.feel_values import TEMPORAL_TYPES
from engine.errors import ScriptError
from engine.feel import syntax
from engine.feel.static_types import check_types
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelType

_SCRIPTS = ("{*}script", "{*}preScript", "{*}postScript")


def script_types(roots: Iterable[etree._Element], known: Mapping[str, str]) -> dict[str, str]:
    """The type of each name that scripts in FEEL set, by the types of what they read; "" where it is not one type."""
    names = {name: FeelType(kind) for name, kind in known.items()}
    types: dict[str, str] = {}
    for name, value in (entry for root in roots for script in root.iter(*_SCRIPTS) for entry in _entries_of(script)):
        kind = check_types(value, names, SIGNATURES)[0].name
        kind = "" if kind in ("Any", "Null") else kind
        types[name] = kind if types.get(name, kind) == kind else ""
    return types


def moments_in(roots: Iterable[etree._Element], kinds: Mapping[str, str]) -> dict[str, str]:
    """`kinds`, and with them the names that scripts in FEEL set to days, times, moments or durations."""
    written = script_types(roots, kinds)
    return {**{name: kind for name, kind in written.items() if kind in TEMPORAL_TYPES}, **kinds}


def _entries_of(script: etree._Element) -> Iterator[tuple[str, FeelNode]]:
    text = (script.text or "").strip()
    if is_feel_text(text):
        try:
            yield from _entries(compile_feel_script(text).tree)
        except ScriptError:
            return


def _entries(tree: FeelNode) -> Iterator[tuple[str, FeelNode]]:
    match tree:
        case syntax.ContextOf(names=names, values=values):
            yield from zip(names, values, strict=True)
        case syntax.Conditional(then=then, otherwise=otherwise):
            yield from _entries(then)
            yield from _entries(otherwise)
