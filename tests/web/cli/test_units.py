"""The commands for the province's units: what would be stranded is said before, shipped borders come by themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.actor import SYSTEM, ActStamp
from engine.province import stranded_work
from engine.province.stranded_work import VacantRole
from engine.staff import people
from engine.store.db import transaction
from engine.world.roles import CITIZEN, UNIT_HEAD
from tests.kit.province import add_case, add_person
from tests.kit.site import NOW
from tests.paths import PROVINCE_DATA
from tests.web.cli.test_commands import UNIT_FILES, Tongdai, connect


@pytest.fixture
def tongdai(tmp_path: Path, sqlite_template: Path) -> Tongdai:
    """The command line with a migrated, empty database."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "tongdai.sqlite3")
    return Tongdai(tmp_path)


def test_migrate_brings_the_shipped_borders_where_they_are_of_use_and_none_are_loaded(tongdai: Tongdai) -> None:
    assert "ranh giới" not in tongdai.done("migrate", TONGDAI_LANGUAGE="vi")  # No province yet.
    tongdai.done("units", "load", *UNIT_FILES)
    assert "Đã nạp 55 ranh giới." in tongdai.done("migrate", TONGDAI_LANGUAGE="vi")
    assert "ranh giới" not in tongdai.done("migrate", TONGDAI_LANGUAGE="vi")


def test_a_list_that_closes_units_with_people_is_loaded_only_when_that_is_wanted(tongdai: Tongdai) -> None:
    tongdai.done("units", "load", *UNIT_FILES)
    with transaction(connect(tongdai)) as tx:
        add_person(tx, "an", ("26008", "commune_focal"))
    later = [str(PROVINCE_DATA / "provinces/dong_nai_2025/units.csv")]
    refused = tongdai.run("units", "load", *later, TONGDAI_LANGUAGE="vi")
    assert refused.exit_code == 1
    assert "26008 Phường Tân Hiệp: sẽ đóng nhưng còn 1 người, 0 việc đang mở." in refused.output
    assert "Chưa nạp: 1 đơn vị" in refused.output
    assert "26008" in tongdai.done("units", "list")
    assert "đã đóng nhưng còn 1 người" in tongdai.done("units", "load", "--close", *later, TONGDAI_LANGUAGE="vi")


def test_roles_with_open_work_that_nobody_holds_are_listed(tongdai: Tongdai) -> None:
    tongdai.done("units", "load", *UNIT_FILES)
    assert "bỏ trống" in tongdai.done("units", "vacant", TONGDAI_LANGUAGE="vi")
    with transaction(connect(tongdai)) as tx:
        person = add_person(tx, "an", ("26008", "commune"))
        add_case(tx, "26008", ("26008", "commune"))
        assert stranded_work.list_vacant_roles(tx) == []
        head, operator = add_person(tx, "binh", ("26008", UNIT_HEAD)), add_person(tx, "chi", ("75.1022", "operator"))
        add_case(tx, "26008", ("75.1022", CITIZEN))
        people.set_active(tx, person, ActStamp(SYSTEM, NOW), active=False)
        assert stranded_work.list_vacant_roles(tx) == []  # The head does it, and operators what waits for citizens.
        people.set_active(tx, operator, ActStamp(SYSTEM, NOW), active=False)
        assert stranded_work.list_left_vacant(tx, [("75.1022", "operator")]) == [VacantRole("75.1022", CITIZEN, 1)]
        assert stranded_work.list_left_vacant(tx, [("26008", "commune")]) == []
        people.set_active(tx, head, ActStamp(SYSTEM, NOW), active=False)
        assert stranded_work.list_left_vacant(tx, [("26008", UNIT_HEAD)]) == [VacantRole("26008", "commune", 1)]
    listed = tongdai.run("units", "vacant", TONGDAI_LANGUAGE="en")
    assert listed.exit_code == 1
    assert "Phường Tân Hiệp" in listed.output
