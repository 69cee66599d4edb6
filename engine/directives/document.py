"""Renders a directive as an official Word document.

It contains nothing personal: a case's code, field, place and unit, never what its reporter said or who that is (R14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.clock import VIETNAM
from engine.directives.confined import fill_document
from engine.documents import official
from engine.process import known_fields
from engine.store.db import Transaction
from engine.world.world import World

SYMBOL_SUFFIX = "TD"  # The part of the symbol under which the office files these letters: theo dõi.
TO_REPORT = "Chủ tịch, các PCT UBND tỉnh (để b/c)"
BLANK_NUMBER = "      "  # Placeholder until the number is assigned.


@dataclass(frozen=True, slots=True)
class DirectiveLetter:
    """The content of a directive: its row, its cases as (code, field, place, unit_code, due_at), its units' codes.

    `at` dates the directive, and days overdue are counted to it; `answer_by` is the deadline for the units' answers.
    """

    row: Any
    cases: Sequence[Any]
    units: Sequence[str]
    at: datetime
    answer_by: datetime


def render_directive(tx: Transaction, letter: DirectiveLetter, template: bytes, world: World, *, dated: bool) -> bytes:
    """Render the Word file; without `dated` it is a preview with room for the date.

    Raises UnfitTemplate when the template fails.
    """
    return fill_document(template, template_values(letter, known_fields.known_captions(tx, "vi"), world, dated=dated))


def template_values(letter: DirectiveLetter, fields: Mapping[str, str], world: World, *, dated: bool) -> dict[str, Any]:
    """The values of every field that a template may name (`engine.directives.fields`)."""
    issuer, units, row = issuing_office(world), world.units, letter.row
    names = [_unit_name(world, code) for code in letter.units]
    return {
        "superior": issuer.superior.replace("NHÂN DÂN ", "NHÂN DÂN\n", 1),
        "issuer_lines": list(issuer.lines),
        "issuer_name": issuer.name,
        "number": row.symbol or f"{BLANK_NUMBER}/{issuer.abbreviation}-{SYMBOL_SUFFIX}",
        "place_and_date": official.place_and_date(issuer.place, _local_day(letter.at) if dated else None),
        "subject": row.subject,
        "recipients": names,
        "cases": [
            {
                "index": str(index),
                "code": case.code,
                "field": fields.get(case.field, case.field),
                "place": units.get(case.place).name if units.knows(case.place) else case.place,
                "unit": _unit_name(world, case.unit_code),
                "due": format_instant(case.due_at),
                "days_late": str(world.working_days_late(case.due_at, letter.at)),
            }
            for index, case in enumerate(letter.cases, 1)
        ],
        "total": official.two_digits(len(letter.cases)),
        "demands": [line.strip() for line in row.demand.splitlines() if line.strip()],
        "answer_by": _long_deadline(letter.answer_by),
        "copies": [
            "Như trên",
            world.province.own_words(TO_REPORT),
            f"Lưu: VT, {SYMBOL_SUFFIX}",
        ],
        "signer_lines": [line.strip() for line in row.signer_title.splitlines() if line.strip()],
        "signer_name": row.signer_name,
    }


def issuing_office(world: World) -> official.PublicBody:
    """The provincial office as the issuer of a paper."""
    office = next(unit for unit in world.units.units if unit.kind == "office" and not unit.closed)
    return official.public_body(world.units, office.code)


def directive_symbol(number: int, world: World) -> str:
    """Number and symbol of an issued directive: 05/VP-TD."""
    return official.document_symbol(number, issuing_office(world).abbreviation, SYMBOL_SUFFIX)


def format_instant(at: datetime) -> str:
    """16:30 24/11/2026."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _unit_name(world: World, code: str) -> str:
    return official.public_body(world.units, code).name if world.units.knows(code) else code


def _long_deadline(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H giờ %M} {official.long_date(_local_day(at))}"


def _local_day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
