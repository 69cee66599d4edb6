"""Promises of what stands in place of personal values: the form takes it, and the process sees what it saw."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.cases import case_code
from engine.process.code_format import format_code
from engine.scenarios.pseudonyms import CodePseudonyms, SubmissionSetting, fill_form
from forms.schema import Form, compile_form
from forms.texts import national_number

SETTING = SubmissionSetting(datetime(2026, 11, 25, 3, 7, 12, tzinfo=UTC), "26068", "731")
YES_NO = [{"label": "Có", "value": "yes"}, {"label": "Không", "value": "no"}]


def form(*components: dict[str, Any]) -> Form:
    return compile_form({"type": "default", "id": "some", "components": [_full(item) for item in components]})


def _full(item: dict[str, Any]) -> dict[str, Any]:
    return {"label": "Mục", "validate": {"required": True}, **item}


EVERY_KIND: list[dict[str, Any]] = [
    {"type": "textfield", "key": "name", "validate": {"required": True, "minLength": 5}},
    {"type": "textarea", "key": "story"},
    {"type": "number", "key": "age", "validate": {"required": True, "min": 18, "max": 99}},
    {"type": "number", "key": "below", "validate": {"required": True, "max": -3}},
    {"type": "number", "key": "any"},
    {"type": "checkbox", "key": "agreed"},
    {"type": "radio", "key": "reached", "values": YES_NO},
    {"type": "select", "key": "again", "values": YES_NO},
    {"type": "checklist", "key": "several", "values": YES_NO},
    {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "Ngày"},
    {"type": "datetime", "key": "hour", "subtype": "time", "timeLabel": "Giờ"},
    {"type": "datetime", "key": "moment", "subtype": "datetime", "timeSerializingFormat": "utc_offset"},
    {"type": "textfield", "key": "phone", "properties": {"kind": "phone"}},
    {"type": "textfield", "key": "email", "properties": {"kind": "email"}},
    {"type": "textfield", "key": "home", "properties": {"kind": "commune"}},
    {"type": "textfield", "key": "office", "properties": {"kind": "unit"}},
    {"type": "textfield", "key": "photo", "properties": {"kind": "file"}},
    {"type": "textfield", "key": "photos", "properties": {"kind": "file", "multiple": "true"}},
]


def test_a_form_takes_what_is_invented_for_every_kind_of_field() -> None:
    made = form(*EVERY_KIND)
    sent = fill_form(made, {}, {}, SETTING)
    assert list(sent) == [item["key"] for item in EVERY_KIND]
    assert made.load(json.loads(json.dumps(sent))).process == {}
    assert (sent["moment"], sent["day"], sent["hour"]) == ("2026-11-25T10:07+07:00", "2026-11-25", "10:07")
    assert (sent["age"], sent["below"], sent["home"], sent["office"]) == (18, -3, "26068", "731")
    assert national_number(sent["phone"]) == "0900000000"


def test_nothing_is_invented_where_the_form_does_not_ask() -> None:
    optional = [{**item, "validate": {}} for item in EVERY_KIND]
    assert fill_form(form(*optional), {}, {}, SETTING) == {}
    hidden = {"type": "textfield", "key": "why", "conditional": {"hide": '=reached = "no"'}}
    asked = form({"type": "radio", "key": "reached", "values": YES_NO}, hidden)
    assert fill_form(asked, {}, {"reached": "no"}, SETTING) == {"reached": "no"}
    assert fill_form(asked, {}, {"reached": "yes"}, SETTING) == {"reached": "yes", "why": "…"}


def test_an_answer_that_a_rule_may_ask_for_is_invented_where_one_was_given() -> None:
    rule = {"refuse": '=evidence = "photo" and photos = null', "refuse_vi": "Cần ảnh."}
    photos = {"type": "textfield", "key": "photos", "validate": {}, "properties": {"kind": "file", **rule}}
    assert fill_form(form(photos), {}, {"photos": [17]}, SETTING) == {"photos": 1}
    assert fill_form(form(photos), {}, {}, SETTING) == {}


@pytest.mark.parametrize(
    ("kind", "written", "sent"),
    [
        ("radio", "no", "no"),
        ("select", "no", "no"),
        ("radio", "Trần Thị Mận", "yes"),
        ("radio", None, "yes"),
        ("checklist", ["no", "Trần Thị Mận"], ["no"]),
        ("checklist", "Trần Thị Mận", ["yes"]),
    ],
)
def test_a_choice_is_kept_and_anything_else_is_not(kind: str, written: object, sent: object) -> None:
    made = form({"type": kind, "key": "chosen", "values": YES_NO})
    assert fill_form(made, {}, {"chosen": written}, SETTING) == {"chosen": sent}


def test_what_was_written_is_never_repeated() -> None:
    real = {item["key"]: "0912345678" for item in EVERY_KIND}
    assert "0912345678" not in json.dumps(fill_form(form(*EVERY_KIND), {}, real, SETTING))


def test_the_process_sees_what_it_saw() -> None:
    seen = {"properties": {"store": "process"}, "validate": {}}
    made = form(
        {"type": "radio", "key": "outcome", "values": YES_NO, **seen},
        {"type": "number", "key": "days", **seen},
        {"type": "checkbox", "key": "urgent", **seen},
        {"type": "textfield", "key": "number", **seen, "conditional": {"hide": '=outcome = "yes"'}},
    )
    for saw in (
        {"outcome": "yes", "urgent": False},
        {"outcome": "no", "days": None, "urgent": True, "number": "12/CV"},
    ):
        nothing = dict.fromkeys(made.inputs)
        assert made.load(fill_form(made, saw, {}, SETTING)).process == nothing | saw


def test_codes_of_cases_are_replaced_everywhere_and_each_by_the_same() -> None:
    real, other = format_code("DN", 2026, 4217), format_code("DN", 2026, 77)
    codes = CodePseudonyms(2026)
    hidden = codes.replace_codes(
        {"into": real.lower(), "list": [other, real, 7, None, "26068"], "note": "không phải mã"}
    )
    assert hidden["into"] == hidden["list"][1] == format_code("DN", 2026, 2)
    assert hidden["list"][0] == format_code("DN", 2026, 3)
    assert hidden["list"][2:] == [7, None, "26068"]
    assert hidden["note"] == "không phải mã"
    assert case_code.parse_code(hidden["into"], "DN") == hidden["into"]
