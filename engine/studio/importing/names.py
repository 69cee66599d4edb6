"""The vocabulary of other modelers: their namespaces, and which settings control how a job runs, not what it does."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import BPMN, SPIFF

# Camunda 7 and its relatives, which use the same names.
ENGINE_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
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
_PREFIXES = {ZEEBE: "zeebe", **{uri: uri.split("//")[1].split(".")[0] for uri in ENGINE_NAMESPACES}}


def namespace_of(name: object) -> str:
    """The namespace in an element's or attribute's full name; empty if there is none."""
    return str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""


def strip_namespace(name: object) -> str:
    """A full name without its namespace."""
    return str(name).rpartition("}")[2]


def prefixed_name(name: object) -> str:
    """A full name as its authors write it, like `camunda:topic`."""
    return f"{_PREFIXES.get(namespace_of(name), namespace_of(name))}:{strip_namespace(name)}"


def is_engine_name(name: object) -> bool:
    """Whether a name belongs to an engine whose vocabulary is known here."""
    return namespace_of(name) in _PREFIXES


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
