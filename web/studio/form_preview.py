"""A form of a draft as officers will see it on a screen and a telephone, filled in by hand. Nothing is stored."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from engine.errors import EngineError, NotFound
from engine.process import definitions
from engine.scenarios import deployment_check
from engine.studio import drafts
from engine.studio.catalogue import collect_choices
from engine.translation.wording import say
from forms.conditions import FormFacts
from forms.problems import BadForm
from forms.schema import Form, InvalidAnswers
from web.display import form_view
from web.display.form_view import FilledForm
from web.http import security
from web.http.request import current_language, current_world, request_time, requires_permission, tx
from web.studio.files import ACT, known_provinces, visible_draft

blueprint = Blueprint("studio_form_preview", __name__, url_prefix="/studio/drafts/<int:draft_id>")

FOLDER = PurePosixPath("forms")


@blueprint.get("/form-preview/<name>")
@requires_permission(ACT)
def show_form_preview(draft_id: int, name: str) -> ResponseReturnValue:
    """Show a form in two frames: as wide as a screen and as wide as a telephone."""
    draft = visible_draft(draft_id)
    forms = collect_choices(drafts.load_files(tx(), draft))["forms"]
    caption = next((one["label"] for one in forms if one["value"] == name), name)
    return render_template("studio/form_preview.html", draft=draft, name=name, caption=caption)


@blueprint.get("/form-sheet/<name>")
@requires_permission(ACT)
def show_form_sheet(draft_id: int, name: str) -> ResponseReturnValue:
    """Show a form by itself, empty."""
    form, fault = _load_form(draft_id, name)
    return _sheet(None if form is None else FilledForm(form, facts=_facts()), fault=fault)


@blueprint.post("/form-sheet/<name>")
@requires_permission(ACT)
def try_form_sheet(draft_id: int, name: str) -> ResponseReturnValue:
    """Check what was filled in as a task would, and say what the process would see; nothing is stored."""
    form, fault = _load_form(draft_id, name)
    if form is None:
        return _sheet(None, fault=fault)
    typed = form_view.submitted_answers(form)
    try:
        answers = form.load(typed, **current_world().units.known_codes, facts=_facts())
    except InvalidAnswers as invalid:
        return _sheet(FilledForm(form, typed, invalid.errors, facts=_facts()))
    seen = {form.inputs[key].caption(current_language()): value for key, value in answers.process.items()}
    return _sheet(FilledForm(form, typed, facts=_facts()), seen=seen)


def _load_form(draft_id: int, name: str) -> tuple[Form | None, str]:
    """The form as the draft has it; without one, why it cannot be shown."""
    files = drafts.load_files(tx(), visible_draft(draft_id))
    path = FOLDER / f"{name}.json"
    if path not in files:
        raise NotFound("draft-file-unknown", file=path)
    chosen = {other: content for other, content in files.items() if other.parent != FOLDER or other == path}
    try:
        return definitions.compile_forms(chosen)[name], ""
    except BadForm:
        problems = deployment_check.problems_in(files, current_language(), known_provinces())
        return None, " ".join(one.message for one in problems if one.file == path)
    except EngineError as error:
        return None, say(error, current_language())


def _facts() -> FormFacts:
    """The facts of a report that came in and was taken up just now."""
    return FormFacts(request_time(), request_time(), request_time())


def _sheet(filled: FilledForm | None, **more: object) -> Response:
    units = {"communes": form_view.communes_by_parent(), "organisations": form_view.open_organisations()}
    context = {"shown": filled, "hidden_when": form_view.field_attributes, **units, "fault": "", "seen": None, **more}
    page = make_response(render_template("studio/form_sheet.html", **context))
    return security.allow_own_frames(page)
