"""Documents that a form cannot be made of: each problem has its place, its rule and a sentence in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.translation.sentences.forms import SENTENCES
from engine.translation.wording import say
from forms.parts import MAX_BYTES, MAX_DEPTH
from forms.problems import MAX_FACT
from forms.schema import BadForm, FormProblem, compile_form, parse_form
from tests.kit.forms_kit import EVERY_KIND, OUTCOME, YES_NO, Component, document, field, form, special

RESERVED = frozenset({"working_days"})


def problems_of(*components: Component, **top: object) -> list[FormProblem]:
    """What is wrong with the document, nothing if it compiles."""
    try:
        compile_form(document(*components, **top), RESERVED)
    except BadForm as error:
        return error.problems
    return []


def found(*components: Component, **top: object) -> list[tuple[str, str]]:
    """Path and rule of each problem."""
    return [(problem.path, problem.rule) for problem in problems_of(*components, **top)]


def radio(*values: object, **more: Any) -> Component:
    return field(kind="radio", values=list(values), **more)


def timed(subtype: str, **more: Any) -> Component:
    return field(kind="datetime", subtype=subtype, **more)


BROKEN: list[tuple[Component, str, str]] = [
    (field(kind="html"), "type", "form-component-type"),
    (field(kind="frame"), "type", "form-component-type"),
    ({"type": ["textfield"]}, "type", "form-component-type"),
    ({}, "type", "form-component-type"),
    (field(kind="button"), "type", "form-component-button"),
    (field(kind="filepicker"), "type", "form-component-file"),
    (field(kind="group"), "type", "form-component-nested"),
    (field(disabled=True), "disabled", "form-entry-not-understood"),
    (field(decimalDigits=2), "decimalDigits", "form-entry-not-understood"),
    (field(validate={"maxlength": 5}), "validate.maxlength", "form-entry-not-understood"),
    (field(kind="checkbox", validate={"minLength": 5}), "validate.minLength", "form-entry-not-understood"),
    (field(properties={"colour": "red"}), "properties.colour", "form-entry-not-understood"),
    (field(kind="number", properties={"kind": "phone"}), "properties.kind", "form-entry-not-understood"),
    (special("p", "phone", multiple=True), "properties.multiple", "form-entry-not-understood"),
    (special("p", "phone") | {"validate": {"maxLength": 10}}, "validate.maxLength", "form-entry-not-understood"),
    (special("p", "email") | {"validate": {"pattern": "^a$"}}, "validate.pattern", "form-entry-not-understood"),
    (field(kind="select", valuesKey="x", values=YES_NO), "valuesKey", "form-options-twice"),
    (field(kind="select", valuesKey="x"), "valuesKey", "form-options-unknown"),
    (timed("date", disallowPassedDates=True), "disallowPassedDates", "form-entry-not-understood"),
    (field(conditional={"show": "=a"}), "conditional.show", "form-entry-not-understood"),
    ({"type": "text", "text": "a", "key": "b"}, "key", "form-entry-not-understood"),
    ({"type": "separator", "properties": {"store": "case"}}, "properties.store", "form-entry-not-understood"),
    (field(validate=[]), "validate", "form-entry-object"),
    (field(validate={"required": "yes"}), "validate.required", "form-entry-flag"),
    (special("p", "file", multiple="2"), "properties.multiple", "form-entry-flag"),
    (field(validate={"minLength": 5, "maxLength": 4}), "validate.minLength", "form-limits-order"),
    (field(kind="number", validate={"min": 2, "max": 1.5}), "validate.min", "form-limits-order"),
    (field(validate={"minLength": 501}), "validate.minLength", "form-entry-whole"),
    (field(validate={"maxLength": 501}), "validate.maxLength", "form-entry-whole"),
    (field(validate={"maxLength": True}), "validate.maxLength", "form-entry-whole"),
    (field(kind="number", decimalDigits=7), "decimalDigits", "form-entry-whole"),
    (timed("time", timeInterval=0), "timeInterval", "form-entry-whole"),
    (field(kind="number", validate={"min": "1"}), "validate.min", "form-entry-number"),
    (field(kind="number", validate={"max": float("nan")}), "validate.max", "form-entry-number"),
    (field(kind="number", validate={"max": True}), "validate.max", "form-entry-number"),
    (field("2nd"), "key", "form-key"),
    (field("_hidden"), "key", "form-key"),
    (field("Meta"), "key", "form-key"),
    (field("a.b"), "key", "form-key"),
    (field("k" * 61), "key", "form-key"),
    ({"type": "textfield", "label": "Ghi chú"}, "key", "form-key"),
    (field("lambda"), "key", "form-key-reserved"),
    (field("working_days"), "key", "form-key-reserved"),
    (field("first"), "key", "form-key-twice"),
    (field(label=" "), "label", "form-entry-missing"),
    (field(label=5), "label", "form-entry-text"),
    (field(label="x" * 301), "label", "form-entry-long"),
    (field(label="a\0b"), "label", "form-entry-characters"),
    (field(label="=name"), "label", "form-entry-template"),
    (field(description="Chào {{name}}"), "description", "form-entry-template"),
    ({"type": "text"}, "text", "form-entry-missing"),
    (field(properties={"store": "blob"}), "properties.store", "form-store"),
    (field(properties={"store": ["case"]}), "properties.store", "form-store"),
    (field(kind="textarea", properties={"store": "process"}), "properties.store", "form-store-personal"),
    (special("p", "phone", store="process"), "properties.store", "form-store-personal"),
    (special("p", "email", store="process"), "properties.store", "form-store-personal"),
    (special("p", "fax"), "properties.kind", "form-kind"),
    (special("p", "phone") | {"defaultValue": "0912345678"}, "defaultValue", "form-default-kind"),
    (field(validate={"validationType": "email"}), "validate.validationType", "form-validation-type"),
    (field(kind="radio"), "values", "form-entry-list"),
    (radio(), "values", "form-entry-list"),
    (radio("yes"), "values[0]", "form-entry-object"),
    (radio(*YES_NO, YES_NO[0]), "values[2].value", "form-choice-twice"),
    (radio({"value": 1, "label": "Một"}), "values[0].value", "form-entry-text"),
    (radio({"value": "x", "label": ""}), "values[0].label", "form-entry-missing"),
    (radio({"value": "x", "label": "X", "icon": "y"}), "values[0].icon", "form-entry-not-understood"),
    (radio(*YES_NO, defaultValue="perhaps"), "defaultValue", "form-default-refused"),
    (field(kind="number", validate={"max": 5}, defaultValue=6), "defaultValue", "form-default-refused"),
    (field(kind="datetime"), "subtype", "form-subtype"),
    (timed("time", timeSerializingFormat="no_timezone"), "timeSerializingFormat", "form-time-offset"),
    (timed("time", use24h=False), "use24h", "form-time-hours"),
    (field(validate={"pattern": "^(a+)+$"}), "validate.pattern", "form-pattern-slow"),
]

DOCUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"id": "two words"}, "id", "form-id"),
    ({"id": None}, "id", "form-entry-missing"),
    ({"type": "wizard"}, "type", "form-type"),
    ({"schemaVersion": "18"}, "schemaVersion", "form-entry-whole"),
    ({"versionTag": "1"}, "versionTag", "form-entry-not-understood"),
    ({"components": {}}, "components", "form-entry-list"),
    ({"components": []}, "components", "form-entry-list"),
    ({"components": [field(f"k{number}") for number in range(201)]}, "components", "form-entry-list"),
    ({"components": [field(), 5]}, "components[1]", "form-entry-object"),
]

CONDITIONS = [
    ('=outcome = "yes" or', "form-condition"),
    ('=outcome = "yes" outcome', "form-condition"),
    ("=(" * 30 + "box" + ")" * 30, "form-condition"),
    ("=5 = 5", "form-condition"),
    ("=outcome", "form-condition"),
    ("=outcome < null", "form-condition-value"),
    ('=list contains(outcome, "yes")', "form-condition-no-list"),
    ('=list contains(many, "perhaps")', "form-condition-option"),
    ("=n = box", "form-condition-kinds"),
    ('=outcome < "no"', "form-condition-order"),
    ('=outcome in ("yes", "perhaps")', "form-condition-option"),
    ("=now > n", "form-condition-above"),
    ("=not(outcome)", "form-condition"),
    ('outcome = "yes"', "form-condition"),
    ('=outcome = "a\\"b"', "form-condition"),
    ('=missing = "yes"', "form-condition-above"),
    ('=note = "yes"', "form-condition-above"),
    ('=later = "yes"', "form-condition-above"),
    ('=outcome = "perhaps"', "form-condition-option"),
    ("=outcome = true", "form-condition-value"),
    ('=outcome = ""', "form-condition-value"),
    ('=n = "5"', "form-condition-value"),
    ("=box = 1", "form-condition-value"),
    ('=many = "yes"', "form-condition-many"),
]

FILES: list[tuple[bytes, str, str]] = [
    (b'{"id": "a",\n "b"}', "form-file-json", "dòng 2, cột 5"),
    (b"", "form-file-json", "dòng 1, cột 1"),
    (b"[]", "form-file-object", "{ ... }"),
    (b'{"a": "\xff"}', "form-file-encoding", "byte 7"),
    (b'{"a": {"b": 1, "b": 2}}', "form-file-twice", '"b"'),
    (b'{"a": NaN}', "form-file-number", "JSON"),
    (b'{"a": ' + b"9" * 5000 + b"}", "form-file-number", "JSON"),
    (b"[" * 200_000, "form-file-depth", "12"),
    (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "form-file-depth", "12"),
    (b" " * (MAX_BYTES + 1), "form-file-size", "256 KB"),
]


@pytest.mark.parametrize(("component", "path", "rule"), BROKEN)
def test_what_is_not_understood_in_a_component_is_a_problem_at_its_place(
    component: Component, path: str, rule: str
) -> None:
    assert found(field("first"), component) == [(f"components[1].{path}", rule)]


@pytest.mark.parametrize(("top", "path", "rule"), DOCUMENTS)
def test_the_document_itself_is_checked(top: dict[str, Any], path: str, rule: str) -> None:
    assert found(field(), **top) == [(path, rule)]


@pytest.mark.parametrize(("hide", "rule"), CONDITIONS)
def test_a_condition_that_could_not_work_is_a_problem(hide: str, rule: str) -> None:
    above = [OUTCOME, field("n", "number"), field("box", "checkbox"), field("many", "checklist", values=YES_NO)]
    below = field("later")
    assert found(*above, field(conditional={"hide": hide}), below) == [("components[4].conditional.hide", rule)]


def test_all_problems_are_told_at_once_with_the_fields_key() -> None:
    problems = problems_of(field("a", "radio"), field("b", validate={"min": 1}, properties={"x": "y"}))
    assert [(problem.path, problem.key) for problem in problems] == [
        ("components[0].values", "a"),
        ("components[1].properties.x", "b"),
        ("components[1].validate.min", "b"),
    ]
    assert (
        str(BadForm(problems))
        .splitlines()[1]
        .startswith("components[1].properties.x (b): form-entry-not-understood (name=x")
    )


def test_every_rule_is_driven_and_its_sentence_fits_its_facts_in_both_languages() -> None:
    driven = {rule for _, _, rule in [*BROKEN, *DOCUMENTS]} | {rule for _, rule in CONDITIONS}
    driven |= {rule for _, rule, _ in FILES} | {"form-rule-name"}
    told_elsewhere = ("form-answer-", "form-pattern-")
    assert driven - {"form-pattern-slow"} == {rule for rule in SENTENCES if not rule.startswith(told_elsewhere)}
    for component, _, _ in BROKEN:
        problem = problems_of(field("first"), component)[0]
        assert say(problem, "vi") != say(problem, "en")
        assert say(problem, "vi").endswith(".")
        assert say(problem, "en").endswith(".")


def test_a_refused_default_is_explained_in_the_language_of_the_sentence() -> None:
    (problem,) = problems_of(field(kind="number", validate={"max": 5}, defaultValue=6))
    assert say(problem, "vi").endswith("Vui lòng nhập số không quá 5.")
    assert say(problem, "en").endswith("Please give 5 or less.")


def test_each_reason_to_refuse_a_default_is_a_problem() -> None:
    text = field(validate={"minLength": 4, "pattern": "^[0-9]+$"}, defaultValue="abc")
    assert [say(problem, "en") for problem in problems_of(text)] == [
        "The field refuses its own default: Please type at least 4 characters.",
        "The field refuses its own default: This is not in the form asked for.",
    ]


def test_a_sentence_stays_short_however_long_the_name_it_mentions() -> None:
    (problem,) = problems_of(field() | {"x" * 100_000: 1})
    assert len(say(problem, "vi")) < 3 * MAX_FACT
    assert len(problem.path) < 100
    (problem,) = problems_of(field() | {"type": ["x"] * 100_000})
    assert len(say(problem, "vi")) < 3 * MAX_FACT


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(EVERY_KIND)), st.data())
def test_any_document_compiles_or_tells_its_problems(kind: str, data: st.DataObject) -> None:
    component = dict(EVERY_KIND[kind])
    name = data.draw(st.sampled_from([*component, "validate", "properties", "conditional", "values", "defaultValue"]))
    component[name] = data.draw(json_values)
    problems = problems_of(component)
    assert all(problem.path and say(problem, "en").endswith(".") for problem in problems)
    assert problems or len(form(component).fields) == 1


def test_a_file_is_read_with_or_without_a_byte_order_mark() -> None:
    raw = json.dumps(document(field(label="Xã")), ensure_ascii=False).encode()
    assert parse_form(raw) == parse_form(b"\xef\xbb\xbf" + raw) == document(field(label="Xã"))


@pytest.mark.parametrize(("raw", "rule", "mentioned"), FILES)
def test_a_broken_file_is_one_clear_problem(raw: bytes, rule: str, mentioned: str) -> None:
    with pytest.raises(BadForm) as caught:
        parse_form(raw)
    (problem,) = caught.value.problems
    assert problem.rule == rule
    assert mentioned in say(problem, "vi")


def test_nesting_up_to_the_limit_is_read() -> None:
    inner = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    assert list(parse_form(b'{"a":' + inner + b"}")) == ["a"]
