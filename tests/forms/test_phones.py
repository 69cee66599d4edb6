"""The telephone field: one number or two, with a remark; what is half a number is still refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.phones import read_phone_entry

ONE, OTHER, LAND = "0912345678", "0987654321", "02513822123"


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("0912 345 678", (ONE, "", "")),
        ("0912345678 (Zalo)", (ONE, "", "Zalo")),
        ("Zalo: 0912.345.678", (ONE, "", "Zalo")),
        ("０９１２３４５６７８（Ｚａｌｏ）", (ONE, "", "Zalo")),
        ("0912345678 – gọi sau 17h30", (ONE, "", "gọi sau 17h30")),
        ("02513822123 máy lẻ 12", (LAND, "", "máy lẻ 12")),
        ("'0912345678", (ONE, "", "")),
        ("0912345678;", (ONE, "", "")),
        ("https://zalo.me/0912345678", (ONE, "", "https://zalo.me")),
        ("0912345678/0987654321", (ONE, OTHER, "")),
        ("0912345678 0987654321", (ONE, OTHER, "")),
        ("0912 345 678 - 0987 654 321", (ONE, OTHER, "")),
        ("0912345678\n+84 987 654 321", (ONE, OTHER, "")),
        ("912345678 hoặc 987654321", (ONE, OTHER, "")),
        ("(0251) 3822.123, DĐ 0912345678", (LAND, ONE, "")),
        ("0912345678 (mẹ); 0987654321 (con)", (ONE, OTHER, "mẹ, con")),
        ("0912345678 hay +84912345678", (ONE, "", "")),
    ],
)
def test_a_remark_and_a_second_number_are_kept(typed: str, entry: tuple[str, str, str]) -> None:
    read = read_phone_entry(typed)
    assert read is not None
    assert (read.number, read.second, read.note) == entry
    assert read_phone_entry(read.text) == read


@pytest.mark.parametrize(
    "typed",
    [
        *[
            "0912345678 / 09876543",
            "0912345678 / 0987",
            "0912345678 (+84 987)",
            "0912345678 0912345",
            "09123456780987654321",
            "0912345б78",
        ],  # Half of a number.
        *["0912345678, 0987654321, 0901234567", "0912345678 CCCD 075199001234", "0912345678 (\0)"],
        *["1022", "không có", "", None, 912345678, f"0912345678 {'x' * 61}", f"0912345678 {' ' * 200}"],
    ],
)
def test_what_is_no_number_or_more_than_two_is_refused(typed: object) -> None:
    assert read_phone_entry(typed) is None


@given(st.text("0912345678+84 .-()/;,zaloẹ\u202d\u00a0", max_size=40))
def test_an_entry_read_once_is_read_the_same_again(typed: str) -> None:
    entry = read_phone_entry(typed)
    assert entry is None or read_phone_entry(entry.text) == entry
