"""Imports files of other modelers: converts them, shows the result, and adds it to the draft once accepted."""

from __future__ import annotations

import base64
import binascii
from pathlib import PurePosixPath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from engine.errors import BadInput, Stale
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft
from engine.studio.importing import conversion, decision_files
from engine.studio.importing.choices import PASSED_AT_ONCE, ImportChoices
from engine.studio.importing.questions import questions_about
from engine.translation.wording import say
from web.http.request import current_language, request_time, requires_permission, tx
from web.studio.files import ACT, editable_draft

blueprint = Blueprint("studio_importing", __name__, url_prefix="/studio/drafts/<int:draft_id>/import")

MOST_BYTES = 600_000  # The form carries it back and forth.


@blueprint.get("")
@requires_permission(ACT)
def show_import(draft_id: int) -> ResponseReturnValue:
    """Show the form to choose a file and map its names."""
    return render_template("studio/import.html", draft=editable_draft(draft_id), names="", converted=None, fault="")


@blueprint.post("")
@requires_permission(ACT)
def convert_diagram(draft_id: int) -> ResponseReturnValue:
    """Show what was converted and what remains open; with `act` = accept, add the result to the draft."""
    draft, names = editable_draft(draft_id), request.form.get("names", "")[:20_000]
    choices, mapping, language = _submitted_choices(), _parse_names(names), current_language()
    try:
        name, content = _submitted_file()
        if request.form.get("act") == "accept":
            return _save_converted(draft, name, content, mapping, choices)
        if decision_files.is_decision_file(content):
            converted, asked = decision_files.convert_decision_file(content, language), decision_files.NOTHING_ASKED
        else:
            converted = conversion.convert_vendor_diagram(content, mapping, language, choices)
            asked = questions_about(content, choices, language)
        context = {"converted": converted, "asked": asked, "content": base64.b64encode(content).decode()}
    except (Stale, BadInput) as error:
        fault = say(error, language)
        return render_template("studio/import.html", draft=draft, names=names, converted=None, fault=fault), 422
    context |= {"name": name, "names": names, "choices": choices, "lang_": language}
    return render_template("studio/import.html", draft=draft, fault="", **context)


def _save_converted(
    draft: DeploymentDraft, name: str, content: bytes, mapping: dict[str, str], choices: ImportChoices
) -> ResponseReturnValue:
    """Save the converted file, or one for each process that can run, into the draft."""
    language = current_language()
    suffix = ".bpmn"
    if decision_files.is_decision_file(content):
        parts, suffix = [decision_files.convert_decision_file(content, language)], ".dmn"
    elif request.form.get("each"):
        parts = conversion.convert_each_process(content, mapping, choices, language)
    else:
        parts = [conversion.convert_vendor_diagram(content, mapping, language, choices)]
    endings = ["", *(f"_{number}" for number in range(2, len(parts) + 1))]
    paths = [PurePosixPath("workflows") / f"{name}{ending}{suffix}" for ending in endings]
    for path, part in zip(paths, parts, strict=True):
        drafts.save_file(tx(), draft, path, part.content, None, request_time())
    flash(_("Đã nhập %(file)s vào bản nháp.", file=", ".join(path.name for path in paths)), "success")
    return redirect(url_for("studio.show_editor", draft_id=draft.id))


def _submitted_choices() -> ImportChoices:
    passed = dict.fromkeys(request.form.getlist("passed"), PASSED_AT_ONCE)
    accepted = frozenset(request.form.getlist("accepted"))
    return ImportChoices(process=request.form.get("process", ""), each_task=passed, accepted=accepted)


def _submitted_file() -> tuple[str, bytes]:
    """Name without extension and content of the file uploaded, now or in the previous step."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        name, content = secure_filename(sent.filename).rpartition(".")[0], sent.read(MOST_BYTES + 1)
    else:
        name = secure_filename(request.form.get("name", ""))
        try:
            content = base64.b64decode(request.form.get("content", ""), validate=True)
        except binascii.Error as error:
            raise BadInput("import-without-file") from error
    if not content or not name:
        raise BadInput("import-without-file")
    if len(content) > MOST_BYTES:
        raise BadInput("import-too-large", most=MOST_BYTES // 1000)
    return name, content


def _parse_names(text: str) -> dict[str, str]:
    """Parse the name mapping, one per line: theirs = ours."""
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {source.strip(): target.strip() for source, _equals, target in pairs}
