"""Service tasks, decisions and calls of other tools. For the conversion alone.

The table says which of our operators a topic, class, delegate or job type is: `mark`, or with what it is given, as in
`mark(status="resolved")`; the values are expressions of our language.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.bpmn.language import compile_expression
from engine.bpmn.lint.diagram import extension, operator_of, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.operators import OPERATORS
from engine.errors import ScriptError
from engine.studio.importing.expressions import Outside, is_foreign, literal
from engine.studio.importing.names import attributes, parts
from engine.studio.importing.report import Work
from engine.studio.importing.tree import extended, ours, put

_KEYS = ("topic", "class", "delegateExpression", "expression", "type")
_EXTERNAL = "external"
Parameters = dict[str, str]


def convert(work: Work) -> None:
    """Convert what the engine has; everything else that another engine would run stays with an open point."""
    for task in work.root.iter(tag("serviceTask")):
        _service(work, task)
    for task in work.root.iter(tag("sendTask"), tag("businessRuleTask"), tag("scriptTask")):
        for key, _ in list(_keys(work, task)):
            work.leave(task, "service-kind", "event-without-trigger", "decision-missing", name=key)
    for task in work.root.iter(tag("businessRuleTask")):
        _decision(work, task)
    for call in work.root.iter(tag("callActivity")):
        _call(work, call)


def _keys(work: Work, task: Element) -> Iterator[tuple[str, list[str]]]:
    """What a task is run by, and the names under which the table may have it; noted as dealt with."""
    for name, value in attributes(task, *_KEYS):
        work.handle(task, name)
        if value != _EXTERNAL:
            bare = value[2:-1].strip() if value.startswith(("${", "#{")) else value
            yield value, [value, bare, bare.rpartition(".")[2]]
    for part in parts(task, "taskDefinition"):
        work.handle(part)
        yield part.get("type") or "", [part.get("type") or "", _text(part.get("type") or "")]


def _text(value: str) -> str:
    """The text that a value is, bare or as a literal; a computed one as it stands."""
    try:
        return str(literal(value)) if is_foreign(value) else value
    except Outside:
        return value


def _service(work: Work, task: Element) -> None:
    for key, names in _keys(work, task):
        if operator_of(task) is not None:
            continue
        meant = next((work.mapping[name] for name in names if name in work.mapping), None)
        found = _operator(meant) if meant is not None else None
        if found is None:
            rule = "service" if meant is None else "service-operator"
            work.leave(task, rule, "operator-missing", name=key, operator=meant, known=", ".join(sorted(OPERATORS)))
            continue
        put(extended(task), _operator_element(*found))
        work.converted(task, "operator", key, meant or "")


def _operator(text: str) -> tuple[str, Parameters] | None:
    """The operator and its parameters that `mark(status="resolved")` means; None when there is no such operator."""
    text = text.strip()
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match tree:
        case ast.Name(id=name):
            given: Parameters = {}
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            given = {part.arg or "": ast.get_source_segment(text, part.value) or "" for part in keywords}
        case _:
            return None
    required, optional = OPERATORS.get(name, (frozenset(), frozenset()))
    known = name in OPERATORS and given.keys() <= required | optional
    return (name, given) if known and all(map(_compiles, given.values())) else None


def _compiles(text: str) -> bool:
    try:
        compile_expression(text)
    except ScriptError:
        return False
    return True


def _operator_element(name: str, given: Parameters) -> Element:
    operator = ours("serviceTaskOperator", {"id": name, "resultVariable": f"_{name}"})
    holder = ours("parameters")
    operator.append(holder)
    for key, value in given.items():
        holder.append(ours("parameter", {"id": key, "type": "any", "value": value}))
    return operator


def _decision(work: Work, task: Element) -> None:
    named = [(task, name, value) for name, value in attributes(task, "decisionRef")]
    named += [(part, "decisionId", part.get("decisionId") or "") for part in parts(task, "calledDecision")]
    for holder, attribute, value in named:
        work.handle(holder, attribute)
        if extension(task, "calledDecisionId"):
            continue
        decision = _text(value)
        if not decision or is_foreign(decision):
            work.leave(task, "computed", "decision-missing", text=value)
            continue
        put(extended(task), ours("calledDecisionId", text=decision))
        work.converted(task, "decision", value, decision)


def _call(work: Work, call: Element) -> None:
    for part in parts(call, "calledElement"):
        work.handle(part)
        called = _text(part.get("processId") or "")
        if call.get("calledElement"):
            continue
        if not called or is_foreign(called):
            work.leave(call, "computed", "call-missing", text=part.get("processId") or "")
            continue
        call.set("calledElement", called)
        work.converted(call, "called", part.get("processId") or "", called)
