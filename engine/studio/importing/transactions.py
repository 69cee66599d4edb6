"""Transactions in which nothing is undone (BPMN 2.0, 10.3.5 and 13.3.5) run as sub-processes.

Without compensation a transaction differs from a sub-process in its cancelling alone: it ends everything inside and
goes on at the cancel event on its border, as an error of its own does.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, event_definitions
from engine.bpmn.lint.finding import Element
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.tree import declare_element

_CANCEL = bpmn_tag("cancelEventDefinition")


def run_as_sub_processes(context: ImportContext, sketch: Sketch) -> None:
    """Make sub-processes of the transactions that mean the same; the others stay for the checker."""
    for transaction in list(context.root.iter(bpmn_tag("transaction"))):
        cancels, borders = _cancels_in(transaction), _borders_of(transaction)
        if _undoes_something(transaction, borders) or not _is_cancelled_alone(transaction, cancels, borders):
            continue
        transaction.tag = bpmn_tag("subProcess")
        caught = [definition for border in borders for definition in border.iterchildren(_CANCEL)]
        if cancels or caught:
            _raise_error(context.root, sketch, transaction, [*cancels, *caught])
        context.record_conversion(transaction, "transaction", "transaction", "subProcess")


def _cancels_in(transaction: Element) -> list[Element]:
    """The definitions by which a transaction cancels itself, but not those of transactions inside."""
    definitions = transaction.iter(_CANCEL)
    return [item for item in definitions if next(item.iterancestors(bpmn_tag("transaction")), None) is transaction]


def _borders_of(transaction: Element) -> list[Element]:
    scope, key = transaction.getparent(), transaction.get("id")
    events = scope.iterchildren(bpmn_tag("boundaryEvent")) if scope is not None else ()
    return [event for event in events if event.get("attachedToRef") == key]


def _undoes_something(transaction: Element, borders: list[Element]) -> bool:
    parts = [part for element in (transaction, *borders) for part in element.iter("*")]
    return any(
        element_kind(part) == "compensateEventDefinition" or part.get("isForCompensation") == "true" for part in parts
    )


def _is_cancelled_alone(transaction: Element, cancels: list[Element], borders: list[Element]) -> bool:
    """Whether cancelling, as an error, reaches the border of the transaction, and nothing else takes it for its own."""
    catching = [border for border in borders if next(border.iterchildren(_CANCEL), None) is not None]
    ends = [definition.getparent() for definition in cancels]
    is_direct = all(end is not None and end.getparent() is transaction for end in ends)
    beside = [part for part in transaction if part.get("triggeredByEvent") == "true"]
    starts = [start for part in beside for start in part.iterchildren(bpmn_tag("startEvent"))]
    takes_all = any(
        element_kind(definition) == "errorEventDefinition" and not definition.get("errorRef")
        for event in (*borders, *starts)
        for definition in event_definitions(event)
    )
    return not cancels or (len(catching) == 1 and is_direct and not takes_all)


def _raise_error(root: Element, sketch: Sketch, transaction: Element, definitions: list[Element]) -> None:
    key = sketch.fresh_id(f"Cancelled_{transaction.get('id')}")
    declare_element(root, "error", key, name=key, errorCode=key)
    for definition in definitions:
        definition.tag = bpmn_tag("errorEventDefinition")
        definition.set("errorRef", key)
