"""Promises of the difference between forms: fields by their key, their order, and what is said of each."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.studio.diff.deployment_diff import ADDED, CHANGED, MOVED, REMOVED
from tests.studio.diff.test_deployment_diff import SHIPPED, of_file, said

FORMS = [path for path in sorted(SHIPPED) if path.suffix == ".json"]
FORM = PurePosixPath("forms/check.json")
CHOICES = [{"value": value, "label": value.upper()} for value in ("a", "b", "c")]
DOCUMENT: dict[str, Any] = {
    "type": "default",
    "id": "check",
    "components": [
        {"type": "radio", "key": "result", "label": "Kết quả", "values": CHOICES},
        {"type": "textfield", "key": "reason", "label": "Lý do", "validate": {"required": False}},
        {"type": "text", "id": "note", "text": "Xem kỹ"},
    ],
}


def written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=3, sort_keys=True).encode()


def found(**given: Any) -> list[tuple[str, str, str, str | None, str | None]]:
    return said(of_file(FORM, written(DOCUMENT), written({**DOCUMENT, **given})))


def with_field(place: int, **given: Any) -> list[dict[str, Any]]:
    fields = list(DOCUMENT["components"])
    fields[place] = {**fields[place], **given}
    return fields


@settings(deadline=None, max_examples=20)
@given(path=st.sampled_from(FORMS), data=st.data())
def test_a_single_edit_is_found_and_nothing_else(path: PurePosixPath, data: st.DataObject) -> None:
    document = json.loads(SHIPPED[path])
    fields = document["components"]
    place = data.draw(st.integers(0, len(fields) - 1))
    key = fields[place].get("key") or fields[place]["id"]
    match data.draw(st.sampled_from(["lost", "new", "label", "type"])):
        case "lost":
            del fields[place]
            wanted = (REMOVED, key, "field")
        case "new":
            fields.insert(place, {"type": "textfield", "key": "quite_new", "label": "Mới"})
            wanted = (ADDED, "quite_new", "field")
        case part:
            fields[place][part] = "other"
            wanted = (CHANGED, key, part)
    changes = of_file(path, SHIPPED[path], written(document))
    assert [(change.kind, change.element, change.what) for change in changes] == [wanted]


def test_how_the_document_is_written_says_nothing() -> None:
    assert [path for path in FORMS if of_file(path, SHIPPED[path], written(json.loads(SHIPPED[path])))] == []
    marks = {"exporter": {"name": "other"}, "executionPlatform": "x"}
    assert found(**marks, components=with_field(0, id="other", layout={"row": "r1"})) == []


def test_the_order_of_fields_is_compared() -> None:
    one, two, three = DOCUMENT["components"]
    assert found(components=[three, one, two]) == [(MOVED, "note", "field", "3", "1")]


def test_choices_are_known_by_their_value() -> None:
    a, b, c = CHOICES
    renamed = with_field(0, values=[a, {**b, "label": "Khác"}, c])
    assert found(components=renamed) == [(CHANGED, "result", "values[b].label", "B", "Khác")]
    more = with_field(0, values=[a, {"value": "d", "label": "D"}, b, c])
    assert found(components=more) == [(CHANGED, "result", "values[d].label", None, "D")]
    turned = with_field(0, values=[b, c, a])
    assert found(components=turned) == [(MOVED, "result", "values[a].label", "1", "3")]


def test_what_is_said_of_a_field_and_of_the_form_is_compared() -> None:
    assert found(components=with_field(1, validate={"required": True})) == [
        (CHANGED, "reason", "validate.required", "false", "true")
    ]
    assert found(id="other") == [(CHANGED, "", "id", "check", "other")]


def test_odd_documents_are_compared_all_the_same() -> None:
    odd: list[Any] = [
        1,
        None,
        "x",
        {},
        {"key": "a"},
        {"key": "a"},
        {"key": 5, "values": [1, {"value": 1}, {"value": 1}]},
    ]
    assert found(components="none")
    assert found(components=odd)
    assert of_file(FORM, written({"components": odd}), written({"x": 0, "components": odd}))


def test_a_very_long_form_turned_around_is_compared_at_once() -> None:
    fields = [{"key": f"f{number}"} for number in range(10_000)]
    old, new = (json.dumps({"components": order}).encode() for order in (fields, fields[::-1]))
    turned = of_file(FORM, old, new)
    assert [change.kind for change in turned] == [MOVED] * 9_999
