"""The public figures by area on the map: those of the communes that have a border, or went into a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.province import borders
from engine.province.border_file import CommuneBorder
from engine.statistics.public_figures import COUNTS, PublicRow
from engine.store.db import Transaction
from engine.world.unit_tree import UnitTree


@dataclass(frozen=True, slots=True)
class PublicArea:
    """An area: its border, the codes of today's communes in it, and their figures together."""

    border: CommuneBorder
    communes: tuple[str, ...]
    figures: PublicRow


def sum_by_area(tx: Transaction, units: UnitTree, rows: Sequence[PublicRow]) -> list[PublicArea]:
    """Each area with its figures; a count is hidden where that of one of its communes is."""
    by_code, communes = {row.code: row for row in rows}, borders.communes_by_border(tx, units)
    areas = []
    for border in borders.all_borders(tx):
        codes = communes.get(border.code, ())
        names = ", ".join(units.get(code).name for code in codes)
        parts = [by_code[code] for code in codes if code in by_code]
        counts = [_add_shown([getattr(part, name) for part in parts]) for name in COUNTS]
        areas.append(PublicArea(border, codes, PublicRow(border.code, names, *counts)))
    return areas


def _add_shown(counts: Sequence[int | None]) -> int | None:
    shown = [count for count in counts if count is not None]
    return sum(shown) if len(shown) == len(counts) else None
