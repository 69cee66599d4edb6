"""Rules on everything an analyst types: it is inside the language, and the names it reads are set somewhere. For this
package only; the language itself is `engine.bpmn.language`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.language import FUNCTIONS, compile_script
from engine.bpmn.lint.cells import is_feel, lacks_question
from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, first
from engine.bpmn.lint.finding import Element, Finding, at, shown
from engine.bpmn.lint.repeats import multis
from engine.bpmn.lint.source import NAME, unknown_functions
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import VARIABLES, Text, names_read, texts_of, texts_of_table
from engine.errors import ScriptError

DATA = ("inputDataItem", "outputDataItem", "loopDataInputRef", "loopDataOutputRef")


def in_language(diagram: Diagram) -> Iterator[Finding]:
    """Every text is inside the language; SpiffWorkflow itself would run any Python (T5)."""
    for text in texts_of(diagram):
        yield from _outside(text)


def tables_in_language(decision: Decision) -> Iterator[Finding]:
    """The same for decision tables, whose cells are Python and not FEEL."""
    for text in texts_of_table(decision):
        rule = _misread(text)
        if rule:
            yield at(text.element, rule, text=shown(text.written))
        else:
            yield from _outside(text)


def _misread(text: Text) -> str:
    """The rule that an input cell breaks which the engine reads otherwise than it was meant; empty for others."""
    if text.cell and is_feel(text.written):
        return "cell-feel"
    return "cell-question" if text.cell and lacks_question(text.written) else ""


def _outside(text: Text) -> Iterator[Finding]:
    try:
        text.compile(text.source)
    except ScriptError as error:
        unknown = unknown_functions(text.written)
        if not text.written.strip():
            yield at(text.element, "expression-empty")
        elif unknown:
            yield at(text.element, "function-unknown", name=unknown[0])
        else:
            rule = "script" if text.compile is compile_script else "expression"
            yield at(text.element, rule, text=shown(text.written), detail=str(error))


def script_tasks(diagram: Diagram) -> Iterator[Finding]:
    """A script task has a script; without one the engine fails when the task is reached."""
    for node in diagram.of_kind("scriptTask"):
        if first(node.element, "script") is None:
            yield at(node.element, "expression-empty")


def variables(diagram: Diagram) -> Iterator[Finding]:
    """What data is stored under is a name that expressions can read."""
    named = [(element, (element.text or "").strip()) for element in diagram.root.iter(*VARIABLES)]
    for multi in multis(diagram):
        data = (multi.part(part) for part in DATA)
        named.extend((element, _data_name(element)) for element in data if element is not None)
    for element, name in named:
        if NAME.fullmatch(name) is None or name in FUNCTIONS:
            yield at(element, "name-invalid", name=shown(name))


def _data_name(element: Element) -> str:
    """The variable of a data item (its id) or of a collection (its text)."""
    return element.get("id") or (element.text or "").strip()


def known_names(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Every name that is read is set somewhere: at the start, by a form, a script, a table, a message or a loop."""
    yield from _unset(texts_of(diagram), deployment)


def known_names_of_tables(decision: Decision, deployment: Deployment) -> Iterator[Finding]:
    """The same for decision tables, where a forgotten quote makes a text a name."""
    yield from _unset((text for text in texts_of_table(decision) if not _misread(text)), deployment)


def _unset(texts: Iterable[Text], deployment: Deployment) -> Iterator[Finding]:
    known = deployment.names
    for text in texts if known is not None else ():
        for name in sorted(names_read(text) - (known or frozenset())):
            yield at(text.element, "name-unknown", name=name)
