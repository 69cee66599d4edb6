"""Whole submissions loaded by a compiled form: what is refused, asked for, hidden and kept, and what a page draws."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.process.report_fields import option_lists, shipped_fields
from engine.translation.catalogue import LANGUAGES, Language
from forms.fields import KINDS
from forms.schema import FormAnswers, InvalidAnswers, compile_form, parse_form
from tests.kit.forms_kit import (
    ASKED,
    EVERY_KIND,
    OUTCOME,
    REASON,
    YES_NO,
    Component,
    case,
    document,
    field,
    form,
    form_message,
    refused,
    special,
)
from tests.paths import ROOT

# --- Answers -------------------------------------------------------------------------------------------------------


def test_answers_are_split_by_where_they_are_kept() -> None:
    values = form(OUTCOME, field("note")).load({"outcome": "yes", "note": " Đã gọi "})
    assert values == FormAnswers(case={"note": "Đã gọi"}, process={"outcome": "yes"})


def test_a_field_that_was_not_sent_does_not_come_back_and_a_blank_one_comes_back_as_none() -> None:
    compiled = form(field("one"), field("two"), field("three"))
    assert case(compiled, one="", two=" \u200b\t") == {"one": None, "two": None}


def test_what_the_process_sees_always_comes_back_so_that_it_replaces_an_older_answer() -> None:
    kept = {"properties": {"store": "process"}}
    amount = field("amount", "number", conditional={"hide": '=outcome != "yes"'}, **kept)
    compiled = form(OUTCOME, amount, field("day", "datetime", subtype="date", **kept), field("note"))
    assert compiled.load({"outcome": "yes", "amount": "5.000"}).process == {
        "outcome": "yes",
        "amount": 5000,
        "day": None,
    }
    for blank in ({"outcome": "no"}, {"outcome": "no", "amount": "", "day": " "}):
        assert compiled.load(blank).process == {"outcome": "no", "amount": None, "day": None}


def test_line_breaks_count_once_however_they_were_sent() -> None:
    compiled = form(field("text", "textarea", validate={"minLength": 20, "maxLength": 20}))
    lines = ["abcd", "efgh", "ijk", "lm", "nop"]
    for line_break in ("\r\n", "\n", "\r", "\u2028"):
        assert case(compiled, text=line_break.join(lines)) == {"text": "\n".join(lines)}


def test_a_box_or_list_that_a_page_leaves_out_is_empty() -> None:
    compiled = form(
        field("box", "checkbox"), field("many", "checklist", values=YES_NO), special("files", "file", multiple=True)
    )
    assert case(compiled) == {"box": False, "many": [], "files": []}
    assert case(compiled, box="", many=[""], files=None) == {"box": False, "many": [], "files": []}


def test_two_loads_never_share_a_list() -> None:
    compiled = form(field("many", "checklist", values=YES_NO))
    first = case(compiled)["many"]
    assert isinstance(first, list)
    first.append("yes")
    assert case(compiled) == {"many": []}


def test_errors_come_in_the_order_of_the_form_and_unknown_fields_last() -> None:
    compiled = form(field("b", validate={"required": True}), special("a", "phone"))
    errors = refused(compiled, {"z": 1, "a": "12", 7: "x"})
    assert list(errors) == ["b", "a", "7", "z"]
    assert errors["z"] == [form_message("unknown", "vi")]


def test_every_sentence_about_a_field_is_told_at_once() -> None:
    compiled = form(field("n", "number", decimalDigits=0, validate={"max": 10}))
    assert refused(compiled, {"n": "12,5"}, "en") == {
        "n": [form_message("whole", "en"), form_message("too-high", "en", max=10)]
    }


@pytest.mark.parametrize("values", [None, [], "note=1", 5])
def test_a_submission_that_is_no_mapping_is_refused(values: object) -> None:
    assert refused(form(field()), values) == {"_schema": [form_message("form", "vi")]}


def test_an_error_names_the_fields_in_its_text() -> None:
    with pytest.raises(InvalidAnswers, match=r"^note: form-answer-required$"):
        form(field(validate={"required": True})).load({})


def test_keys_that_marshmallow_uses_itself_are_ordinary_fields() -> None:
    keys = ("load", "fields", "opts", "context", "validate", "dump_fields")
    compiled = form(*(field(key) for key in keys))
    assert case(compiled, **dict.fromkeys(keys, "x")) == dict.fromkeys(keys, "x")


@pytest.mark.parametrize("kind", ["commune", "department", "unit"])
def test_a_units_code_must_be_known(kind: str) -> None:
    compiled = form(special("place", kind))
    known = {"26068"}.__contains__
    assert compiled.load({"place": "26068"}, known_unit=known).case == {"place": "26068"}
    assert compiled.load({"place": ""}, known_unit=known).case == {"place": None}
    assert refused(compiled, {"place": "26069"}, known_unit=known) == {"place": [form_message(kind, "vi")]}


def test_a_commune_can_be_asked_for_apart_from_other_units() -> None:
    compiled = form(special("place", "commune"), special("unit", "unit"))
    units, communes = {"26068", "731"}.__contains__, {"26068"}.__contains__
    answers = {"place": "26068", "unit": "731"}
    assert compiled.load(answers, known_unit=units, known_commune=communes).case == answers
    errors = refused(compiled, answers | {"place": "731"}, known_unit=units, known_commune=communes)
    assert errors == {"place": [form_message("commune", "vi")]}


def test_a_department_is_no_other_unit() -> None:
    compiled = form(special("department", "department"))
    units, departments = {"75.SYT", "731.CA"}.__contains__, {"75.SYT"}.__contains__
    answers = {"department": "75.SYT"}
    assert compiled.load(answers, known_unit=units, known_department=departments).case == answers
    errors = refused(compiled, {"department": "731.CA"}, known_unit=units, known_department=departments)
    assert errors == {"department": [form_message("department", "vi")]}


def test_a_unit_is_checked_together_with_everything_else() -> None:
    compiled = form(special("place", "commune"), field(validate={"required": True}))
    assert list(refused(compiled, {"place": "1"}, known_unit=lambda _code: False)) == ["place", "note"]


# --- Required ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_required_field_of_every_kind_is_asked_for(kind: str, language: Language) -> None:
    component = EVERY_KIND[kind] | {"validate": {"required": True}}
    expected = {"f": [form_message(ASKED.get(kind, "required"), language)]}
    empty: list[Mapping[str, object]] = [{}, {"f": None}, {"f": ""}, {"f": []}]
    for values in empty:
        assert refused(form(component), values, language) == expected


def test_a_required_box_must_be_ticked_and_a_required_zero_counts() -> None:
    box = form(field("box", "checkbox", validate={"required": True}))
    assert refused(box, {"box": "false"}) == {"box": [form_message("required-tick", "vi")]}
    assert case(box, box="on") == {"box": True}
    assert case(form(field("n", "number", validate={"required": True})), n=0) == {"n": 0}


# --- Conditions ----------------------------------------------------------------------------------------------------


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    compiled = form(OUTCOME, REASON)
    assert compiled.load({"outcome": "yes", "reason": " "}) == FormAnswers({}, {"outcome": "yes"})
    assert refused(compiled, {"outcome": "no"}) == {"reason": [form_message("required", "vi")]}
    assert compiled.load({"outcome": "no", "reason": "Sai số"}).case == {"reason": "Sai số"}


def test_an_answer_to_a_hidden_field_is_refused_whatever_else_is_wrong_with_it() -> None:
    compiled = form(OUTCOME, REASON)
    for answer in ("Sai số", "x" * 600, 5):
        assert refused(compiled, {"outcome": "yes", "reason": answer}) == {"reason": [form_message("hidden", "vi")]}


@pytest.mark.parametrize("lamp", ["yes", "", None])
def test_a_hidden_answer_hides_and_shows_as_if_it_had_not_been_given(lamp: str | None) -> None:
    lamps = field("lamp", "radio", values=YES_NO, conditional={"hide": '=outcome != "yes"'})
    pole = field("pole", validate={"required": True}, conditional={"hide": '=lamp != "yes"'})
    compiled = form(OUTCOME, lamps, pole)
    assert compiled.hidden_keys({"outcome": "no", "lamp": lamp, "pole": "C12"}) == {"lamp", "pole"}
    assert compiled.hidden_keys({"outcome": "yes", "lamp": "yes", "pole": "C12"}) == frozenset()
    expected = {"lamp", "pole"} if lamp else {"pole"}
    assert set(refused(compiled, {"outcome": "no", "lamp": lamp, "pole": "C12"})) == expected


def test_an_unticked_hidden_box_is_no_answer_and_a_zero_is_one() -> None:
    hide = {"hide": '=outcome = "yes"'}
    compiled = form(OUTCOME, field("box", "checkbox", conditional=hide), field("n", "number", conditional=hide))
    assert compiled.load({"outcome": "yes", "box": False}) == FormAnswers({}, {"outcome": "yes"})
    assert list(refused(compiled, {"outcome": "yes", "box": True, "n": 0})) == ["box", "n"]


def test_nothing_is_asked_of_a_field_whose_condition_cannot_be_judged() -> None:
    assert refused(form(OUTCOME, REASON), {"outcome": "perhaps"}) == {"outcome": [form_message("choice", "vi")]}
    assert refused(form(OUTCOME, REASON), {}) == {"outcome": [form_message("required-choice", "vi")]}


def test_a_field_hidden_by_a_hidden_field_stays_hidden() -> None:
    last = field("last", validate={"required": True}, conditional={"hide": '=reason != "other"'})
    assert form(OUTCOME, REASON, last).load({"outcome": "yes"}) == FormAnswers({}, {"outcome": "yes"})


@pytest.mark.parametrize(
    ("asked", "hide", "hiding", "showing"),
    [
        (field("q", "number"), "=q = 2", "2,0", "3"),
        (field("q", "number"), "=q != -1.5", None, -1.5),
        (field("q", "checkbox"), "=q = false", None, "on"),
        (field("q", "checkbox"), "= q != true ", False, True),
        (field("q"), '=q = "Đồng Nai"', "  Đồng\u0020Nai ", "Nai"),
        (field("q", "datetime", subtype="date"), '=q = "2026-11-24"', "24/11/2026", "2026-11-25"),
    ],
)
def test_conditions_compare_what_was_read(asked: Component, hide: str, hiding: object, showing: object) -> None:
    compiled = form(asked, field("r", validate={"required": True}, conditional={"hide": hide}))
    assert "r" not in case(compiled, q=hiding)
    assert refused(compiled, {"q": showing}) == {"r": [form_message("required", "vi")]}


# --- What a page draws ---------------------------------------------------------------------------------------------


def test_fields_carry_what_a_page_draws() -> None:
    note = field(
        "note",
        "textarea",
        description="Ghi ngắn gọn",
        defaultValue=" Đã gọi ",
        validate={"required": True, "maxLength": 300},
        properties={"label_en": "Note", "description_en": "Be brief"},
        layout={"row": "Row_1", "columns": None},
        id="Field_1",
    )
    shown = {"type": "text", "text": "Gọi cho người dân", "properties": {"label_en": "Call the citizen"}}
    outcome, text, line, drawn = form(OUTCOME, shown, {"type": "separator"}, note).fields
    assert (outcome.store, outcome.required, outcome.choices[0].caption("en")) == ("process", True, "Yes")
    assert outcome.choices[1].caption("en") == "Không"
    assert (text.is_input, text.caption("vi"), text.caption("en")) == (False, "Gọi cho người dân", "Call the citizen")
    assert (line.kind, line.is_input) == ("separator", False)
    assert (drawn.caption("en"), drawn.hint("vi"), drawn.hint("en")) == ("Note", "Ghi ngắn gọn", "Be brief")
    assert (drawn.max_length, drawn.default, drawn.required) == (300, "Đã gọi", True)
    assert outcome.caption("en") == "Ghi chú"


def test_a_datetime_takes_its_label_where_the_editor_puts_it() -> None:
    component = {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Ngày"}
    assert form(component).fields[0].caption("vi") == "Ngày"


def test_a_displayed_text_may_be_hidden_too() -> None:
    text = {"type": "text", "text": "Nêu lý do", "conditional": {"hide": '=outcome = "yes"'}}
    condition = form(OUTCOME, text).fields[1].condition
    assert condition is not None
    hides = [condition.holds({"outcome": "yes"}), condition.holds({"outcome": None}), condition.holds({})]
    assert (sorted(condition.names), hides) == (["outcome"], [True, False, False])


def test_the_form_has_the_documents_key() -> None:
    assert compile_form(document(field(), exporter={"name": "x"}, executionPlatform="y")).key == "verify"


@pytest.mark.parametrize("path", sorted((ROOT / "forms").glob("*.json")), ids=lambda path: path.stem)
def test_every_form_of_the_program_speaks_english_too(path: Path) -> None:
    lists = option_lists(shipped_fields())
    fields = compile_form(parse_form(path.read_bytes()), options=lists).fields
    silent = [field.key or field.kind for field in fields if field.kind != "separator" and not field.label_en]
    silent += [field.key for field in fields if field.description and not field.description_en]
    silent += [f"{field.key}: {choice.value}" for field in fields for choice in field.choices if not choice.label_en]
    assert silent == []
