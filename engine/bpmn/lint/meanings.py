"""What a deployment's elements meant before: each meaning of the engine that a later version has changed.

A deployment is stored with the meaning under which it was checked, and goes on running when that changes. These rules
name the elements that mean something else now, so that whoever deployed them can look at them again. They rather name
an element too many: what a diagram was meant to do, nobody can tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from engine.bpmn.compiled_texts import compile_script_text
from engine.bpmn.lint.branches import parallel_paths, path_writers
from engine.bpmn.lint.coverage import analyse_table
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, FlowNode, element_kind, event_definitions, first_child
from engine.bpmn.lint.event_facts import event_code
from engine.bpmn.lint.events import is_interrupting
from engine.bpmn.lint.exchange import EventUse, event_uses
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.source import script_tree, syntax_tree
from engine.bpmn.lint.trial import FileFinding
from engine.bpmn.lint.typed import TIMER_TAGS, SourceText, diagram_texts, names_read, table_texts

MEANING = 2
"""The meaning that this version of the engine gives to diagrams; 1 is that of version 0.2."""
SHOWN_NAMES = 5
"""Names that a sentence lists, at most."""

DiagramChange = Callable[[Diagram, DeploymentIndex], Iterator[Finding]]
_MONTHS = re.compile(r"P\d*Y?\d*M|P\d+Y")
_ALIKE = (False, True)
"""What Python takes for 0 and 1."""


def note_changes(deployment: DeploymentIndex, meaning: int) -> Iterator[FileFinding]:
    """The elements that mean something else since `meaning`, each at its file; nothing when that is today's."""
    if meaning >= MEANING:
        return
    for diagram in deployment.diagrams:
        for change in DIAGRAM_CHANGES:
            yield from ((diagram.path, finding) for finding in change(diagram, deployment))
    for decision in deployment.decisions:
        coverage = analyse_table(decision) if decision.hit_policy == "UNIQUE" else None
        if coverage is not None and (None in coverage.boxes[1:] or any(coverage.overlapping_rows())):
            yield decision.path, finding_at(decision.element, "meaning-unique")
        for text in table_texts(decision):
            yield from ((decision.path, finding) for finding in _note_truths(text))


def note_shared_data(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """What one of several paths writes is seen by the others and behind them at once (BPMN 2.0, 10.4)."""
    readers = [(_node_of(diagram, text.element), names_read(text)) for text in diagram_texts(diagram)]
    for place, paths in parallel_paths(diagram):
        names: set[str] = set()
        for path in paths:
            own = path.difference(*(other for other in paths if other is not path))
            read = (read for node, read in readers if node is not None and not _is_within(diagram, node, own))
            names |= path_writers(diagram, deployment, own).keys() & set().union(*read)
        if names:
            yield finding_at(place.element, "meaning-data", names=sorted(names)[:SHOWN_NAMES])


def _is_within(diagram: Diagram, node: FlowNode, path: set[str]) -> bool:
    return node.id in path or any(host.id in path for host in diagram.enclosing_sub_processes(node))


def _node_of(diagram: Diagram, element: Element) -> FlowNode | None:
    """The node that a text belongs to; of a flow's condition, the one it leaves."""
    for part in (element, *element.iterancestors()):
        node = diagram.nodes.get(part.get("sourceRef") or part.get("id") or "")
        if node is not None:
            return node
    return None


def note_borders(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """An event that does not interrupt fires each time, and what a repeating one has opened stays."""
    for event in diagram.nodes_of_kind("boundaryEvent"):
        for definition in event_definitions(event.element) if not is_interrupting(event) else ():
            kind = element_kind(definition).removesuffix("EventDefinition")
            if kind in ("message", "signal"):
                yield finding_at(event.element, "meaning-each-time", trigger=kind)
            elif kind == "timer" and first_child(definition, "timeCycle") is not None:
                yield finding_at(event.element, "meaning-stays")


def note_codes(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """An empty code is none, and of several events on a border the one that names the code comes first."""
    for events in diagram.boundary_events.values():
        for kind in ("error", "escalation"):
            parts = [part for event in events for part in event_definitions(event.element)]
            own = [part for part in parts if element_kind(part) == f"{kind}EventDefinition"]
            for part in own if len(own) > 1 else ():
                if event_code(diagram, part, kind) is None:
                    yield finding_at(part, "meaning-code")


def note_months(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """Months and years of timers are those of the calendar."""
    for element in diagram.root.iter(*TIMER_TAGS):
        if _MONTHS.search((element.text or "").partition("T")[0]):
            yield finding_at(element, "meaning-months")


def note_messages(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Signals leave their case, and one receiver takes a message."""
    uses = [use for other in deployment.diagrams for use in event_uses(other)]
    for use in event_uses(diagram):
        if use.begins:
            continue
        if use.kind == "signal":
            yield finding_at(use.element, "meaning-signal", name=use.name)
        elif not use.throws and sum(_awaits(one, use.name) for one in uses) > 1:
            yield finding_at(use.element, "meaning-message", name=use.name)


def _awaits(use: EventUse, message: str) -> bool:
    return (use.kind, use.name, use.throws) == ("message", message, False)


def note_starts(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """A message, a signal or a timer at the start of a process begins instances."""
    for node in diagram.nodes_of_kind("startEvent"):
        for definition in event_definitions(node.element) if diagram.is_process(node.scope) else ():
            trigger = element_kind(definition).removesuffix("EventDefinition")
            yield finding_at(node.element, "meaning-start", trigger=trigger)


def note_repeated(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """Results have the order of the items, also of instances that run at once; an item is gone when they have ended."""
    for node in diagram.nodes.values():
        loop = first_child(node.element, "multiInstanceLoopCharacteristics")
        if loop is None:
            continue
        if loop.get("isSequential") != "true" and first_child(loop, "loopDataOutputRef") is not None:
            yield finding_at(node.element, "meaning-results")
        item = first_child(loop, "inputDataItem")
        name = item.get("id") if item is not None else None
        if name and any(name in names_read(text) for text in _texts_outside(diagram, node)):
            yield finding_at(node.element, "meaning-item", name=name)


def _texts_outside(diagram: Diagram, node: FlowNode) -> Iterator[SourceText]:
    return (
        text for text in diagram_texts(diagram) if node.element not in (text.element, *text.element.iterancestors())
    )


def note_truths(diagram: Diagram, _deployment: DeploymentIndex) -> Iterator[Finding]:
    """A truth equals no number."""
    for text in diagram_texts(diagram):
        yield from _note_truths(text)


def _note_truths(text: SourceText) -> Iterator[Finding]:
    tree = script_tree(text.source) if text.compile is compile_script_text else syntax_tree(text.source)
    if tree is not None and any(_may_mix(part) for part in ast.walk(tree) if isinstance(part, ast.Compare)):
        yield finding_at(text.element, "meaning-truth", text=text.original)


def _may_mix(comparison: ast.Compare) -> bool:
    """Whether a chain compares something with 0, 1, True or False, or two things of which nobody knows the kind."""
    sides = pairwise((comparison.left, *comparison.comparators))
    return any(
        isinstance(sign, ast.Eq | ast.NotEq | ast.In | ast.NotIn) and _may_differ(left, right)
        for sign, (left, right) in zip(comparison.ops, sides, strict=True)
    )


def _may_differ(left: ast.expr, right: ast.expr) -> bool:
    literals = [part.value for side in (left, right) for part in ast.walk(side) if isinstance(part, ast.Constant)]
    if not literals:
        return True
    return any(not isinstance(value, str | None) and value in _ALIKE for value in literals)


DIAGRAM_CHANGES: tuple[DiagramChange, ...] = (
    note_shared_data,
    note_borders,
    note_codes,
    note_months,
    note_messages,
    note_starts,
    note_repeated,
    note_truths,
)
