"""What of a free text identifies somebody is hidden however it is spelled, and nothing else is."""

from __future__ import annotations

import re
import unicodedata
from time import process_time
from types import SimpleNamespace

import pytest

from engine.cases.masking import MASK, mask_personal_data, search_columns
from engine.process.code_format import format_code

PERSONAL = [
    *[
        "0912345678",
        "0912.345.678",
        "+84 987 654 321",
        "0251 3822 123",
        "(0251) 3822.124",
        "3822 123",
        "+84(0)912 345 678",
    ],
    *[
        "0912–345–679",
        "0912—345—679",
        "0912‑345‑679",
        "0912 − 345 − 679",
        "0912·345·678",
        "0912/345/678",
        "0912_345_678",
    ],
    *[
        "0912\u00a0345\u00a0678",
        "0912\u2009345\u202f678",
        "09\u200b12345\u200e678",
        "\u202d0912 345 678\u202c",
        "09 12 34 56 78",
    ],
    *["０９１２３４５６７８", "٠٩١٢٣٤٥٦٧٨", "0\ufe0f\u20e39\ufe0f\u20e312 345 678", "0912,345,678"],
    *["O912345678", "09l2 345 678", "0912a345678", "0912 345 67b", "09I2.345.678"],
    *["075 199 001 234", "075199001234", "CCCD 075–199–001–234", "271234567", "0071 0012 34567"],
    *["be.na@gmail.com", "be.na @ gmail.com", "be.na@ gmail.com", "be . na @ gmail . com", "be.na(at)gmail.com"],
    *["be.na (a còng) gmail.com", "be.na＠gmail.com", "be\u200bna@gmail.com", "be.na@thu.dongnai.gov.vn"],
]
HARMLESS = [
    *[
        "24/11/2026",
        "ngày 24-11-2026",
        "24.11.2026",
        "2026-11-24",
        "từ 24/11/2026 25/11/2026",
        "7h30–11h30, 13h00–17h00",
    ],
    *["1.500.000 đồng", "1.500.000đ", "2500000 đồng", "12.500.000 VNĐ", "15 000 000 đồng", "1.200.000 người"],
    *["DN-26-004217-D", "DN26004217D", "DN-26-004217", "dn–26–004217–d", format_code("BP", 2026, 4217)],
    *[
        "Nghị định 30/2020/NĐ-CP",
        "Luật 91/2025/QH15",
        "công văn 12729/VPCP-KGVX",
        "năm học 2025–2026",
        "nhiệm kỳ 2021 - 2026",
    ],
    *["nhà số 12, 14, 16, 18", "tổ 12 13 14 15", "xe 60A-123.45", "Quốc lộ 51, km 12+300", "113 và 1022", "10.000 m2"],
]


@pytest.mark.parametrize("written", PERSONAL)
def test_a_number_or_address_of_somebody_is_hidden(written: str) -> None:
    for text in (written, f"Gọi {written} ạ", f"Liên hệ: {written}.", f"({written}) hay 24/11/2026"):
        masked = mask_personal_data(text)
        assert MASK in masked, text
        hidden = unicodedata.normalize("NFKD", masked)
        assert sum(sign.isdigit() for sign in hidden.replace("24/11/2026", "")) == 0, masked
        assert not {"gmail", "na", "be"} & set(re.findall(r"\w+", masked))


@pytest.mark.parametrize("written", HARMLESS)
def test_days_amounts_codes_and_numbers_of_papers_stay(written: str) -> None:
    for text in (written, f"Theo {written}, gọi 0912 345 678."):
        assert mask_personal_data(text) == text.replace("0912 345 678", MASK)


def test_words_around_what_is_hidden_stay() -> None:
    text = "Tôi đồng ý, số 0912 345 678 đồng ý nhận 1.500.000 đồng; thư be@na.vn, Lan gửi."
    assert mask_personal_data(text) == f"Tôi đồng ý, số {MASK} đồng ý nhận 1.500.000 đồng; thư {MASK}, Lan gửi."


REPORTER = SimpleNamespace(
    reporter_name="Nguyễn Thị Hồng Đào", address="12/3 Bùi Hữu Nghĩa, Chợ Đồn", phone="0912345678", email="dao@thu.vn"
)


@pytest.mark.parametrize(
    "written",
    [
        "Nguyễn Thị Hồng Đào",
        "NGUYỄN THỊ HỒNG ĐÀO",
        "nguyen thi hong dao",
        unicodedata.normalize("NFD", "Nguyễn Thị Hồng Đào"),
        "Nguyễn\u00a0Thị\u2009Hồng Ðào",
        "12/3 bui huu nghia",
    ],
)
def test_the_reporter_is_hidden_in_every_spelling(written: str) -> None:
    assert mask_personal_data(f"Nhà {written} bị ngập", REPORTER) == f"Nhà {MASK} bị ngập"


def test_a_number_that_is_hidden_is_not_searched_by_those_who_may_not_see_it() -> None:
    report = {**vars(REPORTER), "content": "Gọi 0987–654–321 hoặc be.na @ gmail.com, rác ở chợ ngày 24/11/2026"}
    columns = search_columns(report)
    assert columns["matter"] == "goi hoac , rac o cho ngay 24/11/2026"
    assert "654" in columns["folded"].split()


@pytest.mark.parametrize("sign", ["0", "0 ", "a", "a.", "@", "a@", "0-", "\u200b", "e\u0301"])
def test_hostile_texts_are_read_quickly(sign: str) -> None:
    text = sign * (10_000 // len(sign))
    started = process_time()
    mask_personal_data(text, REPORTER)
    assert process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Chị Hòa ở đây", "Chị […] ở đây"),  # Her name is written Hoà.
        ("CHỊ HOÀ Ở ĐÂY", "CHỊ […] Ở ĐÂY"),
        ("mua hoa, hoà bình", "mua hoa, hoà bình"),
        ("Gọi 0912-345-678/0987 654 321", "Gọi […]"),
        ("(0251) 3822.124", "[…]"),
    ],
)
def test_a_name_is_hidden_wherever_its_tone_stands_and_of_two_numbers_nothing_remains(text: str, masked: str) -> None:
    reporter = SimpleNamespace(reporter_name="Lê Thị Hoà", address="", phone="", email="")
    assert mask_personal_data(text, reporter) == masked
