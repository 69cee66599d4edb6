"""Rules on texts in FEEL that need the types of data: what can never have a value, hold, or be a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.feel_functions import SIGNATURES
from engine.bpmn.feel_language import CompiledFeel
from engine.bpmn.feel_marks import TEST
from engine.bpmn.feel_values import TEMPORAL_TYPES
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, element_kind
from engine.bpmn.lint.finding import Finding, finding_at
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.timers import EXPRESSION_RULES
from engine.bpmn.lint.typed import SourceText, cell_text, diagram_texts, table_texts
from engine.bpmn.table_cells import INPUT
from engine.feel import syntax
from engine.feel.reasons import FeelReason
from engine.feel.static_types import check_types
from engine.feel.values import FeelType
from engine.text import shorten_text

_MAY_BE: Mapping[str, frozenset[str]] = {
    "timeDate": frozenset({"date and time", "string"}),
    "timeDuration": frozenset({"days and time duration", "years and months duration", "string"}),
    "timeCycle": frozenset({"string"}),
}


def check_feel_types(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """No part of a text is certain to be null, a condition may be true, a timer may be a time of its kind."""
    names = deployment.name_types
    for text in diagram_texts(diagram):
        compiled = text.compiled if text.is_feel else None
        if isinstance(compiled, CompiledFeel):
            kind, reasons = check_types(compiled.tree, names if text.is_about_case else {}, SIGNATURES)
            shown = shorten_text(text.original)
            for reason in reasons[:1]:
                yield finding_at(text.element, "expression-types", text=shown, detail=reason)
            if not reasons:
                yield from _check_whole(text, kind.name, shown)


def check_cell_types(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A cell in FEEL does not compare a name that is a day, a time or a moment with a text, which it never equals.

    What a column that states such a type compares with is judged with the whole table.
    """
    for place, column in enumerate(decision.inputs):
        kind = deployment.name_types.get(column.text.strip())
        if kind is None or kind.name not in TEMPORAL_TYPES or column.type in TEMPORAL_TYPES:
            continue
        for cell in (row.inputs[place] for row in decision.rows if len(row.inputs) > place):
            reasons = [] if cell.is_empty else _cell_reasons(cell_text(decision, cell), kind)
            for reason in reasons[:1]:
                yield finding_at(cell.element, "expression-types", text=shorten_text(cell.text), detail=reason)


def check_table_values(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """No part of an expression or cell of a table in FEEL is certain to be null: a test with it never holds."""
    for text in table_texts(decision):
        compiled = text.compiled if text.is_feel else None
        if not isinstance(compiled, CompiledFeel):
            continue
        reasons = [
            reason
            for node in _compared_nodes(compiled.tree)
            for reason in check_types(node, deployment.name_types if text.is_about_case else {}, SIGNATURES)[1]
        ]
        for reason in reasons[:1]:
            yield finding_at(text.element, "expression-types", text=shorten_text(text.original), detail=reason)


def _compared_nodes(tree: syntax.FeelNode) -> Iterator[syntax.FeelNode]:
    """What the tests of a cell compare with; any other expression as it is."""
    for test in tree.tests if isinstance(tree, syntax.UnaryTests) else (tree,):
        yield test.operand if isinstance(test, syntax.UnaryComparison) else test


def _cell_reasons(text: SourceText, kind: FeelType) -> list[FeelReason]:
    compiled = text.compiled if text.is_feel else None
    tests = compiled.tree if isinstance(compiled, CompiledFeel) else None
    reasons: list[FeelReason] = []
    for test in tests.tests if isinstance(tests, syntax.UnaryTests) else ():
        sign, operand = (test.sign, test.operand) if isinstance(test, syntax.UnaryComparison) else ("=", test)
        if isinstance(operand, syntax.Constant) and isinstance(operand.value, str):
            compared = syntax.Comparison(syntax.Variable(INPUT), sign, operand)
            reasons += check_types(compared, {INPUT: kind}, SIGNATURES)[1]
    return reasons


def _check_whole(text: SourceText, kind: str, shown: str) -> Iterator[Finding]:
    """What the whole is used for."""
    place = element_kind(text.element)
    if text.source.startswith(TEST) and kind not in {"boolean", "Any"}:
        yield finding_at(text.element, "condition-type", text=shown, type=kind)
    elif place in _MAY_BE and kind not in _MAY_BE[place] | {"Any"}:
        yield finding_at(text.element, EXPRESSION_RULES[place], text=shown)
