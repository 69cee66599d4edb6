"""Appendixes of whole provinces with made-up figures, for the tests of papers and for looking at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from random import Random

from engine.documents import official
from engine.documents.appendix_paper import AppendixPaper, compose_paper
from engine.province.unit_files import read_unit_file
from engine.statistics.appendix import rank_units, sum_figures
from engine.statistics.period import Appendix, Figures, FiguresRow, ReportingPeriod
from engine.world.unit_tree import OrgUnit, UnitTree
from tests.kit.province import DATA, YEARS

MADE_AT = datetime(2026, 11, 26, 3, 4, tzinfo=UTC)
OCTOBER = ReportingPeriod(date(2026, 10, 1), date(2026, 10, 31))
FIELDS = {
    "health": "Y tế",
    "welfare": "An sinh xã hội",
    "environment": "Môi trường",
    "order": "An ninh trật tự",
    "infrastructure": "Hạ tầng, giao thông",
    "education": "Giáo dục",
    "administration": "Thủ tục hành chính",
    "other": "Lĩnh vực khác",
}


def tree(year: int) -> UnitTree:
    """The province of a year as its files have it, the neighbour left out."""
    rows = [row for name in YEARS[year] for row in read_unit_file(DATA / name).rows]
    known = {"75"}
    units = {"75": OrgUnit("75", "Tỉnh Đồng Nai", "province")}
    for row in sorted(rows, key=lambda row: (row.kind != "district", row.code)):
        if row.parent in known:
            known.add(row.code)
            units[row.code] = OrgUnit(row.code, row.name, row.kind, row.parent)
    return UnitTree(tuple(units.values()), None)


def appendix(units: UnitTree, *, most: int = 400, period: ReportingPeriod = OCTOBER) -> Appendix:
    """Figures for every unit of a tree that agree with one another; `most` is about what a place receives."""
    chance = Random(7)
    rows = tuple(_rows(units, units.get("75"), 0, chance, most))
    total = rows[0].figures
    best, worst = rank_units(rows, units, total)
    return Appendix(period, MADE_AT, "Tỉnh Đồng Nai", rows, _by_field(total), total, best, worst)


def _rows(units: UnitTree, unit: OrgUnit, depth: int, chance: Random, most: int) -> Iterator[FiguresRow]:
    below = [list(_rows(units, child, depth + 1, chance, most)) for child in units.children(unit.code)]
    own = _figures(chance, most if unit.kind in ("commune", "department") else 0)
    figures = sum_figures([own, *(rows[0].figures for rows in below)]) if below else own
    yield FiguresRow(
        unit.code, unit.name, depth, figures if not below else sum_figures([rows[0].figures for rows in below])
    )
    for rows in below:
        yield from rows


def _figures(chance: Random, most: int) -> Figures:
    received, before, again = (chance.randint(0, limit) for limit in (most, most // 6, most // 40))
    work = received + before + again
    overdue_and_open = round(work * chance.uniform(0.02, 0.2))
    false, other = (chance.randint(0, work // 30) for _ in range(2))
    resolved = work - overdue_and_open - false - other
    late = round(resolved * chance.uniform(0, 0.3))
    glad = round(resolved * 0.4)
    return Figures(
        before,
        received,
        again,
        resolved,
        resolved - late,
        late,
        false,
        other,
        overdue_and_open,
        overdue_and_open // 3,
        chance.randint(0, work // 25),
        glad,
        glad // 9,
    )


def _by_field(total: Figures) -> tuple[FiguresRow, ...]:
    """The total spread over the fields; what a division leaves over goes to the last one."""
    names = list(FIELDS)
    part = Figures(*(getattr(total, field.name) // len(names) for field in fields(Figures)))
    rest = {f.name: getattr(total, f.name) - (len(names) - 1) * getattr(part, f.name) for f in fields(Figures)}
    return tuple(FiguresRow(key, FIELDS[key], 0, part if key != names[-1] else Figures(**rest)) for key in names)


def sample_paper(year: int = 2021, *, most: int = 400) -> AppendixPaper:
    """The paper of a whole province."""
    units = tree(year)
    return compose_paper(appendix(units, most=most), official.public_body(units, "75"))
