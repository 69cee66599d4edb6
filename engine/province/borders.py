"""The communes' borders in the database: loads a province's file, and says in which commune a point lies.

A province may still work with its communes of before a reorganisation while its file has those of after it. With the
map of the reorganisation a border knows which communes went into it; where those are several, somebody has to choose.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, insert, select

from engine.actor import ActStamp
from engine.clock import to_utc
from engine.errors import BadInput, Invalid
from engine.journal import acts, journal
from engine.province.border_file import CommuneBorder, read_border_file
from engine.province.map_picture import draw_picture
from engine.province.unit_files import MapRow, read_unit_map
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Border, BorderSet, Unit
from engine.world.shapes import MapPoint, is_inside, metres_between, metres_to_edge
from engine.world.unit_tree import UnitTree

# Borders are drawn to some 90 m: a point this far outside of all of them belongs to the nearest.
TOLERANCE_METRES = 200.0
_TOLERANCE_DEGREES = 0.004  # More than that, at any latitude of the country.

_border, _set, _unit = table_of(Border), table_of(BorderSet), table_of(Unit)
_BOX = (_border.c.west, _border.c.south, _border.c.east, _border.c.north)


@dataclass(frozen=True, slots=True)
class BorderOrigin:
    """Whose the borders are, and under which licence; pages say both beside the map."""

    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class BordersInUse(BorderOrigin):
    """The borders in use; `digest` names their picture."""

    digest: str = ""


@dataclass(frozen=True, slots=True)
class BorderLoadResult:
    """The result of a load: how many borders are in use now, and those left out, of communes of other provinces."""

    borders: int
    left_out: tuple[str, ...]


def load_borders(
    tx: Transaction, path: Path, origin: BorderOrigin, by: ActStamp, map_path: Path | None = None
) -> BorderLoadResult:
    """Replace the borders by those of the file at `path`; `map_path` says which communes went into each.

    Borders of communes that the province does not have are left out: a file may be of more provinces. Raises BadInput
    for an unusable file, InvalidFiles for bad rows of the map, without changing anything.
    """
    everywhere = read_border_file(path)
    former = _former_communes(tx, everywhere, read_unit_map(map_path) if map_path else ())
    known = set(tx.read.execute(select(_unit.c.code).where(_unit.c.kind == "commune")).scalars())
    borders = [border for border in everywhere if known & {border.code, *former[border.code]}]
    if not borders:
        raise BadInput("borders-of-no-commune", path=path)
    connection = tx.write()
    connection.execute(delete(_border))
    connection.execute(delete(_set))
    connection.execute(insert(_border), [_border_row(border, former[border.code]) for border in borders])
    connection.execute(insert(_set), _set_row(draw_picture(borders), origin, by.at))
    facts = {"borders": len(borders), "source": origin.source, "licence": origin.licence}
    journal.record(tx, by, acts.LOAD_BORDERS, f"file:{path.name}", **facts)
    return BorderLoadResult(len(borders), tuple(border.code for border in everywhere if border not in borders))


def _set_row(picture: bytes, origin: BorderOrigin, at: datetime) -> dict[str, object]:
    row = {"id": 1, "source": origin.source, "licence": origin.licence, "loaded_at": to_utc(at)}
    return row | {"digest": hashlib.sha256(picture).hexdigest(), "picture": picture}


def _border_row(border: CommuneBorder, former: Sequence[str]) -> dict[str, object]:
    west, south, east, north = border.box
    box = {"west": west, "south": south, "east": east, "north": north}
    return {"code": border.code, "former": json.dumps(former), **box, "rings": json.dumps(border.rings)}


def _former_communes(
    tx: Transaction, borders: Sequence[CommuneBorder], rows: Iterable[MapRow]
) -> Mapping[str, list[str]]:
    """The codes of the communes that went into each border; one that was not traced lies where its centre is."""
    former: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.new is not None:
            former[row.new].append(row.old)
            continue
        centre = _unit_centres(tx, [row.old]).get(row.old)
        for border in borders:
            if centre is not None and is_inside(border.rings, centre):
                former[border.code].append(row.old)
    return former


def _unit_centres(tx: Transaction, codes: Iterable[str]) -> dict[str, MapPoint]:
    query = select(_unit.c.code, _unit.c.longitude, _unit.c.latitude)
    rows = tx.read.execute(query.where(_unit.c.code.in_(list(codes)), _unit.c.latitude.is_not(None)))
    return {row.code: MapPoint(row.longitude, row.latitude) for row in rows}


def current_borders(tx: Transaction) -> BordersInUse | None:
    """Source, licence and digest of the borders in use; None where the province has none."""
    row = tx.read.execute(select(_set.c.source, _set.c.licence, _set.c.digest)).one_or_none()
    return BordersInUse(*row) if row is not None else None


def read_picture(tx: Transaction, digest: str) -> bytes | None:
    """The picture with this digest, compressed; None when the borders in use are others."""
    return tx.read.execute(select(_set.c.picture).where(_set.c.digest == digest)).scalar()


def communes_at(tx: Transaction, units: UnitTree, point: MapPoint) -> tuple[str, ...]:
    """The codes of the communes in which the point may lie, nearest first: one, unless borders have others' communes.

    Empty where no borders are loaded. Raises Invalid for a point outside the province of today.
    """
    row = border_around(tx, point)
    communes = _todays_communes(tx, units, row, point) if row is not None else ()
    if not communes and current_borders(tx) is not None:
        raise Invalid("position", "point-outside-province")
    return communes


def border_around(tx: Transaction, point: MapPoint) -> Row[Any] | None:
    """The border in which a point lies, or the nearest within the tolerance; None outside of all."""
    x, y, more = point.longitude, point.latitude, _TOLERANCE_DEGREES
    near = (_border.c.west <= x + more) & (_border.c.east >= x - more)
    near &= (_border.c.south <= y + more) & (_border.c.north >= y - more)
    query = select(_border).where(near).order_by(_border.c.code)
    rows = [(row, json.loads(row.rings)) for row in tx.read.execute(query)]
    for row, rings in rows:
        if is_inside(rings, point):
            return row
    distances = [(metres_to_edge(rings, point), row) for row, rings in rows]
    metres, nearest = min(distances, key=lambda item: item[0], default=(TOLERANCE_METRES, None))
    return nearest if metres < TOLERANCE_METRES else None


def _todays_communes(tx: Transaction, units: UnitTree, row: Row[Any], point: MapPoint) -> tuple[str, ...]:
    """The border's own commune; in a province that has communes without a border, those that went into this one."""
    former = _communes_in(row.code, row.former, _open_communes(units), own=are_todays(tx, units))
    if len(former) < 2:
        return former
    centres = _unit_centres(tx, former)
    far = {code: metres_between(centres[code], point) if code in centres else float("inf") for code in former}
    return tuple(sorted(dict.fromkeys(former), key=lambda code: (far[code], code)))


def _communes_in(code: str, former: str, today: set[str], *, own: bool) -> tuple[str, ...]:
    """Today's communes in a border; `own` says that all of them have borders of their own."""
    went_in = tuple(old for old in json.loads(former) if old in today)
    if went_in and not own:
        return went_in
    return (code,) if code in today else ()


def communes_by_border(tx: Transaction, units: UnitTree) -> dict[str, tuple[str, ...]]:
    """Today's communes in each border, by the border's code."""
    today, own = _open_communes(units), are_todays(tx, units)
    query = select(_border.c.code, _border.c.former)
    return {row.code: _communes_in(row.code, row.former, today, own=own) for row in tx.read.execute(query)}


def are_todays(tx: Transaction, units: UnitTree) -> bool:
    """Whether every commune of today has a border of its own; else the borders are those of a later map."""
    return _open_communes(units) <= set(tx.read.execute(select(_border.c.code)).scalars())


def _open_communes(units: UnitTree) -> set[str]:
    return {unit.code for unit in units.units if unit.kind == "commune" and not unit.closed}


def all_borders(tx: Transaction) -> list[CommuneBorder]:
    """The borders in use, by code."""
    return borders_within(tx, (-180.0, -90.0, 180.0, 90.0))


def borders_within(tx: Transaction, box: tuple[float, float, float, float]) -> list[CommuneBorder]:
    """The borders that may show in a window of the map: west, south, east and north."""
    west, south, east, north = box
    query = select(_border.c.code, _border.c.rings).where(
        _border.c.west <= east, _border.c.east >= west, _border.c.south <= north, _border.c.north >= south
    )
    rows = tx.read.execute(query.order_by(_border.c.code)).all()
    return [CommuneBorder(row.code, tuple(tuple(map(tuple, ring)) for ring in json.loads(row.rings))) for row in rows]
