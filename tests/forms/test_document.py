"""Documents that a form cannot be made of: each problem has its place, its rule and a sentence in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.messages import LANGUAGES
from forms.parts import MAX_BYTES, MAX_DEPTH, MAX_FACT
from forms.schema import BadForm, FormProblem, compile_form, parse_form
from forms.wording import PATTERNS, SENTENCES
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
    (field(kind="html"), "type", "type"),
    (field(kind="frame"), "type", "type"),
    ({"type": ["textfield"]}, "type", "type"),
    ({}, "type", "type"),
    (field(kind="button"), "type", "type-button"),
    (field(kind="filepicker"), "type", "type-file"),
    (field(kind="group"), "type", "type-nested"),
    (field(disabled=True), "disabled", "not-understood"),
    (field(decimalDigits=2), "decimalDigits", "not-understood"),
    (field(validate={"maxlength": 5}), "validate.maxlength", "not-understood"),
    (field(kind="checkbox", validate={"minLength": 5}), "validate.minLength", "not-understood"),
    (field(properties={"colour": "red"}), "properties.colour", "not-understood"),
    (field(kind="number", properties={"kind": "phone"}), "properties.kind", "not-understood"),
    (special("p", "phone", multiple=True), "properties.multiple", "not-understood"),
    (special("p", "phone") | {"validate": {"maxLength": 10}}, "validate.maxLength", "not-understood"),
    (special("p", "email") | {"validate": {"pattern": "^a$"}}, "validate.pattern", "not-understood"),
    (field(kind="select", valuesKey="x", values=YES_NO), "valuesKey", "not-understood"),
    (timed("date", disallowPassedDates=True), "disallowPassedDates", "not-understood"),
    (field(conditional={"show": "=a"}), "conditional.show", "not-understood"),
    ({"type": "text", "text": "a", "key": "b"}, "key", "not-understood"),
    ({"type": "separator", "properties": {"store": "case"}}, "properties.store", "not-understood"),
    (field(validate=[]), "validate", "object"),
    (field(validate={"required": "yes"}), "validate.required", "flag"),
    (special("p", "file", multiple="2"), "properties.multiple", "flag"),
    (field(validate={"minLength": 5, "maxLength": 4}), "validate.minLength", "order"),
    (field(kind="number", validate={"min": 2, "max": 1.5}), "validate.min", "order"),
    (field(validate={"minLength": 501}), "validate.minLength", "whole"),
    (field(validate={"maxLength": 501}), "validate.maxLength", "whole"),
    (field(validate={"maxLength": True}), "validate.maxLength", "whole"),
    (field(kind="number", decimalDigits=7), "decimalDigits", "whole"),
    (timed("time", timeInterval=0), "timeInterval", "whole"),
    (field(kind="number", validate={"min": "1"}), "validate.min", "number"),
    (field(kind="number", validate={"max": float("nan")}), "validate.max", "number"),
    (field(kind="number", validate={"max": True}), "validate.max", "number"),
    (field("2nd"), "key", "key"),
    (field("_hidden"), "key", "key"),
    (field("Meta"), "key", "key"),
    (field("a.b"), "key", "key"),
    (field("k" * 61), "key", "key"),
    ({"type": "textfield", "label": "Ghi chú"}, "key", "key"),
    (field("lambda"), "key", "key-reserved"),
    (field("working_days"), "key", "key-reserved"),
    (field("first"), "key", "key-twice"),
    (field(label=" "), "label", "missing"),
    (field(label=5), "label", "text"),
    (field(label="x" * 301), "label", "text-long"),
    (field(label="a\0b"), "label", "text-characters"),
    (field(label="=name"), "label", "template"),
    (field(description="Chào {{name}}"), "description", "template"),
    ({"type": "text"}, "text", "missing"),
    (field(properties={"store": "blob"}), "properties.store", "store"),
    (field(properties={"store": ["case"]}), "properties.store", "store"),
    (field(kind="textarea", properties={"store": "process"}), "properties.store", "personal"),
    (special("p", "phone", store="process"), "properties.store", "personal"),
    (special("p", "email", store="process"), "properties.store", "personal"),
    (special("p", "fax"), "properties.kind", "kind"),
    (special("p", "phone") | {"defaultValue": "0912345678"}, "defaultValue", "default-kind"),
    (field(validate={"validationType": "email"}), "validate.validationType", "validation-type"),
    (field(kind="radio"), "values", "list"),
    (radio(), "values", "list"),
    (radio("yes"), "values[0]", "object"),
    (radio(*YES_NO, YES_NO[0]), "values[2].value", "choice-twice"),
    (radio({"value": 1, "label": "Một"}), "values[0].value", "text"),
    (radio({"value": "x", "label": ""}), "values[0].label", "missing"),
    (radio({"value": "x", "label": "X", "icon": "y"}), "values[0].icon", "not-understood"),
    (radio(*YES_NO, defaultValue="perhaps"), "defaultValue", "default"),
    (field(kind="number", validate={"max": 5}, defaultValue=6), "defaultValue", "default"),
    (field(kind="datetime"), "subtype", "subtype"),
    (timed("time", timeSerializingFormat="no_timezone"), "timeSerializingFormat", "offset"),
    (timed("time", use24h=False), "use24h", "hours"),
    (field(validate={"pattern": "^(a+)+$"}), "validate.pattern", "pattern-slow"),
]

DOCUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"id": "two words"}, "id", "form-id"),
    ({"id": None}, "id", "missing"),
    ({"type": "wizard"}, "type", "form-type"),
    ({"schemaVersion": "18"}, "schemaVersion", "whole"),
    ({"versionTag": "1"}, "versionTag", "not-understood"),
    ({"components": {}}, "components", "list"),
    ({"components": []}, "components", "list"),
    ({"components": [field(f"k{number}") for number in range(201)]}, "components", "list"),
    ({"components": [field(), 5]}, "components[1]", "object"),
]

CONDITIONS = [
    ('=outcome = "yes" or outcome = "no"', "condition"),
    ("=not(outcome)", "condition"),
    ('outcome = "yes"', "condition"),
    ('=outcome = "a\\"b"', "condition"),
    ('=missing = "yes"', "condition-above"),
    ('=note = "yes"', "condition-above"),
    ('=later = "yes"', "condition-above"),
    ('=outcome = "perhaps"', "condition-option"),
    ("=outcome = true", "condition-value"),
    ('=outcome = ""', "condition-value"),
    ('=n = "5"', "condition-value"),
    ("=box = 1", "condition-value"),
    ('=many = "yes"', "condition-many"),
]

FILES: list[tuple[bytes, str, str]] = [
    (b'{"id": "a",\n "b"}', "file-json", "dòng 2, cột 5"),
    (b"", "file-json", "dòng 1, cột 1"),
    (b"[]", "file-object", "{ ... }"),
    (b'{"a": "\xff"}', "file-encoding", "byte 7"),
    (b'{"a": {"b": 1, "b": 2}}', "file-twice", '"b"'),
    (b'{"a": NaN}', "file-number", "JSON"),
    (b'{"a": ' + b"9" * 5000 + b"}", "file-number", "JSON"),
    (b"[" * 200_000, "file-depth", "12"),
    (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "file-depth", "12"),
    (b" " * (MAX_BYTES + 1), "file-size", "256 KB"),
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
    assert str(BadForm(problems)).splitlines()[1].startswith('components[1].properties.x (b): "x"')


def test_every_sentence_is_driven_and_fits_its_facts_in_both_languages() -> None:
    driven = {rule for _, _, rule in [*BROKEN, *DOCUMENTS]} | {rule for _, rule in CONDITIONS}
    driven |= {rule for _, rule, _ in FILES} | set(PATTERNS)
    assert driven == set(SENTENCES)
    for component, _, _ in BROKEN:
        problem = problems_of(field("first"), component)[0]
        assert all(problem.sentence(language).endswith(".") for language in LANGUAGES)
        assert problem.message == problem.sentence("vi") != problem.sentence("en")


def test_a_refused_default_is_explained_in_the_language_of_the_sentence() -> None:
    (problem,) = problems_of(field(kind="number", validate={"max": 5}, defaultValue=6))
    assert problem.sentence("vi").endswith("Vui lòng nhập số không quá 5.")
    assert problem.sentence("en").endswith("Please give 5 or less.")


def test_a_sentence_stays_short_however_long_the_name_it_mentions() -> None:
    (problem,) = problems_of(field() | {"x" * 100_000: 1})
    assert len(problem.message) < 3 * MAX_FACT
    assert len(problem.path) < 100


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
    assert all(problem.path and problem.sentence("en").endswith(".") for problem in problems)
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
    assert mentioned in problem.message


def test_nesting_up_to_the_limit_is_read() -> None:
    inner = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    assert list(parse_form(b'{"a":' + inner + b"}")) == ["a"]
