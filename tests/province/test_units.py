"""Promises of the units in the database: loading is exact and repeatable, and the snapshot says who is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM, ActStamp
from engine.errors import BadInput, InvalidFiles
from engine.province.units import UnitChange, UnitLoadResult, load_unit_tree, load_units
from engine.store import models
from engine.store.db import Transaction, transaction
from engine.text import is_same_name
from engine.world.unit_tree import UnitTree
from tests.kit.province import DATA, NOW, YEARS, add_person, load_year

TWO = "province_code,province,code,name_with_type\n"
THREE = "province_code,province,level,code,name_with_type,parent_code\n"
ORGANISATION = "code,name,kind,parent_code\n"


def load_text(tx: Transaction, tmp_path: Path, content: str, name: str = "units.csv") -> UnitLoadResult:
    """Load a file with this content."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return load_units(tx, path, ActStamp(SYSTEM, NOW))


def counts(loaded: UnitLoadResult) -> tuple[int, int, int, int]:
    """Added, changed, closed, unchanged."""
    return loaded.added, loaded.changed, loaded.closed, loaded.unchanged


def kinds(tree: UnitTree) -> dict[str, int]:
    """How many units of each kind are open."""
    return Counter(unit.kind for unit in tree.units if not unit.closed)


def test_province_of_2021_has_eleven_districts_and_170_communes(tx: Transaction) -> None:
    assert [counts(loaded) for loaded in load_year(tx, 2021)] == [(182, 0, 0, 0), (33, 0, 0, 0)]
    assert kinds(load_unit_tree(tx.read)) == {
        "province": 1,
        "district": 11,
        "commune": 170,
        "office": 1,
        "hotline": 1,
        "department": 19,
        "police": 12,
    }


def test_province_of_2025_has_95_communes_and_no_district(tx: Transaction) -> None:
    assert [counts(loaded) for loaded in load_year(tx, 2025)] == [(96, 0, 0, 0), (17, 0, 0, 0)]
    tree = load_unit_tree(tx.read)
    assert kinds(tree) == {"province": 1, "commune": 95, "office": 1, "hotline": 1, "department": 14, "police": 1}
    assert tree.get("75").name == "Đồng Nai"
    assert tree.serving_unit("tier2_focal", "26068").code == "75.VP"


def test_loading_again_changes_nothing(tx: Transaction) -> None:
    load_year(tx, 2021)
    before = load_unit_tree(tx.read)
    assert [counts(loaded) for loaded in load_year(tx, 2021)] == [(0, 0, 0, 182), (0, 0, 0, 33)]
    assert load_unit_tree(tx.read) == before


def test_two_levels_after_three_close_districts_and_vanished_communes(tx: Transaction) -> None:
    load_year(tx, 2021)
    units, organisation = load_year(tx, 2025)
    assert counts(units) == (40, 55, 126, 1)
    assert counts(organisation) == (2, 3, 18, 12)
    tree = load_unit_tree(tx.read)
    assert kinds(tree)["commune"] == 95
    assert tree.get("75").name == "Tỉnh Đồng Nai"
    assert tree.get("26068").name == "Phường Biên Hòa"
    assert tree.get("26068").parent == "75"
    assert tree.get("731").closed
    assert tree.get("731").name == "Thành phố Biên Hòa"


def test_units_that_come_back_are_opened_again(tx: Transaction) -> None:
    load_year(tx, 2021)
    before = load_unit_tree(tx.read)
    load_year(tx, 2025)
    reopened = load_units(tx, DATA / YEARS[2021][0], ActStamp(SYSTEM, NOW))
    assert (reopened.added, reopened.closed) == (0, 40)
    assert UnitChange("731", "Thành phố Biên Hòa", ("reopened",)) in reopened.changes
    tree = load_unit_tree(tx.read)
    assert [tree.get(unit.code) for unit in before.units if unit.kind == "commune"] == [
        unit for unit in before.units if unit.kind == "commune"
    ]


def test_file_of_one_province_leaves_another_alone(tx: Transaction, tmp_path: Path) -> None:
    load_text(
        tx, tmp_path, TWO + "70,Bình Phước,25195,Tân Phú\n75,Đồng Nai,26068,Hóa An\n75,Đồng Nai,26071,Xuân Trung\n"
    )
    load_text(tx, tmp_path, ORGANISATION + "70.VP,Văn phòng,office,70\n75.VP,Văn phòng,office,75\n")
    assert counts(load_text(tx, tmp_path, TWO + "75,Đồng Nai,26068,Hóa An\n")) == (0, 0, 1, 2)
    load_text(tx, tmp_path, ORGANISATION + "75.SYT,Sở Y tế,department,75\n")
    tree = load_unit_tree(tx.read)
    assert [unit.code for unit in tree.units if unit.closed] == ["26071", "75.VP"]


def test_spelling_of_a_tone_mark_is_no_change_of_name(tx: Transaction, tmp_path: Path) -> None:
    load_text(tx, tmp_path, TWO + "75,Đồng Nai,26083,Phường Xuân Hoà\n75,Đồng Nai,26068,Phường Hóa An\n")
    loaded = load_text(tx, tmp_path, TWO + "75,Đồng Nai,26083,Phường Xuân Hòa\n75,Đồng Nai,26068,Phường Biên Hòa\n")
    assert loaded.changes == (UnitChange("26068", "Phường Biên Hòa", ("name",)),)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Xã Trung Hoà", "Xã Trung Hòa", True),
        ("Thuỷ", "Thủy", True),
        ("Ho\u0300a", "Hoà", True),
        ("Xã Đak Ơ", "Xã Đăk Ơ", False),
        ("Hòa", "Hóa", False),
        ("Hòa An", "Hòa", False),
        ("Tân", "Tần", False),
    ],
)
def test_names_are_compared_word_for_word_wherever_the_tone_stands(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same
    assert is_same_name(other, one) is same


def test_centre_of_a_unit_is_kept_when_a_file_without_one_is_loaded(tx: Transaction, tmp_path: Path) -> None:
    load_text(tx, tmp_path, TWO[:-1] + ",lat,lon\n75,Đồng Nai,26068,Hóa An,10.9,106.8\n")
    load_text(tx, tmp_path, TWO + "75,Đồng Nai,26068,Biên Hòa\n")
    row = tx.read.execute(select(models.Unit).where(models.Unit.code == "26068")).one()
    assert (row.name, row.latitude, row.longitude, row.source) == ("Biên Hòa", 10.9, 106.8, "two_level")
    moved = load_text(tx, tmp_path, TWO[:-1] + ",lat,lon\n75,Đồng Nai,26068,Biên Hòa,10.8,106.8\n")
    assert moved.changes == (UnitChange("26068", "Biên Hòa", ("position",)),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ORGANISATION + "75.X,A,police,76\n", r":2: 75\.X: the parent 76 is unknown"),
        (ORGANISATION + "75.X,A,police,26068\n", r":2: 75\.X: a commune \(26068\) cannot be the parent of a police"),
        (ORGANISATION + "731,A,police,75\n", r":2: 731: the code belongs to a unit of the kind district, not police"),
        (TWO + "75,A,75.VP,B\n", r":2: 75\.VP: the code belongs to a unit of the kind office, not commune"),
        (THREE + "75,A,commune,26068,B,731\n", r":2: 26068: the parent 731 is unknown, closed, or missing in the file"),
        (THREE + "75,A,district,731,B,75\n75,A,commune,2,B,26068\n", r":3: 2: the parent 26068 is unknown"),
    ],
)
def test_file_that_does_not_fit_the_units_changes_nothing(
    engine_db: Engine, tmp_path: Path, content: str, sentence: str
) -> None:
    with transaction(engine_db) as tx:
        load_year(tx, 2021)
        before = load_unit_tree(tx.read)
    with pytest.raises(InvalidFiles, match=sentence), transaction(engine_db) as tx:
        load_text(tx, tmp_path, content)
    with transaction(engine_db) as tx:
        assert load_unit_tree(tx.read) == before


def test_time_without_a_zone_is_refused(tx: Transaction) -> None:
    with pytest.raises(BadInput, match="no time zone"):
        load_units(tx, DATA / YEARS[2021][0], ActStamp(SYSTEM, NOW.replace(tzinfo=None)))


def test_snapshot_knows_who_is_there_and_forgets_the_inactive(tx: Transaction) -> None:
    load_year(tx, 2021)
    assert load_unit_tree(tx.read).staffed == frozenset()
    add_person(tx, "alice", ("26068", "commune"), ("731", "unit_head"))
    add_person(tx, "bob", ("26068", "commune"))
    add_person(tx, "charlie", ("75.VP", "unit_head"), active=False)
    tree = load_unit_tree(tx.read)
    assert tree.staffed == frozenset({("26068", "commune"), ("731", "unit_head")})
    assert tree.placement_of("commune", "26068").unit.code == "26068"
    assert tree.placement_of("police", "26068").unit.code == "731"


def test_reload_that_changes_nothing_writes_nothing(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    load_year(tx, 2021)

    def refuse(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(Transaction, "write", refuse)
    load_year(tx, 2021)
