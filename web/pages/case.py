"""The page of a case for those who watch it, its files and its diagram; looking a case up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases import attachments, corrections, dossier, lookup
from engine.directives import reading
from engine.errors import NotFound
from engine.privacy.disclosures import CASE, FILE
from engine.staff import access
from web.display import history_text
from web.http import disclosure_log
from web.http.request import desk, language, officer, tx, world
from web.pages.correction import TITLES

blueprint = Blueprint("case", __name__)

Answer = Any
SHORTEST_REASON = 5


@blueprint.get("/cases/<code>")
def show(code: str) -> Answer:
    """The case, with the way to those of its tasks that the officer may do."""
    case = dossier.by_code(tx(), officer(), code, world())
    if case.personal:
        disclosure_log.note(CASE, [case.report.id])
    mine = [task for task in case.open_tasks if access.may_work(officer(), task.unit_code, task.role, task.assignee_id)]
    return render_template(
        "case.html",
        case=case,
        mine=mine,
        why={task.id: history_text.why_here(case, task) for task in case.open_tasks},
        deadline=dossier.deadline(case, world(), language()),
        directives=reading.naming(tx(), officer(), world().units, case.case.id),
        corrections={act: TITLES[act] for act in corrections.possible(case, desk())},
        **history_text.beside(case),
    )


@blueprint.get("/cases")
def find() -> Answer:
    """Look cases up by code, number, name or words, among those that the officer may see."""
    text = request.args.get("text", "").strip()[:100]
    found = lookup.find(tx(), officer(), world().units, text) if text else []
    if len(found) == 1 and text:
        return redirect(url_for("case.show", code=found[0].code))
    return render_template("cases.html", text=text, rows=found, most=lookup.MOST)


@blueprint.post("/cases/<code>/reveal")
def reveal(code: str) -> Answer:
    """Show who reported to an officer who does not handle the case; noted with the reason (R14)."""
    case = dossier.by_code(tx(), officer(), code, world())
    reason = request.form.get("reason", "").strip()[:300]
    if len(reason) < SHORTEST_REASON:
        flash(_("Nêu lý do cần xem thông tin người phản ánh."), "danger")
    elif not case.personal:
        dossier.reveal(tx(), case, desk(), reason)
    return redirect(url_for("case.show", code=case.report.code))


@blueprint.get("/cases/<code>/files/<int:number>")
def file(code: str, number: int) -> Answer:
    """A file of the case, as a download that no browser runs."""
    case = dossier.by_code(tx(), officer(), code, world())
    if not case.personal:
        raise NotFound("Files show who reported.")
    name, media_type, content = attachments.read(tx(), case.report.id, number)
    disclosure_log.note(FILE, [case.report.id])
    answer = Response(content, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.get("/cases/<code>/diagram")
def diagram(code: str) -> Answer:
    """The diagrams of the case with the path walked and where it stands, for the viewer."""
    case = dossier.by_code(tx(), officer(), code, world())
    diagrams = dossier.diagrams(tx(), case.case.digest, case.process)
    return {
        "diagrams": [{"name": name, "xml": xml} for name, xml in diagrams.items()],
        "walked": sorted(set(dossier.walked(case))),
        "waiting": sorted({task.node for task in case.open_tasks}),
    }
