"""Promises of the world: a snapshot whose revision says whether a step sees the same surroundings."""

from __future__ import annotations

from datetime import date

from engine.world.public_holidays import DayOverride
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World

TREE = UnitTree([OrgUnit("75", "Tỉnh Đồng Nai", "province")])


def test_revision_is_the_same_for_equal_worlds_and_changes_with_each_part() -> None:
    calendar = build_calendar()
    world = World(calendar, TREE)
    assert World(build_calendar(), UnitTree(TREE.units)).revision == world.revision
    renamed = UnitTree([OrgUnit("75", "Thành phố Đồng Nai", "province")])
    closed = build_calendar([DayOverride(date(2026, 11, 24), "closed", "Nghỉ bão")])
    others = [World(closed, TREE), World(calendar, renamed), World(calendar, TREE, chase_cap=3)]
    assert len({world.revision, *(other.revision for other in others)}) == 4
