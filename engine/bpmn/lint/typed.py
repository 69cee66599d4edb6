"""Everything an analyst types into a diagram or table to be computed, and the names it reads and sets. Facts, no
judgement; for this package and the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bpmn.language import Compiled, compile_expression, compile_script
from engine.bpmn.lint.cells import INPUT, expression
from engine.bpmn.lint.diagram import Diagram, operator_of, parameters, properties, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import UNQUOTED
from engine.bpmn.lint.table import Decision
from engine.errors import ScriptError

EXPRESSIONS = tuple(
    tag(name) for name in ("conditionExpression", "loopCardinality", "completionCondition", "loopCondition")
)
TIMES = tuple(tag(name) for name in ("timeDate", "timeDuration", "timeCycle"))
SPIFF_EXPRESSIONS = tuple(f"{{{SPIFF}}}{name}" for name in ("messagePayload", "payloadExpression"))
CORRELATIONS = (
    f".//{{{SPIFF}}}processVariableCorrelation/{{{SPIFF}}}expression",
    f".//{tag('correlationPropertyRetrievalExpression')}/{tag('messagePath')}",
    f".//{tag('correlationPropertyRetrievalExpression')}/{tag('formalExpression')}",
)
SCRIPT = tag("script")
AROUND = (f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript")
VARIABLES = tuple(f"{{{SPIFF}}}{name}" for name in ("messageVariable", "variableName"))


@dataclass(frozen=True, slots=True)
class Text:
    """One typed text: the element to report it at, what the engine computes, what its author wrote.

    `cell` is true of input cells, which the engine completes with their column, `of_case` of texts about the case's
    data: correlations are about a message's payload.
    """

    element: Element
    source: str
    written: str
    compile: Callable[[str], Compiled] = compile_expression
    cell: bool = False
    of_case: bool = True

    @property
    def compiled(self) -> Compiled | None:
        """The compiled text; None when it is outside the language."""
        try:
            return self.compile(self.source)
        except ScriptError:
            return None


def texts_of(diagram: Diagram) -> Iterator[Text]:
    """Every expression and script of a diagram."""
    for element in diagram.root.iter(*EXPRESSIONS, *SPIFF_EXPRESSIONS):
        yield _expression(element, element.text)
    for path in CORRELATIONS:
        for element in diagram.root.iterfind(path):
            yield Text(element, element.text or "", element.text or "", of_case=False)
    for element in diagram.root.iter(SCRIPT, *AROUND):
        if element.tag == SCRIPT or (element.text or "").strip():
            yield Text(element, element.text or "", element.text or "", compile_script)
    yield from _times(diagram)
    yield from _in_attributes(diagram)


def _times(diagram: Diagram) -> Iterator[Text]:
    """The texts of timers; empty ones and those that lack their quotes have rules of their own."""
    for element in diagram.root.iter(*TIMES):
        text = (element.text or "").strip()
        if text and not UNQUOTED.fullmatch(text):
            yield _expression(element, element.text)


def _in_attributes(diagram: Diagram) -> Iterator[Text]:
    for node in diagram.of_kind("serviceTask"):
        operator = operator_of(node.element)
        for part in parameters(operator).values() if operator is not None else ():
            if part.get("value") is not None:
                yield _expression(part, part.get("value"))
    for node in diagram.of_kind("userTask"):
        if "unit" in properties(node.element):
            yield _expression(node.element, properties(node.element)["unit"])


def _expression(element: Element, source: str | None) -> Text:
    return Text(element, source or "", source or "")


def texts_of_table(decision: Decision) -> Iterator[Text]:
    """Every expression of a decision table: inputs, input cells as the engine completes them, outputs."""
    columns = [_expression(column.element, column.text) for column in decision.inputs]
    yield from (column for column in columns if column.source.strip())
    for row in decision.rows:
        for column, cell in zip(columns, row.inputs, strict=False):
            if not cell.empty and column.compiled is not None:
                yield Text(cell.element, expression(column.source, cell.text), cell.text, cell=True)
        yield from (_expression(cell.element, cell.text) for cell in row.outputs if cell.text)


def names_read(text: Text) -> frozenset[str]:
    """The names of the case's data that a text reads."""
    compiled = text.compiled if text.of_case else None
    return compiled.names - {INPUT} if compiled is not None else frozenset()


def names_set(diagram: Diagram) -> set[str]:
    """The names that a diagram sets: by scripts, results of operators, messages, data objects and loops."""
    found: set[str] = set()
    for text in texts_of(diagram):
        compiled = text.compiled if text.compile is compile_script else None
        found |= compiled.assigned if compiled is not None else frozenset()
    for element in diagram.root.iter(*VARIABLES, tag("loopDataOutputRef")):
        found.add((element.text or "").strip())
    for operator in diagram.root.iter(f"{{{SPIFF}}}serviceTaskOperator"):
        found.add(operator.get("resultVariable") or "")
    for element in diagram.root.iter(tag("dataObject"), tag("inputDataItem"), tag("outputDataItem")):
        found.add(element.get("id") or "")
    return found
