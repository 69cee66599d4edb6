"""Decides by a table as DMN says where SpiffWorkflow does not.

SpiffWorkflow takes the first hit of a UNIQUE table, leaves the outputs of an earlier decision in place when no row
matches, and mixes a new list with the old one.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine

from engine.bpmn.failures import task_failure
from engine.errors import ScriptError

UNIQUE, COLLECT = "UNIQUE", "COLLECT"


class TableEngine(DMNEngine):
    """The engine of one business rule task, shared by all cases."""

    def decide(self, task: Any) -> list[Any]:
        """The rows that match: all of a COLLECT table, otherwise the first.

        Fails the task when several rows of a UNIQUE table match (DMN 8.2.10): their order carries no meaning.
        """
        table = self.decision_table
        matching = []
        for row in table.rules:
            if self._DMNEngine__check_rule(row, task):
                matching.append(row)
                if table.hit_policy not in {UNIQUE, COLLECT}:
                    break
        if table.hit_policy == UNIQUE and len(matching) > 1:
            rows = [str(table.rules.index(row) + 1) for row in matching]
            error = ScriptError("table-rows-match", table=table.name or table.id, rows=rows)
            raise task_failure(task, error) from error
        return matching

    def result(self, task: Any) -> dict[str, Any]:
        """The outputs, which replace those of an earlier decision: nothing, or an empty list, when no row matches."""
        result: dict[str, Any] = super().result(task)
        is_collected = self.decision_table.hit_policy == COLLECT
        for output in self.decision_table.outputs:
            name = output.name or output.label
            task.data.pop(name, None)
            result.setdefault(name, [] if is_collected else None)
        return result


def replace_engine(task_spec: Any) -> None:
    """Let a business rule task decide with our engine."""
    if hasattr(task_spec, "dmnEngine"):
        task_spec.dmnEngine = TableEngine(task_spec.dmnEngine.decision_table)
