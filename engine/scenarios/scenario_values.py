"""Checks what a scenario names and which values it gives: each is one that the deployment knows (R16).

A slip in a scenario is worse than one elsewhere when it makes nothing fail: a notice that is expected no time never
comes, a case that begins in no unit goes its way all the same. So each is told with what was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from engine.bpmn.lint import ValueDomain
from engine.bpmn.lint.value_domain import nearest_text, quoted_choice, quoted_literal, quoted_name
from engine.errors import BadInput
from engine.process.report_fields import shipped_fields
from engine.scenarios.addressing import UNIT as UNIT_OF_TASK
from engine.scenarios.deployment_names import Captions, DeploymentNames
from engine.scenarios.files import BY, BadStep, Scenario, ScenarioStep
from engine.scenarios.world_of import load_units
from engine.translation.catalogue import N_
from engine.translation.wording import Caption, Term
from forms.fields import FormField

MOST_NAMED = 12
PROCESS, TASK, START, MESSAGE = Term(N_("quy trình")), Term(N_("việc")), Term(N_("điểm bắt đầu")), Term(N_("tin nhắn"))
SIGNAL, ROLE, UNIT, RUNG = Term(N_("tín hiệu")), Term(N_("vai trò")), Term(N_("đơn vị")), Term(N_("nấc thông báo"))
DATA, FIELD = Term(N_("dữ liệu")), Term(N_("mục của biểu mẫu"))
Faults = Iterator[BadInput]


def check_scenario_values(scenario: Scenario, names: DeploymentNames) -> Faults:
    """Every name and value in a scenario that the deployment or the province does not know, in the order of steps."""
    check = _ScenarioCheck(scenario, names)
    yield from (BadInput("in-scenario-start", reason=fault) for fault in check.check_head())
    for step, following in zip_longest(scenario.steps, scenario.steps[1:]):
        is_refused = following is not None and "refused" in (following.values or {})
        yield from (BadStep(step.number, fault) for fault in check.check_step(step, is_refused=is_refused))


class _ScenarioCheck:
    """One scenario with the units of its province."""

    def __init__(self, scenario: Scenario, names: DeploymentNames) -> None:
        self.scenario, self.names = scenario, names
        self.units = {unit.code: Caption(unit.name, unit.name) for unit in load_units(scenario.profile.unit_files)}

    def check_head(self) -> Faults:
        yield from _check_name(PROCESS, self.scenario.process, self.names.processes)
        for unit, roles in self.scenario.staff.items():
            yield from _check_name(UNIT, unit, self.units)
            for role in roles:
                yield from _check_name(ROLE, role, self.names.roles)
        yield from self._check_data(self.scenario.data)

    def check_step(self, step: ScenarioStep, *, is_refused: bool) -> Faults:
        values = step.values or {}
        known = {"task": (TASK, self.names.tasks), "begin": (START, self.names.starts)}
        known |= {"message": (MESSAGE, self.names.messages), "signal": (SIGNAL, self.names.signals)}
        if step.kind in known:
            yield from _check_name(known[step.kind][0], step.name, known[step.kind][1])
        if step.which and UNIT_OF_TASK in step.which:
            yield from _check_name(UNIT, str(step.which[UNIT_OF_TASK]), self.units)
        if step.by:
            role, unit = step.by.split()
            yield from _check_name(ROLE, role, self.names.roles)
            yield from _check_name(UNIT, unit, self.units)
        if step.kind == "expect":
            yield from self._check_expectations(values)
        elif step.kind in ("task", "begin") and not is_refused:
            yield from self._check_answers(step.name, values)
        elif step.kind == "message":
            yield from self._check_values(values)

    def _check_expectations(self, values: Mapping[str, Any]) -> Faults:
        for task in (*values.get("open", ()), *values.get("unit", ())):
            yield from _check_name(TASK, task, self.names.tasks)
        for holder in values.get("unit", {}).values():
            for unit in holder if isinstance(holder, list) else [holder]:
                yield from _check_name(UNIT, str(unit), self.units)
        for rung in values.get("notices", ()) if self.names.rungs is not None else ():
            yield from _check_name(RUNG, rung, self.names.rungs or {})
        for key in values.get("refused", ()):
            keys = {field.key: _caption(field) for forms in self.names.forms_of.values() for field in _inputs(forms)}
            yield from _check_name(FIELD, key, keys | {BY: Caption(BY, BY)})
        yield from self._check_data(values.get("data", {}))

    def _check_answers(self, node: str, values: Mapping[str, Any]) -> Faults:
        """The answers of a form; a step of no form has its own fault when the scenario runs."""
        forms = self.names.forms_of.get(node, ())
        fields = {field.key: field for field in _inputs(forms)}
        for key, value in values.items() if fields else ():
            yield from _check_name(FIELD, key, {name: _caption(field) for name, field in fields.items()})
            if key in fields and fields[key].choices:
                texts = {choice.value: Caption(choice.label, choice.caption("en")) for choice in fields[key].choices}
                texts |= _shipped_texts(key)
                yield from _check_texts(quoted_name(key, _caption(fields[key])), value, texts)

    def _check_data(self, values: Mapping[str, Any]) -> Faults:
        for key in values if self.names.data is not None else ():
            yield from _check_name(DATA, key, self.names.data or {})
        yield from self._check_values(values)

    def _check_values(self, values: Mapping[str, Any]) -> Faults:
        for key, value in values.items():
            domain = self.names.domains.get(key)
            if domain is not None and value is not None:
                yield from self._check_value(quoted_name(key, domain.label), value, domain, _shipped_texts(key))

    def _check_value(self, name: Caption, value: Any, domain: ValueDomain, shipped: Captions) -> Faults:
        if domain.is_unit:
            yield from _check_texts(name, value, {**self.units, "": Caption("", "")})
        elif domain.texts is not None and isinstance(value, str | list) and domain.texts:
            yield from _check_texts(name, value, {**domain.texts, **shipped})
        elif isinstance(value, bool | int | float | str) and not domain.allows(value):
            yield BadInput("scenario-value-of-other-kind", name=name, value=quoted_literal(value))


def _shipped_texts(key: str) -> Captions:
    """Fields of reports in the program's own list: its scenarios name them, though analysts may have taken some out."""
    fields = shipped_fields() if key == "field" else ()
    return {field.key: Caption(field.caption("vi"), field.caption("en")) for field in fields}


def _inputs(forms: tuple[Any, ...]) -> Iterator[FormField]:
    return (field for form in forms for field in form.inputs.values())


def _caption(field: FormField) -> Caption:
    return Caption(field.label or field.key, field.caption("en") or field.key)


def _check_name(kind: Term, name: str, known: Captions) -> Faults:
    if name in known:
        return
    near = nearest_text(name, known)
    if near is not None:
        yield BadInput("scenario-name-mistyped", kind=kind, name=name, near=quoted_choice(near, known[near]))
    else:
        yield BadInput("scenario-name-unknown", kind=kind, name=name, known=_listed(known))


def _check_texts(name: Caption, value: Any, texts: Captions) -> Faults:
    """A text, or each text of a list, is one of a few; what is no text has its own fault when the scenario runs."""
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str) or not text or text in texts:  # An empty text stands for no answer.
            continue
        near = nearest_text(text, texts)
        facts = {"name": name, "value": quoted_literal(text)}
        if near is not None:
            yield BadInput("scenario-value-mistyped", near=quoted_choice(near, texts[near]), **facts)
        else:
            yield BadInput("scenario-value-impossible", known=_listed(texts), **facts)


def _listed(known: Captions) -> list[Caption]:
    listed = [quoted_choice(text, caption) for text, caption in list(known.items())[:MOST_NAMED] if text]
    return [*listed, *([Caption("…", "…")] if len(known) > MOST_NAMED else [])]
