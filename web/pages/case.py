"""The page of a case, its files and its diagram; case search."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.cases import (
    attachments,
    calls,
    case_code,
    corrections,
    dossier,
    instance_record,
    lookup,
    matter_lines,
    search_record,
    shared_case,
)
from engine.cases.lookup import CaseSearch
from engine.directives import reading
from engine.errors import Forbidden, Invalid, NotFound
from engine.matters import lists
from engine.matters import reading as matters
from engine.matters.lists import MatterFilter
from engine.privacy import unmasking
from engine.privacy.disclosures import CASE, FILE, SEARCH
from engine.staff import access
from engine.translation.wording import say
from web.display import arrival, diagram_titles
from web.http import disclosure_log, downloads
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    current_officer,
    current_stamp,
    current_world,
    tx,
)
from web.pages.correction import CORRECTION_TITLES

blueprint = Blueprint("case", __name__)


@blueprint.get("/cases/<code>")
def show_case(code: str) -> ResponseReturnValue:
    """Show the case, with links to its tasks that the officer may work on.

    The code of somebody who joined it leads here too, and is named in a sentence.
    """
    matter = matters.find_known_matter(tx(), code)
    if matter is not None:
        return redirect(url_for("matter.show_matter", code=matter.code))
    main_code = dossier.main_code_of(tx(), code)
    if main_code is not None:
        return redirect(
            url_for(
                "case.show_case", code=main_code, joined=case_code.parse_code(code, current_world().province.letters)
            )
        )
    case = dossier.load_by_code(tx(), current_desk(), code)
    shared = shared_case.load_shared_case(tx(), case.report.id)
    available = corrections.list_available(case.in_hand, current_desk(), merged=case.is_merged)
    if case.personal:
        disclosure_log.record_disclosure(CASE, [case.report.id])
    own_tasks = [
        task
        for task in case.open_tasks
        if access.may_work_on(current_officer(), task.unit_code, task.role, task.assignee_id)
    ]
    return render_template(
        "case.html",
        case=case,
        shared=shared,
        came_by=shared.named_code(request.args.get("joined", "")),
        mine=own_tasks,
        why={task.id: arrival.arrival_reason(case, task) for task in case.open_tasks},
        deadline=instance_record.explain_deadline(case, current_world(), current_language()),
        directives=reading.directives_naming_case(tx(), current_officer(), current_world().units, case.case.id),
        gives_keys=case.personal and access.has_permission(current_officer(), calls.PERMISSION),
        corrections={act: CORRECTION_TITLES[act] for act in available},
        **arrival.case_page_context(case),
    )


@blueprint.get("/cases")
def search_cases() -> ResponseReturnValue:
    """Search the cases that the officer may see; who asked for a full number or code is recorded (R14)."""
    text = request.args.get("text", "").strip()[:100]
    search = recorded_search(text)
    begun = lists.find_matters(tx(), current_officer(), MatterFilter(text=text)) if text else ()
    if len(begun) == 1 and not search.rows:
        return redirect(url_for("matter.show_matter", code=begun[0].code))
    if len(search.rows) == 1 and not begun:
        return redirect(url_for("case.show_case", code=search.rows[0].code))
    may_ask = access.has_permission(current_officer(), calls.PERMISSION)
    fault = say(search.fault, current_language()) if search.fault else ""
    query = urlencode({"text": text})
    facts = {
        "text": text,
        "search_query": query,
        "rows": search.rows,
        "most": lookup.MAX_RESULTS,
        "by_number": may_ask,
        "fault": fault,
    }
    lines = matter_lines.load_lines(tx(), current_desk(), [row.code for row in search.rows])
    return render_template("cases.html", lines=lines, begun=begun, **facts)


def recorded_search(text: str) -> CaseSearch:
    """What a search finds; who searched for a person is recorded, whatever comes of the result."""
    search = lookup.find_cases(tx(), current_desk(), text)
    if text:
        search_record.record_search(tx(), current_stamp(), text, len(search.rows), current_application().key)
    if search.exact:
        disclosure_log.record_disclosure(SEARCH, {row.id for row in search.rows})
    return search


@blueprint.post("/cases/<code>/reveal")
def reveal_particulars(code: str) -> ResponseReturnValue:
    """Reveal the reporter to an officer who does not handle the case; recorded with the reason (R14)."""
    case = dossier.load_by_code(tx(), current_desk(), code)
    try:
        unmasking.reveal_reporter(tx(), case, current_desk(), " ".join(request.form.get("reason", "").split()))
    except (Invalid, Forbidden) as error:
        flash(say(error, current_language()), "danger")
    return redirect(url_for("case.show_case", code=case.report.code))


@blueprint.get("/cases/<code>/files/<int:number>")
def download_case_file(code: str, number: int) -> ResponseReturnValue:
    """Download a file of the case, so that no browser executes it."""
    name, media_type, content = attachments.load_attachment(tx(), _disclose_file(code, number), number)
    return downloads.file_response(content, media_type, name)


@blueprint.get("/cases/<code>/files/<int:number>/thumbnail")
def show_case_thumbnail(code: str, number: int) -> ResponseReturnValue:
    """Show a picture of the case in small, to those who may download it."""
    return downloads.picture_response(attachments.load_thumbnail(tx(), _disclose_file(code, number), number))


def _disclose_file(code: str, number: int) -> int:
    """The report that a file of the case belongs to, which also may be that of a caller who joined; recorded (R14)."""
    case = dossier.load_by_code(tx(), current_desk(), code)
    if not case.personal:
        raise NotFound("attachment-shows-reporter")
    report_id: int = next((file.report_id for file in case.files if file.id == number), case.report.id)
    disclosure_log.record_disclosure(FILE, [report_id])
    return report_id


@blueprint.get("/cases/<code>/diagram")
def show_case_diagram(code: str) -> ResponseReturnValue:
    """Return the diagrams of the case with the path taken and the current elements, for the viewer."""
    case = dossier.load_by_code(tx(), current_desk(), code)
    diagrams = dossier.load_diagrams(tx(), case.case.digest, case.process, current_world(), current_language())
    titles = diagram_titles.title_diagrams(case.process.key, diagrams, current_language())
    return {
        "diagrams": [{"name": name, "title": titles[name], "xml": xml} for name, xml in diagrams.items()],
        "walked": sorted(set(instance_record.visited_elements(case))),
        "waiting": sorted({task.node for task in case.open_tasks}),
    }
