"""What stands beside a task: for who takes a report in, what the operator of a call sees; for the others the answers.

A report from the web or an app gets the same care as a call (R1, R2); whoever resolves it tells the citizen the same as
the hotline does (the directive's point 5).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.answers import library
from engine.cases import callers, calls, petitions
from engine.cases.callers import CallerHistory
from engine.cases.dossier import Dossier
from engine.cases.emergency_words import list_emergency_words
from engine.privacy.disclosures import CALL
from engine.staff import access
from web.http import disclosure_log
from web.http.request import current_officer, request_time, tx
from web.pages import call_ends

MOST_ANSWERS = 8


def context_beside(case: Dossier, task: Any) -> dict[str, Any]:
    """The context of `task_beside.html`: the field's standard answers, those that match the report first."""
    report = case.report
    suggested = library.suggest_answers(tx(), report.content, report.field)
    known = {row.key for row in suggested}
    others = [row for row in library.list_answers(tx(), field=report.field) if row.key not in known]
    return {
        "beside": _beside_intake(case) if takes_in(task) else None,
        "standard": [*suggested, *others][:MOST_ANSWERS],
    }


def takes_in(task: Any) -> bool:
    """Whether the officer takes a report in by this task, as the operator of a call does."""
    return task.form == calls.RECEIVE and access.has_permission(current_officer(), calls.PERMISSION)


def _beside_intake(case: Dossier) -> dict[str, Any]:
    """The reporter's earlier reports and how many were false, similar open cases, and what the words point to."""
    report = case.report
    caller = _without(callers.look_up_phone(tx(), report.phone), report.id)
    alike = callers.list_similar_cases(tx(), report.place, report.content, request_time(), report.id)
    disclosure_log.record_disclosure(CALL, {row.id for row in (*caller.reports, *alike)})
    return {
        "caller": caller,
        "alike": alike,
        "emergency_words": list_emergency_words(report.content),
        "petition_kind": petitions.recognise_petition(report.content),
        "places": call_ends.petition_places(),
    }


def _without(caller: CallerHistory, report_id: int) -> CallerHistory:
    """What is known of a number apart from the report at hand."""
    rest = [row for row in caller.reports if row.id != report_id]
    return replace(caller, reports=rest, total=caller.total - (len(caller.reports) - len(rest)))
