"""What each kind of field makes of an answer: texts, dates, phone numbers, codes and files."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from forms.schema import Form, InvalidAnswers, compile_form
from forms.texts import BLOCKED, iso_instant, national_number, tidy_text, tidy_value


def form(kind: str, **more: Any) -> Form:
    component = {"type": kind, "key": "f", "label": "Mục", **more}
    return compile_form({"type": "default", "id": "verify", "components": [component]})


def special(kind: str, **properties: object) -> Form:
    return form("textfield", properties={"kind": kind, **properties})


def moment(subtype: str) -> Form:
    return form("datetime", subtype=subtype)


def read(compiled: Form, answer: object) -> object:
    return compiled.load({"f": answer}).case["f"]


def refuses(compiled: Form, values: dict[str, object]) -> bool:
    try:
        compiled.load(values)
    except InvalidAnswers:
        return True
    return False


def is_refused(compiled: Form, answer: object) -> bool:
    return refuses(compiled, {"f": answer})


# --- Texts ---------------------------------------------------------------------------------------------------------


def test_a_decomposed_text_equals_the_composed_one() -> None:
    assert read(form("textfield"), unicodedata.normalize("NFD", "Nguyễn Ái Quốc")) == "Nguyễn Ái Quốc"


def test_a_textfield_is_one_line_and_a_textarea_keeps_its_lines() -> None:
    answer = " Ngập nước\r\nđường\tNguyễn\u2028Ái Quốc\x07 "
    assert read(form("textfield"), answer) == "Ngập nước đường Nguyễn Ái Quốc"
    assert read(form("textarea"), answer) == "Ngập nước\nđường\tNguyễn\nÁi Quốc"


def test_signs_that_hide_or_turn_text_are_dropped() -> None:
    assert read(form("textfield"), "\ufeff12\u200b34\u202e56\u2066") == "123456"


@pytest.mark.parametrize("answer", ["a\0b", "\ud800", "a" + "\u0301" * 9, "a" + "\u0315\u0323" * 5])
def test_texts_that_cannot_be_kept_are_refused(answer: str) -> None:
    assert is_refused(form("textfield"), answer)


def test_letters_with_a_few_marks_and_other_scripts_pass() -> None:
    for answer in ("a" + "\u0323\u0301\u0316", "漢字漢字漢字漢字漢字漢字", "คุณอยู่ที่ไหน", "👩‍👩‍👧"):
        assert read(form("textfield"), answer) == unicodedata.normalize("NFC", answer)


def test_length_counts_letters_as_people_do() -> None:
    compiled = form("textfield", validate={"maxLength": 4})
    assert read(compiled, unicodedata.normalize("NFD", "ộệấữ")) == "ộệấữ"
    assert is_refused(compiled, "ộệấữa")


@pytest.mark.parametrize(("kind", "limit"), [("textfield", 500), ("textarea", 10_000)])
def test_texts_without_a_limit_of_their_own_are_bounded(kind: str, limit: int) -> None:
    compiled = form(kind)
    assert read(compiled, "a" * limit) == "a" * limit
    assert is_refused(compiled, "a" * (limit + 1))
    assert is_refused(compiled, "\u0315\u0323" * 1_000_000)


def test_a_text_that_is_far_too_long_is_not_read_to_its_end() -> None:
    assert tidy_text("\u0301" * 1_000_000, 10) == "\u0301" * 31
    assert tidy_text("e\u0302\u0323" * 10, 10) == "ệ" * 10


def test_a_pattern_is_matched_against_the_whole_value() -> None:
    compiled = form("textfield", validate={"pattern": r"^(DN|BH)-\d{2}-[0-9A-Z]{1,6}$"})
    assert read(compiled, " DN-26-004217 ") == "DN-26-004217"
    assert is_refused(compiled, "DN-26-004217\nx")
    assert is_refused(compiled, "DN-٢٦-1")


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=40), st.booleans())
def test_tidying_twice_changes_nothing_more(text: str, lines: bool) -> None:
    once = tidy_text(text, 500, lines=lines)
    assert tidy_text(once, 500, lines=lines) == once
    assert once == BLOCKED or (unicodedata.is_normalized("NFC", once) and once == once.strip())
    if once != BLOCKED:
        once.encode()
        assert lines or once.isprintable() or not {"\n", "\t", "\r"} & set(once)


def test_lists_lose_their_blanks_and_hold_whatever_else_came() -> None:
    assert tidy_value([" a ", "", None, 5, ["x"]], 500) == ["a", 5, ["x"]]
    assert tidy_value(["", " "], 500) is None


# --- Choices -------------------------------------------------------------------------------------------------------

VALUES = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


def test_a_checklist_takes_one_or_many_and_drops_repeats() -> None:
    compiled = form("checklist", values=VALUES)
    assert [read(compiled, answer) for answer in ("a", ["b", "a"], ["a", "a"])] == [["a"], ["b", "a"], ["a"]]


@pytest.mark.parametrize(
    ("answer", "ticked"), [("on", True), ("true", True), (True, True), ("false", False), (0, False)]
)
def test_a_box_reads_what_pages_and_programs_send(answer: object, ticked: bool) -> None:
    assert read(form("checkbox"), answer) is ticked


# --- Dates and times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subtype", "answer", "stored"),
    [
        ("date", "2026-11-24", "2026-11-24"),
        ("date", "4/1/2026", "2026-01-04"),
        ("date", "4-1-2026", "2026-01-04"),
        ("date", "04.01.2026", "2026-01-04"),
        ("date", "２４／１１／２０２６", "2026-11-24"),
        ("date", "24–11–2026.", "2026-11-24"),
        ("date", "24 / 11 / 2026", "2026-11-24"),
        ("date", "Ngày 24 tháng 11 năm 2026", "2026-11-24"),
        ("time", "8:30", "08:30"),
        ("time", "８：３０", "08:30"),
        ("time", "8 giờ 30 phút", "08:30"),
        ("time", "8g30", "08:30"),
        ("time", "8.30", "08:30"),
        ("time", "12:30 SA", "00:30"),
        ("time", "8:30 CH", "20:30"),
        ("time", "12:30 pm", "12:30"),
        ("datetime", "lúc 8h30 ngày 24/11/2026", "2026-11-24T08:30:00+07:00"),
        ("datetime", "24/11/2026 - 8:30 CH", "2026-11-24T20:30:00+07:00"),
        ("datetime", "24 tháng 11 năm 2026, 8 giờ 30", "2026-11-24T08:30:00+07:00"),
        ("time", "8h30", "08:30"),
        ("time", "8h", "08:00"),
        ("time", "23:59:00", "23:59"),
        ("date", "24/11/26", "2026-11-24"),
        ("date", "1.6.39", "2039-06-01"),
        ("date", "ngày 24 tháng 11 năm 26", "2026-11-24"),
        ("datetime", "8h30 24/11/26", "2026-11-24T08:30:00+07:00"),
        ("datetime", "2026-11-24T08:30", "2026-11-24T08:30:00+07:00"),
        ("datetime", "24/11/2026 8:30", "2026-11-24T08:30:00+07:00"),
        ("datetime", "1/6/2026 9:05", "2026-06-01T09:05:00+07:00"),
        ("datetime", "9:05 1/6/2026", "2026-06-01T09:05:00+07:00"),
        ("datetime", "9h05, 1.6.2026", "2026-06-01T09:05:00+07:00"),
        ("datetime", "2026-11-24 08:30:15", "2026-11-24T08:30:15+07:00"),
        ("datetime", "2026-11-24T01:30:00.250Z", "2026-11-24T08:30:00+07:00"),
        ("datetime", "2026-11-23T20:30-05:00", "2026-11-24T08:30:00+07:00"),
    ],
)
def test_dates_and_times_are_stored_as_iso_in_vietnamese_time(subtype: str, answer: str, stored: str) -> None:
    assert read(moment(subtype), answer) == stored


@pytest.mark.parametrize(
    ("subtype", "answer"),
    [
        ("date", "29/02/2026"),
        ("date", "2026-W01-1"),
        ("date", "1899-12-31"),
        ("date", "24/11/65"),
        ("date", "24/11/05"),
        ("date", "26-11-10"),
        ("date", "24/11/126"),
        ("date", "24/11-2026"),
        ("time", "8h60"),
        ("time", "13:30 CH"),
        ("time", "0:30 SA"),
        ("date", "31 tháng 2 năm 2026"),
        ("datetime", "24/11/2026"),
        ("date", 20261124),
        ("time", "24:00"),
        ("time", "12:60"),
        ("time", "12:30:15"),
        ("datetime", "2026-11-24"),
        ("datetime", "2026-11-24T25:00"),
        ("datetime", "2026-11-24T08:30+99:00"),
        ("datetime", "1999-12-31T08:30"),
        ("datetime", "2000-01-01T00:00+09:00"),
        ("datetime", "0001-01-01T00:00+14:00"),
        ("datetime", "9999-12-31T23:59-12:00"),
        ("datetime", 1_790_000_000),
    ],
)
def test_what_is_no_date_or_time_is_refused(subtype: str, answer: object) -> None:
    assert is_refused(moment(subtype), answer)


instants = st.datetimes(
    datetime.fromisoformat("1999-12-31"), datetime.fromisoformat("2101-01-02"), timezones=st.timezones()
)


@given(instants, instants)
def test_stored_instants_compare_as_texts_the_way_they_compare_as_instants(one: datetime, two: datetime) -> None:
    one, two = (instant.replace(microsecond=0) for instant in (one, two))
    first, second = (iso_instant(instant.isoformat()) or "" for instant in (one, two))
    assume(first and second)
    assert (first < second) == (one.astimezone(UTC) < two.astimezone(UTC))
    assert iso_instant(first) == first


def test_a_line_has_single_plain_spaces_and_the_vietnamese_letter() -> None:
    assert read(form("textfield"), "Ðặng\u00a0Văn\u2009 \u200eÐức") == "Đặng Văn Đức"
    assert read(form("textarea"), "đường\u00a0Ɖồng\u3000Khởi\nsố 5") == "đường Đồng Khởi\nsố 5"


# --- Phone numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "national"),
    [
        ("0912345678", "0912345678"),
        (" 0912.345.678 ", "0912345678"),
        ("+84 912-345-678", "0912345678"),
        ("+84 (0)912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084 912 345 678", "0912345678"),
        ("0251 3822 501", "02513822501"),
        ("+84 251 3822501", "02513822501"),
        ("024 3822 1234", "02438221234"),
        ("\u202d0912 345 678\u202c", "0912345678"),
        ("0912\u2011345\u2013678\u200e", "0912345678"),
        ("09\u200d12\ufe0f\u00a0345\u2009678", "0912345678"),
        ("\u2066(+84)\u00a0912\u2212345\u2014678\u2069", "0912345678"),
        ("\u200b0\ufe0f\u20e39\ufe0f\u20e312 345 678\ufeff", "0912345678"),
        ("０９１２－３４５－６７８", "0912345678"),
        ("٠٩١٢٣٤٥٦٧٨", "0912345678"),
        ("0912·345·678", "0912345678"),
        ("0912_345_678", "0912345678"),
        ("tel:+84-912-345-678", "0912345678"),
        ("SĐT: 0912 345 678", "0912345678"),
        ("O9l2 345 678", "0912345678"),
        ("912345678", "0912345678"),
        ("(0251)\u202f3822.501", "02513822501"),
    ],
)
def test_phone_numbers_are_stored_as_dialled_inside_the_country(answer: str, national: str) -> None:
    assert read(special("phone"), answer) == national


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *[("0120", "070"), ("0121", "079"), ("0122", "077"), ("0126", "076"), ("0128", "078")],
        *[("0123", "083"), ("0124", "084"), ("0125", "085"), ("0127", "081"), ("0129", "082")],
        *[("0162", "032"), ("0163", "033"), ("0164", "034"), ("0165", "035"), ("0166", "036")],
        *[("0167", "037"), ("0168", "038"), ("0169", "039")],
        *[("0186", "056"), ("0188", "058"), ("0199", "059")],
    ],
)
def test_mobile_prefixes_from_before_2018_become_their_successors(old: str, new: str) -> None:
    for written in (f"{old}2345678", f"+84{old[1:]}2345678"):
        assert national_number(written) == f"{new}2345678"


@pytest.mark.parametrize(
    "answer",
    [
        *["113", "1022", "19001022", "1800 1234", "091234567", "09123456789", "0123456789"],
        *["0613 822 501", "+1 202 555 0123", "+84", "0912ABC678", "0912345678 ext 5", "0" * 29],
        *["01602345678", "++84912345678", "+0912345678", "", "()()()()"],
    ],
)
def test_what_is_no_subscribers_number_in_vietnam_is_refused(answer: str) -> None:
    assert national_number(answer) is None


@given(st.text("0123456789+ .-()", max_size=20))
def test_a_number_read_once_is_read_the_same_again(answer: str) -> None:
    national = national_number(answer)
    assert national is None or (national_number(national) == national and len(national) in {10, 11})


# --- Codes, addresses, files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["26068", "H19.5", "SYT", "000.00.01.H19"])
def test_codes_of_units_are_kept_as_text(code: str) -> None:
    assert read(special("unit"), f" {code} ") == code


@pytest.mark.parametrize("code", [26068, "26 068", "a..b", ".a", "../x", "a" * 130, "Đ1", ["26068"]])
def test_what_is_no_code_is_refused(code: object) -> None:
    assert is_refused(special("commune"), code)


@pytest.mark.parametrize(
    "typed",
    [
        *["An.Le@DongNai.gov.vn", "An.Le @ dongnai . gov.vn", "mailto:An.Le@dongnai.gov.vn"],
        *["<An.Le＠dongnai.gov.vn>", "An.Le\u200b@dongnai.gov.vn\u00a0"],
    ],
)
def test_an_address_of_mail_is_stored_in_one_spelling(typed: str) -> None:
    assert read(special("email"), typed) == "An.Le@dongnai.gov.vn"


def test_addresses_of_mail_are_checked() -> None:
    assert read(special("email"), " an@dongnai.gov.vn ") == "an@dongnai.gov.vn"
    for wrong in ("an", "an@", "@dongnai.gov.vn", "lê an@dongnai.gov.vn", "a" * 250 + "@b.vn", "a@b.vn\0"):
        assert is_refused(special("email"), wrong)


def test_files_are_positive_ids_and_several_only_where_allowed() -> None:
    assert read(special("file"), "17") == 17
    many = special("file", multiple="true")
    assert [read(many, answer) for answer in ("17", 17, ["17", 18, 17])] == [[17], [17], [17, 18]]
    for wrong in (0, -1, 1.5, True, 2**63, "1_0", "x", ["1"], {"id": 1}):
        assert is_refused(special("file"), wrong)
    for several in ([0], list(range(1, 30)), [[1]], {"1": 1}, [True]):
        assert is_refused(many, several)


# --- Every kind ----------------------------------------------------------------------------------------------------

EVERY = compile_form(
    {
        "type": "default",
        "id": "every",
        "components": [
            *({"type": kind, "key": kind, "label": "x"} for kind in ("textfield", "textarea", "number", "checkbox")),
            *({"type": kind, "key": kind, "label": "x", "values": VALUES} for kind in ("radio", "select", "checklist")),
            *(
                {"type": "datetime", "subtype": kind, "key": kind, "label": "x"}
                for kind in ("date", "time", "datetime")
            ),
            *(
                {"type": "textfield", "key": kind, "label": "x", "properties": {"kind": kind}}
                for kind in ("phone", "email", "commune", "unit")
            ),
            {"type": "textfield", "key": "file", "label": "x", "properties": {"kind": "file", "multiple": True}},
        ],
    }
)
answers = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.binary(max_size=5)
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=10)
    | st.datetimes()
    | st.sampled_from(["a", "0912345678", "26068", "24/11/2026", "8:30", "24/11/2026 8:30", "on", "1,5", "a@b.vn"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(EVERY.inputs, answers)))
def test_whatever_is_sent_is_refused_or_becomes_json_that_is_read_the_same_again(sent: dict[str, object]) -> None:
    faults = {key for key, answer in sent.items() if refuses(EVERY, {key: answer})}
    assert refuses(EVERY, sent) == bool(faults)
    values = EVERY.load({key: answer for key, answer in sent.items() if key not in faults})
    text = json.dumps(values.case, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert EVERY.load(json.loads(text)) == values
