"""Promises of the lines that say what a load or a move does: complete, in both languages, with the same facts."""

from __future__ import annotations

import re

import pytest

from engine.reorganisation.moves import plan_reorganisation
from engine.reorganisation.summary import WORDS, render_load, render_move, words_in
from engine.store.db import Transaction
from engine.translation.catalogue import LANGUAGES
from tests.kit.province import DATA, add_case, add_person, load_year

MAP = DATA / "provinces/dong_nai_2025/former_units.csv"


def test_both_languages_know_the_same_words_with_the_same_facts() -> None:
    facts = {
        language: {key: sorted(re.findall(r"{\w+}", pattern)) for key, pattern in words_in(language).items()}
        for language in LANGUAGES
    }
    assert facts["vi"] == facts["en"]
    assert [key for key, pattern in WORDS.items() if pattern and words_in("en")[key] == pattern] == []


def test_load_is_told_by_counts_and_changed_units(tx: Transaction) -> None:
    load_year(tx, 2021)
    units, _ = load_year(tx, 2025)
    lines = render_load(units)
    assert lines[0] == "40 đơn vị thêm mới, 55 thay đổi, 126 đóng, 1 giữ nguyên."
    assert "26068 Phường Biên Hòa: tên, trực thuộc, vị trí" in lines
    assert "731 Thành phố Biên Hòa: đóng" in lines
    assert len(lines) == 1 + 55 + 126
    assert render_load(units, "en")[0] == "40 units added, 55 changed, 126 closed, 1 unchanged."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_move_is_told_unit_by_unit_and_in_sums(tx: Transaction) -> None:
    load_year(tx, 2021)
    add_person(tx, "alice", ("26026", "commune"))
    add_person(tx, "bob", ("731", "unit_head"))
    add_person(tx, "charlie", ("75.VP", "unit_head"))
    add_case(tx, "26026", ("26026", "commune"))
    add_case(tx, "26449", ("26449", "commune"))
    load_year(tx, 2025)
    plan = plan_reorganisation(tx, MAP)
    lines = render_move(plan)
    told = "26026 Phường Tân Mai → 26017 Phường Tam Hiệp (qua sáp nhập năm 2024): 1 người, 1 việc, 1 hồ sơ"
    assert told in lines
    split = lines.index(
        "26449 Xã Xuân Tâm → 26446 Xã Xuân Hòa (chia tách; phần còn lại: 26359 Xã Xuân Đông): 0 người, 1 việc, 1 hồ sơ"
    )
    assert lines[split + 1] == (
        "  1 việc (Đầu mối xã, phường) sang 75.VP Văn phòng UBND thành phố Đồng Nai, do không có người: "
        "26446 Xã Xuân Hòa"
    )
    assert "  1 người giữ vai trò Lãnh đạo đơn vị ở đơn vị cũ: cần phân công lại" in lines
    assert "26071 Phường Xuân Trung: không chuyển, chưa rõ nơi đến; còn 0 người, 0 việc, 0 hồ sơ" in lines
    assert "71 dòng của bảng chuyển đổi nói về đơn vị không có ở đây." in lines
    assert lines[-1] == f"Chuyển {len(plan.moves)} đơn vị: 1 người, 2 việc, 2 hồ sơ."
    assert len(render_move(plan, "en")) == len(lines)
