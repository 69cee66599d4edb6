"""A province is a folder: the shipped ones, an invented third one, and folders that cannot be used."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine.actor import Actor, ActStamp
from engine.cases import code_search
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.province import profile, provinces, snapshot, units
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import JournalEntry
from engine.translation.catalogue import LANGUAGES
from engine.translation.wording import say
from engine.world.province_identity import FIRST_PROVINCE, ProvinceIdentity
from tests.kit import lam_son
from tests.kit.hotline import NOW

BY = ActStamp(Actor("test", "test"), NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The third, invented province."""
    return lam_son.write_folder(tmp_path)


def test_two_provinces_come_with_the_program() -> None:
    shipped = profile.shipped_profiles()
    assert {key: (one.identity.full_name.vietnamese, one.levels) for key, one in shipped.items()} == {
        "dong_nai_2021": ("tỉnh Đồng Nai", 3),
        "dong_nai_2025": ("thành phố Đồng Nai", 2),
    }
    for one in shipped.values():
        profile.check_levels(one)
    assert profile.find_profile("three_level") is profile.find_profile("dong_nai_2021")


def test_a_third_province_is_set_up_from_its_folder_alone(engine_db: Engine, folder: Path) -> None:
    with transaction(engine_db) as tx:
        provinces.load_province(tx, profile.find_profile(str(folder)), BY)
    with transaction(engine_db) as tx:
        world = snapshot.load_world(tx, 10)
        read = code_search.read_code(tx, "26-4217")
        acts = set(tx.read.execute(select(table_of(JournalEntry).c.act)).scalars())
    assert world.province == ProvinceIdentity("Lam Sơn", "city", "LS")
    assert world.province.full_name.english == "Lam Sơn city"
    assert [unit.name for unit in world.units.units if unit.parent is None] == ["Thành phố Lam Sơn"]
    assert not world.units.has_districts
    # Open on Mondays alone, and the first one of March is a day off here.
    first_monday = datetime(2027, 3, 1, tzinfo=VIETNAM)
    assert world.calendar.add(first_monday, timedelta(hours=8)) == datetime(2027, 3, 8, 17, 30, tzinfo=VIETNAM)
    assert read.codes == ("LS-26-004217-D",)
    assert {"unit.set_province", "unit.load", "calendar.hours", "calendar.day"} <= acts


def test_the_peoples_committee_is_called_by_the_kind_of_the_province() -> None:
    city = profile.shipped_profiles()["dong_nai_2025"].identity
    assert city.own_words("Văn phòng UBND tỉnh") == "Văn phòng UBND thành phố"
    assert FIRST_PROVINCE.own_words("Văn phòng UBND tỉnh") == "Văn phòng UBND tỉnh"


def test_setting_up_a_province_again_changes_nothing(tx: Transaction, folder: Path) -> None:
    chosen = profile.find_profile(str(folder))
    provinces.load_province(tx, chosen, BY)
    before = snapshot.load_world(tx, 10)
    provinces.load_province(tx, chosen, BY)
    assert snapshot.load_world(tx, 10) == before
    assert snapshot.load_world(tx, 10).revision == before.revision


def test_a_database_of_before_is_of_the_first_province(tx: Transaction) -> None:
    assert provinces.load_identity(tx) == FIRST_PROVINCE


@pytest.mark.parametrize(
    ("old", "new", "rule", "names"),
    [
        ("name: Lam Sơn\n", "", "province-entry-missing", "name"),
        ("levels: 2", "levels: 4", "province-entry-unusable", "levels"),
        ("kind: city", "kind: district", "province-entry-unusable", "kind"),
        ("letters: LS", "letters: Lam", "province-entry-unusable", "letters"),
        ("letters: LS", "letters: LS\ncolour: red", "province-entry-unknown", "colour"),
        ("places.csv, ", "towns.csv, ", "province-file-missing", "towns.csv"),
        ("units: [places.csv, organisation.csv]", "units: places.csv", "province-entry-unusable", "units"),
        ("    1: [07:00-11:00, 13:30-17:30]", "    1: [7 Uhr]", "province-entry-unusable", "office_hours"),
        ("name: Lam Sơn", "name: [", "province-unreadable", "province.yaml"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_with_its_entry(
    folder: Path, old: str, new: str, rule: str, names: str
) -> None:
    assert lam_son.YAML.count(old) == 1
    (folder / "province.yaml").write_text(lam_son.YAML.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        profile.find_profile(str(folder))
    assert refused.value.rule == rule
    for language in LANGUAGES:
        assert names in say(refused.value, language)


def test_levels_that_contradict_the_units_are_refused_and_nothing_is_done(tx: Transaction, folder: Path) -> None:
    (folder / "province.yaml").write_text(lam_son.YAML.replace("levels: 2", "levels: 3"), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        provinces.load_province(tx, profile.find_profile(str(folder)), BY)
    assert refused.value.rule == "province-levels-contradict"
    assert not units.load_unit_tree(tx.read).units


def test_an_unknown_province_names_those_there_are() -> None:
    with pytest.raises(BadInput) as refused:
        profile.find_profile("atlantis")
    assert say(refused.value, "en") == (
        "There is no province 'atlantis'; use dong_nai_2021, dong_nai_2025, or the path of a folder with a file "
        "province.yaml."
    )
