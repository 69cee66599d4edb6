"""Gives an event its own copy of a definition that the file keeps apart (`eventDefinitionRef`, BPMN 2.0, 8.3.4)."""

from __future__ import annotations

from copy import deepcopy

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, text_of
from engine.studio.importing.report import ImportContext


def copy_shared_definitions(context: ImportContext) -> None:
    """Replace each reference to a shared definition by the definition."""
    shared = {element.get("id"): element for element in context.root if element_kind(element).endswith("Definition")}
    for reference in list(context.root.iter(bpmn_tag("eventDefinitionRef"))):
        event, definition = reference.getparent(), shared.get(text_of(reference).rpartition(":")[2])
        if event is None or definition is None:
            continue
        own = deepcopy(definition)
        if "id" in own.attrib:
            del own.attrib["id"]
        own.tail = reference.tail
        event.replace(reference, own)
        context.record_conversion(event, "shared-definition", text_of(reference), element_kind(definition))
