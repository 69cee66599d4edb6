"""Who does a task and with which form, in the words of other tools. For the conversion alone.

One role does a task here: the groups decide, then the assignee, then the candidate users; whoever names several roles
or somebody whom the table does not know leaves an open point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.lint.diagram import properties, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.vocabulary import ROLES
from engine.studio.importing.expressions import Outside, is_foreign, literal
from engine.studio.importing.names import attributes, called, parts
from engine.studio.importing.report import Work
from engine.studio.importing.tree import set_property

_SOURCES = ("candidateGroups", "assignee", "candidateUsers")
_FORMS = ("formKey", "formRef")
_ZEEBE_FORMS = ("formKey", "formId", "externalReference")
_ROLE_RULES = ("role-missing", "role-unknown")
_FORM = re.compile(r"[a-z][A-Za-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class _Named:
    """One attribute that says something of a task, and where it stands."""

    holder: Element
    attribute: str
    value: str


def convert(work: Work) -> None:
    """Give every user task the role and the form that its foreign settings mean, as far as they can be told."""
    for task in work.root.iter(tag("userTask")):
        _role(work, task)
        _form(work, task)


def _role(work: Work, task: Element) -> None:
    given = properties(task).get("role")
    decided = given is not None
    for named in _people(task):
        work.handle(named.holder, named.attribute)
        names = _names(named.value)
        if decided or not names:
            continue
        roles = {work.mapping.get(name) for name in names}
        if given is not None and roles != {given}:
            work.leave(task, "attribute", name=called(named.attribute), value=named.value)
        elif given is None:
            given = _given(work, task, named, names)


def _people(task: Element) -> Iterator[_Named]:
    for source in _SOURCES:
        yield from (_Named(task, name, value) for name, value in attributes(task, source))
        for part in parts(task, "assignmentDefinition"):
            if part.get(source):
                yield _Named(part, source, part.get(source) or "")


def _given(work: Work, task: Element, named: _Named, names: list[str]) -> str | None:
    """The one role that everybody named has, which the task gets; None with an open point when there is none."""
    roles = {name: work.mapping.get(name) for name in names}
    for name, role in roles.items():
        if role not in ROLES:
            rule = "group" if role is None else "group-role"
            work.leave(task, rule, *_ROLE_RULES, name=name, role=role, known=", ".join(sorted(ROLES)))
            return None
    found = sorted({role for role in roles.values() if role is not None})
    if len(found) > 1:
        work.leave(task, "roles", *_ROLE_RULES, names=named.value, roles=", ".join(found))
        return None
    set_property(task, "role", found[0])
    work.converted(task, "role", named.value, found[0])
    return found[0]


def _names(value: str) -> list[str]:
    """The people or groups in a list with commas or a literal; a computed one is one name, which no table knows."""
    if not is_foreign(value):
        return [name for name in map(str.strip, value.split(",")) if name]
    try:
        constant = literal(value)
    except Outside:
        return [value]
    return [str(name) for name in constant] if isinstance(constant, list) else [str(constant)]


def _form(work: Work, task: Element) -> None:
    given = properties(task).get("form")
    for named in _forms(task):
        work.handle(named.holder, named.attribute)
        if given is not None:
            continue
        name = work.mapping.get(named.value) or _form_name(named.value)
        if _FORM.fullmatch(name) is None:
            work.leave(task, "form", "form-missing", "form-unknown", form=named.value)
            continue
        given = name
        set_property(task, "form", name)
        work.converted(task, "form", named.value, name)


def _forms(task: Element) -> Iterator[_Named]:
    yield from (_Named(task, name, value) for name, value in attributes(task, *_FORMS))
    for part in parts(task, "formDefinition"):
        yield from (_Named(part, name, part.get(name) or "") for name in _ZEEBE_FORMS if part.get(name))


def _form_name(key: str) -> str:
    """The name of our form document for a key like `embedded:app:forms/Approve.html`; a computed key stays."""
    if is_foreign(key):
        return key
    stem = key.rpartition("/")[2].rpartition(":")[2]
    name = re.sub(r"\W", "_", re.sub(r"\.(?:html?|form|json)$", "", stem), flags=re.ASCII)
    return name[:1].lower() + name[1:]
