"""Converts the assignments and forms of user tasks.

A task has one role here: candidate groups decide, then the assignee, then the candidate users; a setting that names
several roles, or a name missing from the mapping, leaves an open point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.lint.diagram import bpmn_tag, extension_properties
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.vocabulary import ROLES
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, literal_value
from engine.studio.importing.names import engine_attributes, prefixed_name, zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import set_property

_ASSIGNMENT_KEYS = ("candidateGroups", "assignee", "candidateUsers")
_FORM_KEYS = ("formKey", "formRef")
_ZEEBE_FORM_KEYS = ("formKey", "formId", "externalReference")
_ROLE_RULES = ("role-missing", "role-unknown")
_FORM_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class _TaskSetting:
    """One attribute that configures a task, and the element holding it."""

    holder: Element
    attribute: str
    value: str


def convert_user_tasks(context: ImportContext) -> None:
    """Give every user task the role and form of its foreign settings, where they can be derived."""
    for task in context.root.iter(bpmn_tag("userTask")):
        _convert_role(context, task)
        _convert_form(context, task)


def _convert_role(context: ImportContext, task: Element) -> None:
    role = extension_properties(task).get("role")
    is_set = role is not None
    for setting in _assignment_attributes(task):
        context.mark_handled(setting.holder, setting.attribute)
        names = _split_names(setting.value)
        if is_set or not names:
            continue
        roles = {context.mapping.get(name) for name in names}
        if role is not None and roles != {role}:
            context.leave_open(task, "attribute", name=prefixed_name(setting.attribute), value=setting.value)
        elif role is None:
            role = _assign_role(context, task, setting, names)


def _assignment_attributes(task: Element) -> Iterator[_TaskSetting]:
    for key in _ASSIGNMENT_KEYS:
        yield from (_TaskSetting(task, name, value) for name, value in engine_attributes(task, key))
        for extension in zeebe_extensions(task, "assignmentDefinition"):
            if extension.get(key):
                yield _TaskSetting(extension, key, extension.get(key) or "")


def _assign_role(context: ImportContext, task: Element, setting: _TaskSetting, names: list[str]) -> str | None:
    """Assign the one role that all names share and return it; otherwise leave an open point and return None."""
    roles = {name: context.mapping.get(name) for name in names}
    for name, role in roles.items():
        if role not in ROLES:
            rule = "group" if role is None else "group-role"
            context.leave_open(task, rule, *_ROLE_RULES, name=name, role=role, known=", ".join(sorted(ROLES)))
            return None
    distinct_roles = sorted({role for role in roles.values() if role is not None})
    if len(distinct_roles) > 1:
        context.leave_open(task, "roles", *_ROLE_RULES, names=setting.value, roles=", ".join(distinct_roles))
        return None
    set_property(task, "role", distinct_roles[0])
    context.record_conversion(task, "role", setting.value, distinct_roles[0])
    return distinct_roles[0]


def _split_names(value: str) -> list[str]:
    """The people or groups in a comma-separated list or literal; a computed value is one name that no mapping has."""
    if not is_vendor_expression(value):
        return [name for name in map(str.strip, value.split(",")) if name]
    try:
        constant = literal_value(value)
    except OutsideGrammar:
        return [value]
    return [str(name) for name in constant] if isinstance(constant, list) else [str(constant)]


def _convert_form(context: ImportContext, task: Element) -> None:
    form = extension_properties(task).get("form")
    for setting in _form_attributes(task):
        context.mark_handled(setting.holder, setting.attribute)
        if form is not None:
            continue
        name = context.mapping.get(setting.value) or _form_name(setting.value)
        if _FORM_NAME.fullmatch(name) is None:
            context.leave_open(task, "form", "form-missing", "form-unknown", form=setting.value)
            continue
        form = name
        set_property(task, "form", name)
        context.record_conversion(task, "form", setting.value, name)


def _form_attributes(task: Element) -> Iterator[_TaskSetting]:
    yield from (_TaskSetting(task, name, value) for name, value in engine_attributes(task, *_FORM_KEYS))
    for extension in zeebe_extensions(task, "formDefinition"):
        yield from (
            _TaskSetting(extension, name, extension.get(name) or "") for name in _ZEEBE_FORM_KEYS if extension.get(name)
        )


def _form_name(key: str) -> str:
    """The name of our form document for a key like `embedded:app:forms/Approve.html`; a computed key is kept."""
    if is_vendor_expression(key):
        return key
    stem = key.rpartition("/")[2].rpartition(":")[2]
    name = re.sub(r"\W", "_", re.sub(r"\.(?:html?|form|json)$", "", stem), flags=re.ASCII)
    return name[:1].lower() + name[1:]
