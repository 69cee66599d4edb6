"""Points and areas on the earth: whether a point lies in an area, and how far from it, without a database.

Coordinates are degrees of WGS 84, longitude before latitude as in GeoJSON (RFC 7946).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

METRES_PER_DEGREE = 111_195.0  # On a sphere of 6,371 km.

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point on the map."""

    longitude: float
    latitude: float

    @property
    def text(self) -> str:
        """As people write it and reports store it: latitude first, five decimals, about a metre."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


def read_point(text: str) -> MapPoint | None:
    """The point that a report stores as `text`; None for the empty text and for what is none."""
    latitude, comma, longitude = text.partition(",")
    try:
        return MapPoint(float(longitude), float(latitude)) if comma else None
    except ValueError:
        return None


def is_inside(rings: Sequence[Ring], point: MapPoint) -> bool:
    """Whether the point lies within the rings of an area: outlines and holes alike, by the even-odd rule.

    Of two areas that share an edge exactly one has a point on it.
    """
    x, y = point.longitude, point.latitude
    inside = False
    for (x1, y1), (x2, y2) in _edges(rings):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def split_areas(rings: Sequence[Ring]) -> list[list[Ring]]:
    """The rings of an area as polygons: each outline with its holes, outlines counter-clockwise (RFC 7946, 3.1.6)."""
    depths = [sum(is_inside([other], MapPoint(*ring[0])) for other in rings if other is not ring) for ring in rings]
    outlines = [ring for ring, depth in zip(rings, depths, strict=True) if depth % 2 == 0]
    areas: list[list[Ring]] = [[_turned(ring, left=True)] for ring in outlines]
    for ring, depth in zip(rings, depths, strict=True):
        if depth % 2:
            around = [place for place, outline in enumerate(outlines) if is_inside([outline], MapPoint(*ring[0]))]
            areas[min(around, key=lambda place: abs(_twice_area(outlines[place])))].append(_turned(ring, left=False))
    return areas


def _turned(ring: Ring, *, left: bool) -> Ring:
    return ring if (_twice_area(ring) > 0) == left else ring[::-1]


def _twice_area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def metres_to_edge(rings: Sequence[Ring], point: MapPoint) -> float:
    """How far the point is from the nearest edge of an area, in metres; exact enough for some kilometres."""
    narrow = math.cos(math.radians(point.latitude))
    nearest = math.inf
    for start, end in _edges(rings):
        one, other = ((x - point.longitude) * narrow for x in (start[0], end[0]))
        nearest = min(nearest, _distance(one, start[1] - point.latitude, other, end[1] - point.latitude))
    return nearest * METRES_PER_DEGREE


def metres_between(one: MapPoint, other: MapPoint) -> float:
    """How far two points are from each other, in metres; exact enough within a province."""
    narrow = math.cos(math.radians(one.latitude))
    across = (one.longitude - other.longitude) * narrow
    return math.hypot(across, one.latitude - other.latitude) * METRES_PER_DEGREE


def _edges(rings: Sequence[Ring]) -> Iterator[tuple[Sequence[float], Sequence[float]]]:
    for ring in rings:
        yield from pairwise(ring)


def _distance(x1: float, y1: float, x2: float, y2: float) -> float:
    """From the origin to the segment between two points."""
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(x1 * dx + y1 * dy) / length))
    return math.hypot(x1 + share * dx, y1 + share * dy)
