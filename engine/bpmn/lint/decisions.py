"""Rules on decision tables."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.cells import example_text
from engine.bpmn.lint.coverage import TableCoverage, analyse_table
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.elements import ID_PATTERN
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.source import NAME_PATTERN
from engine.bpmn.lint.table import Decision
from engine.bpmn.table_cells import is_feel_cell, states_feel
from engine.dmn.hit_policies import AGGREGATIONS, MULTIPLE, SINGLE
from engine.text import shorten_text


def check_table_shape(decision: Decision) -> Iterator[Finding]:
    """A decision has an id and something that decides; a table has rows, each with a cell for each column."""
    if not decision.id or ID_PATTERN.fullmatch(decision.id) is None:
        yield finding_at(decision.element, "id-pattern", id=decision.id)
    if decision.logic is None:
        yield finding_at(decision.element, "decision-without-table")
    if decision.table is None:
        return
    if not decision.rows:
        yield finding_at(decision.table, "rows-missing")
    for row in decision.rows:
        if (len(row.inputs), len(row.outputs)) != (len(decision.inputs), len(decision.outputs)):
            yield finding_at(row.element, "row-width")
        for cell in (*row.inputs, *row.outputs):
            if "text" not in map(local_name_of, cell.element):
                yield finding_at(cell.element, "row-width")


def check_hit_policy(decision: Decision) -> Iterator[Finding]:
    """The hit policy is one of DMN (8.2.10), and only COLLECT has an aggregation."""
    if decision.table is None:
        return
    aggregation = decision.table.get("aggregation")
    if decision.hit_policy not in SINGLE | MULTIPLE:
        yield finding_at(decision.table, "hit-policy", policy=decision.hit_policy)
    elif aggregation and (decision.hit_policy != "COLLECT" or aggregation not in AGGREGATIONS):
        yield finding_at(decision.table, "hit-policy", policy=f"{decision.hit_policy} {aggregation}")


def check_columns(decision: Decision) -> Iterator[Finding]:
    """Inputs have an expression; outputs are the names of the variables they set in the case's data."""
    for column in decision.inputs:
        if not column.text.strip():
            yield finding_at(column.element, "input-without-expression")
    seen: set[str] = set()
    for column in decision.outputs:
        if NAME_PATTERN.fullmatch(column.text) is None or column.text in seen:
            yield finding_at(column.element, "output-name", name=column.text)
        seen.add(column.text)


def check_output_cells(decision: Decision) -> Iterator[Finding]:
    """Every row states its outputs; an empty one would be nothing."""
    for row in decision.rows:
        for cell in row.outputs:
            if not cell.text:
                yield finding_at(cell.element, "output-empty")


def check_output_values(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A variable about which forms ask gets a value that they know: with any other they would ask for nothing."""
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            known = deployment.vocabulary.output_values.get(column.text)
            if known is not None and cell.text.strip() not in {f'"{value}"' for value in known}:
                yield finding_at(
                    cell.element, "output-value", name=column.text, text=cell.text, known=", ".join(sorted(known))
                )


def check_row_coverage(decision: Decision) -> Iterator[Finding]:
    """UNIQUE rows do not overlap, FIRST rows are not shadowed by earlier rows, and every input matches a row.

    Cells that depend on more than their own input are skipped. Of tables in FEEL, engine.dmn tells it.
    """
    is_judged = decision.table is not None and decision.rows and is_judged_by_samples(decision.element)
    table_coverage = analyse_table(decision) if is_judged else None
    if table_coverage is None:
        return
    if decision.hit_policy == "UNIQUE":
        for index, earlier in table_coverage.overlapping_rows():
            yield finding_at(
                _row_element(decision, index), "rows-overlap", row=str(index + 1), earlier=str(earlier + 1)
            )
    if decision.hit_policy == "FIRST":
        for index in table_coverage.unreachable_rows():
            yield finding_at(_row_element(decision, index), "row-unreachable", row=str(index + 1))
    if decision.hit_policy in {"UNIQUE", "FIRST"}:
        yield from _check_gap(decision, table_coverage)


def is_judged_by_samples(decision: Element) -> bool:
    """Whether a decision's table has nothing that only FEEL can say."""
    texts = (next(cell.iterchildren("{*}text"), None) for cell in decision.iter("{*}inputEntry"))
    return not states_feel(decision) and not any(part is not None and is_feel_cell(part.text or "") for part in texts)


def _row_element(decision: Decision, index: int) -> Element:
    return decision.rows[index].element


def _check_gap(decision: Decision, table_coverage: TableCoverage) -> Iterator[Finding]:
    if any(row.is_catch_all for row in decision.rows) or None in table_coverage.boxes:
        return  # What a row matches that nobody can decide may be all that the others leave.
    gap = table_coverage.find_gap()
    if gap is not None and decision.table is not None:
        pairs = zip(decision.inputs, gap, strict=True)
        example = ", ".join(f"{column.text} = {example_text(value)}" for column, value in pairs)
        yield finding_at(decision.table, "rows-gap", example=shorten_text(example, 120))


def check_decision_ids(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A decision id is unique across all files."""
    first = deployment.decisions_by_id.get(decision.id)
    if first is not None and first is not decision:
        yield finding_at(decision.element, "decision-duplicate", id=decision.id, file=first.path)
