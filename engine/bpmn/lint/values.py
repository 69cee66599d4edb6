"""Rules on the values that an analyst types: each is one that its name can have, each unit one that exists (R16).

A slip in a value stops nothing by itself: the branch is never taken, the row never chosen, or the step finds no unit.
So it is told before the deployment, with the value that was probably meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.bpmn.language import compile_script
from engine.bpmn.lint.cells import INPUT
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, extension_properties
from engine.bpmn.lint.domains import function_domain
from engine.bpmn.lint.finding import Element, Finding, finding_at, shorten_text
from engine.bpmn.lint.source import leaf_nodes, literal_texts, script_tree, syntax_tree
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import SourceText, diagram_texts, table_texts
from engine.bpmn.lint.value_domain import Literal, ValueDomain, nearest_text
from engine.translation.wording import Caption

Domains = Mapping[str, ValueDomain]
MOST_NAMED = 12
# Which argument of a function is a unit's code.
_UNIT_ARGUMENTS: Mapping[str, int] = {"unit_above": 0, "unit_kind": 0, "unit_name": 0, "serving": 1, "tier2_of": 0}


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A literal and what it is compared with: a name, or a function of few values; `is_member` of a list."""

    subject: str
    domain: ValueDomain
    literal: Literal
    is_member: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether the comparison can ever hold."""
        return self.domain.has_member(self.literal) if self.is_member else self.domain.allows(self.literal)


def check_compared_values(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Conditions, scripts and parameters compare a name with values that it can have."""
    for text in diagram_texts(diagram):
        if text.is_about_case:
            yield from _check_comparisons(text, deployment, deployment.domains)


def check_table_values(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Rows ask for values that their column can have."""
    columns = {
        cell.element: column.text.strip()
        for row in decision.rows
        for column, cell in zip(decision.inputs, row.inputs, strict=False)
    }
    for text in table_texts(decision):
        column, known = columns.get(text.element, ""), deployment.domains
        domains = {**known, INPUT: known[column]} if column in known else known
        yield from _check_comparisons(text, deployment, domains, column)


def _check_comparisons(
    text: SourceText, deployment: DeploymentIndex, domains: Domains, column: str = ""
) -> Iterator[Finding]:
    tree = script_tree(text.source) if text.compile is compile_script else syntax_tree(text.source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Compare):
            for compared in _compared_values(node, deployment, domains):
                if not compared.is_possible:
                    yield _impossible(text.element, compared, column)
        elif _divides_by_zero(node):
            yield finding_at(text.element, "division-by-zero", text=shorten_text(text.original))


def _divides_by_zero(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=ast.Constant(value=0)):
            return True
        case _:
            return False


def _compared_values(node: ast.Compare, deployment: DeploymentIndex, domains: Domains) -> Iterator[ComparedValue]:
    for sign, (left, right) in zip(node.ops, pairwise((node.left, *node.comparators)), strict=True):
        for subject, other in ((left, right), (right, left)):
            domain = _subject_domain(subject, deployment, domains)
            if domain is None:
                continue
            is_member = isinstance(sign, ast.In | ast.NotIn) and subject is right
            for literal in _literals(other):
                yield ComparedValue(ast.unparse(subject), domain, literal, is_member)


def _subject_domain(node: ast.expr, deployment: DeploymentIndex, domains: Domains) -> ValueDomain | None:
    match node:
        case ast.Name(id=name):
            return domains.get(name)
        case ast.Call(func=ast.Name(id=name)) if deployment.domains:
            return function_domain(name, deployment.vocabulary.units)
        case _:
            return None


def _literals(node: ast.AST | None) -> Iterator[Literal]:
    for leaf in leaf_nodes(node):
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str | int | float):
            yield leaf.value


def _impossible(element: Element, compared: ComparedValue, column: str) -> Finding:
    texts = compared.domain.texts or {}
    subject = column if compared.subject == INPUT else compared.subject
    facts = {"name": _name_fact(subject, compared.domain.label), "value": _quoted(compared.literal)}
    if compared.literal == "" and not compared.domain.is_unit:
        return finding_at(element, "value-empty-text", **facts)
    near = nearest_text(compared.literal, texts) if isinstance(compared.literal, str) else None
    if near is not None:
        return finding_at(element, "value-mistyped", near=_called(near, texts[near]), **facts)
    if not texts or compared.domain.is_unit:
        return finding_at(element, "value-of-other-kind", **facts)
    known = [_called(text, caption) for text, caption in list(texts.items())[:MOST_NAMED]]
    return finding_at(element, "value-impossible", known=[*known, *(["…"] if len(texts) > MOST_NAMED else [])], **facts)


def _name_fact(name: str, label: Caption | None) -> Caption:
    """What people call a name, with the name as it is typed."""
    if label is None:
        return Caption(f"'{name}'", f"'{name}'")
    return Caption(f"“{label.vietnamese}” ({name})", f"“{label.english}” ({name})")


def _quoted(literal: Literal) -> str:
    return f'"{shorten_text(literal)}"' if isinstance(literal, str) else str(literal)


def _called(text: str, caption: Caption) -> Caption:
    """A value as it is typed, with what people call it where that is another word."""
    quoted = _quoted(text)
    captions = (caption.vietnamese, caption.english)
    return Caption(*(quoted if called == text else f"{quoted} ({called})" for called in captions))


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
        tree = script_tree(text.source) if text.compile is compile_script else None
        for node in ast.walk(tree) if tree is not None else ():
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    yield from _check_set_value(text.element, name, value, deployment)


def check_table_results(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for the results of tables: with the code of no unit nobody could take the next step."""
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            yield from _check_set_value(cell.element, column.text, syntax_tree(cell.text), deployment)


def _unit_literals(text: SourceText) -> Iterator[str]:
    """The units' codes in a text that are arguments of functions about units."""
    tree = script_tree(text.source) if text.compile is compile_script else syntax_tree(text.source)
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in _UNIT_ARGUMENTS:
                for argument in arguments[_UNIT_ARGUMENTS[name] :][:1]:
                    yield from (literal for literal in _literals(argument) if isinstance(literal, str))


def _check_set_value(
    element: Element, name: str, value: ast.AST | None, deployment: DeploymentIndex
) -> Iterator[Finding]:
    domain = deployment.fixed_domains.get(name)
    for literal in _literals(value) if domain is not None else ():
        if domain is None or domain.allows(literal):
            continue
        if domain.is_unit and isinstance(literal, str):
            yield from _check_unit(element, literal, deployment)
        else:
            label = deployment.domains[name].label
            known = [_called(text, caption) for text, caption in (domain.texts or {}).items()]
            facts = {"name": _name_fact(name, label), "value": _quoted(literal), "known": known}
            yield finding_at(element, "value-not-to-set", **facts)


def _check_unit(element: Element, code: str, deployment: DeploymentIndex) -> Iterator[Finding]:
    units = deployment.vocabulary.units
    if units is None or code in units:
        return
    near = nearest_text(code, units)
    if near is None:
        yield finding_at(element, "unit-nonexistent", code=code)
    else:
        yield finding_at(element, "unit-mistyped", code=code, near=_called(near, units[near]))
