"""Reads a form-js document into fields and lists everything in it that could not be kept. Only `forms` imports it.

A key, component, check or condition that is not understood here is a problem, never ignored: a form that looks
strict in the editor must be as strict on the server. Only the editor's own marks (`id` and `layout` of a component,
`exporter`, `executionPlatform*`) are passed over; pages arrange fields themselves.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from marshmallow import ValidationError

from forms.fields import DEFAULT_DECIMALS, KINDS, MAX_NUMBER, Choice, Condition, Field, build, prepare
from forms.messages import LANGUAGES, Language, flatten
from forms.parts import BadForm, Part
from forms.patterns import MAX_TEXT, BadPattern, compile_pattern

MAX_COMPONENTS = 200
MAX_CHOICES = 200
MAX_VALUE = 100
MAX_LABEL = 300
MAX_PROSE = 2_000
LONGEST = {"textfield": MAX_TEXT, "textarea": 10_000, "email": 254}

_FORM_KEYS = {"type", "id", "schemaVersion", "components", "exporter", "executionPlatform", "executionPlatformVersion"}
_DRAWN_KEYS = {"type", "id", "layout", "conditional", "properties"}
_INPUT_KEYS = _DRAWN_KEYS | {"key", "label", "description", "validate"}
# The component types understood, and the keys that each has besides those of every input.
_TYPES: Mapping[str, set[str]] = {
    "textfield": {"defaultValue"},
    "textarea": {"defaultValue"},
    "number": {"defaultValue", "decimalDigits"},
    "checkbox": {"defaultValue"},
    "radio": {"defaultValue", "values"},
    "select": {"defaultValue", "values"},
    "checklist": {"defaultValue", "values"},
    "datetime": {"subtype", "dateLabel", "timeLabel", "timeInterval", "timeSerializingFormat", "use24h"},
    "text": {"text"},
    "separator": set(),
}
_REFUSED: Mapping[str, str] = {
    "button": "type-button",
    "filepicker": "type-file",
    "group": "type-nested",
    "dynamiclist": "type-nested",
}
_INSTEAD = {"html": "text", "image": "text", "taglist": "checklist"}
# The kinds that properties.kind makes of a textfield, and the checks each kind of field has besides `required`.
_TEXT_KINDS = frozenset({"phone", "email", "commune", "unit", "file"})
_CHECKS: Mapping[str, set[str]] = {
    "textfield": {"minLength", "maxLength", "pattern", "validationType"},
    "textarea": {"minLength", "maxLength"},
    "email": {"maxLength"},
    "number": {"min", "max"},
}
_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,59}")
_HIDE = re.compile(
    r"=\s*(?P<key>[a-z][A-Za-z0-9_]*)\s*(?P<sign>!?=)\s*"
    r'(?:"(?P<text>[^"\\]*)"|(?P<flag>true|false)|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?))\s*'
)
_EXAMPLES = {str: '"correct"', float: "12.5", bool: "true, false"}


def read_document(document: Mapping[str, object], reserved: frozenset[str]) -> tuple[str, tuple[Field, ...]]:
    """The form's key and its fields in the order of the document; raises BadForm naming every problem at once.

    `reserved` are names that no field may have because they mean something in the process's expressions.
    """
    form = Part(document)
    form.only(_FORM_KEYS)
    key = form.text("id", 60, needed=True)
    if key and not _NAME.fullmatch(key):
        form.report("id", "form-id")
    if document.get("type") != "default":
        form.report("type", "form-type")
    form.whole("schemaVersion", 1, 1_000)
    fields: list[Field] = []
    earlier: dict[str, Field] = {}
    for part in form.items("components", MAX_COMPONENTS):
        field = _component(part, earlier, reserved)
        if field:
            fields.append(field)
            earlier[field.key] = field
    if form.problems:
        raise BadForm(form.problems)
    return key, tuple(fields)


def _component(part: Part, earlier: Mapping[str, Field], reserved: frozenset[str]) -> Field | None:
    """The field a component describes; None when its type or key is already a problem."""
    name = part.source.get("type")
    if not isinstance(name, str) or name not in _TYPES:
        instead = _INSTEAD.get(str(name), ", ".join(_TYPES))
        part.report("type", _REFUSED.get(str(name), "type"), type=name, instead=instead)
        return None
    if name in {"text", "separator"}:
        return _drawn(part, name, earlier)
    part.only(_INPUT_KEYS | _TYPES[name])
    key = _key(part, earlier, reserved)
    properties = part.part("properties")
    kind = _kind(part, properties, name)
    if not key or not kind:
        return None
    multiple = {"multiple"} if kind == "file" else set()
    properties.only({"store", "label_en", "description_en"} | ({"kind"} if name == "textfield" else set()) | multiple)
    field = Field(
        key=key,
        kind=kind,
        label=_label(part),
        label_en=properties.caption("label_en", MAX_LABEL),
        description=part.caption("description", MAX_PROSE),
        description_en=properties.caption("description_en", MAX_PROSE),
        condition=_condition(part.part("conditional"), earlier),
        choices=_choices(part) if "values" in _TYPES[name] else (),
        decimals=part.whole("decimalDigits", 0, DEFAULT_DECIMALS),
        multiple=properties.flag("multiple"),
        **_checks(part.part("validate"), kind),
    )
    return _with_default(part, replace(field, store=_store(properties, field)))


def _drawn(part: Part, kind: str, earlier: Mapping[str, Field]) -> Field:
    part.only(_DRAWN_KEYS | _TYPES[kind])
    properties = part.part("properties")
    properties.only({"label_en"} if kind == "text" else set())
    return Field(
        key="",
        kind=kind,
        label=part.caption("text", MAX_PROSE, needed=kind == "text"),
        label_en=properties.caption("label_en", MAX_PROSE),
        condition=_condition(part.part("conditional"), earlier),
    )


def _key(part: Part, earlier: Mapping[str, Field], reserved: frozenset[str]) -> str:
    """The component's key, empty when it cannot be a name in the process."""
    key = part.source.get("key")
    if not isinstance(key, str) or not _NAME.fullmatch(key):
        part.report("key", "key")
        return ""
    if keyword.iskeyword(key) or key in reserved:
        part.report("key", "key-reserved", key=key)
    if key in earlier:
        part.report("key", "key-twice", key=key)
    return key


def _kind(part: Part, properties: Part, name: str) -> str:
    """The key into KINDS, empty when the document names none."""
    if name == "datetime":
        return _datetime_kind(part)
    kind = properties.source.get("kind")
    if name != "textfield" or kind is None:
        return name
    if not isinstance(kind, str) or kind not in _TEXT_KINDS:
        properties.report("kind", "kind", known=", ".join(sorted(_TEXT_KINDS)))
        return ""
    if "defaultValue" in part.source:
        part.report("defaultValue", "default-kind", kind=kind)
    return kind


def _datetime_kind(part: Part) -> str:
    subtype = part.source.get("subtype")
    if part.source.get("timeSerializingFormat", "utc_offset") != "utc_offset":
        part.report("timeSerializingFormat", "offset")
    if part.source.get("use24h", True) is not True:
        part.report("use24h", "hours")
    part.whole("timeInterval", 1, 60)
    if not isinstance(subtype, str) or subtype not in {"date", "time", "datetime"}:
        part.report("subtype", "subtype")
        return ""
    return subtype


def _label(part: Part) -> str:
    """The Vietnamese label. The editor calls it dateLabel or timeLabel on a datetime; `label` comes before them."""
    name = next((name for name in ("label", "dateLabel", "timeLabel") if part.source.get(name)), "label")
    return part.caption(name, MAX_LABEL, needed=True)


def _store(properties: Part, field: Field) -> Literal["case", "process"]:
    """Where the answer is kept. What may be personal never reaches the process, which is shown and replayed."""
    store = properties.source.get("store", "case")
    if store not in ("case", "process"):
        properties.report("store", "store")
    if store != "process":
        return "case"
    if KINDS[field.kind].personal:
        properties.report("store", "personal", kind=field.kind)
    return "process"


def _checks(part: Part, kind: str) -> dict[str, Any]:
    """The limits under `validate` as arguments of Field."""
    part.only({"required"} | _CHECKS.get(kind, set()))
    checks: dict[str, Any] = {"required": part.flag("required")}
    if kind in LONGEST:
        checks |= _lengths(part, LONGEST[kind])
    if kind == "textfield":
        checks["pattern"] = _pattern(part)
    if kind == "number":
        checks |= {"minimum": part.number("min", MAX_NUMBER), "maximum": part.number("max", MAX_NUMBER)}
        _ordered(part, "min", "max", checks["minimum"], checks["maximum"])
    return checks


def _lengths(part: Part, longest: int) -> dict[str, int | None]:
    least, most = part.whole("minLength", 0, longest), part.whole("maxLength", 1, longest)
    most = longest if most is None else most
    _ordered(part, "minLength", "maxLength", least, most)
    return {"min_length": least, "max_length": most}


def _ordered(part: Part, low: str, high: str, least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        part.report(low, "order", low=low, high=high, least=least, most=most)


def _pattern(part: Part) -> str:
    if part.source.get("validationType", "custom") != "custom":
        part.report("validationType", "validation-type")
    pattern = part.text("pattern", MAX_TEXT)
    if not pattern:
        return ""
    try:
        compile_pattern(pattern)
    except BadPattern as error:
        part.report("pattern", error.rule, **error.facts)
        return ""
    return pattern


def _choices(part: Part) -> tuple[Choice, ...]:
    choices: dict[str, Choice] = {}
    for item in part.items("values", MAX_CHOICES):
        item.only({"value", "label", "label_en"})
        value = item.text("value", MAX_VALUE, needed=True)
        if value in choices:
            item.report("value", "choice-twice", value=value)
        label = item.caption("label", MAX_LABEL, needed=True)
        choices[value] = Choice(value, label, item.caption("label_en", MAX_LABEL))
    return tuple(choices.values())


def _condition(part: Part, earlier: Mapping[str, Field]) -> Condition | None:
    """`conditional.hide` as data. It may look only at fields above, so that one pass over the answers decides all."""
    part.only({"hide"})
    text = part.text("hide", MAX_LABEL)
    if not text:
        return None
    found = _HIDE.fullmatch(text)
    if found is None:
        part.report("hide", "condition")
        return None
    value: str | float | bool = found["text"] or ""
    if found["flag"] or found["number"]:
        value = found["flag"] == "true" if found["flag"] else float(found["number"])
    target = earlier.get(found["key"])
    if target is None:
        part.report("hide", "condition-above", key=found["key"])
    else:
        _check_comparison(part, target, value)
    return Condition(found["key"], value, equal=found["sign"] == "=")


def _check_comparison(part: Part, target: Field, value: object) -> None:
    """Reports a condition whose field could never have the answer `value`."""
    compared = KINDS[target.kind].compared
    if compared is None:
        part.report("hide", "condition-many", key=target.key)
    elif not isinstance(value, compared) or value == "":
        part.report("hide", "condition-value", key=target.key, example=_EXAMPLES[compared])
    elif target.choices and value not in {choice.value for choice in target.choices}:
        part.report("hide", "condition-option", key=target.key, value=value)


def _with_default(part: Part, field: Field) -> Field:
    """`field` with its defaultValue, read like an answer, so that a page never shows first what it then refuses."""
    default = prepare(field, part.source.get("defaultValue"))
    faults = {language: _refusal(field, default, language) for language in LANGUAGES}
    if any(faults.values()):
        part.report("defaultValue", "default", **faults)
        return field
    return replace(field, default=build(field, "en").deserialize(default))


def _refusal(field: Field, answer: object, language: Language) -> str:
    try:
        build(field, language).deserialize(answer)
    except ValidationError as error:
        return " ".join(flatten(error.messages))
    return ""
