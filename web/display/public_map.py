"""The public page's map: every commune's area, filled by class with patterns that need no colour to be told apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from flask_babel import gettext as _

from engine.province import borders
from engine.province.border_file import CommuneBorder
from engine.province.map_picture import MercatorGrid, draw_path, mercator_height
from engine.statistics.public_areas import PublicArea
from engine.statistics.public_figures import PublicRow
from web.display import filters
from web.http.request import current_application, tx

WIDTH = 720  # Cells across: coarse, so that the page stays small.
ON_TIME, RECEIVED = MEASURES = ("on_time", "received")
RATE_BREAKS = (80.0, 90.0, 95.0)  # Percent.
HIDDEN = 0  # The class of what is hidden or not there.


@dataclass(frozen=True, slots=True)
class MapArea:
    """A commune on the map: its path, its class from 1, HIDDEN for none, and what is said of it."""

    path: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class PublicMap:
    """The drawn map: what it shows, its height for WIDTH cells, the areas, and the classes with their words."""

    measure: str
    height: int
    areas: Sequence[MapArea]
    legend: Sequence[tuple[int, str]]
    source: str


@dataclass(frozen=True, slots=True)
class _Outlines:
    digest: str
    height: int
    paths: Mapping[str, str]


def draw_public_map(areas: Sequence[PublicArea], measure: str) -> PublicMap | None:
    """The map of areas; None where the province has no borders."""
    current = borders.current_borders(tx())
    if current is None:
        return None
    outlines, value = _outlines(current.digest, areas), _rate_of if measure == ON_TIME else _count_of
    values = [value(area.figures) if area.communes else None for area in areas]
    breaks = RATE_BREAKS if measure == ON_TIME else _count_breaks([shown for shown in values if shown is not None])
    drawn = [
        MapArea(outlines.paths[area.border.code], _level(shown, breaks), f"{area.figures.name}: {_say(shown, measure)}")
        for area, shown in zip(areas, values, strict=True)
    ]
    return PublicMap(measure, outlines.height, drawn, _legend(breaks, measure), current.source)


def _outlines(digest: str, areas: Sequence[PublicArea]) -> _Outlines:
    """The paths of the borders in use, drawn once for each set of borders."""
    known: _Outlines | None = current_application().extensions.get("public_map")
    if known is None or known.digest != digest:
        known = _draw_outlines(digest, [area.border for area in areas])
        current_application().extensions["public_map"] = known
    return known


def _draw_outlines(digest: str, areas: Sequence[CommuneBorder]) -> _Outlines:
    boxes = [area.box for area in areas]
    west, north = min(box[0] for box in boxes), max(box[3] for box in boxes)
    east, south = max(box[2] for box in boxes), min(box[1] for box in boxes)
    grid = MercatorGrid(math.radians(west), mercator_height(north), WIDTH / math.radians(max(east - west, 1e-6)))
    return _Outlines(digest, grid.cell_of(east, south)[1], {area.code: draw_path(area.rings, grid) for area in areas})


def _rate_of(row: PublicRow) -> float | None:
    return 100 * row.on_time / row.resolved if row.resolved and row.on_time is not None else None


def _count_of(row: PublicRow) -> float | None:
    return row.received


def _count_breaks(counts: Sequence[float]) -> tuple[float, ...]:
    """Quarters of the areas that have any, as whole numbers."""
    some = [count for count in counts if count]
    cuts = quantiles(some, n=4) if len(some) > 1 else some
    return tuple(sorted({float(math.ceil(cut)) for cut in cuts}))


def _level(value: float | None, breaks: Sequence[float]) -> int:
    return HIDDEN if value is None else 1 + sum(value >= cut for cut in breaks)


def _say(value: float | None, measure: str) -> str:
    if value is None:
        return _("ẩn hoặc không có")
    return _in_words(measure)(value)


def _in_words(measure: str) -> Callable[[float], str]:
    if measure == ON_TIME:
        return lambda value: f"{filters.number_text(round(value, 1))} %"
    return lambda value: filters.number_text(int(value))


def _legend(breaks: Sequence[float], measure: str) -> list[tuple[int, str]]:
    write = _in_words(measure)
    lows = [None, *map(write, breaks)]
    highs = [*map(write, breaks), None]
    classes = [(level, _say_class(low, high)) for level, (low, high) in enumerate(zip(lows, highs, strict=True), 1)]
    return [(HIDDEN, _("ẩn hoặc không có")), *classes]


def _say_class(low: str | None, high: str | None) -> str:
    if low is None:
        return _("dưới %(high)s", high=high) if high is not None else _("mọi giá trị")
    return _("từ %(low)s", low=low) if high is None else _("từ %(low)s đến dưới %(high)s", low=low, high=high)
