"""Reads a form-js document into fields and reports everything in it that is not supported.

A key, component, check or condition that is not understood is a problem, never ignored: a form that looks strict in
the editor must be as strict on the server. Only the editor's own metadata (`id` and `layout` of a component,
`exporter`, `executionPlatform*`) is skipped; pages lay out fields themselves.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from marshmallow import ValidationError

from forms.condition_text import BadCondition, parse_condition
from forms.conditions import AnswerCondition
from forms.fields import (
    DEFAULT_DECIMALS,
    KINDS,
    MAX_NUMBER,
    FieldChoice,
    FormField,
    build_reader,
    tidy_answer,
)
from forms.parts import MAX_NAME, DocumentPart
from forms.patterns import MAX_TEXT, BadPattern, compile_pattern
from forms.problems import BadForm, flatten_problems
from forms.rules import RULE_KEYS, read_rules

MAX_COMPONENTS = 200
MAX_CHOICES = 200
MAX_VALUE = 100
MAX_LABEL = 300
MAX_PROSE = 2_000
MAX_LENGTHS = {"textfield": MAX_TEXT, "textarea": 10_000, "email": 254}

_FORM_KEYS = {"type", "id", "schemaVersion", "components", "exporter", "executionPlatform", "executionPlatformVersion"}
_COMPONENT_KEYS = {"type", "id", "layout", "conditional", "properties"}
_INPUT_KEYS = _COMPONENT_KEYS | {"key", "label", "description", "validate"}
# The supported component types, with the keys that each has besides those of every input.
_TYPE_KEYS: Mapping[str, set[str]] = {
    "textfield": {"defaultValue"},
    "textarea": {"defaultValue"},
    "number": {"defaultValue", "decimalDigits"},
    "checkbox": {"defaultValue"},
    "radio": {"defaultValue", "values", "valuesKey"},
    "select": {"defaultValue", "values", "valuesKey"},
    "checklist": {"defaultValue", "values", "valuesKey"},
    "datetime": {"subtype", "dateLabel", "timeLabel", "timeInterval", "timeSerializingFormat", "use24h"},
    "text": {"text"},
    "separator": set(),
}
_REFUSED_TYPES: Mapping[str, str] = {
    "button": "form-component-button",
    "filepicker": "form-component-file",
    "group": "form-component-nested",
    "dynamiclist": "form-component-nested",
}
_REPLACEMENTS = {"html": "text", "image": "text", "taglist": "checklist"}
# The kinds that properties.kind turns a textfield into, and the checks of each kind of field besides `required`.
_TEXT_KINDS = frozenset({"phone", "email", "commune", "department", "unit", "position", "file"})
_KIND_PROPERTIES: Mapping[str, set[str]] = {"file": {"multiple", "pictures"}, "commune": {"multiple"}}
_LIMIT_KEYS: Mapping[str, set[str]] = {
    "textfield": {"minLength", "maxLength", "pattern", "validationType"},
    "textarea": {"minLength", "maxLength"},
    "email": {"maxLength"},
    "number": {"min", "max"},
}
_NAME_PATTERN = re.compile(r"[a-z][A-Za-z0-9_]{0,59}")


OptionLists = Mapping[str, tuple[FieldChoice, ...]]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a document refers to outside of itself: names with a meaning of their own, and lists of choices."""

    reserved: frozenset[str]
    options: OptionLists


def read_document(
    document: Mapping[str, object], reserved: frozenset[str], options: OptionLists
) -> tuple[str, tuple[FormField, ...]]:
    """The form's key and its fields in document order; raises BadForm listing every problem.

    `reserved` are names that no field may have because they have a meaning in the process's expressions; `options` are
    the lists of choices that a field may name as `valuesKey`.
    """
    surroundings = _Surroundings(reserved, options)
    form = DocumentPart(document)
    form.allow_only(_FORM_KEYS)
    key = form.read_text("id", 60, required=True)
    if key and not _NAME_PATTERN.fullmatch(key):
        form.report_problem("id", "form-id")
    if document.get("type") != "default":
        form.report_problem("type", "form-type")
    form.read_integer("schemaVersion", 1, 1_000)
    fields: list[FormField] = []
    earlier: dict[str, FormField] = {}
    parts = form.read_objects("components", MAX_COMPONENTS)
    for part in parts:
        field = _read_component(part, earlier, surroundings)
        if field:
            fields.append(field)
            earlier[field.key] = field
    rules = {part.key: read_rules(part.read_object("properties"), earlier) for part in parts if part.key in earlier}
    if form.problems:
        raise BadForm(form.problems)
    return key, tuple(replace(field, rules=rules.get(field.key, ())) for field in fields)


def _read_component(
    part: DocumentPart, earlier: Mapping[str, FormField], surroundings: _Surroundings
) -> FormField | None:
    """The field that a component describes; None when its type or key was already reported."""
    component_type = part.source.get("type")
    if not isinstance(component_type, str) or component_type not in _TYPE_KEYS:
        instead = _REPLACEMENTS.get(str(component_type), ", ".join(_TYPE_KEYS))
        part.report_problem(
            "type", _REFUSED_TYPES.get(str(component_type), "form-component-type"), type=component_type, instead=instead
        )
        return None
    if component_type in {"text", "separator"}:
        return _read_static(part, component_type, earlier)
    part.allow_only(_INPUT_KEYS | _TYPE_KEYS[component_type])
    key = _read_key(part, earlier, surroundings.reserved)
    properties = part.read_object("properties")
    kind = _read_kind(part, properties, component_type)
    if not key or not kind:
        return None
    properties.allow_only(
        {"store", "label_en", "description_en", "filled_from", *RULE_KEYS}
        | ({"kind"} if component_type == "textfield" else set())
        | _KIND_PROPERTIES.get(kind, set())
    )
    field = FormField(
        key=key,
        kind=kind,
        label=_read_label(part),
        label_en=properties.read_caption("label_en", MAX_LABEL),
        description=part.read_caption("description", MAX_PROSE),
        description_en=properties.read_caption("description_en", MAX_PROSE),
        condition=_read_condition(part.read_object("conditional"), earlier),
        choices=_read_choices(part, surroundings.options),
        decimals=part.read_integer("decimalDigits", 0, DEFAULT_DECIMALS),
        multiple=properties.read_flag("multiple"),
        pictures=properties.read_flag("pictures"),
        filled_from=properties.read_text("filled_from", MAX_NAME),
        **_read_limits(part.read_object("validate"), kind),
    )
    return _with_default(part, replace(field, store=_read_store(properties, field)))


def _read_static(part: DocumentPart, kind: str, earlier: Mapping[str, FormField]) -> FormField:
    part.allow_only(_COMPONENT_KEYS | _TYPE_KEYS[kind])
    properties = part.read_object("properties")
    properties.allow_only({"label_en"} if kind == "text" else set())
    return FormField(
        key="",
        kind=kind,
        label=part.read_caption("text", MAX_PROSE, required=kind == "text"),
        label_en=properties.read_caption("label_en", MAX_PROSE),
        condition=_read_condition(part.read_object("conditional"), earlier),
    )


def _read_key(part: DocumentPart, earlier: Mapping[str, FormField], reserved: frozenset[str]) -> str:
    """The component's key; empty when it is not a valid name in the process."""
    key = part.source.get("key")
    if not isinstance(key, str) or not _NAME_PATTERN.fullmatch(key):
        part.report_problem("key", "form-key")
        return ""
    if keyword.iskeyword(key) or key in reserved:
        part.report_problem("key", "form-key-reserved", key=key)
    if key in earlier:
        part.report_problem("key", "form-key-twice", key=key)
    return key


def _read_kind(part: DocumentPart, properties: DocumentPart, component_type: str) -> str:
    """The field's kind, a key of KINDS; empty when the document gives no valid one."""
    if component_type == "datetime":
        return _read_datetime_kind(part)
    kind = properties.source.get("kind")
    if component_type != "textfield" or kind is None:
        return component_type
    if not isinstance(kind, str) or kind not in _TEXT_KINDS:
        properties.report_problem("kind", "form-kind", known=", ".join(sorted(_TEXT_KINDS)))
        return ""
    if "defaultValue" in part.source:
        part.report_problem("defaultValue", "form-default-kind", kind=kind)
    return kind


def _read_datetime_kind(part: DocumentPart) -> str:
    subtype = part.source.get("subtype")
    if part.source.get("timeSerializingFormat", "utc_offset") != "utc_offset":
        part.report_problem("timeSerializingFormat", "form-time-offset")
    if part.source.get("use24h", True) is not True:
        part.report_problem("use24h", "form-time-hours")
    part.read_integer("timeInterval", 1, 60)
    if not isinstance(subtype, str) or subtype not in {"date", "time", "datetime"}:
        part.report_problem("subtype", "form-subtype")
        return ""
    return subtype


def _read_label(part: DocumentPart) -> str:
    """The Vietnamese label; on a datetime the editor calls it dateLabel or timeLabel, but `label` takes precedence."""
    name = next((name for name in ("label", "dateLabel", "timeLabel") if part.source.get(name)), "label")
    return part.read_caption(name, MAX_LABEL, required=True)


def _read_store(properties: DocumentPart, field: FormField) -> Literal["case", "process"]:
    """Where the answer is stored. Potentially personal data never reaches the process, which is shown and replayed."""
    store = properties.source.get("store", "case")
    if store not in ("case", "process"):
        properties.report_problem("store", "form-store")
    if store != "process":
        return "case"
    if KINDS[field.kind].personal:
        properties.report_problem("store", "form-store-personal", kind=field.kind)
    return "process"


def _read_limits(part: DocumentPart, kind: str) -> dict[str, Any]:
    """The limits under `validate` as arguments of FormField."""
    part.allow_only({"required"} | _LIMIT_KEYS.get(kind, set()))
    limits: dict[str, Any] = {"required": part.read_flag("required")}
    if kind in MAX_LENGTHS:
        limits |= _read_lengths(part, MAX_LENGTHS[kind])
    if kind == "textfield":
        limits["pattern"] = _read_pattern(part)
    if kind == "number":
        limits |= {"minimum": part.read_number("min", MAX_NUMBER), "maximum": part.read_number("max", MAX_NUMBER)}
        _check_order(part, "min", "max", limits["minimum"], limits["maximum"])
    return limits


def _read_lengths(part: DocumentPart, longest: int) -> dict[str, int | None]:
    least, most = part.read_integer("minLength", 0, longest), part.read_integer("maxLength", 1, longest)
    most = longest if most is None else most
    _check_order(part, "minLength", "maxLength", least, most)
    return {"min_length": least, "max_length": most}


def _check_order(part: DocumentPart, low: str, high: str, least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        part.report_problem(low, "form-limits-order", low=low, high=high, least=least, most=most)


def _read_pattern(part: DocumentPart) -> str:
    if part.source.get("validationType", "custom") != "custom":
        part.report_problem("validationType", "form-validation-type")
    pattern = part.read_text("pattern", MAX_TEXT)
    if not pattern:
        return ""
    try:
        compile_pattern(pattern)
    except BadPattern as error:
        part.report_problem("pattern", error.rule, **error.facts)
        return ""
    return pattern


def _read_choices(part: DocumentPart, options: OptionLists) -> tuple[FieldChoice, ...]:
    """The choices that a field lists, or those of the list that it names; none of a field that is not chosen from."""
    if "values" not in _TYPE_KEYS[str(part.source["type"])]:
        return ()
    if "values" not in part.source and "valuesKey" in part.source:
        name = part.read_text("valuesKey", MAX_NAME)
        if not options.get(name):
            part.report_problem("valuesKey", "form-options-unknown", options=name)
        return options.get(name, ())
    if "valuesKey" in part.source:
        part.report_problem("valuesKey", "form-options-twice")
    choices: dict[str, FieldChoice] = {}
    for item in part.read_objects("values", MAX_CHOICES):
        item.allow_only({"value", "label", "label_en"})
        value = item.read_text("value", MAX_VALUE, required=True)
        if value in choices:
            item.report_problem("value", "form-choice-twice", value=value)
        label = item.read_caption("label", MAX_LABEL, required=True)
        choices[value] = FieldChoice(value, label, item.read_caption("label_en", MAX_LABEL))
    return tuple(choices.values())


def _read_condition(part: DocumentPart, earlier: Mapping[str, FormField]) -> AnswerCondition | None:
    """`conditional.hide` as data. It may refer only to fields above, so that one pass over the answers decides all."""
    part.allow_only({"hide"})
    text = part.read_text("hide", MAX_LABEL)
    if not text:
        return None
    try:
        return parse_condition(text, {key: field for key, field in earlier.items() if key}, facts=False)
    except BadCondition as error:
        part.report_problem("hide", error.rule, **error.facts)
        return None


def _with_default(part: DocumentPart, field: FormField) -> FormField:
    """`field` with its defaultValue, read like an answer, so that a page never prefills what it then rejects."""
    reader = build_reader(field)
    default = tidy_answer(field, part.source.get("defaultValue"))
    try:
        return replace(field, default=reader.deserialize(default))
    except ValidationError as error:
        for reason in flatten_problems(error.messages):
            part.report_problem("defaultValue", "form-default-refused", reason=reason)
        return field
