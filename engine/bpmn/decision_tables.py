"""The decisions of a deployment: its DMN files compiled once, and asked about the data of a case.

Requirements, knowledge models, literal expressions and tables of every hit policy are those of engine.dmn. A decision
sees the case's data by name, with or without a drawn input, and the functions about cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.bpmn.failures import as_script_error, task_failure
from engine.bpmn.feel_language import LIMIT_RULES, CaseValues
from engine.bpmn.feel_values import data_value, feel_value
from engine.bpmn.library_types import SpiffTask
from engine.bpmn.table_cells import INPUT, OWN_MARK, mark_own_texts, predicate_source
from engine.dmn.elements import BoxedTable, DmnDecision
from engine.dmn.hit_policies import MULTIPLE
from engine.dmn.program import DmnProgram
from engine.dmn.reading import namespace_of, read_model
from engine.dmn.reasons import UnreadableModel
from engine.errors import EngineError, ScriptError
from engine.feel.reasons import FeelReason
from engine.feel.temporal import FeelDateTime, FeelTime
from engine.feel.values import FeelCode, FeelScope, FeelValue
from engine.safe_xml import parse_xml

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NO_SECONDS = re.compile(r"(?<=:\d\d):00(?![.\d])")
_CLASHES = frozenset({"dmn-rules-many", "dmn-rules-differ"})


def compile_decisions(files: Mapping[str, bytes]) -> dict[str, DecisionEngine]:
    """The engine of each decision in the DMN files, by its id. Raises UnreadableModel."""
    marked = {path: _marked(content) for path, content in sorted(files.items())}
    engines: dict[str, DecisionEngine] = {}
    for path, content in marked.items():
        others = {namespace_of(other): other for other_path, other in marked.items() if other_path != path}
        program = DmnProgram(read_model(content, others), own_code)
        decisions = [item for item in program.model.elements.values() if isinstance(item, DmnDecision)]
        engines.update({decision.id: DecisionEngine(program, decision) for decision in decisions})
    return engines


def _marked(content: bytes) -> bytes:
    try:
        root = parse_xml(content)
    except etree.XMLSyntaxError as error:
        raise UnreadableModel("dmn-xml-broken", line=error.lineno or 0) from None
    mark_own_texts(root)
    return etree.tostring(root)


def own_code(text: str, *, is_test: bool) -> FeelCode | None:
    """The code of a text in the older language, which has its mark; None for FEEL."""
    if not text.startswith(OWN_MARK):
        return None
    source = predicate_source(text[1:]) if is_test else text[1:]

    def run(scope: FeelScope) -> FeelValue:
        case, given = _values_of(scope), {INPUT: _own_value(scope.values["?"])} if is_test else {}
        value = case.language.evaluate(source, case.data, given)
        return bool(value) if is_test else feel_value(value)

    return run


def _own_value(value: FeelValue) -> object:
    """An input as data; a moment as forms write it, without the seconds that FEEL asks for."""
    data = data_value(value)
    is_moment = isinstance(value, FeelTime | FeelDateTime)
    return _NO_SECONDS.sub("", str(data), count=1) if is_moment else data


def _values_of(scope: FeelScope) -> CaseValues:
    """What the outermost scope is made of."""
    place = scope
    while place.parent is not None:
        place = place.parent
    assert isinstance(place.values, CaseValues)
    return place.values


def output_names(decision: DmnDecision) -> tuple[str, ...]:
    """The names of the data that a decision sets: a table's outputs, otherwise the decision's own name or id."""
    own = next((name for name in (decision.name, decision.id) if _NAME.fullmatch(name)), decision.id)
    if not isinstance(decision.logic, BoxedTable):
        return (own,)
    names = tuple(output.name for output in decision.logic.outputs)
    return names if len(names) > 1 or any(names) else (own,)


class DecisionEngine:
    """The engine of the business rule tasks that ask one decision, shared by all cases."""

    def __init__(self, program: DmnProgram, decision: DmnDecision) -> None:
        self.program, self.decision, self.names = program, decision, output_names(decision)
        table = decision.logic if isinstance(decision.logic, BoxedTable) else None
        self._collects = table is not None and table.hit_policy in MULTIPLE and not table.aggregation

    def result(self, task: SpiffTask) -> dict[str, Any]:
        """The outputs, which replace those of an earlier decision: nothing, or an empty list, when no row matches."""
        try:
            result = self.decide(task.workflow.script_engine.environment.language, task.data)
        except EngineError as error:
            raise task_failure(task, error) from as_script_error(error)
        for name in self.names:
            task.data.pop(name, None)
        return result

    def decide(self, language: Any, data: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs by name for these data; raises ScriptError where rows clash or a limit is reached."""
        around = CaseValues(language, data)
        answer = self.program.ask_element(self.decision, around, around.now)
        for reason in answer.reasons:
            if reason.rule in _CLASHES | LIMIT_RULES:
                raise self._told(reason)
        return self._by_name(answer.value)

    def _by_name(self, value: FeelValue) -> dict[str, Any]:
        if self._collects:
            rows = value if isinstance(value, list) else []
            columns = {name: [_part(row, name, self.names) for row in rows] for name in self.names}
            return {name: data_value(column) for name, column in columns.items()}
        return {name: data_value(_part(value, name, self.names)) for name in self.names}

    def _told(self, reason: FeelReason) -> ScriptError:
        name = self.decision.name or self.decision.id
        if reason.rule in LIMIT_RULES:
            return ScriptError("running-in-text", excerpt=name, reason=reason)
        return ScriptError("table-rows-match", table=name, rows=str(reason.facts["rows"]).split(", "))


def _part(value: FeelValue, name: str, names: tuple[str, ...]) -> FeelValue:
    """One output of a row; a table with one output has it alone."""
    if len(names) == 1:
        return value
    return value.get(name) if isinstance(value, dict) else None
