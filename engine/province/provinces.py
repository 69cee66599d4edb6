"""The province of a database: which it is, and setting it up from its folder."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, insert, select, update

from engine.actor import ActStamp
from engine.clock import to_utc
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.province import office_calendar, profile, revision, units
from engine.province.profile import ProvinceProfile
from engine.province.units import UnitLoadResult
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Province, Report, Unit
from engine.world.province_identity import FIRST_PROVINCE, KINDS, ProvinceIdentity

ROW = 1

_province, _report, _unit = table_of(Province), table_of(Report), table_of(Unit)


def load_identity(tx: Transaction) -> ProvinceIdentity:
    """Which province the database is of."""
    return _stored_identity(tx) or FIRST_PROVINCE


def _stored_identity(tx: Transaction) -> ProvinceIdentity | None:
    row = tx.read.execute(select(_province.c.name, _province.c.kind, _province.c.letters)).one_or_none()
    return ProvinceIdentity(*row) if row is not None else None


def set_identity(tx: Transaction, identity: ProvinceIdentity, by: ActStamp) -> None:
    """Say which province the database is of; its letters stay once a case has them. Raises BadInput."""
    if _stored_identity(tx) == identity:
        return
    before = load_identity(tx)
    if identity.letters != before.letters and tx.read.execute(select(_report.c.id).limit(1)).first() is not None:
        raise BadInput("province-letters-in-use", letters=before.letters, wished=identity.letters)
    connection = tx.write()
    revision.bump(connection)
    connection.execute(delete(_province))
    values = {"name": identity.name, "kind": identity.kind, "letters": identity.letters}
    connection.execute(insert(_province), {"id": ROW, **values, "set_at": to_utc(by.at)})
    changes = {name: [getattr(before, name), value] for name, value in values.items()}
    journal.record(tx, by, acts.SET_PROVINCE, "province:", changes=changes)


def load_province(tx: Transaction, chosen: ProvinceProfile, by: ActStamp) -> None:
    """Set up the province of a folder: name, units, office hours, days that differ. Once more changes nothing.

    Raises BadInput for a contradiction or an unusable file, InvalidFiles for bad rows, without changing anything.
    """
    overrides = profile.read_overrides(chosen)
    load_lists(tx, chosen, by)
    office_calendar.set_overrides(tx, overrides, by)
    for kind, periods in (chosen.hours or {}).items():
        office_calendar.replace_hours(tx, kind, periods, by)


def load_lists(tx: Transaction, chosen: ProvinceProfile, by: ActStamp) -> list[UnitLoadResult]:
    """Name the province and load its lists of units; returns what each list changed. Raises as `load_province`."""
    profile.check_levels(chosen)
    set_identity(tx, chosen.identity, by)
    loads = [units.load_units(tx, path, by) for path in chosen.unit_files]
    _name_province(tx, chosen.identity)
    return loads


def _name_province(tx: Transaction, identity: ProvinceIdentity) -> None:
    """Give the province's unit its kind, which lists of communes do not have: papers write Thành phố Đồng Nai."""
    names = {identity.name, *(replace(identity, kind=kind).unit_name for kind in KINDS)} - {identity.unit_name}
    misnamed = (_unit.c.kind == "province") & _unit.c.name.in_(sorted(names))
    tx.write().execute(update(_unit).where(misnamed).values(name=identity.unit_name))
