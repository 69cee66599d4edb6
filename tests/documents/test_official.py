"""The texts of official papers: numbers, dates, symbols and names as Decree 30/2020/NĐ-CP writes them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.documents import official
from engine.documents.official import PublicBody
from engine.errors import NotFound
from engine.province.units import load_unit_tree
from engine.store.db import Transaction
from engine.world.unit_tree import OrgUnit, UnitTree
from tests.kit.hotline import UNITS
from tests.kit.province import load_year


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567"), (-4500, "-4.500")]
)
def test_numbers_have_points_between_thousands(value: int, said: str) -> None:
    assert official.format_integer(value) == said


def test_shares_have_a_decimal_comma_and_a_dash_where_there_is_nothing() -> None:
    assert [
        official.format_percentage(1, 3),
        official.format_percentage(5, 5),
        official.format_percentage(0, 7),
        official.format_percentage(0, 0),
    ] == [
        "33,3",
        "100,0",
        "0,0",
        "–",
    ]
    assert official.format_decimal(1234.56) == "1.234,6"


def test_dates_and_numbers_leave_no_room_for_another_digit() -> None:
    assert official.place_and_date("Đồng Nai", date(2026, 11, 26)) == "Đồng Nai, ngày 26 tháng 11 năm 2026"
    assert official.long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert official.long_date(date(2026, 3, 5)) == "ngày 05 tháng 3 năm 2026"
    assert official.short_date(date(2026, 3, 5)) == "05/03/2026"
    assert official.document_symbol(5, "UBND", "HCC") == "05/UBND-HCC"
    assert official.document_symbol(None, "SYT") == "......../SYT"
    assert official.place_and_date("Đồng Nai").startswith("Đồng Nai, ngày ..")


BODIES = [
    (2021, "75", "", ("ỦY BAN NHÂN DÂN", "TỈNH ĐỒNG NAI"), "Chủ tịch Ủy ban nhân dân tỉnh Đồng Nai", "Đồng Nai"),
    (
        2021,
        "731",
        "",
        ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ BIÊN HÒA"),
        "Chủ tịch Ủy ban nhân dân thành phố Biên Hòa",
        "Biên Hòa",
    ),
    (
        2021,
        "25993",
        "",
        ("ỦY BAN NHÂN DÂN", "PHƯỜNG TRẢNG DÀI"),
        "Chủ tịch Ủy ban nhân dân phường Trảng Dài",
        "Trảng Dài",
    ),
    (2021, "75.SYT", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI", ("SỞ Y TẾ",), "Giám đốc Sở Y tế", "Đồng Nai"),
    (2021, "75.TTT", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI", ("THANH TRA TỈNH",), "Chánh Thanh tra tỉnh", "Đồng Nai"),
    (2021, "75.BDT", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI", ("BAN DÂN TỘC",), "Trưởng Ban Dân tộc", "Đồng Nai"),
    (
        2021,
        "75.VP",
        "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI",
        ("VĂN PHÒNG",),
        "Chánh Văn phòng Ủy ban nhân dân tỉnh Đồng Nai",
        "Đồng Nai",
    ),
    (
        2021,
        "731.CA",
        "CÔNG AN TỈNH ĐỒNG NAI",
        ("CÔNG AN THÀNH PHỐ BIÊN HÒA",),
        "Trưởng Công an thành phố Biên Hòa",
        "Biên Hòa",
    ),
    (
        2025,
        "25195",
        "",
        ("ỦY BAN NHÂN DÂN", "PHƯỜNG BÌNH PHƯỚC"),
        "Chủ tịch Ủy ban nhân dân phường Bình Phước",
        "Bình Phước",
    ),
    (2025, "75.CA", "BỘ CÔNG AN", ("CÔNG AN THÀNH PHỐ ĐỒNG NAI",), "Giám đốc Công an thành phố Đồng Nai", "Đồng Nai"),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_bodies_are_named_as_their_papers_name_them(tx: Transaction) -> None:
    for year in (2021, 2025):
        load_year(tx, year)
        units = load_unit_tree(tx.read)
        for _year, code, superior, lines, addressee, place in (row for row in BODIES if row[0] == year):
            found = official.public_body(units, code)
            assert (found.superior, found.lines, official.addressee_line(found), found.place) == (
                superior,
                lines,
                addressee,
                place,
            )
        with pytest.raises(NotFound):
            official.public_body(units, "nowhere")


def test_names_without_a_kind_get_one_and_names_with_numbers_keep_theirs() -> None:
    units = UnitTree(UNITS, None)
    assert official.public_body(units, "75").lines == ("ỦY BAN NHÂN DÂN", "TỈNH ĐỒNG NAI")
    assert official.public_body(units, "75.1022").head == "Trưởng Tổng đài"
    assert official.short_place_name(OrgUnit("760", "Quận 1", "district")) == "Quận 1"
    assert official.short_place_name(OrgUnit("26", "Thị trấn Định Quán", "commune")) == "Định Quán"


def test_signatures_say_in_whose_place_somebody_signs() -> None:
    province = official.public_body(UnitTree(UNITS, None), "75")
    assert official.signature_lines(province) == ("CHỦ TỊCH",)
    assert official.signature_lines(province, deputy=True) == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert official.signature_lines(province, collective=True) == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    office = official.public_body(UnitTree(UNITS, None), "75.VP")
    assert official.signature_lines(office, deputy=True, collective=True) == (
        "KT. CHÁNH VĂN PHÒNG",
        "PHÓ CHÁNH VĂN PHÒNG",
    )


def test_an_annex_names_its_paper() -> None:
    issuer = PublicBody(
        "", ("ỦY BAN NHÂN DÂN", "TỈNH ĐỒNG NAI"), "Ủy ban nhân dân tỉnh Đồng Nai", "Chủ tịch", "", "UBND"
    )
    assert official.annex_reference("05/UBND-HCC", date(2026, 11, 2), issuer) == (
        "(Kèm theo Văn bản số 05/UBND-HCC ngày 02 tháng 11 năm 2026 của Ủy ban nhân dân tỉnh Đồng Nai)"
    )


def test_symbols_are_made_of_the_words_that_count() -> None:
    units = UnitTree((*UNITS, OrgUnit("75.L", "Sở Lao động - Thương binh và Xã hội", "department", "75")), None)
    assert official.public_body(units, "75.L").abbreviation == "SLĐTBXH"
