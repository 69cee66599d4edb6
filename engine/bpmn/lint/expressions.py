"""Rules on everything an analyst types: it is within the language, and the names it reads are set somewhere.

The language itself is `engine.bpmn.language`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.compiled_texts import compile_script_text
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.language import FUNCTIONS
from engine.bpmn.lint.cells import lacks_question_mark
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, first_child
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.languages import is_in_own_language
from engine.bpmn.lint.repeats import multi_instances
from engine.bpmn.lint.source import NAME_PATTERN, unknown_functions
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import VARIABLE_TAGS, SourceText, diagram_texts, names_read, table_texts
from engine.errors import ScriptError
from engine.text import shorten_text

LOOP_DATA_PARTS = ("inputDataItem", "outputDataItem", "loopDataInputRef", "loopDataOutputRef")


def check_language(diagram: Diagram) -> Iterator[Finding]:
    """Every text is within the language; SpiffWorkflow itself would run any Python (T5). Other languages are named."""
    for text in diagram_texts(diagram):
        if text.is_feel or is_in_own_language(text.element):
            yield from _check_text(text)


def check_table_language(decision: Decision) -> Iterator[Finding]:
    """The same for decision tables, whose cells are in either language."""
    for text in table_texts(decision):
        if _lacks_input(text):
            yield finding_at(text.element, "cell-question", text=shorten_text(text.original))
        else:
            yield from _check_text(text)


def _lacks_input(text: SourceText) -> bool:
    """Whether a cell in the older language leaves out the input that it is about."""
    return text.is_input_cell and not text.is_feel and lacks_question_mark(text.original)


def _check_text(text: SourceText) -> Iterator[Finding]:
    try:
        text.compile(text.source)
    except ScriptError as error:
        unknown = [] if text.is_feel else unknown_functions(text.original)
        if not text.original.strip():
            yield finding_at(text.element, "expression-empty")
        elif unknown:
            yield finding_at(text.element, "function-unknown", name=unknown[0])
        else:
            rule = "script" if text.compile is compile_script_text else "expression"
            yield finding_at(text.element, rule, text=shorten_text(text.original), detail=error)


def check_script_tasks(diagram: Diagram) -> Iterator[Finding]:
    """A script task has a script; without one the engine fails when the task is reached."""
    for node in diagram.nodes_of_kind("scriptTask"):
        if first_child(node.element, "script") is None:
            yield finding_at(node.element, "expression-empty")


def check_variable_names(diagram: Diagram) -> Iterator[Finding]:
    """Data is stored under names that expressions can read."""
    named_elements = [(element, (element.text or "").strip()) for element in diagram.root.iter(*VARIABLE_TAGS)]
    for multi in multi_instances(diagram):
        parts = (multi.loop_part(part) for part in LOOP_DATA_PARTS)
        named_elements.extend(
            (element, _data_name(element))
            for element in parts
            if element is not None and not is_feel_text(element.text or "")
        )
    for element, name in named_elements:
        if NAME_PATTERN.fullmatch(name) is None or name in FUNCTIONS:
            yield finding_at(element, "name-invalid", name=shorten_text(name))


def _data_name(element: Element) -> str:
    """The variable name of a data item (its id) or of a collection (its text)."""
    return element.get("id") or (element.text or "").strip()


def check_undefined_names(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Every name that is read is set somewhere: at the start, or by a form, script, table, message or loop."""
    yield from _check_undefined(diagram_texts(diagram), deployment)


def check_undefined_table_names(decision: Decision, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for decision tables, where a missing quote turns a text into a name."""
    texts = (text for text in table_texts(decision) if not _lacks_input(text))
    yield from _check_undefined(texts, deployment, decision.file_names)
    known = deployment.data_names
    for part in decision.element.getroottree().getroot().iterchildren("{*}inputData") if known is not None else ():
        name = part.get("name") or ""
        if name not in (known or ()) and decision.element.getparent() is not None:
            yield finding_at(part, "name-unknown", name=name)


def _check_undefined(
    texts: Iterable[SourceText], deployment: DeploymentIndex, besides: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    known = deployment.data_names
    for text in texts if known is not None else ():
        for name in sorted(names_read(text) - (known or frozenset()) - besides):
            yield finding_at(text.element, "name-unknown", name=name)
