"""Starts and ends that BPMN leaves to be understood (2.0, 10.5.2 and 10.5.3), drawn.

Without a start event, work begins at everything that nothing leads to; where nothing follows, a path ends.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, first_child
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import SCOPES
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch

_NOT_ENTERED = frozenset({"startEvent", "boundaryEvent"})


def draw_ends(context: ImportContext, sketch: Sketch) -> None:
    """Draw an end event wherever a path stops."""
    for node in list(sketch.nodes.values()):
        if not sketch.outgoing.get(node.get("id") or "") and _may_be_last(node):
            scope = node.getparent()
            assert scope is not None
            end = sketch.add_node(scope, "endEvent", f"End_{node.get('id')}")
            sketch.canvas.draw_beside(node.get("id") or "", end.get("id") or "", "endEvent")
            sketch.add_flow(node, end)
            context.record_conversion(node, "end", "", end.get("id") or "")


def _may_be_last(node: Element) -> bool:
    if element_kind(node) == "endEvent" or _is_apart(node):
        return False
    return first_child(node, "compensateEventDefinition") is None and first_child(node, "linkEventDefinition") is None


def _is_apart(node: Element) -> bool:
    """Whether no flow leads to or from a node: an event sub-process or the undoing of an activity."""
    return node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true"


def draw_starts(context: ImportContext, sketch: Sketch) -> None:
    """Draw a start event in every scope without one, before what nothing leads to."""
    entries: dict[Element, list[Element]] = {scope: [] for scope in context.root.iter(*map(bpmn_tag, SCOPES))}
    started: set[Element] = set()
    for node in sketch.nodes.values():
        scope, kind = node.getparent(), element_kind(node)
        if scope is None or (kind == "startEvent" or node.get("instantiate") == "true"):
            started.update([scope] if scope is not None else [])
        elif kind not in _NOT_ENTERED and not sketch.incoming.get(node.get("id") or "") and not _is_apart(node):
            entries[scope].append(node)
    for scope, first in entries.items():
        if scope in started or scope.get("triggeredByEvent") == "true" or element_kind(scope) == "adHocSubProcess":
            continue
        if first:
            _draw_start(context, sketch, scope, first)
        elif element_kind(scope) == "subProcess" and not any(node.getparent() is scope for node in _nodes_in(scope)):
            _fill_empty(context, sketch, scope)


def _nodes_in(scope: Element) -> list[Element]:
    return [child for child in scope if element_kind(child).endswith(("Event", "Task", "task", "Gateway", "Process"))]


def _draw_start(context: ImportContext, sketch: Sketch, scope: Element, entries: list[Element]) -> None:
    start = sketch.add_node(scope, "startEvent", f"Start_{scope.get('id')}")
    sketch.canvas.draw_beside(entries[0].get("id") or "", start.get("id") or "", "startEvent", before=True)
    for entry in entries:
        sketch.add_flow(start, entry)
    context.record_conversion(scope, "start", "", start.get("id") or "", count=len(entries))


def _fill_empty(context: ImportContext, sketch: Sketch, scope: Element) -> None:
    """An empty sub-process is passed."""
    scope_id = scope.get("id") or ""
    start = sketch.add_node(scope, "startEvent", f"Start_{scope_id}")
    end = sketch.add_node(scope, "endEvent", f"End_{scope_id}")
    sketch.canvas.draw_inside(scope_id, start.get("id") or "", "startEvent", 0.25)
    sketch.canvas.draw_inside(scope_id, end.get("id") or "", "endEvent", 0.75)
    sketch.add_flow(start, end)
    context.record_conversion(scope, "empty-scope", "", start.get("id") or "")
