"""Repetitions in the words of other tools: a collection and the name of its item. For the conversion alone."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint.diagram import first, kind, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import NAME
from engine.studio.importing.expressions import Outside, is_foreign, translated
from engine.studio.importing.names import attributes, parts
from engine.studio.importing.report import Work
from engine.studio.importing.tree import put

# What each of BPMN's own parts is called elsewhere, in the order in which they stand; a True one is named by its id.
_PARTS = {
    "loopDataInputRef": (("collection", "inputCollection"), False),
    "loopDataOutputRef": (("outputCollection",), False),
    "inputDataItem": (("elementVariable", "inputElement"), True),
    "outputDataItem": (("outputElement",), True),
}


def convert(work: Work) -> None:
    """Say in BPMN's own parts over what an activity repeats; what is no plain name stays with an open point."""
    for loop in work.root.iter(tag("multiInstanceLoopCharacteristics")):
        _convert(work, loop)


def _convert(work: Work, loop: Element) -> None:
    values = _values(work, loop)
    if not values or first(loop, "loopDataInputRef") is not None or first(loop, "loopCardinality") is not None:
        return
    names = {part: _name(value) for part, value in values.items()}
    if "loopDataInputRef" not in values or not all(names.values()):
        text = ", ".join(values.values())
        work.leave(loop, "computed", "mi-input", "mi-output", "mi-output-item", text=text)
        return
    place = sum(1 for part in loop if kind(part) in {"documentation", "extensionElements"})
    for part, name in reversed(names.items()):
        made = loop.makeelement(tag(part), {"id": name} if _PARTS[part][1] else {})
        made.text = None if _PARTS[part][1] else name
        put(loop, made, place)
    work.converted(loop, "repeat", ", ".join(values.values()), ", ".join(names.values()))


def _values(work: Work, loop: Element) -> Mapping[str, str]:
    """What another tool says of a repetition, by the BPMN part that says it here; noted as dealt with."""
    said: dict[str, str] = {}
    for part, (names, _) in _PARTS.items():
        for name, value in attributes(loop, *names):
            work.handle(loop, name)
            said.setdefault(part, value)
        for other in parts(loop, "loopCharacteristics"):
            work.handle(other)
            said.setdefault(part, next((other.get(name) or "" for name in names if other.get(name)), ""))
    return {part: value for part, value in said.items() if value}


def _name(value: str) -> str:
    """The variable that a value names; empty for anything else."""
    try:
        name = translated(value) if is_foreign(value) else value.strip()
    except Outside:
        return ""
    return name if NAME.fullmatch(name) else ""
