"""Rules on what scripts and tables write: a slip in it stops nothing, the case only takes the wrong way (R16).

What nobody asks for is told where it is one slip of the hand away from what somebody asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.lint.asked import WrittenText, table_texts_written, written_texts
from engine.bpmn.lint.compared import set_literals
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.source import literal_texts, names_in
from engine.bpmn.lint.table import Decision, DecisionColumn
from engine.bpmn.lint.typed import diagram_texts
from engine.bpmn.lint.value_domain import ANYTHING, quoted_choice, quoted_literal, quoted_name
from engine.text import differs_by_slip
from engine.translation.wording import Caption

SHORTEST_NAME = 4
"""Shorter names resemble each other without any slip."""
_NUMBER_TYPES = frozenset({"number", "integer", "long", "double"})


def check_written_texts(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A text that a script writes is not a slip of one that is asked for."""
    yield from _check_texts(written_texts(diagram), deployment)


def check_written_results(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for the results of tables; and their numbers are not in quotes."""
    yield from _check_texts(table_texts_written(decision), deployment)
    for number, column in enumerate(decision.outputs):
        yield from _check_numbers(decision, column, number)


def _check_texts(written: Iterable[WrittenText], deployment: DeploymentIndex) -> Iterator[Finding]:
    for element, name, text in written:
        asked = deployment.asked_texts.get(name, frozenset())
        domain = deployment.form_domains.get(name)
        offered = (domain.texts if domain is not None else None) or {}
        if text in asked or text in offered or name in deployment.fixed_domains:
            continue
        possible = deployment.domains.get(name, ANYTHING)  # What nothing else writes, the comparison tells already.
        near = next((one for one in sorted(asked) if differs_by_slip(text, one) and possible.allows(one)), None)
        if near is not None and len(near) > 2:
            label = domain.label if domain is not None else None
            facts = {"name": quoted_name(name, label), "value": quoted_literal(text)}
            called = quoted_choice(near, offered.get(near, Caption(near, near)))
            yield finding_at(element, "value-written-unasked", near=called, **facts)


def check_written_names(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A name that a script sets is read somewhere, or is at least no slip of one that is."""
    for text in diagram_texts(diagram):
        for name, _literals in set_literals(text) if text.is_script else ():
            yield from _check_name(text.element, name, deployment)


def check_result_names(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for the columns of a table's results."""
    for column in decision.outputs:
        yield from _check_name(column.element, column.text, deployment)


def _check_name(element: Element, name: str, deployment: DeploymentIndex) -> Iterator[Finding]:
    read = deployment.read_names
    if deployment.data_names is None or name in read or len(name) < SHORTEST_NAME:
        return
    near = next((one for one in sorted(read) if differs_by_slip(name, one)), None)
    if near is not None:
        yield finding_at(element, "name-written-unread", name=name, near=near)


def _check_numbers(decision: Decision, column: DecisionColumn, number: int) -> Iterator[Finding]:
    cells = [row.outputs[number] for row in decision.rows if len(row.outputs) > number]
    is_number = (column.element.get("typeRef") or "").rpartition(":")[2].lower() in _NUMBER_TYPES
    if not is_number and not any(_reads_as_number(cell.text) for cell in cells):
        return
    for cell in cells:
        for text in literal_texts(cell.text):
            if _reads_as_number(text) and not names_in(cell.text):
                yield finding_at(cell.element, "number-in-quotes", value=quoted_literal(text), number=text)


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
