"""Parses a province's file of borders: GeoJSON (RFC 7946), one feature for each commune, without a database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import BadInput
from engine.province.unit_files import CODE_PATTERN
from engine.world.shapes import split_areas

MAX_BYTES = 50_000_000
MAX_POINTS = 1_000_000
# The waters and islands of Vietnam included. A file in another system of coordinates (VN-2000) lies outside.
WEST, SOUTH, EAST, NORTH = 101.0, 6.0, 118.0, 24.0
SHORTEST_RING = 4  # Three corners, and the first one again.

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CommuneBorder:
    """The area of a commune: its code and the rings of its polygons, outlines and holes, each closed."""

    code: str
    rings: tuple[tuple[Point, ...], ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the area."""
        xs, ys = zip(*(point for ring in self.rings for point in ring), strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def border_geometry(border: CommuneBorder) -> dict[str, object]:
    """The area as GeoJSON has it."""
    return {"type": "MultiPolygon", "coordinates": split_areas(border.rings)}


def read_border_file(path: Path) -> tuple[CommuneBorder, ...]:
    """The borders in the file at `path`; raises BadInput naming the feature that cannot be used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("borders-too-large", path=path, most=MAX_BYTES // 1_000_000)
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput("borders-unreadable", path=path, reason=str(error)) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise BadInput("borders-not-geojson", path=path)
    borders = tuple(_read_feature(number, feature) for number, feature in enumerate(features, start=1))
    _refuse_twice(borders)
    if sum(len(ring) for border in borders for ring in border.rings) > MAX_POINTS:
        raise BadInput("borders-too-many-points", path=path, most=MAX_POINTS)
    return borders


def _read_feature(number: int, feature: Any) -> CommuneBorder:
    """One feature; its code is its `id`, or its property `code`."""
    parts = feature if isinstance(feature, Mapping) else {}
    properties = parts.get("properties")
    code = str(parts.get("id") or (properties.get("code") if isinstance(properties, Mapping) else None) or "")
    if not CODE_PATTERN.fullmatch(code):
        raise BadInput("border-without-code", number=number)
    return CommuneBorder(code, tuple(_read_rings(code, parts.get("geometry"))))


def _read_rings(code: str, geometry: Any) -> Iterator[tuple[Point, ...]]:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadInput("border-not-area", code=code)
    polygons = [geometry.get("coordinates")] if kind == "Polygon" else geometry.get("coordinates")
    rings = [ring for polygon in _as_list(code, polygons) for ring in _as_list(code, polygon)]
    for ring in rings:
        points = tuple(_read_point(code, pair) for pair in _as_list(code, ring))
        if len(points) < SHORTEST_RING or points[0] != points[-1]:
            raise BadInput("border-ring-open", code=code)
        yield points


def _as_list(code: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, list) or not value:
        raise BadInput("border-not-area", code=code)
    return value


def _read_point(code: str, pair: Any) -> Point:
    """Longitude and latitude; what stands behind them, such as a height, is left out."""
    match pair:
        case [int() | float() as x, int() | float() as y, *_] if WEST <= x <= EAST and SOUTH <= y <= NORTH:
            return float(x), float(y)
    raise BadInput("border-not-degrees", code=code)


def _refuse_twice(borders: Sequence[CommuneBorder]) -> None:
    seen: set[str] = set()
    for border in borders:
        if border.code in seen:
            raise BadInput("border-twice", code=border.code)
        seen.add(border.code)
