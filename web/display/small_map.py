"""The small map beside a case: the point of the report among the communes' borders, as paths of an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.cases import map_points
from engine.errors import Invalid
from engine.province import borders
from engine.province.border_file import CommuneBorder
from engine.province.map_picture import MercatorGrid, PlacedTile, draw_path, mercator_height, place_tiles
from engine.world.shapes import MapPoint, read_point
from web.display import filters
from web.http.request import current_application, current_world, tx

WIDTH, HEIGHT = 360, 240  # Cells of the picture.
MARGIN = 0.12  # Of the commune's size, around it.
SMALLEST = 0.02  # Degrees across: about 2 km.


@dataclass(frozen=True, slots=True)
class SmallMap:
    """A drawn map: paths, each with whether the point lies in it, names with their cells, the point's cell, tiles."""

    paths: Sequence[tuple[str, bool]]
    names: Sequence[tuple[str, int, int]]
    point: tuple[int, int]
    tiles: Sequence[PlacedTile] = ()


@dataclass(frozen=True, slots=True)
class PointOnMap:
    """A report's point: as text, as an address that opens a telephone's own map, where it lies, and the map.

    `communes` are names of the communes in which it may lie; `elsewhere` says that the report's own is none of them.
    """

    text: str
    link: str
    communes: Sequence[str]
    elsewhere: bool
    drawn: SmallMap | None


def show_point(position: str, place: str) -> PointOnMap | None:
    """The point of a report that is for `place`; None for a report without one."""
    point = read_point(position)
    if point is None:
        return None
    try:
        codes = map_points.communes_of(tx(), current_world().units, position)
    except Invalid:  # The province has other borders now.
        codes = ()
    pair = f"{point.latitude:.5f},{point.longitude:.5f}"
    return PointOnMap(
        text=position,
        link=f"geo:{pair}?q={pair}",
        communes=[str(filters.unit_caption(code)) for code in codes],
        elsewhere=bool(codes) and place not in codes,
        drawn=_draw_map(point),
    )


def _draw_map(point: MapPoint) -> SmallMap | None:
    row = borders.border_around(tx(), point)
    if row is None:
        return None
    box = _window((row.west, row.south, row.east, row.north), point)
    grid = MercatorGrid(math.radians(box[0]), mercator_height(box[3]), WIDTH / max(1e-9, math.radians(box[2] - box[0])))
    shown = borders.borders_within(tx(), box)
    return SmallMap(
        paths=[(draw_path(border.rings, grid), border.code == row.code) for border in shown],
        names=list(_names(shown, grid)) if borders.are_todays(tx(), current_world().units) else [],
        point=grid.cell_of(point.longitude, point.latitude),
        tiles=_tiles_under(grid),
    )


def _tiles_under(grid: MercatorGrid) -> list[PlacedTile]:
    tiles = current_application().tiles
    return [] if tiles is None else place_tiles(grid, (WIDTH, HEIGHT), (tiles.least_zoom, tiles.most_zoom))


def _window(box: Sequence[float], point: MapPoint) -> tuple[float, float, float, float]:
    """The commune and the point with some margin, as wide for its height as the picture."""
    west, east = min(box[0], point.longitude), max(box[2], point.longitude)
    south, north = min(box[1], point.latitude), max(box[3], point.latitude)
    wide = max(east - west, (north - south) * WIDTH / HEIGHT, SMALLEST) * (1 + 2 * MARGIN)
    middle, across = (west + east) / 2, (south + north) / 2
    high = wide * HEIGHT / WIDTH
    return middle - wide / 2, across - high / 2, middle + wide / 2, across + high / 2


def _names(shown: Sequence[CommuneBorder], grid: MercatorGrid) -> Iterator[tuple[str, int, int]]:
    """The names of communes whose middle shows; a province that has other communes than its borders has none."""
    units = current_world().units
    for border in shown:
        west, south, east, north = border.box
        x, y = grid.cell_of((west + east) / 2, (south + north) / 2)
        if 30 < x < WIDTH - 30 and 10 < y < HEIGHT - 10 and units.knows_commune(border.code):
            yield units.get(border.code).name, x, y
