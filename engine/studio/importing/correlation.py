"""Converts the correlation keys of Zeebe: a message there goes to the case where an expression has the key's value.

Here a key has a name: messages carry it in their content, and a case that waits says what its own value is.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.feel_marks import without_mark
from engine.bpmn.lint.diagram import bpmn_tag, element_kind, event_definitions
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import NAME_PATTERN
from engine.bpmn.lint.tolerances import settings_done_without
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, translate_expression
from engine.studio.importing.names import ZEEBE, prefixed_name, zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.tree import declare_element, ensure_extensions, insert_child, make_extension

_WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})


def convert_correlation_keys(context: ImportContext) -> None:
    """Give every message with a Zeebe correlation key one of ours; what cannot be read stays with an open point."""
    sketch: Sketch | None = None
    for message in list(context.root.iter(bpmn_tag("message"))):
        is_done = prefixed_name(f"{{{ZEEBE}}}subscription") in settings_done_without(message)
        for subscription in () if is_done else zeebe_extensions(message, "subscription"):
            key = subscription.get("correlationKey") or ""
            try:
                expression = _plain_name_or_text(translate_expression(key)) if is_vendor_expression(key) else ""
            except OutsideGrammar as outside:
                context.leave_open(message, "expression", text=key, detail=outside.detail)
                continue
            if expression:
                sketch = sketch or Sketch(context.root)
                context.mark_handled(subscription)
                name = _declare_key(context.root, sketch, message, expression)
                _say_own_value(context.root, message, name, expression)
                context.record_conversion(message, "correlation", key, f"{name}: {expression}")


def _plain_name_or_text(expression: str) -> str:
    """A name without the sign of FEEL, which it is in both languages."""
    name = without_mark(expression)
    return name if NAME_PATTERN.fullmatch(name) else expression


def _declare_key(root: Element, sketch: Sketch, message: Element, expression: str) -> str:
    """Declare a key that the message carries under a name: that of the case's own value if it is a plain name."""
    base = expression if NAME_PATTERN.fullmatch(expression) else f"key_{message.get('id')}"
    known = {part.get("name"): part for part in root.iter(bpmn_tag("correlationProperty"))}
    declared = known.get(base)
    if declared is None:
        declared = declare_element(root, "correlationProperty", sketch.fresh_id(f"Key_{base}"), name=base)
        _declare_conversation(root, sketch, declared)
    retrieval = declared.makeelement(
        bpmn_tag("correlationPropertyRetrievalExpression"), {"messageRef": message.get("id") or ""}
    )
    path = retrieval.makeelement(bpmn_tag("messagePath"))
    path.text = base
    insert_child(retrieval, path)
    insert_child(declared, retrieval)
    return base


def _declare_conversation(root: Element, sketch: Sketch, declared: Element) -> None:
    """Declare the key of a conversation: its one property."""
    name = declared.get("name") or ""
    collaboration = next(root.iter(bpmn_tag("collaboration")), None)
    if collaboration is None:
        collaboration = declare_element(root, "collaboration", sketch.fresh_id("Messages"))
    key = collaboration.makeelement(bpmn_tag("correlationKey"), {"id": sketch.fresh_id(f"By_{name}"), "name": name})
    reference = key.makeelement(bpmn_tag("correlationPropertyRef"))
    reference.text = declared.get("id")
    insert_child(key, reference)
    insert_child(collaboration, key)


def _say_own_value(root: Element, message: Element, name: str, expression: str) -> None:
    """Let everything that waits for the message say the value of its case."""
    property_id = next(
        part.get("id") for part in root.iter(bpmn_tag("correlationProperty")) if part.get("name") == name
    )
    for holder in _waiting_for(root, message.get("id") or ""):
        own = make_extension("processVariableCorrelation")
        insert_child(own, make_extension("propertyId", text=property_id))
        insert_child(own, make_extension("expression", text=expression))
        insert_child(ensure_extensions(holder), own)


def _waiting_for(root: Element, message_id: str) -> Iterator[Element]:
    """The event definitions and receive tasks that wait for a message; a start has no case yet."""
    for element in list(root.iter(*map(bpmn_tag, _WAITING))):
        if element_kind(element) == "receiveTask" and element.get("messageRef") == message_id:
            yield element
        yield from (part for part in event_definitions(element) if part.get("messageRef") == message_id)
