"""The vocabulary of other modelers: their namespaces, and which settings control how a job runs, not what it does."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.foreign import (
    ENGINE_NAMESPACES,
    ZEEBE,
    is_engine_name,
    namespace_of,
    prefixed_name,
    strip_namespace,
)
from engine.bpmn.lint.namespaces import BPMN, SPIFF

__all__ = [
    "ENGINE_NAMESPACES",
    "IGNORED_NAMESPACES",
    "TECHNICAL_SETTINGS",
    "ZEEBE",
    "engine_attributes",
    "is_engine_name",
    "namespace_of",
    "prefixed_name",
    "strip_namespace",
    "zeebe_extensions",
]

# Drawing, typing and editor metadata.
IGNORED_NAMESPACES = (
    BPMN,
    SPIFF,
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/",
    "http://www.omg.org/spec/BPMN/non-normative/color/",
    "http://www.w3.org/",
    "http://bpmn.io/schema/bpmn/biocolor/",
    "http://camunda.org/schema/modeler/",
    "http://operaton.org/schema/modeler/",
)
# How a job is queued, versioned or listed elsewhere: meaningless here, so the analyst need not decide anything.
TECHNICAL_SETTINGS = frozenset(
    {
        *("async", "asyncBefore", "asyncAfter", "asyncLeave", "exclusive", "jobPriority", "taskPriority", "retries"),
        *("historyTimeToLive", "versionTag", "isStartableInTasklist", "failedJobRetryTimeCycle", "userTask"),
        *("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "formRefBinding", "formRefVersion"),
        *("decisionRefBinding", "decisionRefVersion", "calledElementBinding", "calledElementVersion", "bindingType"),
    }
)


def engine_attributes(element: Element, *names: str) -> Iterator[tuple[str, str]]:
    """An element's engine attributes with these names: the full name and the value."""
    for name in names:
        for uri in ENGINE_NAMESPACES:
            value = element.get(f"{{{uri}}}{name}")
            if value is not None:
                yield f"{{{uri}}}{name}", value


def zeebe_extensions(element: Element, name: str) -> list[Element]:
    """An element's Zeebe extension elements with that name."""
    return element.findall(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}{name}")
