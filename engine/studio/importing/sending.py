"""What events and tasks send, await and throw: declarations and names that other tools leave out."""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, event_definitions, first_child
from engine.bpmn.lint.finding import Element
from engine.studio.importing.identity import declarations
from engine.studio.importing.names import engine_attributes, zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.tree import declare_element

_IMPLEMENTED_KINDS = ("sendTask", "businessRuleTask", "scriptTask")
_IMPLEMENTATIONS = ("topic", "class", "delegateExpression", "expression", "type")
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


def make_service_tasks(context: ImportContext) -> None:
    """A task of another kind that runs a program is a service task: only those call operators here."""
    for task in list(context.root.iter(*map(bpmn_tag, _IMPLEMENTED_KINDS))):
        is_implemented = any(True for _ in engine_attributes(task, *_IMPLEMENTATIONS))
        if (is_implemented or zeebe_extensions(task, "taskDefinition")) and first_child(task, "script") is None:
            kind = element_kind(task)
            task.tag = bpmn_tag("serviceTask")
            if task.get("messageRef") is not None:
                del task.attrib["messageRef"]
                context.leave_open(task, "service-message")
            context.record_conversion(task, "service-task", kind, "serviceTask")


def declare_messages(context: ImportContext, sketch: Sketch) -> None:
    """Name a message after every event and task that sends or awaits one without saying which."""
    names = {str(message.get("name")) for message in context.root.iter(bpmn_tag("message"))}
    for task in list(context.root.iter(bpmn_tag("sendTask"), bpmn_tag("receiveTask"))):
        if not task.get("messageRef") and not event_definitions(task):
            _declare_message(context, sketch, task, task, names)
    for definition in list(context.root.iter(bpmn_tag("messageEventDefinition"))):
        event = definition.getparent()
        if event is not None and not definition.get("messageRef"):
            _declare_message(context, sketch, event, definition, names)


def _declare_message(context: ImportContext, sketch: Sketch, node: Element, holder: Element, names: set[str]) -> None:
    node_id = node.get("id") or ""
    name = " ".join((node.get("name") or "").split()) or node_id
    name = name if name not in names else f"{name} ({node_id})"
    names.add(name)
    message = declare_element(context.root, "message", sketch.fresh_id(f"Message_{node_id}"), name=name)
    holder.set("messageRef", message.get("id") or "")
    context.record_conversion(node, "message", "", name)


def name_declarations(context: ImportContext) -> None:
    """Name what is declared without a name after its code, or its id: the engine matches by names."""
    for element in declarations(context.root):
        if not element.get("name"):
            name = element.get(_CODES.get(element_kind(element), "id")) or element.get("id") or ""
            element.set("name", name)
            context.record_conversion(element, "name", "", name)


def declare_errors(context: ImportContext, sketch: Sketch) -> None:
    """Declare the errors that are thrown or caught by their code alone, as Camunda 7 reads a reference to nothing."""
    declared = {element.get("id"): str(element.get("id")) for element in declarations(context.root)}
    for definition in list(context.root.iter(bpmn_tag("errorEventDefinition"))):
        reference = definition.get("errorRef")
        if reference and reference not in declared:
            key = declared[reference] = sketch.fresh_id(f"Error_{reference}")
            declare_element(context.root, "error", key, name=reference, errorCode=reference)
            context.record_conversion(definition, "error", reference, key)
        if reference:
            definition.set("errorRef", declared[reference])
