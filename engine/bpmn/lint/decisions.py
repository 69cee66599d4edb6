"""Rules on decision tables. Sources: ecosystem trap T4 and SpiffWorkflow's DMN parser. For this package only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.lint.cells import OTHER, Value
from engine.bpmn.lint.coverage import Coverage, coverage
from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import local
from engine.bpmn.lint.elements import ID
from engine.bpmn.lint.finding import Element, Finding, at, shown
from engine.bpmn.lint.source import NAME
from engine.bpmn.lint.table import Decision

POLICIES = frozenset({"UNIQUE", "FIRST", "COLLECT"})
_PARTS = re.compile(r"\}(?:input|output|rule|inputEntry|outputEntry|decisionTable)$")


def shape(decision: Decision) -> Iterator[Finding]:
    """A decision is one table with rows; its parts carry the ids that SpiffWorkflow's parser asks for."""
    if not decision.id or ID.fullmatch(decision.id) is None:
        yield at(decision.element, "id-pattern", id=decision.id)
    if decision.table is None:
        yield at(decision.element, "decision-without-table")
        return
    for part in decision.table.iter("{*}*"):
        if _PARTS.search(str(part.tag)) and not part.get("id"):
            yield at(part, "id-missing", kind=str(part.tag).rpartition("}")[2])
    if not decision.rows:
        yield at(decision.table, "rows-missing")
    for row in decision.rows:
        if (len(row.inputs), len(row.outputs)) != (len(decision.inputs), len(decision.outputs)):
            yield at(row.element, "row-width")


def parts(decision: Decision) -> Iterator[Finding]:
    """A table holds inputs, outputs and rows, and each entry a text; SpiffWorkflow's parser stops at anything else."""
    if decision.table is None:
        return
    for comment in decision.table.iter(etree.Comment):
        yield at(comment, "comment-misplaced")
    for part in decision.table:
        if isinstance(part.tag, str) and local(part) not in {"input", "output", "rule"}:
            yield at(part, "table-part", part=local(part))
    for row in decision.rows:
        for cell in (*row.inputs, *row.outputs):
            if "text" not in map(local, cell.element):
                yield at(cell.element, "row-width")


def hit_policy(decision: Decision) -> Iterator[Finding]:
    """SpiffWorkflow takes the first hit under every policy but COLLECT, and knows no aggregation."""
    if decision.table is None:
        return
    aggregation = decision.table.get("aggregation")
    if decision.policy not in POLICIES:
        yield at(decision.table, "hit-policy", policy=decision.policy)
    elif aggregation:
        yield at(decision.table, "hit-policy", policy=f"{decision.policy} {aggregation}")


def columns(decision: Decision) -> Iterator[Finding]:
    """Inputs have an expression; outputs are the names of what they set in the case's data."""
    for column in decision.inputs:
        if not column.text.strip():
            yield at(column.element, "input-without-expression")
    if decision.table is not None and not decision.outputs:
        yield at(decision.table, "output-name", name="")
    seen: set[str] = set()
    for column in decision.outputs:
        if NAME.fullmatch(column.text) is None or column.text in seen:
            yield at(column.element, "output-name", name=column.text)
        seen.add(column.text)


def outputs(decision: Decision) -> Iterator[Finding]:
    """Every row says what it sets; an empty output would set an empty text."""
    for row in decision.rows:
        for cell in row.outputs:
            if not cell.text:
                yield at(cell.element, "output-empty")


def rows(decision: Decision) -> Iterator[Finding]:
    """No two rows of a UNIQUE table match together; no row of a FIRST table stands behind rows that take all it could
    take; every input finds a row. Cells that ask more than their own input are left out.
    """
    covered = coverage(decision) if decision.table is not None and decision.rows else None
    if covered is None:
        return
    if decision.policy == "UNIQUE":
        for place, earlier in covered.overlaps():
            yield at(_row(decision, place), "rows-overlap", row=place + 1, earlier=earlier + 1)
    if decision.policy == "FIRST":
        for place in covered.unreachable():
            yield at(_row(decision, place), "row-unreachable", row=place + 1)
    if decision.policy in {"UNIQUE", "FIRST"}:
        yield from _gap(decision, covered)


def _row(decision: Decision, place: int) -> Element:
    return decision.rows[place].element


def _gap(decision: Decision, covered: Coverage) -> Iterator[Finding]:
    if any(row.catches_all for row in decision.rows):
        return
    gap = covered.gap()
    if gap is not None and decision.table is not None:
        pairs = zip(decision.inputs, gap, strict=True)
        example = ", ".join(f"{column.text} = {_said(value)}" for column, value in pairs)
        yield at(decision.table, "rows-gap", example=shown(example, 120))


def _said(value: Value) -> str:
    return OTHER if value == OTHER else repr(value)


def doubled(decision: Decision, deployment: Deployment) -> Iterator[Finding]:
    """A decision id names one table in all files (SpiffWorkflow would keep the last one read), and a file holds one
    decision (SpiffWorkflow's parser reads no more).
    """
    first = deployment.decision_ids.get(decision.id)
    if first is not None and first is not decision:
        yield at(decision.element, "decision-duplicate", id=decision.id, file=first.path)
    siblings = [other for other in deployment.decisions if other.path == decision.path]
    if siblings[0] is not decision:
        yield at(decision.element, "decision-several")
