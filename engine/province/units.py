"""The units in the database: imports unit files, and loads the unit tree that everything else uses.

A unit is identified by its official code, never by its name: names change while codes stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.actor import ActStamp
from engine.clock import to_utc
from engine.errors import BadInput, InvalidFiles
from engine.journal import acts, journal
from engine.province import revision
from engine.province.unit_files import ORGANISATION_KINDS, UnitFile, UnitRow, read_unit_file, row_problem
from engine.store import models
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment
from engine.text import is_same_name
from engine.world.unit_tree import TERRITORIAL, OrgUnit, UnitTree

PARENT_KINDS = {
    "province": frozenset[str](),
    "district": frozenset({"province"}),
    "commune": frozenset({"province", "district"}),
    **dict.fromkeys(ORGANISATION_KINDS, frozenset({"province", "district"})),
}
INSERT_ORDER = {"province": 0, "district": 1}  # All other kinds are below these and are inserted after them.

_UNITS = select(
    models.Unit.code,
    models.Unit.name,
    models.Unit.kind,
    models.Unit.parent_code.label("parent"),
    models.Unit.closed_at.is_not(None).label("closed"),
    models.Unit.successor_code.label("successor"),
)
_STAFFED = (
    select(RoleAssignment.unit_code, RoleAssignment.role)
    .join(Person, Person.id == RoleAssignment.person_id)
    .where(Person.active)
    .distinct()
)
_UNITS_WITH_POSITION = _UNITS.add_columns(models.Unit.latitude, models.Unit.longitude)
_CLOSE_UNIT = update(models.Unit).where(models.Unit.code == bindparam("b_code"))


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What a load did to an existing unit: `what` has an entry per changed column, "closed" or "reopened"."""

    code: str
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLoadResult:
    """The result of a load: numbers of units, and the units that changed or were closed."""

    format: str
    added: int
    changed: int
    closed: int
    unchanged: int
    changes: tuple[UnitChange, ...]


def load_unit_tree(connection: Connection) -> UnitTree:
    """All current units, and which roles are staffed where; only active people count."""
    units = [OrgUnit(*row) for row in connection.execute(_UNITS)]
    staffed = frozenset((row.unit_code, row.role) for row in connection.execute(_STAFFED))
    return UnitTree(units, staffed)


def load_units(tx: Transaction, path: Path, by: ActStamp) -> UnitLoadResult:
    """Update the units to match the file at `path`; loading it again changes nothing.

    A unit in the file's scope (its provinces, its kinds) that the file no longer lists is closed, never deleted; one
    that it lists again is reopened. Raises BadInput for an unusable file and InvalidFiles listing each bad row, without
    changing anything.
    """
    file, at = read_unit_file(path), to_utc(by.at)
    stored = {row.code: row for row in tx.read.execute(_UNITS_WITH_POSITION)}
    _check_file(file, stored)
    changes = {row: _changed_columns(row, stored[row.code]) for row in file.rows if row.code in stored}
    added = [row for row in file.rows if row.code not in stored]
    closed = _missing_codes(file, stored)
    changed = {row: what for row, what in changes.items() if what}
    if added or changed or closed:
        connection = tx.write()
        revision.bump(connection)
        _write_units(connection, file.format, added, changed)
        _close_units(connection, closed, at)
        facts = {"added": len(added), "changed": [row.code for row in changed], "closed": closed}
        journal.record(tx, by, acts.LOAD_UNITS, f"file:{path.name}", **facts)
    return UnitLoadResult(
        format=file.format,
        added=len(added),
        changed=len(changed),
        closed=len(closed),
        unchanged=len(changes) - len(changed),
        changes=(
            *(UnitChange(row.code, row.name, what) for row, what in changed.items()),
            *(UnitChange(code, stored[code].name, ("closed",)) for code in closed),
        ),
    )


def list_closing_codes(tx: Transaction, paths: Iterable[Path]) -> list[str]:
    """The codes of the open units that loading these files one after the other would close; nothing is changed.

    Raises BadInput for an unusable file.
    """
    stored = {row.code: OrgUnit(*row) for row in tx.read.execute(_UNITS)}
    codes: list[str] = []
    for path in paths:
        file = read_unit_file(path)
        codes += _missing_codes(file, stored)
        # What an earlier file adds is known to the next.
        stored = {row.code: OrgUnit(row.code, row.name, row.kind, row.parent) for row in file.rows} | stored
    return sorted(codes)


def _check_file(file: UnitFile, stored: Mapping[str, Any]) -> None:
    file_kinds = {row.code: row.kind for row in file.rows}
    open_kinds = {code: unit.kind for code, unit in stored.items() if not unit.closed and unit.kind not in file.kinds}
    problems = [
        row_problem(file.path, row.number, row.code, fault)
        for row in file.rows
        for fault in (*_kind_problem(row, stored), *_parent_problem(row, {**open_kinds, **file_kinds}))
    ]
    if problems:
        raise InvalidFiles(problems)


def _kind_problem(row: UnitRow, stored: Mapping[str, Any]) -> Iterable[BadInput]:
    """A district may become a commune or vice versa, but an office never becomes a place, nor a place a province."""
    before = stored[row.code].kind if row.code in stored else row.kind
    places = TERRITORIAL - {"province"}
    if before != row.kind and not {before, row.kind} <= places and not {before, row.kind} <= ORGANISATION_KINDS:
        yield BadInput("row-kind-changed", before=before, kind=row.kind)


def _parent_problem(row: UnitRow, kinds: Mapping[str, str]) -> Iterable[BadInput]:
    """`kinds` are the kinds of the units that will be open after the load."""
    if row.parent is None:
        return
    if row.parent not in kinds:
        yield BadInput("row-parent-unknown", parent=row.parent)
    elif kinds[row.parent] not in PARENT_KINDS[row.kind]:
        yield BadInput("row-parent-unfit", parent_kind=kinds[row.parent], parent=row.parent, kind=row.kind)


def _changed_columns(row: UnitRow, unit: Any) -> tuple[str, ...]:
    if row.implied:
        return ("reopened",) if unit.closed else ()
    what = [] if is_same_name(row.name, unit.name) else ["name"]
    what += [column for column in ("kind", "parent") if getattr(row, column) != getattr(unit, column)]
    if row.latitude is not None and (row.latitude, row.longitude) != (unit.latitude, unit.longitude):
        what.append("position")
    if unit.closed:
        what.append("reopened")
    return tuple(what)


def _missing_codes(file: UnitFile, stored: Mapping[str, Any]) -> list[str]:
    named = {row.code for row in file.rows}
    scope = file.provinces or {_province_of(row.parent, stored) for row in file.rows}
    return sorted(
        code
        for code, unit in stored.items()
        if code not in named and not unit.closed and unit.kind in file.kinds and _province_of(code, stored) in scope
    )


def _province_of(code: str | None, stored: Mapping[str, Any]) -> str | None:
    while code is not None and stored[code].parent is not None:
        code = stored[code].parent
    return code


def _write_units(
    connection: Connection, source: str, added: list[UnitRow], changed: Mapping[UnitRow, tuple[str, ...]]
) -> None:
    if added:
        ordered = sorted(added, key=lambda row: INSERT_ORDER.get(row.kind, 2))
        connection.execute(
            insert(models.Unit), [{"code": row.code, "source": source, **_unit_columns(row)} for row in ordered]
        )
    for row, what in changed.items():
        values = {} if row.implied else _unit_columns(row)
        if "position" not in what:
            values = {column: value for column, value in values.items() if column not in {"latitude", "longitude"}}
        connection.execute(
            update(models.Unit)
            .where(models.Unit.code == row.code)
            .values(**values, source=source, closed_at=None, successor_code=None)
        )


def _unit_columns(row: UnitRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "parent_code": row.parent,
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def _close_units(connection: Connection, codes: list[str], at: datetime) -> None:
    if codes:
        connection.execute(_CLOSE_UNIT.values(closed_at=at), [{"b_code": code} for code in codes])
