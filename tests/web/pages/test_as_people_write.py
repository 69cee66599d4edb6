"""What filing accepts, every later reader finds: numbers, codes and names as people type, paste and read them out."""

from __future__ import annotations

import unicodedata
from io import BytesIO

import pytest
from sqlalchemy import select

from engine.cases import case_code
from engine.process.code_format import format_code
from engine.store.columns import table_of
from engine.store.models import Attachment, Report
from tests.kit.pictures import picture
from tests.kit.record import differences
from tests.kit.site import FOCAL, NEW, OFFICE, OPERATOR, PLACE, Site
from web.pages.public import SIMILAR_SEEN

ATTACHED = select(table_of(Attachment))
NUMBERS = [
    "0912345678",
    "\u202d0912 345 678\u202c",
    "0912\u00a0345\u00a0678",
    "0912\u2011345\u2013678",
    "\u200e+84\u2009912 345 678",
    "09\u200d12\ufe0f.345.678",
    "(0912) 345–678",
    "０９１２３４５６７８",
    "tel:+84912345678",
    "SĐT 0912·345·678",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_pasted_from_anywhere_is_the_same_number_at_every_door(site: Site, number: str) -> None:
    filed = site.file(phone=number)
    operator, citizen = site.browser(OPERATOR), site.browser()
    for page in (
        operator.post("/intake/beside", {"phone": number}),
        operator.get("/intake", query_string={"phone": number}),
        operator.get("/cases", query_string={"text": number}, follow_redirects=True),
    ):
        assert filed.code in page.text
    asked = citizen.post("/follow/code", {"code": filed.code, "phone": number})
    assert asked.status_code == 302


def codes_of(code: str) -> list[str]:
    """How people write a code: with parts left out, with other signs."""
    _letters, year, number, check = code.split("-")
    short = number.lstrip("0")
    return [
        *[code, code.lower(), code.replace("-", ""), code.replace("-", " "), code.replace("-", "–"), code[:-2]],
        *[f"{year}-{number}", f"{year}{number}", number, short, f"{short}-{check}", f"#{short}", f"DN{short}"],
        *[f"({code})", code.replace("-", "/"), f"“{code}”", f"DΝ-{year}-{number}-{check}"],
        *[f"ĐN-{year}-{number}-{check}", f"\u202a{code}\u202c", f"Mã hồ sơ: {code}", code.replace("-", "\u00a0")],
    ]


def test_a_case_is_found_and_followed_by_its_code_however_much_of_it_is_written(site: Site) -> None:
    filed = site.file()
    operator, key = site.browser(OPERATOR), site.key(filed.code)
    for written in codes_of(filed.code):
        search = operator.get("/cases", query_string={"text": written})
        assert (search.status_code, search.location) == (302, f"/cases/{filed.code}"), written
        followed = site.browser().post("/follow", {"code": written, "key": key})
        assert followed.status_code == 302, written


def test_codes_in_a_pasted_sentence_or_link_are_found(site: Site) -> None:
    first, second = site.file(), site.file()
    operator = site.browser(OPERATOR)
    link = f"https://1022.dongnai.gov.vn/cases/{first.code}?joined=1"
    for pasted in (link, f"Mã hồ sơ: {first.code}, khóa 58C6-60R3", f"Anh Ba hỏi {first.code} chiều nay"):
        assert operator.get("/cases", query_string={"text": pasted}).location == f"/cases/{first.code}", pasted
    both = operator.get("/cases", query_string={"text": f"{first.code} và {second.code}"}).text
    assert first.code in both
    assert second.code in both


def test_a_wrong_check_letter_is_told_and_finds_nothing(site: Site) -> None:
    filed = site.file()
    wrong = f"{filed.code[:-1]}{'A' if filed.code[-1] != 'A' else 'B'}"
    page = site.browser(OPERATOR).get("/cases", query_string={"text": wrong}).text
    assert "sai chữ cái kiểm tra" in page
    assert filed.code not in page
    short = f"{filed.report_id}-{wrong[-1]}"
    merged = site.browser(FOCAL).get(f"/cases/{short}")
    assert "sai chữ cái kiểm tra" in merged.text


def test_a_number_that_several_cases_may_have_gives_a_list(site: Site) -> None:
    old, new = site.file(), site.file()
    with site.engine.begin() as connection:  # The same number in another year, as after a fresh start of the count.
        twin = format_code("DN", 2027, new.report_id)
        connection.exec_driver_sql(f"UPDATE report SET code = '{twin}' WHERE id = {old.report_id}")
    operator = site.browser(OPERATOR)
    page = operator.get("/cases", query_string={"text": str(new.report_id)})
    assert page.status_code == 200
    assert new.code in page.text
    assert twin in page.text
    assert "Có nhiều hồ sơ cùng số này" in operator.get(f"/cases/{new.report_id}").text


def test_digits_in_an_address_are_still_found_beside_the_case_of_that_number(site: Site) -> None:
    first = site.file(content="Đèn đường hỏng")
    second = site.file(content=f"Rác trước nhà {first.report_id}, ngày 24/11/2026")
    page = site.browser(OPERATOR).get("/cases", query_string={"text": str(first.report_id)}).text
    assert page.index(first.code) < page.index(second.code)


def test_whatever_a_name_is_written_like_search_finds_it(site: Site) -> None:
    filed = site.file(reporter_name="Ðặng\u00a0Thị Hoà", content=unicodedata.normalize("NFD", "Ổ gà ở ngã ba Bưu điện"))
    operator = site.browser(OPERATOR)
    for written in ("ổ gà ngã ba", "Ổ GÀ NGÃ BA", "o ga nga ba", unicodedata.normalize("NFD", "ổ gà ngã ba")):
        search = operator.get("/cases", query_string={"text": written})
        assert search.location == f"/cases/{filed.code}", written
    assert case_code.parse_code(filed.code, "DN") == filed.code


def test_a_file_name_of_a_mac_is_kept_as_people_read_it(site: Site) -> None:
    name = unicodedata.normalize("NFD", "ảnh ổ gà đường Đồng Khởi.jpg")
    form = {
        "reporter_name": "Lê Na",
        "phone": "0912345678",
        "place": PLACE,
        "address": "1 A",
        "field": "infrastructure",
    }
    sent = {**form, "content": "Ổ gà to", "files": (BytesIO(picture("JPEG")), name)}
    assert site.browser().post("/report", sent, content_type="multipart/form-data").status_code in (200, 302, 303)
    names = [row.name for row in site.read(ATTACHED)]
    assert names == ["ảnh ổ gà đường Đồng Khởi.jpg"]


def test_a_second_number_and_a_remark_are_kept_found_and_shown_to_who_handles_the_case(site: Site) -> None:
    filed = site.file(phone="0912 345 678 (Zalo) hoặc 0987.654.321")
    row = site.read(select(table_of(Report)).where(Report.code == filed.code))[0]
    assert (row.phone, row.second_phone, row.phone_note) == ("0912345678", "0987654321", "Zalo")
    operator = site.browser(OPERATOR)
    for number in ("0987654321", "+84 987 654 321", "0912345678 (Viber)"):
        assert filed.code in operator.post("/intake/beside", {"phone": number}).text
        assert filed.code in operator.get("/cases", query_string={"text": number}, follow_redirects=True).text
    page = operator.get(f"/cases/{filed.code}").text
    assert 'href="tel:0987654321"' in page
    assert "0987 654 321</a> (Zalo)" in page
    for number in ("0912345678 (Zalo)", "0987654321"):
        asked = site.browser().post("/follow/code", {"code": filed.code, "phone": number})
        assert asked.status_code == 302


def test_the_limit_of_a_number_counts_it_with_any_remark_and_as_the_second(site: Site) -> None:
    form = {"reporter_name": "Lê Na", "place": PLACE, "address": "1 A", "field": "infrastructure", "content": "Ổ gà"}
    form |= {SIMILAR_SEEN: "yes"}
    numbers = ["0912345678 (Zalo)", "0912345678 (Viber)", "0987654321, 0912345678", "0912345678 a", "0912345678 b"]
    for number in numbers:
        assert site.browser().post("/report", {**form, "phone": number}).status_code == 302
    assert site.browser().post("/report", {**form, "phone": "0912345678 c"}).status_code == 429


def test_the_two_numbers_of_a_case_are_proven_corrected_and_carried_over(site: Site) -> None:
    office, operator = site.browser(OFFICE), site.browser(OPERATOR)
    filed = site.file(phone="0912345678, 0987654321 (con)")
    asked = {"kind": "correct", "phone": "0987654321", "name": NEW.reporter_name, "identity": "đã đối chiếu"}
    request = office.post("/privacy", asked).location
    report = {"report": str(filed.report_id), "reason": "số mới", "phone": "0912345678 / 0901234567"}
    shown = {name: getattr(NEW, name) for name in ("reporter_name", "address", "email", "position")}
    corrected = office.post(f"{request}/correct", {**shown, **report})
    assert corrected.status_code == 302, corrected.text
    assert "0912 345 678, 0901 234 567" in office.get(request).text
    part = {"content": "Đèn đường hỏng", "field": "infrastructure", "place": PLACE, "reason": "hai việc"}
    operator.post(f"/cases/{filed.code}/corrections/split", part)
    rows = site.read(select(table_of(Report)).order_by(Report.id))
    assert [(row.phone, row.second_phone, row.phone_note) for row in rows] == [("0912345678", "0901234567", "")] * 2
    assert site.write(differences) == []
