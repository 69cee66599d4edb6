"""Reads boxed expressions from XML (DMN 1.5, chapters 7 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml.etree import _Element

from engine.dmn.elements import (
    BoxedConditional,
    BoxedContext,
    BoxedEntry,
    BoxedExpression,
    BoxedFilter,
    BoxedFunction,
    BoxedInvocation,
    BoxedIteration,
    BoxedList,
    BoxedLiteral,
    BoxedRelation,
    BoxedTable,
    TableInput,
    TableOutput,
    TableRule,
)
from engine.dmn.reasons import UnreadableModel

MAX_RULES, MAX_COLUMNS, MAX_CELLS, MAX_NESTED = 5000, 100, 40_000, 60
_FALLBACK_POLICY = "UNIQUE"


def children(part: _Element, name: str) -> Iterator[_Element]:
    """The parts right below that have a name, in any version's namespace."""
    return (inner for inner in part if isinstance(inner.tag, str) and inner.tag.rpartition("}")[2] == name)


def child(part: _Element, name: str) -> _Element | None:
    """The first of them."""
    return next(children(part, name), None)


def child_text(part: _Element, name: str) -> str:
    """The text of the first of them."""
    inner = child(part, name)
    return "" if inner is None else inner.text or ""


def read_expression(part: _Element) -> BoxedExpression | None:
    """The expression right below a part; None when it has none. Raises UnreadableModel when it is nested too deeply."""
    return next(_each(part), None)


def _each(part: _Element) -> Iterator[BoxedExpression]:
    """The expressions right below a part."""
    for inner in part:
        reader = _READERS.get(inner.tag.rpartition("}")[2]) if isinstance(inner.tag, str) else None
        if reader is not None:
            if sum(1 for _ in inner.iterancestors()) > MAX_NESTED:
                raise UnreadableModel("dmn-boxes-too-deep", most=MAX_NESTED)
            yield reader(inner)


def _inside(part: _Element, name: str) -> BoxedExpression | None:
    inner = child(part, name)
    return None if inner is None else read_expression(inner)


def _type(part: _Element) -> str:
    return part.get("typeRef") or ""


def _literal(part: _Element) -> BoxedLiteral:
    return BoxedLiteral(child_text(part, "text"), _type(part), part.get("expressionLanguage") or "")


def _context(part: _Element) -> BoxedContext:
    entries = []
    for entry in children(part, "contextEntry"):
        variable = child(entry, "variable")
        name, type_ref = ("", "") if variable is None else (variable.get("name") or "", _type(variable))
        entries.append(BoxedEntry(name, type_ref, read_expression(entry)))
    return BoxedContext(tuple(entries), _type(part))


def _invocation(part: _Element) -> BoxedInvocation:
    bindings = []
    for binding in children(part, "binding"):
        parameter = child(binding, "parameter")
        name = "" if parameter is None else parameter.get("name") or ""
        bindings.append((name, read_expression(binding)))
    return BoxedInvocation(read_expression(part), tuple(bindings), _type(part))


def read_function(part: _Element) -> BoxedFunction:
    """The function that a part defines."""
    parameters = tuple((item.get("name") or "", _type(item)) for item in children(part, "formalParameter"))
    return BoxedFunction(parameters, read_expression(part), part.get("kind") or "FEEL", _type(part))


def _list(part: _Element) -> BoxedList:
    return BoxedList(tuple(_each(part)), _type(part))


def _relation(part: _Element) -> BoxedRelation:
    columns = tuple(column.get("name") or "" for column in children(part, "column"))
    return BoxedRelation(columns, tuple(tuple(_each(row)) for row in children(part, "row")), _type(part))


def _conditional(part: _Element) -> BoxedConditional:
    return BoxedConditional(_inside(part, "if"), _inside(part, "then"), _inside(part, "else"), _type(part))


def _filter(part: _Element) -> BoxedFilter:
    return BoxedFilter(_inside(part, "in"), _inside(part, "match"), _type(part))


def _iteration(kind: str, body: str) -> Callable[[_Element], BoxedIteration]:
    def read(part: _Element) -> BoxedIteration:
        variable = part.get("iteratorVariable") or ""
        return BoxedIteration(kind, variable, _inside(part, "in"), _inside(part, body), _type(part))

    return read


def _table(part: _Element) -> BoxedTable:
    inputs = tuple(map(_table_input, children(part, "input")))
    outputs = tuple(map(_table_output, children(part, "output")))
    rows, columns = sum(1 for _ in children(part, "rule")), len(inputs) + len(outputs)
    if rows > MAX_RULES or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise UnreadableModel("dmn-table-too-large", rows=MAX_RULES, columns=MAX_COLUMNS, cells=MAX_CELLS)
    rules = tuple(map(_rule, children(part, "rule")))
    policy = (part.get("hitPolicy") or _FALLBACK_POLICY).upper()
    return BoxedTable(inputs, outputs, rules, policy, (part.get("aggregation") or "").upper(), _type(part))


def _table_input(part: _Element) -> TableInput:
    expression = child(part, "inputExpression")
    allowed = child(part, "inputValues")
    text, type_ref = ("", "") if expression is None else (child_text(expression, "text"), _type(expression))
    return TableInput(text, type_ref, "" if allowed is None else child_text(allowed, "text"))


def _table_output(part: _Element) -> TableOutput:
    allowed, default = child(part, "outputValues"), child(part, "defaultOutputEntry")
    return TableOutput(
        part.get("name") or "",
        _type(part),
        "" if allowed is None else child_text(allowed, "text"),
        "" if default is None else child_text(default, "text"),
    )


def _rule(part: _Element) -> TableRule:
    inputs, outputs = (
        tuple(child_text(cell, "text") for cell in children(part, kind)) for kind in ("inputEntry", "outputEntry")
    )
    return TableRule(inputs, outputs)


_READERS: dict[str, Callable[[_Element], BoxedExpression]] = {
    "literalExpression": _literal,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration("for", "return"),
    "some": _iteration("some", "satisfies"),
    "every": _iteration("every", "satisfies"),
    "decisionTable": _table,
}
