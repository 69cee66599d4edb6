"""The public figures, computed once in ten minutes for each month and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request

from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.statistics import public_answers, public_areas, public_figures
from engine.statistics.public_answers import PublicAnswer
from engine.statistics.public_areas import PublicArea
from engine.statistics.public_figures import PublicFigures
from web.http.request import current_application, current_language, current_world, request_time, tx

KEPT = timedelta(minutes=10)
MOST_KEPT = 64
OFFERED = 36  # Months.


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """The figures of a month, and the same by area of the map."""

    figures: PublicFigures
    areas: Sequence[PublicArea]

    @property
    def month(self) -> str:
        """The month as addresses have it."""
        return f"{self.figures.period.first:%Y-%m}"


def current_figures() -> KeptFigures:
    """The figures of the month in the address, the last one without; raises NotFound, BadInput."""
    require_published()
    application, now, units = current_application(), request_time(), current_world().units
    first = _sent_month()
    known: dict[Any, KeptFigures] = application.extensions.setdefault("public_figures", {})
    key = (first, current_language(), units.revision)
    kept = known.get(key)
    if kept is None or not timedelta(0) <= now - kept.figures.made_at < KEPT:
        figures = public_figures.compile_public_figures(tx(), first, units, now, current_language())
        kept = KeptFigures(figures, public_areas.sum_by_area(tx(), units, figures.units))
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = kept
    return kept


def current_answers() -> list[PublicAnswer]:
    """The published answers of the same month, read anew each time: one that is taken back is gone at once."""
    figures = current_figures().figures
    return public_answers.list_public(tx(), figures.period, figures.resolved)


def require_published() -> None:
    """Raise NotFound where the province does not publish its figures."""
    if not current_application().settings.public_figures:
        raise NotFound


def last_months(count: int) -> list[date]:
    """The firsts of the last months that are over, the newest first."""
    firsts = [request_time().astimezone(VIETNAM).date().replace(day=1)]
    while len(firsts) <= count:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[1:]


def offered_months(shown: date) -> list[date]:
    """The firsts of the months to choose from, the newest first: this one, those before it, and the shown one."""
    this = request_time().astimezone(VIETNAM).date().replace(day=1)
    return sorted({this, *last_months(OFFERED - 1), shown}, reverse=True)


def _sent_month() -> date:
    today = request_time().astimezone(VIETNAM).date()
    text = request.args.get("month", "")
    if not text:
        return last_months(1)[0]
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadInput("period-in-future") from error
    if first > today or today.year - first.year > 10:
        raise BadInput("period-in-future")
    return first
