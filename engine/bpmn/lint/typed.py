"""Every expression and script an analyst types into a diagram or table, with the names it reads and sets.

Facts only, no rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.bpmn.compiled_texts import CompiledText, compile_script_text, compile_text
from engine.bpmn.feel_language import CompiledFeel, compile_feel_within
from engine.bpmn.feel_marks import VALUE, is_feel_text, without_mark
from engine.bpmn.lint.diagram import Diagram, bpmn_tag, extension_properties, operator_of, operator_parameters
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import UNQUOTED_TIME
from engine.bpmn.lint.table import Decision, DecisionCell
from engine.bpmn.table_cells import INPUT, is_own_text, predicate_source
from engine.errors import ScriptError

EXPRESSION_TAGS = tuple(
    bpmn_tag(name)
    for name in ("conditionExpression", "condition", "loopCardinality", "completionCondition", "loopCondition")
)
TIMER_TAGS = tuple(bpmn_tag(name) for name in ("timeDate", "timeDuration", "timeCycle"))
SPIFF_EXPRESSION_TAGS = tuple(f"{{{SPIFF}}}{name}" for name in ("messagePayload", "payloadExpression"))
CORRELATION_PATHS = (
    f".//{{{SPIFF}}}processVariableCorrelation/{{{SPIFF}}}expression",
    f".//{bpmn_tag('correlationPropertyRetrievalExpression')}/{bpmn_tag('messagePath')}",
    f".//{bpmn_tag('correlationPropertyRetrievalExpression')}/{bpmn_tag('formalExpression')}",
)
SCRIPT_TAG = bpmn_tag("script")
AROUND_SCRIPT_TAGS = (f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript")
VARIABLE_TAGS = tuple(f"{{{SPIFF}}}{name}" for name in ("messageVariable", "variableName"))


@dataclass(frozen=True, slots=True)
class SourceText:
    """One typed text: the element to report it at, what the engine evaluates, and what its author wrote.

    `is_input_cell` is true for input cells, which the engine completes with their column; `is_about_case` for texts
    about the case's data, unlike correlations, which are about a message's payload.
    """

    element: Element
    source: str
    original: str
    compile: Callable[[str], CompiledText] = compile_text
    is_input_cell: bool = False
    is_about_case: bool = True

    @property
    def is_script(self) -> bool:
        """Whether it is a script, which sets names."""
        return self.compile is compile_script_text

    @property
    def is_feel(self) -> bool:
        """Whether it is written in FEEL."""
        return is_feel_text(self.source)

    @property
    def compiled(self) -> CompiledText | None:
        """The compiled text; None when it is outside the language."""
        try:
            return self.compile(self.source)
        except ScriptError:
            return None


def diagram_texts(diagram: Diagram) -> Iterator[SourceText]:
    """Every expression and script of a diagram."""
    for element in diagram.root.iter(*EXPRESSION_TAGS, *SPIFF_EXPRESSION_TAGS):
        yield _expression_text(element, element.text)
    for path in CORRELATION_PATHS:
        for element in diagram.root.iterfind(path):
            yield SourceText(element, element.text or "", without_mark(element.text or ""), is_about_case=False)
    for element in diagram.root.iter(SCRIPT_TAG, *AROUND_SCRIPT_TAGS):
        if element.tag == SCRIPT_TAG or (element.text or "").strip():
            yield SourceText(element, element.text or "", without_mark(element.text or ""), compile_script_text)
    for element in diagram.root.iter(bpmn_tag("loopDataInputRef")):
        if is_feel_text(element.text or ""):
            yield _expression_text(element, element.text)
    yield from _timer_texts(diagram)
    yield from _attribute_texts(diagram)


def _timer_texts(diagram: Diagram) -> Iterator[SourceText]:
    """The texts of timers; empty ones and those without quotes have their own rules."""
    for element in diagram.root.iter(*TIMER_TAGS):
        text = (element.text or "").strip()
        if text and not UNQUOTED_TIME.fullmatch(without_mark(text)):
            yield _expression_text(element, element.text)


def _attribute_texts(diagram: Diagram) -> Iterator[SourceText]:
    for node in diagram.nodes_of_kind("serviceTask"):
        operator = operator_of(node.element)
        for part in operator_parameters(operator).values() if operator is not None else ():
            if part.get("value") is not None:
                yield _expression_text(part, part.get("value"))
    for node in diagram.nodes_of_kind("userTask"):
        if "unit" in extension_properties(node.element):
            yield _expression_text(node.element, extension_properties(node.element)["unit"])


def _expression_text(element: Element, source: str | None) -> SourceText:
    return SourceText(element, source or "", without_mark(source or ""))


def table_texts(decision: Decision) -> Iterator[SourceText]:
    """Every expression of a decision: inputs, cells as tests of their input, outputs, and what is no table."""
    for column in decision.inputs:
        if column.text.strip():
            yield _decision_text(decision, column.element, column.text)
    for row in decision.rows:
        yield from (cell_text(decision, cell) for cell in row.inputs if not cell.is_empty)
        yield from (_decision_text(decision, cell.element, cell.text) for cell in row.outputs if cell.text)
    for expression in decision.element.iter("{*}literalExpression"):
        part = next(expression.iterchildren("{*}text"), None)
        if part is not None and (part.text or "").strip():
            yield _decision_text(decision, expression, part.text or "")


def _decision_text(decision: Decision, element: Element, text: str) -> SourceText:
    place = next(element.iterchildren("{*}inputExpression"), element)
    if is_own_text(place, text, is_cell=False):
        return _expression_text(element, text)
    return SourceText(element, VALUE + text, text, partial(compile_feel_within, names=decision.file_names))


def cell_text(decision: Decision, cell: DecisionCell) -> SourceText:
    """A cell as a test of its input, in its language."""
    if is_own_text(cell.element, cell.text, is_cell=True):
        return SourceText(cell.element, predicate_source(cell.text), cell.text, is_input_cell=True)
    reading = partial(compile_feel_within, names=decision.file_names, is_tests=True)
    return SourceText(cell.element, VALUE + cell.text, cell.text, reading, is_input_cell=True)


def names_read(text: SourceText) -> frozenset[str]:
    """The names that a text reads from the case's data."""
    compiled = text.compiled if text.is_about_case else None
    if isinstance(compiled, CompiledFeel):
        return compiled.needed - {"?"}
    return compiled.names - {INPUT} if compiled is not None else frozenset()


def names_set(diagram: Diagram, *, feel: bool = True) -> set[str]:
    """The names that a diagram sets through scripts, operator results, messages, data objects and loops.

    Without `feel`, what scripts in FEEL set is left out.
    """
    names: set[str] = set()
    for text in diagram_texts(diagram):
        if text.is_feel and not feel:
            continue
        compiled = text.compiled if text.compile is compile_script_text else None
        names |= compiled.assigned if compiled is not None else frozenset()
    for element in diagram.root.iter(*VARIABLE_TAGS, bpmn_tag("loopDataOutputRef")):
        names.add((element.text or "").strip())
    for operator in diagram.root.iter(f"{{{SPIFF}}}serviceTaskOperator"):
        names.add(operator.get("resultVariable") or "")
    for element in diagram.root.iter(bpmn_tag("dataObject"), bpmn_tag("inputDataItem"), bpmn_tag("outputDataItem")):
        names.add(element.get("id") or "")
    return names
