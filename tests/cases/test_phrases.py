"""Complaints and denunciations are recognised as people write them: without marks, with some, misspelt, joined."""

from __future__ import annotations

import unicodedata

import pytest

from engine.cases.emergency_words import list_emergency_words
from engine.cases.petitions import recognise_petition


@pytest.mark.parametrize(
    "text",
    [
        *("Tôi tố cáo cán bộ xã", "TỐ CÁO", "đơn tố cáo,ông A", "tố  cáo", "toi to cao can bo xa nhan tien"),
        *("to cáo ông A", "tố cao ông A", "tô cáo", "tố caó", "tốcáo", "tố giác tội phạm", "nhieu nguoi to cao ong A"),
        *("tó cáo ông A", "toi muon to cao nguoi nhan tien", "khiếu tố đất đai"),
        unicodedata.normalize("NFD", "Tôi tố cáo cán bộ"),
    ],
)
def test_a_denunciation_is_recognised_in_any_spelling(text: str) -> None:
    assert recognise_petition(text) == "denunciation"


@pytest.mark.parametrize(
    "text",
    [
        "khiếu nại quyết định",
        "khieu nại",
        "khiếu nai",
        "kiếu nại",
        "khiếu lại",
        "don khieu nai quyet dinh",
        "khiéu nại",
        "khiếu kiện",
    ],
)
def test_a_complaint_is_recognised_in_any_spelling(text: str) -> None:
    assert recognise_petition(text) == "complaint"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Cây to cao sắp đổ",
            "cay to cao sap do",
            "lan can cầu to cao",
            "nhà hàng xóm to cao che khuất",
            "rat to cao",
        ),
        *(
            "nhà hàng xóm to cao che khuất",
            "tòa nhà cao tầng",
            "xe to cao che khuất",
            "hang rao to cao",
            "bien quang cao to cao che het",
            "giá điện tăng tố độ cao",
            "cột điện to, cao nghiêng",
            "",
        ),
    ],
)
def test_what_is_tall_is_no_denunciation(text: str) -> None:
    assert recognise_petition(text) == ""


def test_tones_of_emergency_words_may_stand_on_either_letter_and_are_named_once() -> None:
    assert list_emergency_words("hoả hoạn ở chợ") == list_emergency_words("hỏa hoạn ở chợ") == ["hỏa hoạn"]
    assert list_emergency_words("cay xanh do de nguoi di duong") == ["đè người"]
    assert list_emergency_words("Trẻ em bị lạc ở bến xe") == ["trẻ em bị lạc"]
    assert list_emergency_words("Nước cuốn trôi hai cháu, chết đuối") == ["chết đuối", "nước cuốn trôi"]
    assert list_emergency_words("Bóng đèn đường cháy đã lâu") == []
