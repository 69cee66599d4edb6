"""Rules on DMN files as a whole: what engine.dmn cannot compile in them, and what it says of tables in FEEL.

Tables in the older language have their own rules in `decisions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from engine.bpmn.decision_tables import own_code
from engine.bpmn.lint.decisions import is_judged_by_samples
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import table_texts
from engine.bpmn.table_cells import mark_own_texts
from engine.dmn.elements import DmnModel
from engine.dmn.program import DmnProgram
from engine.dmn.reading import namespace_of, read_model
from engine.dmn.reasons import UnreadableModel
from engine.dmn.table_check import check_tables
from engine.feel.reasons import FeelReason
from engine.safe_xml import parse_xml
from engine.text import shorten_text

_TOLD_BY_RULES = frozenset({"feel-syntax-end", "dmn-hit-policy-unknown"})
NOTES = frozenset({"dmn-table-gap", "dmn-rows-undecided", "dmn-rows-unasked-undecided", "dmn-table-undecided"})
"""What is no fault: a table that answers nothing for some input is DMN, and what is not decided may be right."""


def check_models(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A file can be compiled, and its tables in FEEL do not contradict themselves; said once for each file."""
    if not _stands_first(decision, deployment):
        return
    root = decision.element.getroottree().getroot()
    try:
        program = DmnProgram(_model_of(decision, deployment), own_code)
    except UnreadableModel as error:
        yield finding_at(root, "model-unreadable", detail=error.reason)
        return
    known = {text.original for other in deployment.decisions for text in table_texts(other) if text.compiled is None}
    for problem in program.problems:
        if problem.text not in known and problem.reason.rule not in _TOLD_BY_RULES:
            place = _element_named(root, problem.element)
            yield finding_at(place, "model-problem", name=problem.element, detail=problem.reason)
    yield from (finding for finding, reason in _table_findings(decision, program.model) if reason.rule not in NOTES)


def note_models(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """What an analyst should know of tables in FEEL although they can be deployed."""
    if _stands_first(decision, deployment):
        model = _model_of(decision, deployment)
        yield from (finding for finding, reason in _table_findings(decision, model) if reason.rule in NOTES)


def _stands_first(decision: Decision, deployment: DeploymentIndex) -> bool:
    return next(other for other in deployment.decisions if other.path == decision.path) is decision


def _model_of(decision: Decision, deployment: DeploymentIndex) -> DmnModel:
    """The model of a file, with those that it may import."""
    contents = {
        other.path: etree.tostring(other.element.getroottree())
        for other in deployment.decisions
        if other.path == decision.path or _imports(decision)
    }
    own = parse_xml(contents.pop(decision.path))
    mark_own_texts(own)
    return read_model(etree.tostring(own), {namespace_of(content): content for content in contents.values()})


def _imports(decision: Decision) -> bool:
    return any(local_name_of(part) == "import" for part in decision.element.getroottree().getroot())


def _table_findings(decision: Decision, model: DmnModel) -> Iterator[tuple[Finding, FeelReason]]:
    """What is said of the tables that only FEEL can say."""
    root = decision.element.getroottree().getroot()
    judged = {part.get("id") for part in root.iterchildren("{*}decision") if is_judged_by_samples(part)}
    others = {key: element for key, element in model.elements.items() if key not in judged}
    for element, reason in check_tables(replace(model, elements=others)):
        name = element.name or element.id
        place, row = _element_named(root, name), reason.facts.get("row")
        rows = list(place.iter("{*}rule"))
        where = rows[row - 1] if isinstance(row, int) and 0 < row <= len(rows) else place
        yield finding_at(where, "table-flaw", name=shorten_text(name), detail=reason), reason


def _element_named(root: Element, name: str) -> Element:
    return next((part for part in root if name and name in (part.get("name"), part.get("id"))), root)
