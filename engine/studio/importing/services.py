"""Converts service tasks, decisions and call activities of other tools.

The mapping gives our operator for a topic, class, delegate or job type: `mark`, or with parameters, as in
`mark(status="resolved")`; the values are expressions in our language.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.bpmn.language import compile_expression
from engine.bpmn.lint.diagram import bpmn_tag, extension_text, first_child, operator_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.foreign import withheld_data
from engine.bpmn.operators import OPERATORS
from engine.errors import ScriptError
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, literal_value
from engine.studio.importing.names import (
    ENGINE_NAMESPACES,
    engine_attributes,
    namespace_of,
    prefixed_name,
    strip_namespace,
    zeebe_extensions,
)
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import ensure_extensions, insert_child, make_extension

_IMPLEMENTATION_KEYS = ("topic", "class", "delegateExpression", "expression", "type")
_EXTERNAL = "external"
ParameterTexts = dict[str, str]


def convert_services(context: ImportContext) -> None:
    """Convert what our engine supports; anything else that another engine would run stays with an open point."""
    for task in context.root.iter(bpmn_tag("serviceTask")):
        _convert_service_task(context, task)
    for task in context.root.iter(bpmn_tag("businessRuleTask")):
        _convert_decision(context, task)
    for call in context.root.iter(bpmn_tag("callActivity")):
        _convert_call(context, call)


def _task_implementations(context: ImportContext, task: Element) -> Iterator[tuple[str, list[str]]]:
    """A task's implementations, each with its possible keys in the mapping; marks them as handled."""
    for name, value in engine_attributes(task, *_IMPLEMENTATION_KEYS):
        context.mark_handled(task, name)
        if value != _EXTERNAL:
            expression = value[2:-1].strip() if value.startswith(("${", "#{")) else value
            yield value, [value, expression, expression.rpartition(".")[2]]
    for definition in zeebe_extensions(task, "taskDefinition"):
        context.mark_handled(definition)
        yield definition.get("type") or "", [definition.get("type") or "", _literal_text(definition.get("type") or "")]


def _literal_text(value: str) -> str:
    """The text of a bare or literal value; a computed value is returned unchanged."""
    try:
        return str(literal_value(value)) if is_vendor_expression(value) else value
    except OutsideGrammar:
        return value


def _convert_service_task(context: ImportContext, task: Element) -> None:
    for key, names in _task_implementations(context, task):
        if operator_of(task) is not None:
            continue
        operator_text = next((context.mapping[name] for name in names if name in context.mapping), None)
        operator = _parse_operator(operator_text) if operator_text is not None else None
        if operator is None:
            rule = "service" if operator_text is None else "service-operator"
            context.leave_open(
                task, rule, "operator-missing", name=key, operator=operator_text, known=", ".join(sorted(OPERATORS))
            )
            continue
        insert_child(ensure_extensions(task), _operator_element(*operator))
        context.record_conversion(task, "operator", key, operator_text or "")


def _parse_operator(text: str) -> tuple[str, ParameterTexts] | None:
    """Parse an operator and its parameters, as in `mark(status="resolved")`; None if they are unknown or invalid."""
    text = text.strip()
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match tree:
        case ast.Name(id=name):
            parameters: ParameterTexts = {}
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            parameters = {part.arg or "": ast.get_source_segment(text, part.value) or "" for part in keywords}
        case _:
            return None
    required, optional = OPERATORS.get(name, (frozenset(), frozenset()))
    is_known = name in OPERATORS and parameters.keys() <= required | optional
    return (name, parameters) if is_known and all(map(_is_compilable, parameters.values())) else None


def _is_compilable(text: str) -> bool:
    try:
        compile_expression(text)
    except ScriptError:
        return False
    return True


def _operator_element(name: str, parameters: ParameterTexts) -> Element:
    operator = make_extension("serviceTaskOperator", {"id": name, "resultVariable": f"_{name}"})
    container = make_extension("parameters")
    operator.append(container)
    for key, value in parameters.items():
        container.append(make_extension("parameter", {"id": key, "type": "any", "value": value}))
    return operator


def _convert_decision(context: ImportContext, task: Element) -> None:
    references = [(task, name, value) for name, value in engine_attributes(task, "decisionRef")]
    references += [
        (part, "decisionId", part.get("decisionId") or "") for part in zeebe_extensions(task, "calledDecision")
    ]
    for holder, attribute, value in references:
        context.mark_handled(holder, attribute)
        if extension_text(task, "calledDecisionId"):
            continue
        decision = _literal_text(value)
        if not decision or is_vendor_expression(decision):
            context.leave_open(task, "computed", "decision-missing", text=value)
            continue
        insert_child(ensure_extensions(task), make_extension("calledDecisionId", text=decision))
        context.record_conversion(task, "decision", value, decision)


def _convert_call(context: ImportContext, call: Element) -> None:
    _convert_call_data(context, call)
    for part in zeebe_extensions(call, "calledElement"):
        context.mark_handled(part)
        for name in withheld_data(part):
            if not context.choices.accepts(call.get("id") or "", prefixed_name(name)):
                context.leave_open(call, "attribute", "foreign-setting", name=prefixed_name(name), value="false")
        called_process = _literal_text(part.get("processId") or "")
        if call.get("calledElement"):
            continue
        if not called_process or is_vendor_expression(called_process):
            context.leave_open(call, "computed", "call-missing", text=part.get("processId") or "")
            continue
        call.set("calledElement", called_process)
        context.record_conversion(call, "called", part.get("processId") or "", called_process)


def _convert_call_data(context: ImportContext, call: Element) -> None:
    """A Camunda 7 call that hands everything down and back does so here without a word; the business key is the case's.

    What it hands down or back by name, or in one direction only, stays for the analyst: a call here has no mapping.
    """
    parts = [part for part in _extension_parts(call) if namespace_of(part.tag) in ENGINE_NAMESPACES]
    data = [part for part in parts if strip_namespace(part.tag) in ("in", "out") and not part.get("businessKey")]
    ways = {strip_namespace(part.tag) for part in data}
    is_everything = all(list(part.attrib.items()) == [("variables", "all")] for part in data)
    if ways != {"in", "out"} or not is_everything:
        return
    for part in parts:
        if strip_namespace(part.tag) in ("in", "out"):
            context.mark_handled(part)
    context.record_conversion(call, "call-data", 'in/out variables="all"', "")


def _extension_parts(element: Element) -> Iterator[Element]:
    extensions = first_child(element, "extensionElements")
    return iter(()) if extensions is None else extensions.iterchildren("*")
