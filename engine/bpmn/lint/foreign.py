"""Rules on settings of other tools that would change a case's way or data there and do nothing here.

An analyst draws them anew, or says on the element that it does without them (`tolerances.WITHOUT`).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.namespaces import BPMN
from engine.bpmn.lint.tolerances import settings_done_without

# Camunda 7 and its relatives, which use the same names.
ENGINE_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_PREFIXES = {ZEEBE: "zeebe", **{uri: uri.split("//")[1].split(".")[0] for uri in ENGINE_NAMESPACES}}
_EFFECTIVE_ELEMENTS = frozenset(
    {
        *("errorEventDefinition", "in", "out", "inputOutput", "ioMapping", "connector", "subscription"),
        *("executionListener", "executionListeners", "taskListener", "taskListeners", "eventListener"),
    }
)
# What Camunda 8 says of a call's data; without a word it hands everything down and back, as a call does here.
PROPAGATIONS = tuple(f"{{{ZEEBE}}}propagateAll{family}Variables" for family in ("Child", "Parent"))
_EFFECTIVE_ATTRIBUTES = frozenset(
    {
        *("resultVariable", "resultVariableName", "mapDecisionResult", "skipExpression", "initiator"),
        *("variableMappingClass", "variableMappingDelegateExpression", "elementVariable"),
    }
)


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


def changes_the_case(name: object, *, is_attribute: bool) -> bool:
    """Whether a setting of another engine, by its full name, would change a case's way or data there."""
    effective = _EFFECTIVE_ATTRIBUTES if is_attribute else _EFFECTIVE_ELEMENTS
    return is_engine_name(name) and strip_namespace(name) in effective


def setting_owner(element: Element) -> Element:
    """The element that a setting belongs to and that people see: the nearest with an id that is no part of another."""
    owner = element
    while (parent := owner.getparent()) is not None and not _may_own(owner):
        owner = parent
    return owner


def _may_own(element: Element) -> bool:
    if namespace_of(element.tag) != BPMN or not element.get("id"):
        return False
    return not strip_namespace(element.tag).endswith(("Definition", "Characteristics", "Elements", "Expression"))


def effective_settings(root: Element) -> Iterator[tuple[Element, str]]:
    """Each setting that would change a case elsewhere: its owner and its name, once for each owner."""
    seen: set[tuple[Element, str]] = set()
    for element in root.iter("*"):
        for name in _effective_names(element):
            use = (setting_owner(element), prefixed_name(name))
            if use not in seen:
                seen.add(use)
                yield use


def withheld_data(called: Element) -> Iterator[str]:
    """The settings by which a `zeebe:calledElement` hands less than everything down or back, by full names."""
    return (name for name in PROPAGATIONS if called.get(strip_namespace(name)) == "false")


def _effective_names(element: Element) -> Iterator[object]:
    if element.tag == f"{{{ZEEBE}}}calledElement":
        yield from withheld_data(element)
    parent = element.getparent()
    is_part = parent is not None and is_engine_name(parent.tag)
    if not is_part and changes_the_case(element.tag, is_attribute=False):
        yield element.tag
    if not is_engine_name(element.tag):
        yield from (name for name in element.attrib if changes_the_case(name, is_attribute=True))


def check_foreign_settings(diagram: Diagram) -> Iterator[Finding]:
    """Nothing that would change a case elsewhere is left without an effect and without a word."""
    for owner, setting in effective_settings(diagram.root):
        if setting not in settings_done_without(owner):
            yield finding_at(owner, "foreign-setting", setting=setting)
