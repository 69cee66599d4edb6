"""The units that diagrams and tables may name: those of the database, or of the lists that come with the program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from engine.province import units
from engine.province.profile import shipped_profiles
from engine.province.unit_files import read_unit_file
from engine.translation.wording import Caption


def current_units(connection: Connection) -> Mapping[str, Caption] | None:
    """The units that exist now, by code, with their names; None where no list has been loaded yet."""
    return _captions((unit.code, unit.name) for unit in units.load_unit_tree(connection).units) or None


def shipped_units() -> Mapping[str, Caption]:
    """The units of all shipped provinces: what ships has to run in each of them."""
    files = (path for profile in shipped_profiles().values() for path in profile.unit_files)
    return _captions((row.code, row.name) for path in files for row in read_unit_file(path).rows)


def _captions(units_by_code: Iterable[tuple[str, str]]) -> Mapping[str, Caption]:
    return {code: Caption(name, name) for code, name in units_by_code}
