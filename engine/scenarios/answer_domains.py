"""Which values the names of a case's data may have through forms and through the beginning of a case.

For the check of a deployment alone: the checker of diagrams knows neither forms nor reports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.lint import ValueDomain
from engine.bpmn.lint.value_domain import ANYTHING, FLAG, LIST, NUMBER, TEXT, UNIT, one_of
from engine.cases.intake import CHANNELS, URGENCIES
from engine.errors import Invalid
from engine.translation.wording import Caption
from forms.fields import FieldChoice, FormField
from forms.schema import Form

# What a report begins with beside its field, of which the program itself knows the values (engine.cases.intake).
REPORT_VALUES: Mapping[str, tuple[str, ...]] = {"urgency": URGENCIES, "channel": CHANNELS}
_UNIT_KINDS = ("unit", "commune", "department")
_FREE_TEXTS = ("textfield", "date", "time", "datetime")
_KINDS: Mapping[str, str] = {
    **dict.fromkeys((*_FREE_TEXTS, "radio", "select"), TEXT),
    "checklist": LIST,
    "checkbox": FLAG,
    "number": NUMBER,
}


def answer_domains(forms: Iterable[Form]) -> Mapping[str, tuple[ValueDomain, ...]]:
    """The domains of each name: what each form that asks for it offers."""
    domains: dict[str, list[ValueDomain]] = defaultdict(list)
    for field in _process_fields(forms):
        domains[field.key].append(_field_domain(field))
    return {name: tuple(known) for name, known in domains.items()}


def report_domains(forms: Iterable[Form], fields: tuple[str, ...]) -> Mapping[str, ValueDomain]:
    """What a report may begin with, called as the forms call it; `fields` are those of the deployment."""
    offered, domains = answer_domains(forms), {}
    for name, values in {"field": fields, **REPORT_VALUES}.items():
        captions = _captions(offered.get(name, ()))
        domains[name] = one_of({value: captions.get(value, Caption(value, value)) for value in values})
    return domains


def _process_fields(forms: Iterable[Form]) -> Iterator[FormField]:
    return (field for form in forms for field in form.fields if field.is_input and field.store == "process")


def _captions(domains: Iterable[ValueDomain]) -> dict[str, Caption]:
    return {text: caption for domain in domains for text, caption in (domain.texts or {}).items()}


def _field_domain(field: FormField) -> ValueDomain:
    label = Caption(field.label, field.caption("en"))
    texts = {choice.value: _choice_caption(choice) for choice in field.choices}
    if field.kind in _UNIT_KINDS and not field.multiple:
        return replace(UNIT, label=label)
    kind = _KINDS.get(field.kind)
    if kind is None:
        return ANYTHING
    return ValueDomain(frozenset({kind}), None if field.kind in _FREE_TEXTS else texts, label)


def _choice_caption(choice: FieldChoice) -> Caption:
    return Caption(choice.label, choice.caption("en"))


def unknown_report_values(form: Form, fields: tuple[str, ...]) -> Iterator[tuple[FormField, Invalid]]:
    """The choices of a form's fields about the report that no report may have: intake would refuse every such one."""
    for field in _process_fields([form]):
        known = {"field": fields, **REPORT_VALUES}.get(field.key, ())
        for choice in field.choices if known else ():
            if choice.value not in known:
                facts = {"choice": choice.label, "value": choice.value, "known": list(known)}
                yield field, Invalid(field.key, "report-choice-unknown", **facts)
