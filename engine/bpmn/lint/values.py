"""Rules on the values that an analyst types: each is one that its name can have, each unit one that exists (R16).

A slip in a value stops nothing by itself: the branch is never taken, the row never chosen, or the step finds no unit.
So it is told before the deployment, with the value that was probably meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.lint.asked import column_names
from engine.bpmn.lint.compared import (
    LiteralComparison,
    choices_of,
    compared_literals,
    literals_of,
    own_nodes,
    set_literals,
)
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, extension_properties
from engine.bpmn.lint.domains import function_domain
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.source import literal_texts, syntax_tree
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import SourceText, diagram_texts, table_texts
from engine.bpmn.lint.value_domain import (
    Literal,
    ValueDomain,
    nearest_text,
    quoted_choice,
    quoted_literal,
    quoted_name,
)
from engine.bpmn.table_cells import INPUT
from engine.text import shorten_text

Domains = Mapping[str, ValueDomain]
MOST_NAMED = 12
# Which argument of a function is a unit's code.
_UNIT_ARGUMENTS: Mapping[str, int] = {"unit_above": 0, "unit_kind": 0, "unit_name": 0, "serving": 1, "tier2_of": 0}


def check_compared_values(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Conditions, scripts and parameters compare a name with values that it can have."""
    for text in diagram_texts(diagram):
        if text.is_about_case:
            yield from _check_comparisons(text, deployment, deployment.domains)


def check_table_values(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Rows ask for values that their column can have."""
    columns = column_names(decision)
    for text in table_texts(decision):
        column, known = columns.get(text.element, ""), deployment.domains
        domains = {**known, INPUT: known[column]} if column in known else known
        yield from _check_comparisons(text, deployment, domains, column)


def _check_comparisons(
    text: SourceText, deployment: DeploymentIndex, domains: Domains, column: str = ""
) -> Iterator[Finding]:
    for compared in compared_literals(text):
        domain = _domain_of(compared, deployment, domains)
        if domain is not None and not _is_possible(compared, domain):
            yield _impossible(text.element, compared, domain, column)
    if any(map(_divides_by_zero, own_nodes(text))):
        yield finding_at(text.element, "division-by-zero", text=shorten_text(text.original))


def _domain_of(compared: LiteralComparison, deployment: DeploymentIndex, domains: Domains) -> ValueDomain | None:
    if compared.is_call:
        return function_domain(compared.subject, deployment.vocabulary.units) if deployment.domains else None
    return domains.get(compared.subject)


def _is_possible(compared: LiteralComparison, domain: ValueDomain) -> bool:
    return domain.has_member(compared.literal) if compared.is_member else domain.allows(compared.literal)


def _divides_by_zero(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=ast.Constant(value=0)):
            return True
        case _:
            return False


def _impossible(element: Element, compared: LiteralComparison, domain: ValueDomain, column: str) -> Finding:
    texts = domain.texts or {}
    subject = column if compared.subject == INPUT else compared.subject + ("(…)" if compared.is_call else "")
    facts = {"name": quoted_name(subject, domain.label), "value": quoted_literal(compared.literal)}
    if compared.literal == "" and not domain.is_unit:
        return finding_at(element, "value-empty-text", **facts)
    near = nearest_text(compared.literal, texts) if isinstance(compared.literal, str) else None
    if near is not None:
        return finding_at(element, "value-mistyped", near=quoted_choice(near, texts[near]), **facts)
    if not texts or domain.is_unit:
        return finding_at(element, "value-of-other-kind", **facts)
    known = [quoted_choice(text, caption) for text, caption in list(texts.items())[:MOST_NAMED]]
    return finding_at(element, "value-impossible", known=[*known, *(["…"] if len(texts) > MOST_NAMED else [])], **facts)


def check_named_units(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Units that tasks, functions and scripts name by their code exist."""
    if deployment.vocabulary.units is None:
        return
    for node in diagram.nodes_of_kind("userTask"):
        for code in literal_texts(extension_properties(node.element).get("unit", "")):
            yield from _check_unit(node.element, code, deployment)
    for text in diagram_texts(diagram):
        for code in _unit_literals(text):
            yield from _check_unit(text.element, code, deployment)


def check_set_values(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Scripts set what the program knows the values of, and units, to one of them."""
    for text in diagram_texts(diagram):
        for name, literals in set_literals(text) if text.is_script else ():
            yield from _check_set_literals(text.element, name, literals or (), deployment)


def check_table_results(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for the results of tables: with the code of no unit nobody could take the next step."""
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            literals = choices_of(syntax_tree(cell.text)) or ()
            yield from _check_set_literals(cell.element, column.text, literals, deployment)


def _unit_literals(text: SourceText) -> Iterator[str]:
    """The units' codes in a text that are arguments of functions about units."""
    for node in own_nodes(text):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in _UNIT_ARGUMENTS:
                for argument in arguments[_UNIT_ARGUMENTS[name] :][:1]:
                    yield from (literal for literal in literals_of(argument) if isinstance(literal, str))


def _check_set_literals(
    element: Element, name: str, literals: Iterable[Literal], deployment: DeploymentIndex
) -> Iterator[Finding]:
    domain = deployment.fixed_domains.get(name)
    for literal in literals if domain is not None else ():
        if domain is None or domain.allows(literal):
            continue
        if domain.is_unit and isinstance(literal, str):
            yield from _check_unit(element, literal, deployment)
        else:
            label = deployment.domains[name].label
            known = [quoted_choice(text, caption) for text, caption in (domain.texts or {}).items()]
            facts = {"name": quoted_name(name, label), "value": quoted_literal(literal), "known": known}
            yield finding_at(element, "value-not-to-set", **facts)


def _check_unit(element: Element, code: str, deployment: DeploymentIndex) -> Iterator[Finding]:
    units = deployment.vocabulary.units
    if units is None or code in units:
        return
    near = nearest_text(code, units)
    if near is None:
        yield finding_at(element, "unit-nonexistent", code=code)
    else:
        yield finding_at(element, "unit-mistyped", code=code, near=quoted_choice(near, units[near]))
