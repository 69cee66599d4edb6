"""Renders a report as an official Word document: a BÁO CÁO after Decree 30/2020/NĐ-CP. It names units, never people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.briefings import cadences
from engine.briefings.texts import PARTS, paragraphs_of
from engine.clock import VIETNAM
from engine.directives.confined import fill_document
from engine.directives.document import issuing_office
from engine.directives.fields import BRIEFING
from engine.documents import official
from engine.statistics.period import ReportingPeriod
from engine.store.json_text import stored_list
from engine.world.unit_tree import UnitTree
from engine.world.world import World

KIND = "BC"  # The decree's abbreviation for a report, as part of the symbol.
BLANK_NUMBER = "      "  # Placeholder until the number is assigned.


def render_briefing(row: Any, template: bytes, world: World, dated_at: datetime | None) -> bytes:
    """The Word file; without a date it is a preview with room for it. Raises UnfitTemplate when the template fails."""
    return fill_document(template, briefing_values(row, world, dated_at), BRIEFING)


def briefing_values(row: Any, world: World, dated_at: datetime | None) -> dict[str, object]:
    """The values of every field that a template may name (`engine.directives.fields`)."""
    issuer, made_at = issuing_office(world), row.made_at.astimezone(VIETNAM)
    day = dated_at.astimezone(VIETNAM).date() if dated_at is not None else None
    return {
        "superior": issuer.superior.replace("NHÂN DÂN ", "NHÂN DÂN\n", 1),
        "issuer_lines": list(issuer.lines),
        "issuer_name": issuer.name,
        "number": row.symbol or f"{BLANK_NUMBER}/{KIND}-{issuer.abbreviation}",
        "place_and_date": official.place_and_date(issuer.place, day),
        "subject": row.subject,
        "recipient": committee_name(world.units),
        "period": cadences.period_name(row.cadence, ReportingPeriod(row.first, row.last)),
        "as_of": f"{made_at:%H giờ %M} {official.long_date(made_at.date())}",
        "figures": stored_list(row.figures),
        **{part: paragraphs_of(getattr(row, part)) for part in PARTS},
        "copies": ["Như trên", "Lưu: VT, TD"],
        "signer_lines": paragraphs_of(row.signer_title),
        "signer_name": row.signer_name,
    }


def briefing_symbol(number: int, world: World) -> str:
    """Number and symbol of an issued report: 05/BC-VP."""
    return official.document_symbol(number, KIND, issuing_office(world).abbreviation)


def committee_name(units: UnitTree) -> str:
    """The committee that the office reports to: Ủy ban nhân dân tỉnh Đồng Nai."""
    province = next(unit for unit in units.units if unit.kind == "province" and not unit.closed)
    return official.public_body(units, province.code).name
