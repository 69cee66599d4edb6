"""Converts multi-instance settings: a collection and the name of its item."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.feel_marks import is_feel_text, without_mark
from engine.bpmn.lint.diagram import bpmn_tag, element_kind, first_child
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import NAME_PATTERN
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, translate_expression
from engine.studio.importing.names import engine_attributes, zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import insert_child

# What other tools call each standard BPMN part, in schema order; True means that the name is the part's id.
_LOOP_PARTS = {
    "loopDataInputRef": (("collection", "inputCollection"), False),
    "loopDataOutputRef": (("outputCollection",), False),
    "inputDataItem": (("elementVariable", "inputElement"), True),
    "outputDataItem": (("outputElement",), True),
}


def convert_multi_instances(context: ImportContext) -> None:
    """Write multi-instance collections as standard BPMN; what is neither a name nor FEEL stays open."""
    for loop in context.root.iter(bpmn_tag("multiInstanceLoopCharacteristics")):
        _convert_loop(context, loop)


def _convert_loop(context: ImportContext, loop: Element) -> None:
    values = _loop_settings(context, loop)
    if (
        not values
        or first_child(loop, "loopDataInputRef") is not None
        or first_child(loop, "loopCardinality") is not None
    ):
        return
    names = {
        part: _collection(value) if part == "loopDataInputRef" else _variable_name(value)
        for part, value in values.items()
    }
    if "loopDataInputRef" not in values or not all(names.values()):
        text = ", ".join(values.values())
        context.leave_open(loop, "computed", "mi-input", "mi-output-item", text=text)
        return
    index = sum(1 for part in loop if element_kind(part) in {"documentation", "extensionElements"})
    for part, name in reversed(names.items()):
        child = loop.makeelement(bpmn_tag(part), {"id": name} if _LOOP_PARTS[part][1] else {})
        child.text = None if _LOOP_PARTS[part][1] else name
        insert_child(loop, child, index)
    context.record_conversion(loop, "repeat", ", ".join(values.values()), ", ".join(names.values()))


def _loop_settings(context: ImportContext, loop: Element) -> Mapping[str, str]:
    """The foreign settings of a loop, by the BPMN part they become; marks them as handled."""
    settings: dict[str, str] = {}
    for part, (names, _) in _LOOP_PARTS.items():
        for name, value in engine_attributes(loop, *names):
            context.mark_handled(loop, name)
            settings.setdefault(part, value)
        for extension in zeebe_extensions(loop, "loopCharacteristics"):
            context.mark_handled(extension)
            settings.setdefault(part, next((extension.get(name) or "" for name in names if extension.get(name)), ""))
    return {part: value for part, value in settings.items() if value}


def _variable_name(value: str) -> str:
    """The variable that a value names; empty if it is not a plain name."""
    try:
        name = without_mark(translate_expression(value)) if is_vendor_expression(value) else value.strip()
    except OutsideGrammar:
        return ""
    return name if NAME_PATTERN.fullmatch(name) else ""


def _collection(value: str) -> str:
    """The collection that a value names or, in FEEL, computes."""
    try:
        return _variable_name(value) or (translate_expression(value) if is_feel_text(value.strip()) else "")
    except OutsideGrammar:
        return ""
