"""Promises of the world: a snapshot whose revision says whether a step sees the same surroundings."""

from __future__ import annotations

from datetime import date

from engine.world.public_holidays import Override
from engine.world.unit_tree import Unit, UnitTree
from engine.world.work_calendar import build
from engine.world.world import World

TREE = UnitTree([Unit("75", "Tỉnh Đồng Nai", "province")])


def test_revision_is_the_same_for_equal_worlds_and_changes_with_each_part() -> None:
    calendar = build()
    world = World(calendar, TREE)
    assert World(build(), UnitTree(TREE.units)).revision == world.revision
    renamed = UnitTree([Unit("75", "Thành phố Đồng Nai", "province")])
    closed = build([Override(date(2026, 11, 24), "closed", "Nghỉ bão")])
    others = [World(closed, TREE), World(calendar, renamed), World(calendar, TREE, chase_cap=3)]
    assert len({world.revision, *(other.revision for other in others)}) == 4
