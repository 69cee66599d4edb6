"""Which values each name of a case's data may have, as far as all that sets it can be told from the files.

A name that a message, a calculation or an operator sets may be anything, and nothing is said about it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.lint.compared import choices_of, set_literals
from engine.bpmn.lint.diagram import Diagram, bpmn_tag, extension_properties, operator_of, operator_parameters
from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import leaf_nodes, syntax_tree
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import VARIABLE_TAGS, diagram_texts
from engine.bpmn.lint.value_domain import (
    ANYTHING,
    UNIT,
    Literal,
    ValueDomain,
    domain_of_literals,
    one_of,
    with_units,
)
from engine.bpmn.lint.vocabulary import PARAMETER_CHOICES, Vocabulary
from engine.translation.wording import Caption
from engine.world.unit_tree import UNIT_KINDS

Writer = tuple[str, ValueDomain]
# What the engine takes for the unit that holds a task, unless the task names another (engine.bpmn.inspection).
_UNIT_NAMES = ("place", "department")
_UNIT_FUNCTIONS = frozenset({"unit_above", "serving", "tier2_of"})
_LOOP_TAGS = tuple(bpmn_tag(name) for name in ("dataObject", "inputDataItem", "outputDataItem"))


def domains_of(
    diagrams: Iterable[Diagram], decisions: Iterable[Decision], vocabulary: Vocabulary
) -> Mapping[str, ValueDomain]:
    """The values of each name of whose every writer something is known, for all files of a deployment together."""
    diagrams, domains = tuple(diagrams), dict[str, ValueDomain]()
    for name, domain in _writers(diagrams, decisions, vocabulary):
        domains[name] = domains[name].united(domain) if name in domains else domain
    fixed = {
        name: replace(domain, label=domains[name].label if name in domains else None)
        for name, domain in fixed_domains(diagrams, vocabulary).items()
    }
    set_outside = frozenset(vocabulary.names or ()).union(*(vocabulary.forms or {}).values())
    open_names = set_outside - vocabulary.domains.keys()
    known = {name: domain for name, domain in domains.items() if domain.kinds != ANYTHING.kinds}
    return {name: domain for name, domain in known.items() if name not in open_names} | fixed


def fixed_domains(diagrams: Iterable[Diagram], vocabulary: Vocabulary) -> Mapping[str, ValueDomain]:
    """The names that may be nothing else whatever sets them: units, and what the program lets a report be."""
    units = with_units(UNIT, vocabulary.units)
    keys = {process.get("id") for diagram in diagrams for process in diagram.processes}
    of_reports = vocabulary.report_values if keys & vocabulary.report_processes else {}
    return dict.fromkeys(_unit_names(diagrams), units) | dict(_choice_names(diagrams)) | dict(of_reports)


def function_domain(name: str, units: Mapping[str, Caption] | None) -> ValueDomain | None:
    """The values that a function of the language may have, where they are few."""
    if name == "unit_kind":
        return one_of({kind: Caption(kind, kind) for kind in UNIT_KINDS})
    return with_units(UNIT, units) if name in _UNIT_FUNCTIONS else None


def _choice_names(diagrams: Iterable[Diagram]) -> Iterator[Writer]:
    """The names that stand alone for a parameter of a service which may be one of a few words, such as a clock."""
    for diagram in diagrams:
        for node in diagram.nodes_of_kind("serviceTask"):
            operator = operator_of(node.element)
            for key, argument in operator_parameters(operator).items() if operator is not None else ():
                choices = PARAMETER_CHOICES.get((str(operator.get("id")) if operator is not None else "", key))
                tree = syntax_tree(argument.get("value") or "") if choices else None
                if choices and isinstance(tree, ast.Name):
                    yield tree.id, one_of({choice: Caption(choice, choice) for choice in sorted(choices)})


def _unit_names(diagrams: Iterable[Diagram]) -> Iterator[str]:
    """The names that hold a unit's code: the two that the engine looks at, and what tasks name as their unit."""
    yield from _UNIT_NAMES
    for diagram in diagrams:
        for node in diagram.nodes_of_kind("userTask"):
            tree = syntax_tree(extension_properties(node.element).get("unit", ""))
            yield from (leaf.id for leaf in leaf_nodes(tree) if isinstance(leaf, ast.Name))


def _writers(diagrams: Iterable[Diagram], decisions: Iterable[Decision], vocabulary: Vocabulary) -> Iterator[Writer]:
    for name, known in vocabulary.domains.items():
        yield from ((name, domain) for domain in known)
    for diagram in diagrams:
        yield from _diagram_writers(diagram)
    for decision in decisions:
        yield from _table_writers(decision)


def _diagram_writers(diagram: Diagram) -> Iterator[Writer]:
    for text in diagram_texts(diagram):
        if text.is_script:
            yield from ((name, _domain_of(literals)) for name, literals in set_literals(text))
    for element in diagram.root.iter(*VARIABLE_TAGS, bpmn_tag("loopDataOutputRef")):
        yield (element.text or "").strip(), ANYTHING
    for element in diagram.root.iter(*_LOOP_TAGS):
        yield element.get("id") or "", ANYTHING
    for element in diagram.root.iter(f"{{{SPIFF}}}serviceTaskOperator"):
        yield element.get("resultVariable") or "", ANYTHING


def _table_writers(decision: Decision) -> Iterator[Writer]:
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            is_single = decision.hit_policy != "COLLECT"
            yield column.text, _domain_of(choices_of(syntax_tree(cell.text)) if is_single else None)


def _domain_of(literals: tuple[Literal, ...] | None) -> ValueDomain:
    return ANYTHING if literals is None else domain_of_literals(list(literals))
