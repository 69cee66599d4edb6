"""Reports settings that another engine would run and ours would silently ignore.

It runs last and covers whatever the other modules have not handled.
"""

from __future__ import annotations

from collections import Counter

from engine.bpmn.lint.diagram import bpmn_tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.foreign import changes_the_case, effective_settings, setting_owner
from engine.bpmn.lint.tolerances import WITHOUT, settings_done_without
from engine.studio.importing.names import (
    IGNORED_NAMESPACES,
    TECHNICAL_SETTINGS,
    is_engine_name,
    namespace_of,
    prefixed_name,
    strip_namespace,
)
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import replace_property

_RESOURCES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def report_leftovers(context: ImportContext) -> None:
    """Leave an open point for every setting of another engine, and one for each unknown vocabulary."""
    counts: Counter[str] = Counter()
    first_elements: dict[str, Element] = {}
    for element in context.root.iter("*"):
        for name in [element.tag, *element.attrib]:
            if is_unknown_vocabulary(name) and not _is_already_counted(element, name):
                counts[namespace_of(name)] += 1
                first_elements.setdefault(namespace_of(name), element)
        _report_settings(context, element)
    for uri, count in counts.items():
        context.leave_open(first_elements[uri], "namespace", uri=uri, count=count)
    _settle_effects(context)
    for resource in context.root.iter(*map(bpmn_tag, _RESOURCES)):
        context.leave_open(resource, "resource", name=strip_namespace(resource.tag))


def _settle_effects(context: ImportContext) -> None:
    """Write on each element what it does without: settings that were converted, and those that the analyst accepts."""
    converted = {(setting_owner(holder), prefixed_name(name or holder.tag)) for holder, name in context.handled}
    for owner, setting in list(effective_settings(context.root)):
        before = settings_done_without(owner)
        is_accepted = context.choices.accepts(owner.get("id") or "", setting)
        if setting not in before and (is_accepted or (owner, setting) in converted):
            replace_property(owner, WITHOUT, " ".join(sorted({*before, setting})))
            if is_accepted:
                context.record_conversion(owner, "without", setting, "")


def is_unknown_vocabulary(name: object) -> bool:
    """Whether a name belongs to a vocabulary that is neither BPMN's, nor a known engine's, nor a drawing one."""
    uri = namespace_of(name)
    return bool(uri) and not is_engine_name(name) and not uri.startswith(IGNORED_NAMESPACES)


def _is_already_counted(element: Element, name: object) -> bool:
    """Whether an element's parent has the same vocabulary and has therefore been counted."""
    parent = element.getparent()
    return name == element.tag and parent is not None and namespace_of(parent.tag) == namespace_of(name)


def _report_settings(context: ImportContext, element: Element) -> None:
    if is_engine_name(element.tag):
        _report_extension(context, element)
        return
    for name, value in element.attrib.items():
        is_said = strip_namespace(name) in TECHNICAL_SETTINGS or (element, str(name)) in context.handled
        if is_engine_name(name) and not is_said:
            offer = _offered_setting(context, element, name, is_attribute=True)
            context.leave_open(element, "attribute", *offer, name=prefixed_name(name), value=value)


def _offered_setting(context: ImportContext, element: Element, name: object, *, is_attribute: bool) -> tuple[str, ...]:
    """The rule that a setting breaks until the analyst does without it; none if it changes nothing or is accepted."""
    owner = setting_owner(element)
    is_open = changes_the_case(name, is_attribute=is_attribute) and not context.choices.accepts(
        owner.get("id") or "", prefixed_name(name)
    )
    return ("foreign-setting",) if is_open and prefixed_name(name) not in settings_done_without(owner) else ()


def _report_extension(context: ImportContext, element: Element) -> None:
    """Report an extension element as a whole; if some of its parts were handled, only the others."""
    parent = element.getparent()
    if (
        parent is None
        or is_engine_name(parent.tag)
        or strip_namespace(element.tag) in TECHNICAL_SETTINGS
        or (element, "") in context.handled
    ):
        return
    handled = {name for holder, name in context.handled if holder is element}
    if not handled:
        offer = _offered_setting(context, element, element.tag, is_attribute=False)
        context.leave_open(element, "extension", *offer, name=prefixed_name(element.tag))
    for name, value in element.attrib.items() if handled else ():
        if str(name) not in handled and strip_namespace(name) not in TECHNICAL_SETTINGS:
            context.leave_open(
                element, "attribute", name=f"{prefixed_name(element.tag)} {strip_namespace(name)}", value=value
            )
