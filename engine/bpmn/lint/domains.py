"""Which values each name of a case's data may have, as far as all that sets it can be told from the files.

A name that a message, a calculation or an operator sets may be anything, and nothing is said about it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.language import compile_script
from engine.bpmn.lint.diagram import Diagram, bpmn_tag, extension_properties
from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import leaf_nodes, script_tree, syntax_tree
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
from engine.bpmn.lint.vocabulary import Vocabulary
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
    return dict.fromkeys(_unit_names(diagrams), units) | dict(of_reports)


def function_domain(name: str, units: Mapping[str, Caption] | None) -> ValueDomain | None:
    """The values that a function of the language may have, where they are few."""
    if name == "unit_kind":
        return one_of({kind: Caption(kind, kind) for kind in UNIT_KINDS})
    return with_units(UNIT, units) if name in _UNIT_FUNCTIONS else None


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
        if text.compile is compile_script:
            yield from _script_writers(text.source)
    for element in diagram.root.iter(*VARIABLE_TAGS, bpmn_tag("loopDataOutputRef")):
        yield (element.text or "").strip(), ANYTHING
    for element in diagram.root.iter(*_LOOP_TAGS):
        yield element.get("id") or "", ANYTHING
    for element in diagram.root.iter(f"{{{SPIFF}}}serviceTaskOperator"):
        yield element.get("resultVariable") or "", ANYTHING


def _script_writers(source: str) -> Iterator[Writer]:
    tree = script_tree(source)
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _target_writers(target, value)
            case ast.AugAssign(target=target):
                yield from _target_writers(target, None)


def _target_writers(target: ast.expr, value: ast.expr | None) -> Iterator[Writer]:
    """What an assignment makes of the names in its target; only a name alone is set to the value itself."""
    if isinstance(target, ast.Name) and value is not None:
        yield target.id, literal_domain(value)
    else:
        yield from ((node.id, ANYTHING) for node in ast.walk(target) if isinstance(node, ast.Name))


def _table_writers(decision: Decision) -> Iterator[Writer]:
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            is_single = decision.hit_policy != "COLLECT"
            yield column.text, literal_domain(syntax_tree(cell.text)) if is_single else ANYTHING


def literal_domain(value: ast.AST | None) -> ValueDomain:
    """What an expression yields if it only chooses among literals; nothing (None) is no value of its own."""
    literals: list[Literal] = []
    for leaf in _choices(value):
        match leaf:
            case ast.Constant(value=None):
                continue
            case ast.Constant(value=str() | int() | float() as literal):
                literals.append(literal)
            case _:
                return ANYTHING
    return domain_of_literals(literals)


def _choices(value: ast.AST | None) -> Iterator[ast.AST | None]:
    if isinstance(value, ast.IfExp):
        yield from _choices(value.body)
        yield from _choices(value.orelse)
    else:
        yield value
