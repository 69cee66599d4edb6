"""Rules on start events: whoever may begin a process can, with a form that exists and under letters of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.bpmn.lint import graph
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, FlowNode, event_definitions, extension_properties
from engine.bpmn.lint.finding import Finding, finding_at
from engine.bpmn.lint.references import join_names
from engine.bpmn.lint.vocabulary import START_ROLES, START_UNIT_KINDS
from engine.bpmn.starting import (
    CODE,
    FORM,
    KEEP_DAYS,
    LONGEST_TERM,
    MATTER,
    SHORTEST_TERM,
    START_UNITS,
    read_days,
    split_words,
)
from engine.bpmn.starting import START_ROLES as ROLES_PROPERTY
from engine.world.roles import ROLES, STARTER

CODE_PATTERN = re.compile(r"[A-Z]{2}")
REPORT_LETTERS = "DN"
"""The letters of citizens' reports (`engine.cases.case_code`), which no other code begins with."""
_BESIDE_FORM = (ROLES_PROPERTY, START_UNITS, CODE, MATTER)
_KINDS_OF_ROLE: Mapping[str, frozenset[str]] = {role.name: role.units or START_UNIT_KINDS for role in ROLES.values()}


def check_start_forms(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A start form exists, stands where people begin the process, and somebody may send it."""
    for node in diagram.nodes_of_kind("startEvent"):
        properties = extension_properties(node.element)
        form = properties.get(FORM, "")
        if KEEP_DAYS in properties and read_days(properties[KEEP_DAYS]) is None:
            yield finding_at(node.element, "start-keep-days", least=SHORTEST_TERM, most=LONGEST_TERM)
        if not form:
            if any(properties.get(name) for name in _BESIDE_FORM):
                yield finding_at(node.element, "start-form-missing")
            continue
        if event_definitions(node.element) or not diagram.is_process(node.scope):
            yield finding_at(node.element, "start-form-place")
        elif deployment.form_keys is not None and form not in deployment.form_keys:
            yield finding_at(node.element, "form-unknown", form=form)
        yield from _check_starters(node, properties)
        yield from _check_matter(node, form, properties.get(MATTER, ""), deployment)


def _check_starters(node: FlowNode, properties: Mapping[str, str]) -> Iterator[Finding]:
    """The roles and kinds of units that may begin a process are known, and at least one role is held in such a unit."""
    roles, kinds = split_words(properties.get(ROLES_PROPERTY, "")), split_words(properties.get(START_UNITS, ""))
    unknown = [role for role in roles if role not in START_ROLES]
    strange = [kind for kind in kinds if kind not in START_UNIT_KINDS]
    for role in unknown:
        yield finding_at(node.element, "start-role-unknown", role=role, known=join_names(START_ROLES))
    for kind in strange:
        yield finding_at(node.element, "start-unit-unknown", name=kind, known=join_names(START_UNIT_KINDS))
    if not roles:
        yield finding_at(node.element, "start-roles-missing")
    elif kinds and not unknown and not strange and not any(_KINDS_OF_ROLE[role] & {*kinds} for role in roles):
        yield finding_at(node.element, "start-nobody", roles=", ".join(roles), units=", ".join(kinds))


def _check_matter(node: FlowNode, form: str, matter: str, deployment: DeploymentIndex) -> Iterator[Finding]:
    fields = (deployment.vocabulary.form_fields or {}).get(form)
    if matter and fields is not None and matter not in fields:
        yield finding_at(node.element, "start-matter-unknown", name=matter, form=form, known=join_names(fields))


def check_start_codes(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The letters of a process's codes are two capital ones, and no other process has them."""
    for node in diagram.nodes_of_kind("startEvent"):
        code = extension_properties(node.element).get(CODE, "")
        if not code:
            continue
        if CODE_PATTERN.fullmatch(code) is None or code == REPORT_LETTERS:
            yield finding_at(node.element, "start-code", code=code, reports=REPORT_LETTERS)
            continue
        other = next((one for one in deployment.diagrams if one.path < diagram.path and code in _codes_of(one)), None)
        if other is not None:
            yield finding_at(node.element, "start-code-taken", code=code, file=other.path)


def _codes_of(diagram: Diagram) -> set[str]:
    return {extension_properties(node.element).get(CODE, "") for node in diagram.nodes_of_kind("startEvent")}


def check_starters_tasks(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A task of whoever has begun the instance is reached only where somebody has."""
    starts = [node for node in diagram.nodes_of_kind("startEvent") if diagram.is_process(node.scope)]
    nobodys = [node for node in starts if not extension_properties(node.element).get(FORM)]
    is_called = any(diagram.process_of(start) in deployment.call_sites for start in starts)
    if deployment.vocabulary.processes is None or is_called:
        return
    reached = graph.reachable_nodes(diagram.successors, [node.id for node in nobodys])
    for node in diagram.nodes_of_kind("userTask"):
        if extension_properties(node.element).get("role") != STARTER:
            continue
        if reached & {node.id, *(host.id for host in diagram.enclosing_sub_processes(node))}:
            yield finding_at(node.element, "starter-nobody")
