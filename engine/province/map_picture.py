"""The borders as browsers draw them: paths of whole numbers in Mercator's projection, small enough for a telephone.

All points are snapped to one grid, so that neighbours keep the corners that they share and no gap opens between them.
The grid is made coarser until the picture is small. Mercator, because a province's own tiles would lie in it too.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.province.border_file import CommuneBorder, Point

GRIDS = (12_000, 8_000, 6_000, 4_000, 3_000, 2_000, 1_400, 1_000)  # Cells across the province.
TILE, MOST_TILES = 256, 60  # Pixels of a tile; tiles of a picture at most: a file may have none that are fine enough.
MOST_BYTES = 60_000  # Compressed: three seconds of a slow 3G are some 150 KB, and the page itself needs its share.


@dataclass(frozen=True, slots=True)
class MercatorGrid:
    """Where the cells of a grid lie: its western and northern edge in radians of Mercator, and cells per radian."""

    west: float
    north: float
    scale: float

    def cell_of(self, longitude: float, latitude: float) -> tuple[int, int]:
        """The cell that has a point, counted from the north-western corner."""
        return (
            round((math.radians(longitude) - self.west) * self.scale),
            round((self.north - mercator_height(latitude)) * self.scale),
        )


def mercator_height(latitude: float) -> float:
    """How far north a latitude lies in Mercator's projection, in radians."""
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile of the province's own map, and where it lies on a grid: its north-western corner and its side in cells."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    side: float


def place_tiles(grid: MercatorGrid, size: tuple[int, int], zooms: tuple[int, int]) -> list[PlacedTile]:
    """The tiles under a grid of `size` cells, at the zoom between `zooms` whose tiles come nearest to TILE cells."""
    across = 2 * math.pi * grid.scale
    zoom = min(max(round(math.log2(across / TILE)), zooms[0]), zooms[1])
    side = across / 2**zoom
    left, top = (-math.pi - grid.west) * grid.scale, (grid.north - math.pi) * grid.scale
    columns = range(math.floor(-left / side), math.floor((size[0] - left) / side) + 1)
    rows = range(math.floor(-top / side), math.floor((size[1] - top) / side) + 1)
    if len(columns) * len(rows) > MOST_TILES:
        return []
    return [
        PlacedTile(zoom, column, row, round(left + column * side, 2), round(top + row * side, 2), round(side, 2))
        for row in rows
        for column in columns
    ]


def draw_picture(borders: Sequence[CommuneBorder]) -> bytes:
    """The picture as compressed JSON: the grid's place and size, and by code the path of each commune."""
    compressed = b""
    for cells in GRIDS:
        compressed = gzip.compress(
            json.dumps(_draw_on_grid(borders, cells), separators=(",", ":")).encode(), 9, mtime=0
        )
        if len(compressed) <= MOST_BYTES:
            break
    return compressed


def _draw_on_grid(borders: Sequence[CommuneBorder], cells: int) -> dict[str, object]:
    boxes = [border.box for border in borders]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    height = mercator_height(north) - mercator_height(south)
    scale = cells / max(math.radians(east - west), height, 1e-9)
    grid = MercatorGrid(math.radians(west), mercator_height(north), scale)
    paths = {border.code: draw_path(border.rings, grid) for border in borders}
    size = list(grid.cell_of(east, south))
    return {"west": grid.west, "north": grid.north, "scale": scale, "size": size, "paths": paths}


def draw_path(rings: Iterable[Sequence[Point]], grid: MercatorGrid) -> str:
    """The rings as the path of an SVG, in relative steps; a ring that vanishes in one cell is left out."""
    return "".join(_draw_ring([grid.cell_of(*point) for point in ring]) for ring in rings)


def _draw_ring(cells: Sequence[tuple[int, int]]) -> str:
    corners = _without_straight(cells)
    if len(corners) < 3:
        return ""
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(corners)]
    text = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
    return f"M{corners[0][0]} {corners[0][1]}l{text}z"


def _without_straight(cells: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners of a closed ring, without those that repeat one or lie on a straight line."""
    corners: list[tuple[int, int]] = []
    for cell in cells[:-1]:
        if corners and corners[-1] == cell:
            continue
        if len(corners) > 1 and _lies_between(corners[-2], corners[-1], cell):
            corners[-1] = cell
        else:
            corners.append(cell)
    return corners


def _lies_between(one: tuple[int, int], middle: tuple[int, int], other: tuple[int, int]) -> bool:
    dx, dy, ex, ey = middle[0] - one[0], middle[1] - one[1], other[0] - middle[0], other[1] - middle[1]
    return dx * ey == dy * ex and dx * ex + dy * ey >= 0
