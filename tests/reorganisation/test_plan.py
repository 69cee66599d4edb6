"""Promises of the plan of a reorganisation: what goes where, what stays and why, and which maps are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InvalidFiles
from engine.province.unit_files import MapRow
from engine.reorganisation.plan import FOLLOWS, ReorganisationPlan, UnitHoldings, UnitMove, carries_role, compute_plan
from engine.world.unit_tree import OrgUnit, UnitTree

PATH = Path("map.csv")
NOTHING = UnitHoldings({}, {}, {}, {})
UNITS = {
    unit.code: unit
    for unit in (
        OrgUnit("75", "Đồng Nai", "province"),
        OrgUnit("75.VP", "Văn phòng", "office", "75"),
        OrgUnit("75.CA", "Công an tỉnh", "police", "75"),
        OrgUnit("75.SNV", "Sở Nội vụ", "department", "75"),
        OrgUnit("75.LDTBXH", "Sở Lao động", "department", "75", closed=True),
        OrgUnit("741", "Xuân Lộc", "district", "75", closed=True),
        OrgUnit("741.CA", "Công an Xuân Lộc", "police", "741", closed=True),
        OrgUnit("26449", "Xuân Tâm", "commune", "741", closed=True),
        OrgUnit("26071", "Xuân Trung", "commune", "741", closed=True),
        OrgUnit("26446", "Xuân Hòa", "commune", "75"),
        OrgUnit("26359", "Xuân Đông", "commune", "75"),
    )
}


def rows(*given: str) -> list[MapRow]:
    """Rows of a map, each given as "old new relation"; a new unit "-" is none."""
    split = [row.split() for row in given]
    return [
        MapRow(PATH, number, old, None if new == "-" else new, relation)
        for number, (old, new, relation) in enumerate(split, start=2)
    ]


def plan(*given: str, held: UnitHoldings = NOTHING, units: dict[str, OrgUnit] = UNITS) -> ReorganisationPlan:
    """The plan for these rows, with everybody who holds a role present."""
    staffed = frozenset((unit, role) for unit, people in held.people.items() for _, role in people)
    return compute_plan(rows(*given), UnitTree(units.values(), staffed), held)


def ways(found: ReorganisationPlan) -> dict[str, tuple[str, str]]:
    """Where each unit goes, and why."""
    return {move.old.code: (move.new.code, move.why) for move in found.moves}


def only(found: ReorganisationPlan, code: str) -> UnitMove:
    """The move of one unit."""
    return next(move for move in found.moves if move.old.code == code)


def test_default_of_a_split_unit_wins_and_the_other_part_is_told() -> None:
    found = plan("26449 26359 part", "26449 26446 default")
    move = only(found, "26449")
    assert (move.new.code, move.why) == ("26446", "default")
    assert [unit.code for unit in move.parts] == ["26359"]


def test_unit_that_keeps_its_code_does_not_move_and_absent_units_are_counted() -> None:
    found = plan("26446 26446 whole", "25198 26446 whole", "25199 26446 part", "25199 26359 default")
    assert "26446" not in ways(found)
    assert found.absent == 3


def test_unknown_and_unnamed_communes_and_departments_stay_with_the_reason_and_what_they_hold() -> None:
    held = UnitHoldings({"26071": [(1, "commune"), (1, "unit_head")]}, {"26071": {"commune": 3}}, {"26071": 2}, {})
    found = plan("26071 - unknown", held=held)
    stays = {stay.unit.code: (stay.why, stay.people, stay.tasks, stay.cases) for stay in found.stays}
    assert stays == {
        "26071": ("unknown", 1, 3, 2),
        "26449": ("unmapped", 0, 0, 0),
        "75.LDTBXH": ("unmapped", 0, 0, 0),
    }


def test_closed_units_that_no_map_names_follow_their_role() -> None:
    assert ways(plan()) == {
        "741": ("75.VP", FOLLOWS),
        "741.CA": ("75.CA", FOLLOWS),
    }


def test_second_map_decides_otherwise() -> None:
    found = ways(plan("75.LDTBXH 75.SNV whole", "741 75.SNV whole"))
    assert found["75.LDTBXH"] == ("75.SNV", "whole")
    assert found["741"] == ("75.SNV", "whole")


def test_units_without_anybody_to_follow_stay_with_the_reason() -> None:
    units = {code: unit for code, unit in UNITS.items() if code not in {"75.VP", "75.CA"}}
    found = plan(units=units)
    assert {(stay.unit.code, stay.why) for stay in found.stays} >= {("741", "no_target"), ("741.CA", "no_target")}


def test_districts_and_province_of_which_nothing_is_left_follow_their_communes() -> None:
    merged = {
        unit.code: unit
        for unit in (
            OrgUnit("70", "Bình Phước", "province"),
            OrgUnit("688", "Phước Long", "district", "70"),
            OrgUnit("688.CA", "Công an Phước Long", "police", "688"),
            OrgUnit("25219", "Long Giang", "commune", "688"),
            OrgUnit("689", "Đồng Xoài", "district", "70"),
            OrgUnit("25198", "Tân Đồng", "commune", "689"),
        )
    }
    units = UNITS | merged
    found = ways(plan("25219 26446 whole", "25198 26359 whole", units=units))
    assert found["688"] == found["689"] == ("75.VP", FOLLOWS)
    assert found["70"] == ("75", FOLLOWS)
    assert "688.CA" not in found
    still = ways(plan("25219 26446 whole", units=units))
    assert still["688"] == ("75.VP", FOLLOWS)
    assert not {"689", "70"} & set(still)


def test_role_is_carried_only_where_it_means_the_same() -> None:
    district, office, commune = UNITS["741"], UNITS["75.VP"], UNITS["26446"]
    assert carries_role("tier2_focal", district, office)
    assert not carries_role("unit_head", district, office)
    assert carries_role("unit_head", UNITS["26449"], commune)
    assert carries_role("police", UNITS["741.CA"], UNITS["75.CA"])
    assert not carries_role("commune", UNITS["26449"], office)


def test_people_are_counted_once_and_roles_that_stay_are_told() -> None:
    held = UnitHoldings(
        {"741": [(1, "tier2_focal"), (1, "unit_head"), (2, "tier2_focal"), (3, "unit_head")]}, {}, {}, {}
    )
    move = only(plan(held=held), "741")
    assert move.people == 2
    assert move.kept_roles == (("unit_head", 2),)


def test_tasks_go_to_the_new_unit_where_people_come_along() -> None:
    held = UnitHoldings({"26449": [(1, "commune")]}, {"26449": {"commune": 2}}, {"26449": 2}, {})
    move = only(plan("26449 26446 whole", held=held), "26449")
    assert [(shift.role, shift.unit.code, shift.passed_from, shift.count) for shift in move.tasks] == [
        ("commune", "26446", (), 2)
    ]
    assert move.cases == 2


def test_tasks_pass_by_a_new_unit_without_people_and_the_plan_says_so() -> None:
    held = UnitHoldings({"75.VP": [(1, "unit_head")]}, {"26449": {"commune": 2}}, {}, {})
    (shift,) = only(plan("26449 26446 whole", held=held), "26449").tasks
    assert shift.unit.code == "75.VP"
    assert [unit.code for unit in shift.passed_from] == ["26446"]


def test_case_keeps_its_place_when_an_office_takes_over() -> None:
    assert only(plan(held=UnitHoldings({}, {}, {"741": 4}, {})), "741").cases == 0


def test_plan_is_empty_once_everything_has_moved_and_picks_up_what_came_later() -> None:
    done = {
        code: replace(unit, successor="26446") if unit.kind == "commune" and unit.closed else unit
        for code, unit in UNITS.items()
    }
    given = ("26449 26446 whole", "26071 26446 whole")
    assert not {"26449", "26071"} & set(ways(plan(*given, units=done)))
    late = UnitHoldings({}, {"26449": {"commune": 1}}, {}, {})
    assert ways(plan(*given, units=done, held=late))["26449"] == ("26446", "whole")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["26449 26446 part"], "map.csv:2: 26449: the unit stands in several rows: one has to be default"),
        (["26449 26446 part", "26449 26359 part"], "map.csv:3: 26449: the unit stands in several rows"),
        (["26449 26446 default", "26449 26359 default"], "map.csv:3: 26449: the unit stands in several rows"),
        (["26449 26446 whole", "26449 26359 whole"], "map.csv:3: 26449: the unit stands in several rows"),
        (["26449 99999 whole"], "map.csv:2: 26449: the new unit 99999 is unknown; load the new units first"),
        (["26449 26071 whole"], "map.csv:2: 26449: the new unit 26071 is closed"),
        (["26449 26446 whole", "26446 26359 whole"], "map.csv:2: 26449: 26446 is moved away itself"),
    ],
)
def test_maps_that_do_not_fit_are_refused_naming_the_row(given: list[str], sentence: str) -> None:
    with pytest.raises(InvalidFiles, match=sentence):
        plan(*given)


def test_unit_that_went_elsewhere_before_is_refused() -> None:
    units = UNITS | {"26449": replace(UNITS["26449"], successor="26359")}
    with pytest.raises(InvalidFiles, match=r"map\.csv:2: 26449: the unit went to 26359 before"):
        plan("26449 26446 whole", units=units)
