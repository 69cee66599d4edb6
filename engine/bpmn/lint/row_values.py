"""Names that a decision table sets together: a case has the outputs of one row, and no mixture of two.

That holds of a table that answers with one row, of literals, whose outputs nothing else in the deployment sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product

from engine.bpmn.lint.compared import choices_of
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.source import syntax_tree
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.value_domain import Literal

MOST_ROWS = 200
"""Combinations of outputs of one table that are told apart."""
_SEVERAL_ROWS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
Values = Mapping[str, Literal | None]
"""What a case has under some names."""


def values_set_together(names: Collection[str], deployment: DeploymentIndex) -> Iterator[tuple[Values, ...]]:
    """For each table that sets several of these names, and is alone in that, what they are together; also nothing."""
    for decision in deployment.decisions:
        own = [column.text for column in decision.outputs if column.text in names]
        if len(own) > 1 and _sets_alone(decision, own, deployment):
            rows = _rows_of(decision, own)
            if rows:
                yield rows


def _sets_alone(decision: Decision, names: Collection[str], deployment: DeploymentIndex) -> bool:
    forms = deployment.vocabulary.forms
    if decision.hit_policy in _SEVERAL_ROWS or forms is None or deployment.data_names is None:
        return False
    others = {column.text for each in deployment.decisions if each is not decision for column in each.outputs}
    elsewhere = others.union(deployment.names_set_by_diagrams, deployment.vocabulary.names or (), *forms.values())
    return not elsewhere & set(names)


def _rows_of(decision: Decision, names: Collection[str]) -> tuple[Values, ...]:
    """The combinations of the rows, and that of no row; empty when a cell is no literal or there are too many."""
    combinations: list[Values] = [dict.fromkeys(names)]
    for row in decision.rows:
        cells = zip(decision.outputs, row.outputs, strict=False)
        choices = {column.text: choices_of(syntax_tree(cell.text)) for column, cell in cells if column.text in names}
        if len(choices) < len(names) or None in choices.values():
            return ()
        ways = product(*((each or (None,)) for each in choices.values()))
        combinations += [dict(zip(choices, way, strict=True)) for way in ways]
        if len(combinations) > MOST_ROWS:
            return ()
    return tuple(combinations)
