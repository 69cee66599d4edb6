"""Promises of the unit tree: who serves a role for a place, who supervises whom, and what is refused."""

from __future__ import annotations

import pickle
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, NotFound
from engine.world.roles import SERVED_BY
from engine.world.unit_tree import UNIT_KINDS, OrgUnit, Placement, UnitTree

OFFICE = OrgUnit("75.VP", "Văn phòng UBND tỉnh", "office", "75")
PROVINCE = (
    OrgUnit("75", "Tỉnh Đồng Nai", "province"),
    OFFICE,
    OrgUnit("75.1022", "Tổng đài 1022", "hotline", "75"),
    OrgUnit("75.CA", "Công an tỉnh", "police", "75"),
    OrgUnit("75.SNV", "Sở Nội vụ", "department", "75"),
    OrgUnit("75.SYT", "Sở Y tế", "department", "75"),
)
THREE_LEVEL = (
    *PROVINCE,
    OrgUnit("731", "Thành phố Biên Hòa", "district", "75"),
    OrgUnit("731.CA", "Công an thành phố Biên Hòa", "police", "731"),
    OrgUnit("26068", "Phường Hóa An", "commune", "731"),
    OrgUnit("26017", "Phường Tam Hiệp", "commune", "731"),
    OrgUnit("732", "Thành phố Long Khánh", "district", "75"),
    OrgUnit("26080", "Phường Xuân An", "commune", "732"),
)
TWO_LEVEL = (
    *PROVINCE,
    OrgUnit("26068", "Phường Biên Hòa", "commune", "75"),
    OrgUnit("26017", "Phường Tam Hiệp", "commune", "75"),
)


def everybody(units: Iterable[OrgUnit], *absent: str) -> frozenset[tuple[str, str]]:
    """Each unit holds the roles of its kind, except the absent ones."""
    return frozenset(
        (unit.code, role)
        for unit in units
        for role, kind in SERVED_BY.items()
        if unit.kind == kind and unit.code not in absent
    )


@pytest.mark.parametrize(
    ("role", "place", "code"),
    [
        ("commune", "26068", "26068"),
        ("tier2_focal", "26068", "731"),
        ("tier2_focal", "26080", "732"),
        ("police", "26068", "731.CA"),
        ("police", "26080", "75.CA"),
        ("provincial_office", "26068", "75.VP"),
        ("operator", "26068", "75.1022"),
        ("citizen", "26068", "75.1022"),
        ("leadership", "26068", "75"),
        ("department", "75.SYT", "75.SYT"),
        ("department", "26068", "75.SNV"),
        ("administrator", "75.1022", "75.VP"),
        ("unit_head", "731.CA", "731.CA"),
    ],
)
def test_nearest_unit_serves_a_role_in_three_levels(role: str, place: str, code: str) -> None:
    assert UnitTree(THREE_LEVEL).serving_unit(role, place).code == code


@pytest.mark.parametrize(
    ("role", "code"),
    [("commune", "26068"), ("tier2_focal", "75.VP"), ("police", "75.CA"), ("leadership", "75")],
)
def test_office_is_tier_two_and_provincial_police_serve_where_no_district_stands(role: str, code: str) -> None:
    assert UnitTree(TWO_LEVEL).serving_unit(role, "26068").code == code


def test_tier_two_of_a_department_is_the_office_and_never_a_district() -> None:
    assert UnitTree(THREE_LEVEL).serving_unit("tier2_focal", "75.SYT") == OFFICE


def test_a_commune_never_serves_the_place_of_a_neighbour() -> None:
    tree = UnitTree((*TWO_LEVEL, OrgUnit("26071", "Phường Xuân Trung", "commune", "75", closed=True)))
    with pytest.raises(NotFound, match=r"'commune' for Phường Xuân Trung \(26071\)"):
        tree.serving_unit("commune", "26071")


def test_task_of_a_closed_place_without_successor_goes_to_the_unit_above_and_says_so() -> None:
    closed = OrgUnit("26071", "Phường Xuân Trung", "commune", "75", closed=True)
    for staffed in (None, everybody(TWO_LEVEL) | {("75.VP", "unit_head")}):
        tree = UnitTree((*TWO_LEVEL, closed), staffed)
        assert tree.placement_of("commune", "26071") == Placement(OFFICE, (closed,))


def test_unknown_role_and_unknown_place_are_refused_by_name() -> None:
    tree = UnitTree(THREE_LEVEL)
    with pytest.raises(BadInput, match="'driver'"):
        tree.serving_unit("driver", "26068")
    with pytest.raises(NotFound, match="'99999'"):
        tree.placement_of("commune", "99999")
    with pytest.raises(NotFound, match="'99999'"):
        tree.above("99999")


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("26068", "731"),
        ("731", "75.VP"),
        ("731.CA", "731"),
        ("75.CA", "75.VP"),
        ("75.SYT", "75.VP"),
        ("75.1022", "75.VP"),
        ("75.VP", None),
        ("75", None),
    ],
)
def test_unit_above_supervises(code: str, above: str | None) -> None:
    found = UnitTree(THREE_LEVEL).above(code)
    assert (found.code if found else None) == above


def test_office_supervises_the_communes_of_a_province_without_districts() -> None:
    assert UnitTree(TWO_LEVEL).above("26068") == OFFICE
    assert not UnitTree(TWO_LEVEL).has_districts
    assert UnitTree(THREE_LEVEL).has_districts


def test_closed_district_supervises_nothing() -> None:
    units = [unit for unit in THREE_LEVEL if unit.code != "731"]
    tree = UnitTree([*units, OrgUnit("731", "Biên Hòa", "district", "75", closed=True, successor="75.VP")])
    assert tree.above("26068") == OFFICE
    assert tree.current("731") == OFFICE
    assert tree.serving_unit("tier2_focal", "26068") == OFFICE


def test_current_follows_a_line_of_successors() -> None:
    old = OrgUnit("26026", "Phường Tân Mai", "commune", "731", closed=True, successor="26029")
    between = OrgUnit("26029", "Phường Thống Nhất", "commune", "731", closed=True, successor="26017")
    tree = UnitTree((*THREE_LEVEL, old, between))
    assert tree.current("26026").code == "26017"
    assert tree.serving_unit("commune", "26026").code == "26017"
    assert tree.get("26026") == old


def test_unit_without_people_passes_its_task_upwards_and_says_so() -> None:
    staffed = everybody(THREE_LEVEL, "26068") | {("731", "unit_head"), ("75.VP", "unit_head")}
    placement = UnitTree(THREE_LEVEL, staffed).placement_of("commune", "26068")
    assert placement.unit.code == "731"
    assert [unit.code for unit in placement.passed_from] == ["26068"]
    placement = UnitTree(THREE_LEVEL, staffed - {("731", "unit_head")}).placement_of("commune", "26068")
    assert placement.unit == OFFICE
    assert [unit.code for unit in placement.passed_from] == ["26068", "731"]


def test_head_of_a_unit_stands_in_for_its_people() -> None:
    tree = UnitTree(THREE_LEVEL, frozenset({("26068", "unit_head")}))
    assert tree.placement_of("commune", "26068") == Placement(tree.get("26068"))


def test_topmost_unit_keeps_what_nobody_can_take() -> None:
    placement = UnitTree(THREE_LEVEL, frozenset()).placement_of("police", "26068")
    assert placement.unit == OFFICE
    assert [unit.code for unit in placement.passed_from] == ["731.CA", "731"]


def test_hotline_keeps_the_tasks_of_citizens_whoever_is_there() -> None:
    tree = UnitTree(THREE_LEVEL, frozenset())
    assert tree.placement_of("citizen", "26068") == Placement(tree.get("75.1022"))


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        ([OrgUnit("7", "a", "province"), OrgUnit("7", "b", "province")], "'7' is given twice"),
        ([OrgUnit("7", "a", "planet")], "'7' has an unknown kind 'planet'"),
        ([OrgUnit("7", "a", "commune", "8")], "'7' has an unknown parent '8'"),
        ([OrgUnit("7", "a", "commune", closed=True, successor="8")], "'7' has an unknown successor '8'"),
        ([OrgUnit("7", "a", "commune", "7")], "'7' is among its own parents"),
        ([OrgUnit("7", "a", "district", "8"), OrgUnit("8", "b", "district", "7")], "is among its own parents"),
        (
            [OrgUnit("7", "a", "commune", None, True, "8"), OrgUnit("8", "b", "commune", None, True, "7")],
            "is among its own successors",
        ),
    ],
)
def test_unsound_trees_are_refused_naming_the_code(units: list[OrgUnit], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        UnitTree(units)


def test_order_of_units_does_not_matter_and_any_change_alters_the_revision() -> None:
    tree = UnitTree(THREE_LEVEL)
    assert UnitTree(THREE_LEVEL[::-1]) == tree
    assert UnitTree(THREE_LEVEL[::-1]).revision == tree.revision
    others = [UnitTree(TWO_LEVEL), UnitTree(THREE_LEVEL, frozenset()), UnitTree(THREE_LEVEL, everybody(THREE_LEVEL))]
    assert len({tree.revision, *(other.revision for other in others)}) == 4


def test_tree_survives_the_way_to_another_process() -> None:
    tree = UnitTree(THREE_LEVEL, everybody(THREE_LEVEL))
    copy = pickle.loads(pickle.dumps(tree))
    assert copy == tree
    assert copy.placement_of("police", "26068") == tree.placement_of("police", "26068")


@st.composite
def trees(draw: st.DrawFn) -> UnitTree:
    """Any sound tree: each unit hangs under an earlier one, closed ones point to a later one or to nothing."""
    kinds = draw(st.lists(st.sampled_from(sorted(UNIT_KINDS)), min_size=1, max_size=12))
    units = []
    for index, kind in enumerate(kinds):
        parent = draw(st.none() | st.integers(0, index - 1)) if index else None
        closed = draw(st.booleans())
        successor = draw(st.none() | st.integers(index + 1, len(kinds) - 1)) if index + 1 < len(kinds) else None
        units.append(
            OrgUnit(
                code=str(index),
                name=kind,
                kind=kind,
                parent=None if parent is None else str(parent),
                closed=closed,
                successor=str(successor) if closed and successor is not None else None,
            )
        )
    pairs = st.tuples(st.sampled_from([unit.code for unit in units]), st.sampled_from([*SERVED_BY, "unit_head"]))
    return UnitTree(units, draw(st.none() | st.frozensets(pairs)))


@given(trees(), st.sampled_from(sorted(SERVED_BY)))
def test_serving_unit_is_open_and_of_the_right_kind(tree: UnitTree, role: str) -> None:
    for unit in tree.units:
        try:
            found = tree.serving_unit(role, unit.code)
        except NotFound:
            continue
        assert not found.closed
        assert found.kind == SERVED_BY[role] or (role == "tier2_focal" and found.kind == "office")


@given(trees(), st.sampled_from(sorted(SERVED_BY)))
def test_task_stops_at_the_first_unit_with_people_or_at_the_top(tree: UnitTree, role: str) -> None:
    def present(unit: OrgUnit) -> bool:
        staffed = tree.staffed
        return not unit.closed and (staffed is None or bool(staffed & {(unit.code, role), (unit.code, "unit_head")}))

    for unit in tree.units:
        placement = tree.placement_of(role, unit.code)
        assert placement == tree.placement_of(role, unit.code)
        if role != "citizen":
            assert not any(present(passed) for passed in placement.passed_from)
            assert present(placement.unit) or tree.above(placement.unit.code) is None


@given(trees())
def test_walk_upwards_always_ends(tree: UnitTree) -> None:
    for unit in tree.units:
        step: OrgUnit | None = unit
        for _ in range(len(tree.units) + 1):
            step = tree.above(step.code) if step else None
        assert step is None
