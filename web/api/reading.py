"""Cases, deployments and statistics, as far as the key's account sees them on pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from engine.cases import dossier
from engine.cases.dossier import Dossier
from engine.privacy.disclosures import CASE
from engine.staff import access
from engine.statistics import scope
from engine.statistics.appendix import compile_appendix
from engine.statistics.period import FiguresRow, ReportingPeriod
from web.api import problems
from web.api.callers import acts_with_key, caller_desk
from web.api.schemas import CaseEntry, DeploymentEntry, PeriodQuery, StatisticsEntry
from web.api.work import describe_task
from web.http import disclosure_log
from web.http.request import active_deployment, current_language, current_world, tx

blueprint = Blueprint("api_reading", __name__, url_prefix="/api/v1", description="Cases, deployments, statistics")
problems.handle_problems(blueprint)

FIGURES = "monitor"  # The permission that the pages of figures ask for.
PARTICULARS = ("reporter_name", "phone", "email", "address")


@blueprint.get("/cases/<code>")
@acts_with_key
@blueprint.response(200, CaseEntry)
def show_case(code: str) -> dict[str, Any]:
    """Show a case; who reported is there for whoever handles it, and is written down as on its page."""
    desk = caller_desk()
    case = dossier.load_by_code(tx(), desk, dossier.main_code_of(tx(), code) or code)
    if case.personal:
        disclosure_log.record_disclosure(CASE, [case.report.id])
    return _describe_case(case)


def _describe_case(case: Dossier) -> dict[str, Any]:
    report = case.report
    facts = {name: getattr(report, name) for name in ("code", "field", "urgency", "place", "channel", "received_at")}
    return {
        **facts,
        "due_at": case.case.due_at,
        "finished_at": case.case.finished_at,
        "content": case.readable(report.content),
        "reporter": {name: getattr(report, name) for name in PARTICULARS} if case.personal else None,
        "tasks": [{**describe_task(task), "case": report.code} for task in case.open_tasks],
    }


@blueprint.get("/deployment")
@acts_with_key
@blueprint.response(200, DeploymentEntry)
def show_deployment() -> dict[str, Any]:
    """Show what new cases follow: processes, forms and fields of reports."""
    content = active_deployment()
    return {
        "processes": sorted(content.processes),
        "forms": sorted(content.forms),
        "fields_of_reports": [field.key for field in content.report_fields],
    }


@blueprint.get("/statistics")
@acts_with_key
@blueprint.arguments(PeriodQuery, location="query")
@blueprint.response(200, StatisticsEntry)
def show_statistics(sent: dict[str, Any]) -> dict[str, Any]:
    """Show the appendix of a period for the units that the account sees."""
    desk = caller_desk()
    access.require_permission(desk.officer, FIGURES)
    units, period = current_world().units, ReportingPeriod(sent["first"], sent["last"])
    viewer = scope.scope_of(desk.officer, units)
    appendix = compile_appendix(tx(), viewer, period, units, desk.now, current_language())
    return {
        "scope": appendix.scope,
        "total": asdict(appendix.total),
        "units": [_describe_figures(row) for row in appendix.units],
        "fields_of_reports": [_describe_figures(row) for row in appendix.fields],
    }


def _describe_figures(row: FiguresRow) -> dict[str, Any]:
    return {"code": row.code, "name": row.name, "figures": asdict(row.figures)}
